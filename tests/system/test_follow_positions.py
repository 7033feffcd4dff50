"""Where a logreader goes on after it has stopped, in whatever way, and what
became of its logs meanwhile: each line counts once."""

import collections
import gzip
import json
import lzma
import os
import random
import shutil
import subprocess
import time

import pytest

import programs

LINE = ("24-Nov-2026 08:{m:02}:{s:02}.{ms:03} queries: info: client @0x7f "
        "10.1.{a}.2#5000 ({name}): query: {name} IN A +E(0)K (10.255.0.53)\n")


def line(name, n=0):
    return LINE.format(m=n // 60000 % 60, s=n // 1000 % 60, ms=n % 1000,
                       a=n % 5, name=name)


def append(path, *names):
    with open(path, "a") as f:
        f.writelines(line(f"{name}.bad.example") for name in names)


@pytest.fixture
def site(folder, bin_dir, wait_until):
    """Each run() follows until what is wanted came out, and no more; then it
    is killed, unless it is to stop."""
    class Site:
        log = folder / "logs/query.log"
        state = folder / "state/positions"
        seen = []

        def names(self, program):
            return [json.loads(row)["qname"].removesuffix(".bad.example")
                    for row in program.stdout.splitlines()
                    if row.endswith("}")]

        def start(self, *args, log=None):
            return programs.Running(
                bin_dir / "querywatch-logreader", "-b", folder / "bad.txt",
                "-f", "--state", self.state, *args, log or self.log)

        def run(self, wanted, *args, log=None, kill=False):
            program = self.start(*args, log=log)
            program.wait_for(
                lambda: len(self.names(program)) >= len(wanted) and
                (not kill or self.has_saved()), 20)
            time.sleep(0.3)
            program.kill9() if kill else program.stop()
            assert self.names(program) == list(wanted), program.stderr
            return program.stderr

        def has_saved(self):
            return self.state.stat().st_mtime > time.time() - 60

    (folder / "logs").mkdir()
    (folder / "state").mkdir()
    (folder / "state").chmod(0o777)
    (folder / "bad.txt").write_text("bad.example\n")
    return Site()


def test_goes_on_with_the_next_line(site):
    append(site.log, "a", "b")
    site.run("ab", "--from-start")
    append(site.log, "c")
    with site.log.open("a") as f:
        f.write(line("d.bad.example")[:50])
    site.run("c", "--from-start")
    with site.log.open("a") as f:
        f.write(line("d.bad.example")[50:])
    site.run("d")


def test_without_a_position_only_what_comes(site, wait_until):
    append(site.log, "a")
    program = site.start()
    assert wait_until(site.state.exists, 20)
    assert wait_until(lambda: "query.log" in site.state.read_text(), 20)
    append(site.log, "b")
    program.wait_for(lambda: site.names(program), 20)
    program.stop()
    assert site.names(program) == ["b"]
    append(site.log, "c")
    site.run("c")


@pytest.mark.parametrize("pack", [None, "gz", "xz", "zst"])
def test_through_rotated_files(site, pack):
    """A week's stop: the file that was read, another one, and a new log."""
    append(site.log, "a")
    site.run("a", "--from-start")
    append(site.log, "b")
    first, second = (site.log.with_name(f"query.log.{n}") for n in (2, 1))
    site.log.rename(first)
    append(site.log, "c", "d")
    site.log.rename(second)
    append(site.log, "e")
    for path in (first, second) if pack else ():
        data = path.read_bytes()
        to = path.with_name(f"{path.name}.{pack}")
        if pack == "zst":
            if not shutil.which("zstd"):
                pytest.skip("no zstd")
            subprocess.run(["zstd", "-q", path, "-o", to], check=True)
        else:
            to.write_bytes({"gz": gzip, "xz": lzma}[pack].compress(data))
        path.unlink()
    said = site.run("bcde")
    assert "gone" not in said
    site.run("")
    append(site.log, "f")
    site.run("f")


def test_through_copytruncate(site):
    append(site.log, "a")
    site.run("a", "--from-start")
    append(site.log, "b")
    shutil.copy(site.log, site.log.with_name("query.log.1"))
    os.truncate(site.log, 0)
    append(site.log, "c", "d", "e")
    site.run("bcde")


def test_a_file_that_is_gone_is_said(site):
    append(site.log, "a")
    site.run("a", "--from-start")
    append(site.log, "b")
    site.log.unlink()
    append(site.log, "c")
    said = site.run("c")
    assert "the file that was read last is gone" in said
    assert programs.counters(said)["logs_lost"] == 1


def test_since_reads_rotated_files_too(site):
    old = site.log.with_name("query.log.1")
    append(old, "a")
    append(site.log, "b")
    os.utime(old, (1795507200, 1795507200))	# 2026-11-24 08:00
    site.run("ab", "--since", "2026-11-24T07:59:59")
    site.state.unlink()
    site.run("", "--since", "2026-11-25")


def test_logs_named_by_the_day(site, folder, wait_until):
    pattern = folder / "logs/server1-*.log"
    append(folder / "logs/server1-20261124.log", "a")
    program = site.start("--from-start", log=pattern)
    program.wait_for(lambda: site.names(program) == ["a"], 20)
    append(folder / "logs/server1-20261125.log", "b")
    append(folder / "logs/server2-20261125.log", "x")
    append(folder / "logs/server1-20261125.log.1", "y")
    # The latter belongs to the log before it, and is as new.
    assert program.wait_for(lambda: site.names(program) == ["a", "y", "b"],
                            20)
    program.stop()
    append(folder / "logs/server1-20261126.log", "c")
    append(folder / "logs/server1-20261125.log", "d")
    program = site.start(log=pattern)
    program.wait_for(lambda: len(site.names(program)) >= 2, 20)
    program.stop()
    assert sorted(site.names(program)) == ["c", "d"]


