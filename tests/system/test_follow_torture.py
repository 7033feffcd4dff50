"""A real nameserver under load writes the same queries to five logs.  One is
never touched: what an offline pass finds in it is the truth.  The others are
rotated about once a second, each in its own way, and followed by one reader,
which is killed at random moments, as Redis is.  In the end Redis has each
query of each of the four logs, once.

make torture runs it for five minutes; QW_TORTURE_SECONDS says how long else,
SEED repeats the random choices, and QW_TORTURE_KEEP is a folder that the files
of a failure are copied to."""

import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import threading
import time

import pytest

import programs
import servers

SECONDS = float(os.environ.get("QW_TORTURE_SECONDS", "20"))
RATE = int(os.environ.get("QW_TORTURE_RATE", "600"))
PARTITIONS = 4
LOGS = ("increment", "timestamp", "create", "copytruncate")
KEY = "cXVlcnl3YXRjaCB0b3J0dXJlIHRlc3Q="

CHANNELS = """
	channel all { file "@folder@/all.txt"; @print@ };
	channel increment { file "@folder@/named/increment.log"
	    versions unlimited size 100k; @print@ };
	channel timestamp { file "@folder@/named/timestamp.log"
	    versions unlimited size 100k suffix timestamp; @print@ };
	channel create { file "@folder@/named/create.log"; @print@ };
	channel copytruncate { file "@folder@/copied/copytruncate.log"; @print@ };
	category queries { all; increment; timestamp; create; copytruncate; };
""".replace("@print@", "print-time yes; print-category yes; "
            "print-severity yes;")

LOGROTATE = """
{folder}/named/create.log {{
	rotate 9999
	create 0644
	compress
	delaycompress
}}
"""
LOGROTATE_COPY = """
{folder}/copied/copytruncate.log {{
	rotate 9999
	copytruncate
	compress
}}
"""


class TorturedNamed(servers.NamedServer):
    """named with the five logs, which rndc can reach."""

    def __init__(self, folder):
        super().__init__(folder)
        self.control = servers.free_port()

    def start(self):
        folder = self.folder
        text = (servers.SUPPORT / "named.conf.in").read_text()
        key = f'key torture {{ algorithm hmac-sha256; secret "{KEY}"; }};\n'
        text = text.replace("controls { };", key + (
            f"controls {{ inet 127.0.0.1 port {self.control} "
            "allow { 127.0.0.1; } keys { torture; }; };"))
        begin = text.index("logging {")
        text = (text[:begin] + "logging {" + CHANNELS + "};\n"
                + text[text.index("zone ", begin):])
        for name, value in (("folder", folder), ("address", self.address),
                            ("port", self.port)):
            text = text.replace(f"@{name}@", str(value))
        shutil.copy(servers.SUPPORT / "root.zone", folder)
        (folder / "named.conf").write_text(text)
        (folder / "rndc.conf").write_text(key + (
            "options { default-key torture; default-server 127.0.0.1; "
            f"default-port {self.control}; }};\n"))
        self.launch([servers.named_program(folder), "-f", "-n", "1", "-c",
                     folder / "named.conf"])
        self.must(self.answers, 20)

    def reconfig(self):
        subprocess.run(["rndc", "-c", self.folder / "rndc.conf", "reconfig"],
                       check=True, capture_output=True, timeout=30,
                       env=programs.environment(
                           {"PATH": os.environ["PATH"] + ":/usr/sbin"}))


def write_queries(path, rng):
    """What dnsperf asks for: names on the list that come again and again, or
    once, among others."""
    rows = []
    for i in range(200000):
        kind = rng.random()
        if kind < 0.05:
            name = f"host{rng.randrange(20)}.bad.example"
        elif kind < 0.10:
            name = f"once{i}.bad.example"
        else:
            name = f"good{rng.randrange(5000)}.example"
        rows.append(f"{name} {rng.choice(('A', 'AAAA', 'TXT'))}\n")
    path.write_text("".join(rows))


