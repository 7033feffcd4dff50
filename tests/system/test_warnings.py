"""What the sensor says, unasked, when it does not see what it should: on a
real interface, in a network of the test's own."""

import signal

import pytest
from scapy.all import DNS, DNSQR, Ether, IP, UDP, raw

import namespaces


def query(i, name="good.example"):
    return raw(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
               / IP(src=f"192.0.2.{i % 250 + 1}", dst="198.51.100.53")
               / UDP(sport=1024 + i % 60000, dport=53)
               / DNS(id=i % 65536, qd=DNSQR(qname=f"q{i}.{name}")))


@pytest.fixture
def sensor(network, folder, bin_dir):
    """sensor("ring = 1"): capturing."""
    started = []

    def function(*conf):
        path, bad = folder / "conf", folder / "bad.txt"
        path.write_text("".join(line + "\n" for line in conf))
        bad.write_text("bad.example\n")
        running = namespaces.start_sensor(
            network, bin_dir / "querywatch-sensor", "right", "-c", path, "-b",
            bad)
        started.append(running)
        return running
    yield function
    for running in started:
        running.kill9()


def said(running, text, seconds=30):
    assert running.wait_for(lambda: text in running.stderr, seconds), \
        running.stderr


def test_silence(network, sensor):
    running = sensor("quiet = 1")
    said(running, "nothing has come for 1 s")
    network.send([query(1)])
    said(running, "DNS comes in now")
    network.send([raw(Ether(dst="02:00:00:00:00:02") / IP(dst="192.0.2.1")
                      / UDP(dport=2152) / b"no tunnel")])
    said(running, "no DNS has come for")
    assert "though 1 frames have" in running.stderr
    running.stop()


def test_one_side_only(network, sensor):
    running = sensor("quiet = 0")
    frames = [query(i) for i in range(1500)]
    network.send(frames)
    said(running, "the mirror shows one direction only: 1500 of 1500 messages "
         "in ")
    assert "are queries: mirror both" in running.stderr
    running.stop()


def test_drops(network, sensor):
    running = sensor("ring = 1")
    network.send([query(1, "bad.example")])
    assert running.wait_for(lambda: running.stdout, 10)
    # A ring that nobody empties.
    running.signal(signal.SIGSTOP)
    network.send([query(i) for i in range(20000)])
    running.signal(signal.SIGCONT)
    said(running, "dropped by a full ring: raise 'ring', or run more workers")
    assert " % of the frames are lost: " in running.stderr
    text = running.stop()
    assert "kernel: 20001 received, " in text and " 0 ring_drops" not in text