def test_a_zone_behind_a_pattern(site, folder):
    append(folder / "logs/server1-20261124.log", "a")
    append(folder / "logs/server2-20261124.log", "b")
    program = site.start("--from-start",
                         log=f"{folder}/logs/server1-*.log,zone=Asia/Tokyo")
    program.wait_for(lambda: site.names(program) == ["a"], 20)
    program.stop()
    assert '"first":"2026-11-23T23:00:00.000000Z"' in program.stdout


def test_what_cannot_be_kept_is_said(site, folder, run):
    bad = folder / "bad.txt"
    append(site.log, "a")
    done = run("logreader", "-b", bad, "-f", "--state", folder / "no/x",
               site.log, check=1)
    assert "no: No such file" in done.stderr
    done = run("logreader", "-b", bad, "-f", "--state", bad, site.log,
               check=1)
    assert "no file of positions" in done.stderr
    for args in (["--state", site.state], ["--from-start"], ["--from-end"]):
        done = run("logreader", "-b", bad, *args, site.log, check=2)
        assert "only go with -f" in done.stderr
    run("logreader", "-b", bad, "--since", "yesterday", site.log, check=2)
    run("logreader", "-b", bad, "-f", "--from-start", "--from-end", site.log,
        check=2)


def sums(rows):
    total = collections.Counter()
    for row in rows:
        total[row["client"], row["qname"]] += int(row["n"])
    return total


@pytest.mark.parametrize("partitions", [1, 3])
def test_killed_at_random_moments(site, folder, bin_dir, run, redis_server,
                                  wait_until, partitions):
    """The log lies there whole, so that every start has much to read."""
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"SEED={seed}")
    rng = random.Random(seed)
    with site.log.open("w") as f:
        for n in range(12000):
            bad = rng.random() < 0.5
            f.write(line(f"n{rng.randrange(300)}.{'bad' if bad else 'good'}"
                         ".example", n * 15))
    conf = folder / "conf"
    conf.write_text(f"partitions = {partitions}\nqueue = 16\n"
                    'coalesce = 5\nsource = "killed"\n')
    args = ("-c", conf, "-b", folder / "bad.txt", "-o", redis_server.target,
            "-f", "--from-start", site.log)
    offline = run("logreader", "-c", conf, "-b", folder / "bad.txt", site.log,
                  check=0, timeout=60).stdout
    wanted = sums(json.loads(row) for row in offline.splitlines())

    def stored():
        return sums(fields for p in range(partitions) for _, fields in
                    redis_server.client.xrange(f"qw:{{{p}}}:hits"))

    def entries():
        return sum(redis_server.client.xlen(f"qw:{{{p}}}:hits")
                   for p in range(partitions))

    for _ in range(8):
        program = programs.Running(bin_dir / "querywatch-logreader", *args)
        before = entries()
        wait_until(lambda: entries() > before, 10)
        time.sleep(rng.uniform(0, 0.05))
        program.kill9()
    program = programs.Running(bin_dir / "querywatch-logreader", *args)
    wait_until(lambda: sum(stored().values()) >= sum(wanted.values()), 60,
               0.3)
    program.stop()
    assert stored() == wanted


def test_a_partition_without_hits(site, folder, bin_dir, redis_server):
    """It has known the log since that was empty, and is asked where to go on:
    others know by now how the log begins."""
    site.log.touch()
    conf = folder / "conf"
    conf.write_text('source = "quiet"\npartitions = 4\n')
    args = ("-c", conf, "-b", folder / "bad.txt", "-o", redis_server.target,
            "-f", "--from-start", site.log)

    def entries():
        return sum(redis_server.client.xlen(f"qw:{{{p}}}:hits")
                   for p in range(4))

    program = programs.Running(bin_dir / "querywatch-logreader", *args)
    program.wait_for(lambda: all(
        redis_server.client.exists(f"qw:{{{p}}}:logs:quiet")
        for p in range(4)), 20)
    append(site.log, "a", "b")
    program.wait_for(lambda: entries() == 2, 20)
    program.kill9()
    packed = site.log.with_name("query.log.1.gz")
    packed.write_bytes(gzip.compress(site.log.read_bytes()))
    site.log.unlink()
    append(site.log, "c")
    program = programs.Running(bin_dir / "querywatch-logreader", *args)
    program.wait_for(lambda: entries() >= 3, 20)
    program.stop()
    assert "gone" not in program.stderr
    assert entries() == 3


def test_a_later_process_takes_over(site, folder, bin_dir, redis_server):
    """Whatever the earlier one still sends is not let in."""
    append(site.log, "a")
    conf = folder / "conf"
    conf.write_text('source = "twice"\n')
    args = ("-c", conf, "-b", folder / "bad.txt", "-o", redis_server.target,
            "-f", "--from-start", site.log)
    first = programs.Running(bin_dir / "querywatch-logreader", *args)
    first.wait_for(lambda: redis_server.client.xlen("qw:{0}:hits") == 1, 20)
    second = programs.Running(bin_dir / "querywatch-logreader", *args)
    second.wait_for(lambda: redis_server.client.hget(
        "qw:source:twice", "pid") == str(second.pid), 20)
    append(site.log, "b")
    second.wait_for(lambda: redis_server.client.xlen("qw:{0}:hits") >= 2, 20)
    first.wait_for(lambda: "another process sends as source" in first.stderr,
                   20)
    first.stop(status=1)
    second.stop()
    assert redis_server.client.xlen("qw:{0}:hits") == 2
