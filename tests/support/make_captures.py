#!/usr/bin/python3
"""tests/support/make_captures.py: write the captures of tests/golden/sensor-*.

Every packet is made here, with scapy, of documentation addresses and names,
so that nobody's queries are kept.  The files are checked in; run this again
only to change them.
"""

import gzip
import lzma
import pathlib
import struct
import subprocess

from scapy.all import (DNS, DNSQR, Dot1AD, Dot1Q, Ether, IP, IPv6, Raw, TCP,
                       UDP, raw)

from captures import Pcapng, pcap, write_pcap

GOLDEN = pathlib.Path(__file__).resolve().parents[1] / "golden"
START = 1795417200		# 2026-11-23 07:00:00 UTC
CLIENT, SERVER = "192.0.2.66", "198.51.100.53"
CLIENT6, SERVER6 = "2001:db8::66", "2001:db8:53::53"
ETHER, NULL, RAW, SLL, SLL2, USB = 1, 0, 101, 113, 276, 189


def query(name="www.bad.example", qtype="A", id=4711, **more):
    return DNS(id=id, rd=1, qd=DNSQR(qname=name, qtype=qtype), **more)


def wire_query(name, id=4711, flags=0x0100, tail=b"\0\1\0\1", questions=1):
    """A query whose name is given as octets."""
    return Raw(struct.pack("!6H", id, flags, questions, 0, 0, 0)
               + name + tail)


def labels(*octets):
    return b"".join(bytes([len(o)]) + o for o in octets) + b"\0"


def udp4(payload, client=CLIENT, port=50000):
    return IP(src=client, dst=SERVER) / UDP(sport=port, dport=53) / payload


def udp6(payload):
    return (IPv6(src=CLIENT6, dst=SERVER6) / UDP(sport=50006, dport=53)
            / payload)


def answer(payload):
    return IP(src=SERVER, dst=CLIENT) / UDP(sport=53, dport=50000) / payload


def ether(packet):
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02") / packet


def tcp(octets, seq, flags="A", port=50001):
    return ether(IP(src=CLIENT, dst=SERVER)
                 / TCP(sport=port, dport=53, flags=flags, seq=seq)
                 / Raw(octets))


