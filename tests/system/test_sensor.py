"""The sensor on bad input, on pipes, and on real interfaces."""

import contextlib
import datetime
import json
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

import pytest

from captures import message, udp4, write_pcap

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
PLAIN = GOLDEN / "sensor-plain/plain.pcap"
TCP = GOLDEN / "sensor-tcp/tcp.pcap"
LINKS = (0, 1, 101, 108, 113, 228, 229, 276)


# --- files ------------------------------------------------------------------

def test_a_capture_cut_anywhere_is_read_as_far_as_it_goes(folder, run):
    whole = TCP.read_bytes()
    cut = folder / "cut.pcap"
    before = 0
    for length in [*range(0, 120, 7), *range(120, len(whole), 29)]:
        cut.write_bytes(whole[:length])
        done = run("sensor", "-a", "-r", cut)
        assert done.returncode in (0, 1)
        if length < 24:
            assert done.returncode == 1
        lines = [json.loads(x) for x in done.stdout.splitlines()]
        assert len(lines) >= before
        before = len(lines)
        if done.returncode == 1:
            assert "cut.pcap" in done.stderr or "ends early" in done.stderr
    assert before >= 2


def test_random_packets_of_every_link_type(folder, run):
    seed = int(os.environ.get("SEED", time.time_ns()))
    print("SEED", seed)
    rng = random.Random(seed)
    good = udp4("192.0.2.1", message("www.bad.example"))
    for link in LINKS:
        frames = []
        for i in range(400):
            octets = bytearray(rng.randbytes(rng.randrange(0, 40)) + good
                               if i % 2 else rng.randbytes(
                                   rng.randrange(0, 200)))
            for _ in range(rng.randrange(4)):
                if octets:
                    octets[rng.randrange(len(octets))] = rng.randrange(256)
            frames.append((i, 0, bytes(octets[:rng.randrange(
                len(octets) + 1)])))
        path = folder / "random.pcap"
        write_pcap(path, link, frames)
        done = run("sensor", "-a", "-r", path, check=0)
        assert "frames: 400 total" in done.stderr
        for line in done.stdout.splitlines():
            json.loads(line)


def test_what_is_no_capture_is_refused(folder, run):
    rng = random.Random(1)
    path = folder / "x.pcap"
    for octets in (b"", b"\0", b"\xd4\xc3\xb2\xa1", PLAIN.read_bytes()[:23],
                   *(rng.randbytes(n) for n in (4, 24, 100, 5000)),
                   b"\x0a\x0d\x0d\x0a" + rng.randbytes(100),
                   b"\xd4\xc3\xb2\xa1" + rng.randbytes(100)):
        path.write_bytes(octets)
        done = run("sensor", "-a", "-r", path)
        assert done.returncode == 1
        assert done.stderr.startswith("querywatch-sensor: ")
        assert done.stdout == ""
    done = run("sensor", "-a", "-r", folder, check=1)
    assert str(folder) in done.stderr


def test_an_empty_capture_is_fine(folder, run):
    path = folder / "empty.pcap"
    write_pcap(path, 1, [])
    done = run("sensor", "-a", "-r", path, check=0)
    assert done.stdout == "" and "frames: 0 total" in done.stderr


def test_standard_input(run):
    piped = run("sensor", "-a", "-r", "-", input=PLAIN.read_bytes(), check=0)
    named = run("sensor", "-a", "-r", PLAIN, check=0)
    assert piped.stdout == named.stdout != ""


