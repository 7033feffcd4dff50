"""Several workers: on one interface each client belongs to one of them,
whatever way its messages come; files are read side by side."""

import collections
import json
import os
import signal

import pytest
from scapy.all import (DNS, DNSQR, DNSRR, Dot1Q, Ether, IP, IPv6, TCP, UDP,
                       VXLAN, fragment, raw)

import namespaces
from captures import write_pcap
from programs import counters

SERVER, SERVER6 = "198.51.100.53", "2001:db8:53::53"
CLIENTS = [f"192.0.2.{i}" for i in range(1, 41)]
CLIENTS6 = [f"2001:db8::{i:x}" for i in range(1, 21)]
WORKERS = 4


def ether(packet):
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / packet


def ip(src, dst):
    return IPv6(src=src, dst=dst) if ":" in src else IP(src=src, dst=dst)


def exchange(client, id, name):
    """A query and its response, as packets."""
    server = SERVER6 if ":" in client else SERVER
    port = 20000 + id
    answers = DNSRR(rrname=name, rdata="203.0.113.0")
    for i in range(1, 30):
        answers = answers / DNSRR(rrname=name, rdata=f"203.0.113.{i}")
    return (ip(client, server) / UDP(sport=port, dport=53)
            / DNS(id=id, rd=1, qd=DNSQR(qname=name)),
            ip(server, client) / UDP(sport=53, dport=port)
            / DNS(id=id, qr=1, rd=1, ra=1, qd=DNSQR(qname=name), ancount=30,
                  an=answers))


def tunnel(packet):
    """In one tunnel between two fixed addresses."""
    return [ether(IP(src="192.0.2.253", dst="192.0.2.254")
                  / UDP(sport=4789, dport=4789, chksum=0)
                  / VXLAN(vni=7, flags=8) / ether(packet))]


def in_fragments(packet):
    return [ether(f) for f in fragment(packet, fragsize=200)] \
        if packet.version == 4 else [ether(packet)]


def in_tcp(packet):
    message = raw(packet[DNS])
    octets = len(message).to_bytes(2, "big") + message
    udp = packet[UDP]
    flow = ip(packet.src, packet.dst) / TCP(sport=udp.sport, dport=udp.dport,
                                    flags="PA")
    cut = len(octets) // 2
    parts = []
    for at, part in ((0, octets[:cut]), (cut, octets[cut:])):
        segment = flow.copy()
        segment[TCP].seq = 1000 + at
        parts.append(ether(segment / part))
    return parts


WAYS = {
    "plain": lambda p: [ether(p)],
    "tagged": lambda p: [Ether(src="02:00:00:00:00:01",
                               dst="02:00:00:00:00:02")
                         / Dot1Q(vlan=7) / p],
    "fragments": in_fragments,
    "tunnel": tunnel,
    "tcp": in_tcp,
}


@pytest.fixture
def bad(folder):
    path = folder / "bad.txt"
    path.write_text("bad.example\n")
    return path


def test_a_client_belongs_to_one_worker(network, folder, bad, bin_dir):
    conf = folder / "conf"
    # One window, and time enough, on a busy machine, for all of it.
    conf.write_text("coalesce = 3600\nanswer_wait = 60\n")
    clients = CLIENTS + CLIENTS6
    frames = [frame
              for id, way in enumerate(WAYS.values())
              for client in clients
              for packet in exchange(client, id, "www.bad.example")
              for frame in way(packet)]
    running = namespaces.start_sensor(
        network, bin_dir / "querywatch-sensor", "right", "--workers", WORKERS,
        "-c", conf, "-b", bad)
    network.send(map(raw, frames))
    total = len(WAYS) * len(clients)
    all_seen = f"dns: {total} queries, {total} responses\n"

    def has_seen_all():
        running.signal(signal.SIGUSR1)
        return all_seen in running.stderr
    try:
        assert running.wait_for(has_seen_all, 30), running.stderr
        threads = os.listdir(f"/proc/{running.pid}/task")
    finally:
        said = running.stop()
    hits = collections.defaultdict(list)
    for line in running.stdout.splitlines():
        hit = json.loads(line)
        assert hit["rcode"] == "NOERROR" and len(hit["answers"]) > 10
        hits[hit["client"]].append(hit["n"])
    # The first at once and the others merged: by one worker, who has seen
    # queries and responses.  TCP or UDP is no difference to coalescing.
    assert hits == {client: [1, len(WAYS) - 1] for client in clients}
    assert len(threads) >= WORKERS + 1
    counted = counters(said)
    assert counted["answers_in_time"] == total
    # All tunnels go to one worker, who gives most away.
    assert counted["workers_handed_over"] > total / 5
    assert "workers_mailbox_drops" not in counted
    assert counted["kernel_received"] == len(frames)
    assert counted["kernel_ring_drops"] == 0


def make_files(folder, count):
    """Captures of a hundred exchanges each; how many hits there are."""
    paths = []
    for n in range(count):
        frames = []
        for i in range(100):
            name = f"q{n}-{i}." + ("bad.example" if i % 4 == 0 else "example")
            for k, packet in enumerate(exchange(CLIENTS[i % 40], i, name)):
                frames.append((1795417200 + 60 * n, i * 1000 + k,
                               raw(ether(packet))))
        paths.append(folder / f"{n}.pcap")
        write_pcap(paths[-1], 1, frames)
    return paths, 25 * count


def read(run, bad, paths, *args, **more):
    done = run("sensor", "-b", bad, *args,
               *(word for path in paths for word in ("-r", path)), **more)
    return sorted(done.stdout.splitlines()), done.stderr


def test_files_are_read_side_by_side(folder, run, bad):
    paths, hits = make_files(folder, 7)
    one, said = read(run, bad, paths)
    assert len(one) == hits
    for workers in (2, 3, 64):
        more, said_more = read(run, bad, paths, "--workers", workers)
        assert more == one
        assert said_more == said
    conf = folder / "conf"
    conf.write_text("workers = 2\n")
    assert read(run, bad, paths, "-c", conf) == (one, said)


def test_a_broken_file_stops_no_other(folder, run, bad):
    paths, hits = make_files(folder, 4)
    whole = paths[1].read_bytes()
    paths[1].write_bytes(whole[:len(whole) // 2])
    paths[2].write_bytes(b"no capture at all, but longer than a header")
    one, said = read(run, bad, paths, check=1)
    assert hits / 2 < len(one) < hits * 3 / 4
    two, said = read(run, bad, paths, "--workers", 2, check=1)
    assert two == one
    assert f"the capture ends early: {paths[1]}" in said
    assert str(paths[2]) in said


@pytest.mark.parametrize("workers", ["0", "65", "-1", "two", "", "1x"])
def test_a_wrong_number_of_workers_is_an_error(run, workers):
    done = run("sensor", "-n", "--workers", workers, check=2)
    assert "give a number, 1 to 64" in done.stderr