def write(case, name, linktype, packets, step=0.25):
    folder = GOLDEN / case
    folder.mkdir(parents=True, exist_ok=True)
    micros = [int(i * step * 1e6) + 123456 for i in range(len(packets))]
    write_pcap(folder / name, linktype,
               [(START + m // 1000000, m % 1000000, raw(p))
                for m, p in zip(micros, packets)])


def framed(*messages):
    """Messages as TCP carries them."""
    return b"".join(struct.pack("!H", len(raw(m))) + raw(m)
                    for m in messages)


def main():
    write("sensor-plain", "plain.pcap", ETHER, [
        ether(udp4(query())),
        ether(answer(DNS(id=4711, qr=1, rd=1, ra=1, rcode=3,
                         qd=DNSQR(qname="www.bad.example")))),
        ether(udp6(query("WWW.Example", "AAAA", id=1))),
        ether(IP(src=CLIENT, dst=SERVER) / UDP(sport=1, dport=123)
              / b"no DNS port"),
    ])

    write("sensor-links", "vlan.pcap", ETHER, [
        ether(Dot1Q(vlan=12) / udp4(query("vlan.example"))),
        ether(Dot1AD(vlan=100) / Dot1Q(vlan=7)
              / udp6(query("qinq.example"))),
    ])
    cooked = struct.pack("!HHH6s2x", 0, 1, 6, b"\2\0\0\0\0\1")
    write("sensor-links", "sll.pcap", SLL, [
        cooked + b"\x08\0" + raw(udp4(query("sll.example"))),
        cooked + b"\x86\xdd" + raw(udp6(query("sll6.example"))),
    ])
    cooked2 = struct.pack("!HIHBB6s2x", 0, 2, 1, 0, 6, b"\2\0\0\0\0\1")
    write("sensor-links", "sll2.pcap", SLL2, [
        b"\x08\0" + cooked2 + raw(udp4(query("sll2.example"))),
    ])
    write("sensor-links", "raw.pcap", RAW, [
        udp4(query("raw.example")), udp6(query("raw6.example")),
    ])
    write("sensor-links", "null.pcap", NULL, [
        struct.pack("<I", 2) + raw(udp4(query("null.example"))),
        struct.pack(">I", 30) + raw(udp6(query("null6.example"))),
    ])

    whole = framed(query("one.example"), query("two.example", id=2),
                   query("three.example", id=3))
    write("sensor-tcp", "tcp.pcap", ETHER, [
        tcp(b"", 999, "S"),
        tcp(whole[:1], 1000),			# half a length
        tcp(whole[1:40], 1001),
        tcp(whole[1:40], 1001),			# again
        tcp(whole[30:], 1030),			# ten octets twice
        tcp(b"", 1000 + len(whole), "FA"),
        tcp(framed(query("middle.example")), 77, port=50002),
        tcp(b"GET / HTTP/1.1\r\n\r\n", 1, port=50003),
    ])

    write("sensor-names", "names.pcap", ETHER, [ether(udp4(m)) for m in [
        wire_query(b"\0", tail=b"\0\2\0\1"),
        wire_query(labels(b"BaD", b"EXAMPLE")),
        wire_query(labels(b"a.b", b"c\\d", b"\"q\"", b"example")),
        wire_query(labels(b"\0\x01 \x7f\xff", b"example")),
        wire_query(labels(b"a" * 63, b"b" * 63, b"c" * 63, b"d" * 61)),
        wire_query(labels(b"odd", b"type"), tail=b"\xff\xfe\x10\xfb"),
        wire_query(labels(b"chaos"), tail=b"\0\x10\0\3"),
        wire_query(labels(b"two", b"example"), questions=2,
                   tail=b"\0\1\0\1\3www\xc0\x0c\0\x1c\0\1"),
        wire_query(b"", questions=0, tail=b""),
        wire_query(labels(b"cut", b"example")[:6], tail=b""),
        wire_query(b"\xc0\x0c"),
        wire_query(labels(b"notify", b"example"), flags=0x2400),
    ]])

    names = ["bad.example", "www.bad.example", "notbad.example",
             "bad.example.org", "BAD.example", "exact.test", "x.exact.test",
             "sub.exact.test", "a.sub.exact.test"]
    write("lists-match", "names.pcap", ETHER,
          [ether(udp4(query(n, id=i))) for i, n in enumerate(names)])
    write("lists-repeats", "names.pcap", ETHER,
          [ether(udp4(query("bad.example", id=i), port=50000 + i))
           for i in range(50)])
    write("sensor-netblocks", "clients.pcap", ETHER,
          [ether(udp4(query(), client=c)) for c in [
              "192.0.2.66", "192.0.2.53", "203.0.113.1", "192.0.2.129"]]
          + [ether(udp6(query()))])


    write_files(GOLDEN / "sensor-files")


def write_files(folder):
    """One query in capture files of each kind."""
    def name(file):
        return raw(udp4(query(file.replace(".", "-") + ".example")))

    def put(file, octets):
        (folder / file).write_bytes(octets)

    folder.mkdir(exist_ok=True)
    for order, word in (("<", "little"), (">", "big")):
        for kind, magic, fraction in (("micro", 0xa1b2c3d4, 123456),
                                      ("nano", 0xa1b23c4d, 123456789),
                                      ("modified", 0xa1b2cd34, 123456)):
            file = f"{kind}-{word}.pcap"
            put(file, pcap(RAW, [(START, fraction, name(file))], order,
                           magic))
        file = f"kinds-{word}.pcapng"
        ng = Pcapng(order)
        put(file, ng.section() + ng.interface(RAW, 9000)
            + ng.interface(ETHER, 0, 9) + ng.interface(USB)
            + ng.interface(RAW, 0, 0x80 | 20, START)
            + ng.old_packet(0, START * 10**6 + 123456,
                            name("old-" + file))
            + ng.packet(1, START * 10**9 + 123456789,
                        raw(ether(udp4(query("ether-" + word
                                             + ".example")))))
            + ng.packet(2, 0, b"no IP") + ng.block(0xbad, b"unknown")
            + ng.packet(3, 2**19, name("offset-" + file))
            + ng.simple_packet(name("simple-" + file)))
    little, big = Pcapng("<"), Pcapng(">")
    put("sections.pcapng", b"".join(
        ng.section() + ng.interface(RAW)
        + ng.packet(0, START * 10**6, name(f"section-{ng.order == '>':d}"))
        for ng in (little, big, little)))
    put("gzip.pcap.gz", gzip.compress(pcap(RAW, [
        (START, 0, name("gzip"))]), mtime=0))
    put("zstd.pcap.zst", subprocess.run(
        ["zstd", "-q", "-c"], check=True, stdout=subprocess.PIPE,
        input=pcap(RAW, [(START, 0, name("zstd"))])).stdout)
    put("xz.pcap.xz", lzma.compress(pcap(RAW, [(START, 0, name("xz"))])))
    put("cut.pcap", pcap(RAW, [(START, 0, name("whole")),
                               (START, 1, name("cut"))])[:-9])
    put("cut.pcap.gz", gzip.compress(pcap(RAW, [
        (START, i, name(f"n{i}")) for i in range(9)]), mtime=0)[:-9])
    put("broken.pcapng", little.section() + little.interface(RAW)
        + little.packet(0, START * 10**6, name("before"))
        + little.packet(1, START * 10**6, name("behind")))
    put("usb.pcap", pcap(USB, [(START, 0, b"no IP")]))


if __name__ == "__main__":
    main()
