"""Capture files and the command line: several, compressed, from pipes, with a
terminal, and ended before their time.  What stands in them is for unit tests
and tests/golden/sensor-files.
"""

import gzip
import json
import re
import signal
import subprocess

import pytest

from captures import message, pcap, udp4
from programs import check_reports, environment, on_terminal

RAW = 101


def queries(count, prefix="q"):
    return [(1790000000 + i, 0, udp4("192.0.2.1",
                                     message(f"{prefix}{i}.example")))
            for i in range(count)]


def names(text):
    return [json.loads(line)["qname"] for line in text.splitlines()]


def test_many_files_one_after_the_other(folder, run):
    paths = []
    for i in range(300):
        paths += ["-r", folder / f"{i}.pcap"]
        paths[-1].write_bytes(pcap(RAW, queries(2, f"f{i}-")))
    done = run("sensor", "-a", *paths, check=0)
    assert names(done.stdout) == [f"f{i}-{n}.example" for i in range(300)
                                  for n in range(2)]
    assert done.stderr.count("frames: 600 total") == 1


def test_more_files_than_may_be_open_by_default(folder, bin_dir):
    path = folder / "x.pcap"
    path.write_bytes(pcap(RAW, queries(1)))
    done = subprocess.run(
        ["sh", "-c", 'ulimit -S -n 64; exec "$@"', "sh",
         bin_dir / "querywatch-sensor", "-a", *["-r", path] * 200],
        capture_output=True, env=environment(), timeout=60, text=True)
    assert done.returncode == 0, done.stderr
    assert len(names(done.stdout)) == 200


def test_a_bad_file_does_not_keep_the_others_from_being_read(folder, run):
    good, bad = folder / "good.pcap", folder / "bad.pcap"
    good.write_bytes(pcap(RAW, queries(3)))
    bad.write_bytes(b"no capture at all")
    done = run("sensor", "-a", "-r", good, "-r", bad, "-r", folder / "gone",
               "-r", folder, "-r", good, check=1)
    assert names(done.stdout) == ["q0.example", "q1.example",
                                  "q2.example"] * 2
    assert f"{bad}: this is neither" in done.stderr
    assert f"{folder}/gone: No such file" in done.stderr
    assert f"{folder}: this is a folder" in done.stderr
    assert "frames: 6 total" in done.stderr


def test_checking_looks_at_the_headers(folder, run):
    good, bad = folder / "good.pcap", folder / "bad.pcap.gz"
    good.write_bytes(pcap(RAW, queries(3)))
    bad.write_bytes(gzip.compress(b"no capture at all"))
    lists = folder / "list.txt"
    lists.write_text("bad.example\n")
    done = run("sensor", "-n", "-b", lists, "-r", good, check=0)
    assert "frames" not in done.stderr and done.stdout == ""
    done = run("sensor", "-n", "-b", lists, "-r", good, "-r", bad, check=1)
    assert f"{bad}: this is neither" in done.stderr


def test_a_filter_holds_for_files(folder, run):
    path = folder / "x.pcap"
    path.write_bytes(pcap(RAW, queries(1) + [
        (1790000000, 0, udp4("192.0.2.7", message("seven.example")))]))
    for expression, expected in (("host 192.0.2.7", ["seven.example"]),
                                 ("udp src port domain", []),
                                 ("", ["q0.example", "seven.example"])):
        done = run("sensor", "-a", "-r", path, "--filter", expression,
                   check=0)
        assert names(done.stdout) == expected
    done = run("sensor", "-a", "-r", path, "--filter", "no such", check=1)
    assert "filter 'no such': " in done.stderr and "frames" not in done.stderr
    done = run("sensor", "-a", "-r", path, "--filter", "ether src 2:0:0:0:0:1",
               check=1)
    assert "makes no sense with link type" in done.stderr


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_frames_come_out_of_a_pipe_at_once(bin_dir, pack):
    """Nothing waits for the end, or for what is not there yet."""
    sensor = subprocess.Popen([bin_dir / "querywatch-sensor", "-a", "-r",
                               "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment())
    try:
        sensor.stdin.write(pack(pcap(RAW, queries(5))))
        sensor.stdin.flush()
        seen = b"".join(sensor.stdout.readline() for _ in range(5))
        assert names(seen) == [f"q{i}.example" for i in range(5)]
        sensor.send_signal(signal.SIGTERM)
        _, text = sensor.communicate(timeout=20)
    finally:
        if sensor.poll() is None:
            sensor.kill()
        sensor.wait()
    check_reports("sensor", text.decode())
    assert sensor.returncode == 0 and b"frames: 5 total" in text


def test_a_pipe_that_breaks_ends_with_the_counters(run):
    whole = pcap(RAW, queries(5))
    done = run("sensor", "-a", "-r", "-", input=whole[:-3], check=1)
    assert len(names(done.stdout)) == 4
    assert ("the capture ends early: standard input: it is cut off after 4 "
            "frames") in done.stderr
    assert "frames: 4 total" in done.stderr


def test_progress_is_shown_on_a_terminal(bin_dir):
    line = rb"\rstandard input: 744 octets, 10 frames, [\d.]+/s"
    text, status = on_terminal(
        bin_dir / "querywatch-sensor", ["-a", "-r", "-"],
        pcap(RAW, queries(10)), subprocess.DEVNULL, lambda text: len(re.findall(line, text)) > 1)
    assert status == 0
    # Nothing of it is left: blanks over it, then the counters.
    assert re.search(r"\r +\rquerywatch-sensor: frames: 10 total", text)


def test_lines_on_the_same_terminal_stay_whole(bin_dir):
    """Where the queries are shown, no progress gets between them."""
    text, status = on_terminal(
        bin_dir / "querywatch-sensor", ["-a", "-r", "-"],
        pcap(RAW, queries(10)), None, lambda text: text.count(b"\n") == 10)
    lines = text.splitlines()
    assert status == 0 and len(lines) == 12
    assert names("\n".join(lines[:10])) == [f"q{i}.example"
                                            for i in range(10)]
    assert "octets" not in text
