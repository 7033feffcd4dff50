#!/usr/bin/python3
"""tests/support/make_matrix.py FOLDER: one small capture per way in which a
DNS message may travel, each with a name of its own, and matrix.json, which
says what is in them.

The cases up to "formats" are those of docs/decode-matrix.md; the last ones
break the rules of fragments and streams, and most of them must give nothing.
Run with another folder it feeds any other program the same captures.
"""

import json
import pathlib
import struct
import sys

from scapy.all import (DNS, DNSQR, DNSRR, Dot1AD, Dot1Q, EDNS0ClientSubnet,
                       Ether, GRE, IP, IPOption_NOP, IPv6,
                       IPv6ExtHdrDestOpt, IPv6ExtHdrFragment,
                       IPv6ExtHdrHopByHop, IPv6ExtHdrRouting, LLC, PadN,
                       PPP, PPPoE, Raw, SNAP, TCP, UDP, DNSRROPT, raw)
from scapy.contrib.geneve import GENEVE
from scapy.contrib.mpls import MPLS
from scapy.layers.vxlan import VXLAN

START = 1795417200		# 2026-11-23 07:00:00 UTC
CLIENT, SERVER = "192.0.2.66", "198.51.100.53"
CLIENT6, SERVER6 = "2001:db8::66", "2001:db8:53::53"
NULL, ETHER, PPP_LINK, RAW, LOOP, SLL, SLL2 = 0, 1, 9, 101, 108, 113, 276
OUTER = dict(src="203.0.113.1", dst="203.0.113.2")
OUTER6 = dict(src="2001:db8:ffff::1", dst="2001:db8:ffff::2")
CASES = {}		# name: what matrix.json says, and the frames


def case(name, frames, linktype=ETHER, family=4, names=None, answers=None,
         transport="udp", vlan=None, tunnel=None, kind="", nothing=False,
         group="matrix"):
    """One capture.  names were asked, answers answered (default: the case's
    own name, both)."""
    own = [f"{name}.matrix.example"]
    CASES[name] = dict(
        frames=frames, linktype=linktype, kind=kind, group=group,
        queries=[] if nothing else own if names is None else names,
        responses=[] if nothing else names or own if answers is None
        else answers,
        client=CLIENT if family == 4 else CLIENT6, transport=transport,
        vlan=vlan, tunnel=tunnel)


# --- messages and packets ---------------------------------------------------

def query(name, **more):
    return DNS(id=4711, rd=1, qd=DNSQR(qname=name), **more)


def response(name):
    return DNS(id=4711, qr=1, rd=1, ra=1, qd=DNSQR(qname=name),
               an=DNSRR(rrname=name, ttl=60, rdata="192.0.2.7"))


def ip(answer=False, family=4, **more):
    ends = (CLIENT, SERVER) if family == 4 else (CLIENT6, SERVER6)
    source, target = reversed(ends) if answer else ends
    return (IP if family == 4 else IPv6)(src=source, dst=target, **more)


def udp(payload, answer=False):
    ports = dict(sport=53, dport=50000) if answer else dict(sport=50000,
                                                           dport=53)
    return UDP(**ports) / payload


def pair(name, family=4, between=None, **more):
    """A query and its response, as IP packets; between is put before UDP."""
    name = name if "." in name else f"{name}.matrix.example"
    packets = []
    for answer, message in (False, query(name)), (True, response(name)):
        packet = ip(answer, family, **more)
        if between is not None:
            packet = packet / between
        packets.append(packet / udp(message, answer))
    return packets


def ether(packet, **more):
    return Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02",
                 **more) / packet


def wrapped(name, wrap, family=4, frame=ether, **more):
    """A case whose packets are put into something."""
    case(name, [frame(wrap(p)) for p in pair(name, family)], family=family,
         **more)


# --- TCP --------------------------------------------------------------------

def framed(*messages):
    return b"".join(struct.pack("!H", len(raw(m))) + raw(m)
                    for m in messages)