def test_a_reader_that_leaves_ends_it_quietly(folder, bin_dir):
    path = folder / "many.pcap"
    packet = udp4("192.0.2.1", message("www.bad.example"))
    write_pcap(path, 101, [(i, 0, packet) for i in range(20000)])
    sensor = subprocess.Popen([bin_dir / "querywatch-sensor", "-a", "-r",
                               path], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    sensor.stdout.readline()
    sensor.stdout.close()
    text = sensor.stderr.read().decode()
    assert sensor.wait(20) == 1
    assert "roken pipe" not in text and "Sanitizer" not in text


def test_sigterm_while_a_pipe_is_silent(folder, bin_dir):
    """Half a file, then nothing: the end is prompt and no failure."""
    sensor = subprocess.Popen([bin_dir / "querywatch-sensor", "-a", "-r",
                               "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    sensor.stdin.write(PLAIN.read_bytes()[:150])
    sensor.stdin.flush()
    time.sleep(0.5)
    sensor.terminate()
    try:
        _, text = sensor.communicate(timeout=10)
    except subprocess.TimeoutExpired:
        sensor.kill()
        raise
    assert sensor.returncode == 0, text
    assert b"frames" in text and b"ends early" not in text


def test_sigusr1_while_a_pipe_is_silent(run, bin_dir):
    """Asking for the counters does not end the capture."""
    whole = PLAIN.read_bytes()
    sensor = subprocess.Popen([bin_dir / "querywatch-sensor", "-a", "-r",
                               "-"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    sensor.stdin.write(whole[:150])
    sensor.stdin.flush()
    time.sleep(0.5)
    sensor.send_signal(signal.SIGUSR1)
    time.sleep(0.2)
    try:
        out, text = sensor.communicate(whole[150:], timeout=10)
    except subprocess.TimeoutExpired:
        sensor.kill()
        raise
    assert sensor.returncode == 0, text
    assert text.count(b"dns: ") == 2
    assert out.decode() == run("sensor", "-a", "-r", PLAIN, check=0).stdout


# --- interfaces --------------------------------------------------------------

def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True,
                   timeout=20)


@pytest.fixture
def network():
    """A network namespace with a pair of interfaces, qa and qb."""
    if os.geteuid() != 0 or not shutil.which("ip"):
        pytest.skip("needs root and ip")
    name = f"qw-test-{os.getpid()}"
    try:
        ip("netns", "add", name)
    except subprocess.CalledProcessError as e:
        pytest.skip(f"no network namespaces: {e.stderr.decode()}")
    try:
        ip("-n", name, "link", "show")
    except subprocess.CalledProcessError as e:
        ip("netns", "delete", name)    # a plain chroot: no mount to share
        pytest.skip(f"no network namespaces: {e.stderr.decode()}")
    try:
        ip("-n", name, "link", "add", "qa", "type", "veth", "peer", "name",
           "qb")
        for link in ("qa", "qb"):
            ip("-n", name, "link", "set", link, "up")
        yield name
    finally:
        ip("netns", "delete", name)


def send(network, tags, name):
    """Put one query on the wire, behind these 802.1Q tags."""
    frame = (b"\2\0\0\0\0\2\2\0\0\0\0\1"
             + b"".join(b"\x81\0" + tag.to_bytes(2, "big") for tag in tags)
             + b"\x08\0" + udp4("192.0.2.1", message(name)))
    code = ("import socket, sys\n"
            "s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)\n"
            "s.bind(('qa', 0))\n"
            "s.send(bytes.fromhex(sys.argv[1]))\n")
    subprocess.run(["ip", "netns", "exec", network, sys.executable, "-c",
                    code, frame.hex()], check=True, timeout=20)


@contextlib.contextmanager
def live(bin_dir, network, folder, *arguments):
    """A sensor that sniffs inside the namespace."""
    out, err = folder / "out", folder / "err"
    with open(out, "wb") as o, open(err, "wb") as e:
        sensor = subprocess.Popen(
            ["ip", "netns", "exec", network, bin_dir / "querywatch-sensor",
             *arguments], stdin=subprocess.DEVNULL, stdout=o, stderr=e)
    try:
        yield sensor, out, err
    finally:
        if sensor.poll() is None:
            sensor.kill()
        sensor.wait()


def status_of(pid):
    return dict(line.split(":\t", 1) for line in
                pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
                if ":\t" in line)


def test_live_packets_tags_rights_and_signals(bin_dir, network, folder,
                                              wait_until):
    with live(bin_dir, network, folder, "-a", "-i", "qb") as (sensor, out,
                                                              err):
        def see(name, *tags):
            def asked():
                send(network, tags, name)
                return wait_until(lambda: name in out.read_text(), 1)
            assert wait_until(asked, 10), err.read_text()
            return [json.loads(x) for x in out.read_text().splitlines()
                    if name in x][0]

        seen = see("plain.example")
        assert seen["client"] == "192.0.2.1"
        assert seen["server"] == "198.51.100.53" and "vlan" not in seen
        at = datetime.datetime.fromisoformat(seen["first"][:-1] + "+00:00")
        assert abs(time.time() - at.timestamp()) < 60
        assert see("tagged.example", 12)["vlan"] == 12
        assert see("twice.example", 100, 7)["vlan"] == 100

        # "ip netns exec" has become the sensor: its pid is the same.
        status = status_of(sensor.pid)
        assert "0" not in status["Uid"].split(), status["Uid"]
        assert "0" not in status["Gid"].split(), status["Gid"]
        for kind in ("CapEff", "CapPrm", "CapInh"):
            assert int(status[kind], 16) == 0, kind
        assert status["NoNewPrivs"].strip() == "1"

        sensor.send_signal(signal.SIGUSR1)
        assert wait_until(lambda: "dns: " in err.read_text(), 5)
        before = err.read_text().count("dns: ")
        sensor.terminate()
        assert sensor.wait(10) == 0, err.read_text()
        text = err.read_text()
        assert text.count("dns: ") == before + 1
        assert "kernel: " in text and "Sanitizer" not in text


def test_an_interface_that_is_not_there(run, may_capture):
    done = run("sensor", "-a", "-i", "no-such0", check=1)
    assert "no such interface" in done.stderr.lower()
