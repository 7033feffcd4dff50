"""querywatch-logreader over logs that are done: compressed, several side by
side, broken ones among them, and what a terminal shows meanwhile."""

import gzip
import json
import lzma
import os
import re
import shutil
import subprocess

import pytest

from programs import counters, on_terminal, run_program

LINE = ("23-Nov-2026 08:00:{s:02}.{ms:03} queries: info: client @0x7f{n:08x} "
        "10.1.{a}.{b}#{port} ({name}): query: {name} IN A +E(0)K "
        "(10.255.0.53)\n")


def log(first, count):
    """Lines about q<first>.example and so on, in every third BAD."""
    return "".join(
        LINE.format(s=n // 1000 % 60, ms=n % 1000, n=n, a=n % 7, b=n % 251,
                    port=1024 + n % 60000,
                    name=f"q{n}.{'bad' if n % 3 == 0 else 'good'}.example")
        for n in range(first, first + count)).encode()


def names(text):
    return [json.loads(line)["qname"] for line in text.splitlines()]


@pytest.fixture
def run(bin_dir):
    def run(*arguments, **options):
        return run_program(bin_dir / "querywatch-logreader", *arguments,
                           **options)
    return run


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text("bad.example\n")
    return path


def write(path, data):
    """Compressed as the name says."""
    if path.suffix == ".gz":
        data = gzip.compress(data)
    elif path.suffix == ".xz":
        data = lzma.compress(data)
    elif path.suffix == ".zst":
        if not shutil.which("zstd"):
            pytest.skip("no zstd here")
        data = subprocess.run(["zstd", "-qc"], input=data, check=True,
                              capture_output=True).stdout
    path.write_bytes(data)
    return path


@pytest.fixture
def logs(tmp_path):
    """Four logs, 20,000 lines that follow one another."""
    return [write(tmp_path / f"query.log.{3 - i}{suffix}",
                  log(i * 5000, 5000))
            for i, suffix in enumerate((".xz", ".gz", ".zst", ""))]


def test_compressed_logs_are_read_in_the_order_given(run, logs):
    done = run("-a", *logs, check=0)
    assert names(done.stdout) == [
        f"q{n}.{'bad' if n % 3 == 0 else 'good'}.example"
        for n in range(20000)]
    assert counters(done.stderr)["lines_queries"] == 20000


def test_standard_input_may_be_compressed(run, logs, bin_dir):
    with open(logs[1], "rb") as stdin:
        done = subprocess.run([bin_dir / "querywatch-logreader", "-a", "-"],
                              stdin=stdin, capture_output=True, text=True)
    assert done.returncode == 0
    assert len(names(done.stdout)) == 5000


@pytest.mark.parametrize("workers", (1, 2, 4, 64))
def test_side_by_side_nothing_is_lost_or_counted_twice(run, logs, bad,
                                                       workers):
    done = run("--workers", workers, "-b", bad, *logs, check=0)
    assert sorted(names(done.stdout)) == sorted(
        f"q{n}.bad.example" for n in range(0, 20000, 3))
    counted = counters(done.stderr)
    assert counted["lines_total"] == counted["lines_queries"] == 20000
    assert counted["queries_matched"] == counted["hits_total"] == 6667
    assert counted["times_local"] == 6667


def test_workers_may_be_configured(run, logs, bad, tmp_path):
    conf = tmp_path / "conf"
    conf.write_text("workers = 2\n")
    done = run("-c", conf, "-b", bad, *logs, check=0)
    assert counters(done.stderr)["hits_total"] == 6667
    run("--workers", 0, "-b", bad, *logs, check=2)
    run("--workers", 65, "-b", bad, *logs, check=2)


@pytest.mark.parametrize("workers", (1, 2))
def test_a_broken_log_is_named_and_the_others_are_read(run, logs, tmp_path,
                                                       workers):
    cut = tmp_path / "cut.gz"
    whole = logs[1].read_bytes()
    cut.write_bytes(whole[:len(whole) // 2])
    # bits flipped in the middle
    spoilt = tmp_path / "spoilt.xz"
    whole = bytearray(logs[0].read_bytes())
    for i in range(len(whole) // 2, len(whole) // 2 + 100):
        whole[i] ^= 0xFF
    spoilt.write_bytes(whole)
    done = run("--workers", workers, "-a", cut, tmp_path / "none", spoilt,
               logs[3], check=1)
    assert f"{cut}: the gzip data is cut off after" in done.stderr
    assert f"{tmp_path / 'none'}: No such file" in done.stderr
    assert f"{spoilt}: the xz data cannot be read" in done.stderr
    seen = names(done.stdout)
    assert set(seen) >= set(names(run("-a", logs[3]).stdout))
    # of a log that is cut off, what came before
    assert sum(1 for n in seen if 5000 <= int(n[1:].split(".")[0]) < 10000) \
        > 1000


def test_a_log_without_years_is_of_the_year_it_was_written_in(run, tmp_path):
    old = tmp_path / "messages.1"
    old.write_text("Dec 31 23:59:59 ns named[1]: client @0x1 10.1.2.3#5 "
                   "(a.example): query: a.example IN A + (10.0.0.53)\n"
                   "Jan  1 00:00:01 ns named[1]: client @0x1 10.1.2.3#5 "
                   "(b.example): query: b.example IN A + (10.0.0.53)\n")
    os.utime(old, (1704067205, 1704067205))	# 2024-01-01T00:00:05Z
    done = run("-a", old, check=0)
    assert [json.loads(line)["first"] for line in done.stdout.splitlines()] \
        == ["2023-12-31T23:59:59.000000Z", "2024-01-01T00:00:01.000000Z"]
    assert counters(done.stderr)["times_no_year"] == 2


def test_zones(run, tmp_path, logs):
    conf = tmp_path / "conf"
    conf.write_text('zone = "Europe/Stockholm"\n')
    one = tmp_path / "one.log"
    one.write_bytes(log(0, 1))

    def first(*arguments):
        done = run(*arguments, check=0)
        return json.loads(done.stdout.splitlines()[0])["first"][11:19]

    assert first("-a", one) == "08:00:00"
    assert first("-c", conf, "-a", one) == "07:00:00"
    assert first("-c", conf, "-a", f"{one},zone=Asia/Tokyo") == "23:00:00"
    done = run("-a", f"{one},zone=Nowhere", check=1)
    assert "zone 'Nowhere' is not known" in done.stderr


def test_how_far_it_has_come_is_shown_on_a_terminal(bin_dir):
    line = rb"\rstandard input: [\d.]+ k octets, 100 lines, [\d.]+/s"
    text, status = on_terminal(
        bin_dir / "querywatch-logreader", ["-a", "-"], log(0, 100),
        subprocess.DEVNULL, lambda text: len(re.findall(line, text)) > 1)
    assert status == 0
    assert re.search(r"\r +\rquerywatch-logreader: lines: 100 total", text)