def segments(octets, cuts, answer=False, family=4, start=1000, syn=True,
             order=None, options=()):
    """A stream cut at the places given, its segments in the order given."""
    ports = dict(sport=53, dport=50001) if answer else dict(sport=50001,
                                                           dport=53)
    ends = [0, *cuts, len(octets)]
    made = [ip(answer, family) / TCP(seq=start + a, flags="PA",
                                     options=list(options), **ports)
            / Raw(octets[a:b]) for a, b in zip(ends, ends[1:])]
    made = [made[i] for i in order or range(len(made))]
    if syn:
        made.insert(0, ip(answer, family) / TCP(
            seq=start - 1, flags="SA" if answer else "S", **ports))
    return made


def tcp(name, cuts=(), names=None, family=4, kind="", **more):
    """A case of one connection; names are asked and answered in it."""
    names = names or [f"{name}.matrix.example"]
    packets = segments(framed(*map(query, names)), cuts, family=family,
                       **more)
    packets += segments(framed(*map(response, names)), cuts, answer=True,
                        family=family, **more)
    case(name, [ether(p) for p in packets], family=family, names=names,
         transport="tcp", kind=kind)


# --- fragments --------------------------------------------------------------

def pieces(packet, *cuts, id=77):
    """An IP packet in fragments that end at the cuts, in order."""
    packet = packet.__class__(raw(packet))	# all fields filled in
    payload = raw(packet.payload)
    ends = [0, *cuts, len(payload)]
    made = []
    for a, b in zip(ends, ends[1:]):
        more = int(b < len(payload))
        if packet.version == 6:
            head = IPv6(src=packet.src, dst=packet.dst) / IPv6ExtHdrFragment(
                nh=packet.nh, offset=a // 8, m=more, id=id)
        else:
            head = IP(src=packet.src, dst=packet.dst, proto=packet.proto,
                      id=id, flags=more, frag=a // 8)
        made.append(head / Raw(payload[a:b]))
    return made


def fragments(name, change, cuts=(16, 32), family=4, **more):
    """A case of a query and a response in fragments, which change turns into
    those that are shown."""
    packets = []
    for number, packet in enumerate(pair(name, family)):
        packets += change(pieces(packet, *cuts, id=77 + number))
    case(name, [p if isinstance(p, int) else ether(p) for p in packets],
         family=family, **more)


def but(number, **fields):
    """Change fields of one fragment (of its last header that has them)."""
    def function(made):
        layer = made[number]
        if layer.haslayer(IPv6ExtHdrFragment) and not set(fields) & {
                "src", "dst"}:
            layer = layer[IPv6ExtHdrFragment]
        for field, value in fields.items():
            setattr(layer, field, value)
        return made
    return function


# --- the cases of the matrix --------------------------------------------------

def plain_cases():
    case("plain4", [ether(p) for p in pair("plain4")])
    case("plain6", [ether(p) for p in pair("plain6", 6)], family=6)
    case("ip-options", [ether(p) for p in pair(
        "ip-options", options=[IPOption_NOP()] * 4)])
    case("padding", [raw(ether(p)) + b"\0" * 9 for p in pair("padding")])
    subnet = DNSRROPT(rclass=1232, rdata=[EDNS0ClientSubnet(
        source_plen=24, address="192.0.2.0")])
    case("edns-ecs", [
        ether(ip() / udp(query("edns-ecs.matrix.example", ar=subnet))),
        ether(ip(True) / udp(response("edns-ecs.matrix.example"), True))])
    case("case-0x20", [ether(p) for p in pair("CaSe-0X20.mAtRiX.eXaMpLe")])
    case("no-answer", [ether(pair("no-answer")[0])], answers=[])
    for name, labels in (("long-name", ["a" * 63, "b" * 63, "c" * 63,
                                        "d" * 40, "matrix", "example"]),
                         ("many-labels", ["x"] * 127)):
        own = ".".join(labels)
        case(name, [ether(p) for p in pair(own)], names=[own])
    case("cut-answer", [(raw(ether(p)), 8 * n) for n, p in
                        enumerate(pair("cut-answer"))])


def layer_cases():
    wrapped("vlan", lambda p: Dot1Q(vlan=12) / p, vlan=12)
    wrapped("vlan6", lambda p: Dot1Q(vlan=12) / p, 6, vlan=12)
    wrapped("qinq-88a8", lambda p: Dot1AD(vlan=100) / Dot1Q(vlan=7) / p,
            vlan=100)
    wrapped("qinq-8100", lambda p: Dot1Q(vlan=100) / Dot1Q(vlan=7) / p,
            vlan=100)
    wrapped("three-tags", lambda p: Dot1Q(vlan=1) / Dot1Q(vlan=2)
            / Dot1Q(vlan=3) / p, vlan=1)
    wrapped("mpls1", lambda p: MPLS(label=16, s=1) / p,
            frame=lambda p: ether(p, type=0x8847))
    wrapped("mpls2", lambda p: MPLS(label=16, s=0) / MPLS(label=17, s=1) / p,
            frame=lambda p: ether(p, type=0x8847))
    wrapped("vlan-mpls", lambda p: Dot1Q(vlan=12, type=0x8847)
            / MPLS(label=16, s=1) / p, vlan=12)
    wrapped("pppoe", lambda p: PPPoE(sessionid=1) / PPP(proto=0x21) / p)
    wrapped("pppoe6", lambda p: PPPoE(sessionid=1) / PPP(proto=0x57) / p, 6)
    wrapped("llc-snap", lambda p: Raw(raw(LLC(dsap=0xaa, ssap=0xaa, ctrl=3)
            / SNAP(OUI=0, code=0x800) / p)),
            frame=lambda p: ether(p, type=len(p)))


def tunnel_cases():
    def gre(**more):
        return lambda p: IP(**OUTER) / GRE(**more) / p

    def mirror(head, proto, **more):
        return lambda p: (IP(**OUTER) / GRE(proto=proto, **more)
                          / Raw(head + raw(ether(p))))

    def datagram(port, head):
        return lambda p: (IP(**OUTER) / UDP(sport=49152, dport=port)
                          / head(p))
    wrapped("gre", gre(), tunnel="gre")
    wrapped("gre-key-seq", gre(key_present=1, key=7, seqnum_present=1),
            tunnel="gre")
    wrapped("gre-teb", mirror(b"", 0x6558), tunnel="gre")
    wrapped("erspan1", mirror(b"", 0x88be), tunnel="erspan")
    wrapped("erspan2", mirror(b"\x10\x0c\0\x01\0\0\0\0", 0x88be,
                              seqnum_present=1), tunnel="erspan")
    wrapped("erspan3", mirror(b"\x20\x0c\0\x01" + b"\0" * 8, 0x22eb,
                              seqnum_present=1), tunnel="erspan")
    wrapped("erspan3-sub", mirror(b"\x20\x0c\0\x01" + b"\0" * 7 + b"\1"
                                  + b"\0" * 8, 0x22eb, seqnum_present=1),
            tunnel="erspan")
    wrapped("vxlan", datagram(4789, lambda p: VXLAN(vni=5, flags=8)
                              / ether(p)), tunnel="vxlan")
    wrapped("geneve", datagram(6081, lambda p: GENEVE(vni=5, proto=0x6558)
                               / ether(p)), tunnel="geneve")
    wrapped("gtp-u", datagram(2152, lambda p: Raw(
        struct.pack("!BBHI", 0x30, 255, len(p), 9) + raw(p))), tunnel="gtp")
    wrapped("ipip", lambda p: IP(**OUTER) / p, tunnel="ipip")
    wrapped("4in6", lambda p: IPv6(nh=4, **OUTER6) / p, tunnel="ipip")
    wrapped("6in4", lambda p: IP(proto=41, **OUTER) / p, 6, tunnel="ipip")
    hop, opt = IPv6ExtHdrHopByHop(options=[PadN()]), IPv6ExtHdrDestOpt(
        options=[PadN()])
    for name, between in (
            ("hop-by-hop", hop), ("dest-opts", opt), ("hop-dest", hop / opt),
            ("routing", IPv6ExtHdrRouting(addresses=["2001:db8::1"]))):
        case(name, [ether(p) for p in pair(name, 6, between)], family=6)


def fragment_cases():
    fragments("frag4", lambda made: made)
    fragments("frag4-reversed", lambda made: made[::-1])
    fragments("frag4-first8", lambda made: made, (8,))
    fragments("frag6", lambda made: made, family=6)
    fragments("frag6-reversed", lambda made: made[::-1], family=6)
    case("frag6-atomic", [ether(p) for p in pair(
        "frag6-atomic", 6, IPv6ExtHdrFragment(id=3))], family=6)
    inner = pair("frag-in-frag")[0]
    packets = []
    for number, part in enumerate(pieces(inner, 16)):
        packets += pieces(IP(proto=4, **OUTER) / part, 24,
                          id=90 + number)
    case("frag-in-frag", [ether(p) for p in packets], tunnel="ipip",
         answers=[])


def tcp_cases():
    tcp("tcp")
    tcp("tcp6", family=6)
    tcp("tcp-split", [20])
    tcp("tcp-prefix-alone", [2])
    tcp("tcp-prefix-cut", [1])
    tcp("tcp-three", names=[f"tcp-three-{n}.matrix.example"
                            for n in ("one", "two", "three")])
    tcp("tcp-reordered", [12, 25], order=[2, 0, 1])
    tcp("tcp-midstream", syn=False)
    tcp("tcp-repeated", [20], order=[0, 0, 1, 0, 1])
    tcp("tcp-options", [20], options=[("NOP", None), ("Timestamp", (1, 2))])
    ports = dict(sport=50001, dport=53, seq=999, flags="S")
    case("tcp-fast-open", [ether(ip() / TCP(**ports) / Raw(framed(query(
        "tcp-fast-open.matrix.example"))))] * 2, transport="tcp", answers=[])


def format_cases():
    cooked = struct.pack("!HHH6s2x", 0, 1, 6, b"\2\0\0\0\0\1")
    cooked2 = struct.pack("!HIHBB6s2x", 0, 2, 1, 0, 6, b"\2\0\0\0\0\1")
    for name, link, head, family in (
            ("dlt-raw", RAW, b"", 4), ("dlt-raw6", RAW, b"", 6),
            ("dlt-null", NULL, struct.pack("<I", 2), 4),
            ("dlt-loop", LOOP, struct.pack(">I", 2), 4),
            ("dlt-sll", SLL, cooked + b"\x08\0", 4),
            ("dlt-sll2", SLL2, b"\x08\0" + cooked2, 4),
            ("dlt-sll-vlan", SLL, cooked + b"\x81\0\0\x0c\x08\0", 4),
            ("dlt-ppp", PPP_LINK, b"\xff\3\0\x21", 4)):
        case(name, [head + raw(p) for p in pair(name, family)], link, family,
             vlan=12 if "vlan" in name else None)
    for name in "pcapng", "nanosecond", "big-endian":
        case(name, [ether(p) for p in pair(name)], kind=name)


# --- the kinds of DNS-OARC's bad-packets ------------------------------------

def broken_cases():
    def twice(made):
        return [made[0], made[0], made[1], made[1], made[2]]

    def empty(made):
        hollow = made[1].copy()
        hollow.remove_payload()
        return [made[0], hollow, *made[1:]]
    bad = dict(group="broken", nothing=True)
    fragments("frag4-twice", twice, group="broken")
    fragments("frag4-middle-first", lambda m: [m[1], m[2], m[0]],
              group="broken")
    fragments("frag4-empty", empty, group="broken")
    fragments("frag4-vlan", lambda m: [Dot1Q(vlan=12) / p for p in m],
              vlan=12, group="broken")
    fragments("frag6-twice", twice, family=6, group="broken")
    fragments("frag6-next-header", but(1, nh=59), family=6, group="broken")
    for n, word in enumerate(("first", "middle", "last")):
        fragments(f"frag4-no-{word}", lambda m, n=n: m[:n] + m[n + 1:],
                  **bad)
        fragments(f"frag6-no-{word}", lambda m, n=n: m[:n] + m[n + 1:],
                  family=6, **bad)
    fragments("frag4-no-mf", but(0, flags=0), **bad)
    fragments("frag4-more-for-ever", but(2, flags=1), **bad)
    for word, value in (("less", 1), ("more", 3)):
        fragments(f"frag4-one-{word}", but(1, frag=value), **bad)
        fragments(f"frag6-one-{word}", but(1, offset=value), family=6, **bad)
    for field, value in (("id", 5), ("proto", 6), ("src", "192.0.2.67"),
                         ("dst", "198.51.100.54")):
        fragments(f"frag4-other-{field}", but(1, **{field: value}), **bad)
    fragments("frag6-other-id", but(1, id=5), family=6, **bad)
    fragments("frag4-timeout", lambda m: [m[0], 31, m[1], m[2]], **bad)
    case("udp-empty", [ether(ip() / UDP(sport=50000, dport=53))], **bad)
    case("tcp-empty", [ether(ip() / TCP(sport=50001, dport=53, flags=f))
                       for f in ("S", "A", "FA")], **bad)
    whole = framed(query("tcp-hole.matrix.example"))
    case("tcp-hole", [ether(p) for p in segments(whole, [12, 20],
                                                 order=[0, 2])], **bad)


# --- files ------------------------------------------------------------------

def write_pcap(path, linktype, records, order="<", magic=0xa1b2c3d4, unit=1):
    with open(path, "wb") as out:
        out.write(struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535,
                              linktype))
        for seconds, micros, octets, length in records:
            out.write(struct.pack(order + "IIII", seconds, micros * unit,
                                  len(octets), length) + octets)


def write_pcapng(path, linktype, records):
    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        return struct.pack("<II", kind, len(body) + 12) + body + struct.pack(
            "<I", len(body) + 12)
    with open(path, "wb") as out:
        out.write(block(0x0a0d0d0a, struct.pack("<IHHq", 0x1a2b3c4d, 1, 0,
                                                -1)))
        out.write(block(1, struct.pack("<HHI", linktype, 0, 65535)))
        for seconds, micros, octets, length in records:
            time = seconds * 1000000 + micros
            out.write(block(6, struct.pack("<IIIII", 0, time >> 32,
                                           time & 0xffffffff, len(octets),
                                           length) + octets))


def records_of(frames):
    """Frames 1 ms apart; a number among them is a pause in seconds, a pair is
    a frame and how many of its last octets were not captured."""
    micros = 0
    for frame in frames:
        if isinstance(frame, int):
            micros += frame * 1000000
            continue
        cut = 0
        if isinstance(frame, tuple):
            frame, cut = frame
        octets = raw(frame)
        seconds, rest = divmod(micros, 1000000)
        yield (START + seconds, rest, octets[:len(octets) - cut],
               len(octets))
        micros += 1000


def make(folder):
    """Write all captures; what matrix.json says, by case."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    CASES.clear()
    for add in (plain_cases, layer_cases, tunnel_cases, fragment_cases,
                tcp_cases, format_cases, broken_cases):
        add()
    for name, c in CASES.items():
        path = folder / f"{name}.pcap"
        records = list(records_of(c.pop("frames")))
        link, kind = c.pop("linktype"), c.pop("kind")
        if kind == "pcapng":
            write_pcapng(path, link, records)
        elif kind == "nanosecond":
            write_pcap(path, link, records, magic=0xa1b23c4d, unit=1000)
        else:
            write_pcap(path, link, records,
                       ">" if kind == "big-endian" else "<")
    (folder / "matrix.json").write_text(json.dumps(CASES, indent=1))
    return CASES


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: make_matrix.py FOLDER")
    print(len(make(sys.argv[1])), "captures")