class Load:
    """dnsperf from a few addresses; it can be held."""

    def __init__(self, folder, named, seconds):
        self.running = [
            subprocess.Popen(
                ["dnsperf", "-s", named.address, "-p", str(named.port),
                 "-a", f"127.0.0.{client}", "-d", folder / f"ask{client}",
                 "-l", str(int(seconds)), "-Q", str(RATE // 2), "-t", "1",
                 "-c", "1"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, start_new_session=True)
            for client in (2, 3)]

    def signal(self, name):
        for process in self.running:
            if process.poll() is None:
                process.send_signal(name)

    def alive(self):
        return any(process.poll() is None for process in self.running)

    def end(self):
        for process in self.running:
            process.kill()
            process.wait()


class Supervisor:
    """The reader, started again whenever it has ended, as a service is."""

    def __init__(self, path, *args):
        self.path, self.args = path, args
        self.program, self.kills, self.ends = None, 0, []

    def keep(self):
        if self.program is None or not self.program.alive():
            if self.program is not None and self.program.process.returncode \
                    not in (-9, 0, 1):
                self.ends.append(self.program.stderr)
            if self.program is not None:
                programs.check_reports("logreader", self.program.stderr)
            self.program = programs.Running(self.path, *self.args)

    def kill9(self):
        self.kills += 1
        self.program.kill9()


def logrotate(folder, name):
    conf = folder / f"logrotate.{name}"
    if not conf.exists():
        conf.write_text((LOGROTATE_COPY if name == "copytruncate" else
                         LOGROTATE).format(folder=folder))
        conf.chmod(0o644)
    done = subprocess.run(
        ["logrotate", "-f", "-s", folder / f"logrotate.{name}.state", conf],
        capture_output=True, text=True, timeout=60, env=programs.environment(
            {"PATH": os.environ["PATH"] + ":/usr/sbin"}))
    assert done.returncode == 0, done.stderr


def quiet(path):
    """Wait until the file grows no more: nothing is on its way to it."""
    size = -1
    while size != path.stat().st_size:
        size = path.stat().st_size
        time.sleep(0.2)


class Rotator(threading.Thread):
    """Rotates two of the logs by logrotate; named does the other two."""

    def __init__(self, folder, named, load, rng):
        super().__init__()
        self.folder, self.named, self.load = folder, named, load
        self.rng, self.over, self.trouble = rng, threading.Event(), None

    def run(self):
        try:
            while not self.over.wait(self.rng.uniform(0.3, 1.2)):
                self.turn()
        except Exception as e:	# the test tells
            self.trouble = e

    def turn(self):
        logrotate(self.folder, "create")
        time.sleep(self.rng.uniform(0, 0.8))	# named is told late
        self.named.reconfig()
        if self.rng.random() < 0.5:
            # What is written between the copy and the cut is lost to
            # everyone, so nothing is.
            self.load.signal(19)
            quiet(self.folder / "copied/copytruncate.log")
            logrotate(self.folder, "copytruncate")
            self.load.signal(18)


def sums(rows):
    """n by (client, name, type)."""
    total = collections.Counter()
    for row in rows:
        total[row["client"], row["qname"], row["qtype"]] += int(row["n"])
    return total


def stored(redis_server):
    rows = []
    for p in range(PARTITIONS):
        rows += [fields for _, fields in
                 redis_server.client.xrange(f"qw:{{{p}}}:hits")]
    return sums(rows)


@pytest.fixture
def tools():
    path = os.environ["PATH"] + ":/usr/sbin"
    for name in ("dnsperf", "logrotate", "named", "rndc"):
        if not shutil.which(name, path=path):
            pytest.skip(f"no {name}")


def difference(got, wanted):
    """What is lost or counted twice, in one sentence; empty if nothing is."""
    wrong = [(key, got[key], wanted[key]) for key in {*got, *wanted}
             if got[key] != wanted[key]]
    if not wrong:
        return ""
    return (f"{len(wrong)} of {len(wanted)} differ: "
            f"{sum((wanted - got).values())} of {sum(wanted.values())} "
            f"queries lost, {sum((got - wanted).values())} too many; "
            f"(key, got, wanted): {sorted(wrong)[:8]}")


def test_no_line_is_lost_or_counted_twice(tools, bin_dir, folder, run,
                                          redis_server, wait_until):
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"SEED={seed}")
    rng = random.Random(seed)
    for name in ("named", "copied"):
        (folder / name).mkdir()
    (folder / "bad.txt").write_text("bad.example\n")
    (folder / "conf").write_text(
        f'source = "torture"\npartitions = {PARTITIONS}\ncoalesce = 2\n'
        f'queue = 256\ncoalesce_table = 64\n')
    for client in (2, 3):
        write_queries(folder / f"ask{client}", rng)
    redis_server.stop()
    redis_server.appendonly = True
    redis_server.start()
    named = TorturedNamed(folder)
    load = None
    reader = Supervisor(
        bin_dir / "querywatch-logreader", "-c", folder / "conf", "-b",
        folder / "bad.txt", "-o", redis_server.target, "-f", "--from-start",
        f"{folder}/named/*.log", folder / "copied/copytruncate.log")
    try:
        reader.keep()
        named.start()
        # Before its first position a log is begun at its start, and not with
        # what it was rotated to.
        assert wait_until(lambda: all(
            redis_server.client.hlen(f"qw:{{{p}}}:logs:torture") == len(LOGS)
            for p in range(PARTITIONS)), 60)
        load = Load(folder, named, SECONDS)
        rotator = Rotator(folder, named, load, random.Random(seed + 1))
        rotator.start()
        while load.alive():
            torture(rng, reader, redis_server)
            assert rotator.trouble is None, rotator.trouble
        rotator.over.set()
        rotator.join()
        load.end()
        named.stop()
        finish(folder, run, reader, redis_server, wait_until)
    finally:
        if load is not None:
            rotator.over.set()
            rotator.join()
            load.end()
        named.kill9()
        if reader.program is not None:
            reader.program.kill9()


def torture(rng, reader, redis_server):
    """One step: wait, then end something, and have it started again."""
    time.sleep(rng.uniform(0.05, 1.5))
    reader.keep()
    kind = rng.random()
    if kind < 0.45:
        reader.kill9()
        if rng.random() < 0.3:
            time.sleep(rng.uniform(0, 2))	# several rotations
    elif kind < 0.6:
        redis_server.kill9()
        time.sleep(rng.uniform(0, 1))
        redis_server.start()
    elif kind < 0.7:
        reader.program.stop(status=None)
    reader.keep()


def finish(folder, run, reader, redis_server, wait_until):
    lines = run("logreader", "-c", folder / "conf", "-b", folder / "bad.txt",
                folder / "all.txt", "-o", "-", check=0, timeout=120).stdout
    truth = sums(json.loads(row) for row in lines.splitlines())
    wanted = collections.Counter(
        {key: n * len(LOGS) for key, n in truth.items()})
    assert sum(truth.values()) > 10 * SECONDS
    assert any((folder / "named").glob("create.log.*.gz"))
    assert any((folder / "copied").glob("copytruncate.log.*.gz"))
    for name in ("increment", "timestamp"):
        assert any((folder / "named").glob(f"{name}.log.*"))

    def complete():
        reader.keep()
        return not wanted - stored(redis_server)

    wait_until(complete, 60, 0.5)
    said = reader.program.stop(status=0)
    got = stored(redis_server)
    print(f"{sum(truth.values())} queries, {reader.kills} kills, "
          f"{len(list((folder / 'named').iterdir()))} files\n{said}")
    assert not reader.ends, reader.ends
    wrong = difference(got, wanted)
    if wrong and "QW_TORTURE_KEEP" in os.environ:
        shutil.copytree(folder, os.environ["QW_TORTURE_KEEP"], ignore=lambda
                        d, names: [n for n in names if "sock" in n])
    assert not wrong, wrong
