"""dnstap with nothing but struct: streams for tests, and a reading of them
that shares no code with ours.

tests/support/dnstap.py FOLDER writes the file of the golden case
logreader-dnstap, and seeds for the fuzz targets, below FOLDER (the tree)."""

import ipaddress
import pathlib
import struct
import sys

CONTENT = b"protobuf:dnstap.Dnstap"
ACCEPT, START, STOP, READY, FINISH = range(1, 6)
AUTH_QUERY, AUTH_RESPONSE, RESOLVER_QUERY, RESOLVER_RESPONSE, \
    CLIENT_QUERY, CLIENT_RESPONSE = range(1, 7)
TOOL_QUERY = 11
UDP, TCP, DOT, DOH, DNSCRYPT_UDP, DNSCRYPT_TCP, DOQ = range(1, 8)


# --- Frame Streams ------------------------------------------------------------

def control(kind, content=CONTENT):
    body = struct.pack(">I", kind)
    if content is not None:
        body += struct.pack(">II", 1, len(content)) + content
    return struct.pack(">II", 0, len(body)) + body


def frame(payload):
    return struct.pack(">I", len(payload)) + payload


def stream(*payloads):
    """One way, as in a file."""
    return (control(START) + b"".join(map(frame, payloads)) +
            control(STOP, None))


def payloads(data):
    """The payloads in a stream, and whether it ends with STOP."""
    at, found, stopped = 0, [], False
    while at + 4 <= len(data):
        length, = struct.unpack_from(">I", data, at)
        at += 4
        if length > 0:
            if at + length > len(data):
                break
            found.append(data[at:at + length])
        else:
            length, kind = struct.unpack_from(">II", data, at)
            at += 4
            stopped = kind == STOP
        at += length
    return found, stopped


# --- protocol buffers ---------------------------------------------------------

def varint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def field(number, value):
    """A field: octets, a fixed32 as ("fixed", n), or a varint."""
    if isinstance(value, bytes):
        return varint(number << 3 | 2) + varint(len(value)) + value
    if isinstance(value, tuple):
        return varint(number << 3 | 5) + struct.pack("<I", value[1])
    return varint(number << 3) + varint(value)


def fields(data):
    """{number: the last value} of a message."""
    at, found = 0, {}

    def number():
        nonlocal at
        value = shift = 0
        while True:
            octet = data[at]
            at += 1
            value |= (octet & 0x7F) << shift
            shift += 7
            if octet < 0x80:
                return value
    while at < len(data):
        key = number()
        if key & 7 == 0:
            value = number()
        elif key & 7 == 2:
            length = number()
            value = data[at:at + length]
            at += length
        elif key & 7 == 5:
            value, = struct.unpack_from("<I", data, at)
            at += 4
        else:
            raise ValueError(f"wire type {key & 7}")
        found[key >> 3] = value
    return found


def message(kind, wire, client="192.0.2.7", client_port=50894,
            server="198.51.100.53", server_port=53, protocol=UDP,
            time=1795000000.25, identity=b"ns1.example"):
    """The payload of a frame."""
    response = kind % 2 == 0
    addresses = [ipaddress.ip_address(a).packed for a in (client, server)]
    seconds, nanoseconds = int(time), round(time % 1 * 1e9)
    body = field(1, kind)
    body += field(2, 1 if len(addresses[0]) == 4 else 2)
    body += field(3, protocol)
    body += field(4, addresses[0]) + field(5, addresses[1])
    body += field(6, client_port) + field(7, server_port)
    body += field(12 if response else 8, seconds)
    body += field(13 if response else 9, ("fixed", nanoseconds))
    body += field(14 if response else 10, wire)
    return field(1, identity) + field(14, body) + field(15, 1)


def read_message(payload):
    """What a payload says: a dict."""
    f = fields(fields(payload)[14])
    response = f[1] % 2 == 0
    first = 12 if response else 8
    return {
        "kind": f[1],
        "response": response,
        "client": str(ipaddress.ip_address(f[4])),
        "client_port": f.get(6, 0),
        "server": str(ipaddress.ip_address(f[5])) if 5 in f else None,
        "protocol": f.get(3),
        "time": f[first] * 1000000 + f[first + 1] // 1000,
        "wire": f[14 if response else 10],
    }


# --- DNS ----------------------------------------------------------------------

def name(text):
    labels = [label.encode() for label in text.split(".") if label]
    return b"".join(bytes([len(label)]) + label for label in labels) + b"\0"


def query(qname, qtype=1, ident=4660):
    return struct.pack(">6H", ident, 0x0100, 1, 0, 0, 0) + name(qname) + \
        struct.pack(">2H", qtype, 1)


def response(qname, address="203.0.113.9", ident=4660, rcode=0):
    answers = 1 if rcode == 0 else 0
    wire = struct.pack(">6H", ident, 0x8180 | rcode, 1, answers, 0, 0) + \
        name(qname) + struct.pack(">2H", 1, 1)
    if answers:
        wire += struct.pack(">3HIH", 0xC00C, 1, 1, 60, 4) + \
            ipaddress.ip_address(address).packed
    return wire


# --- files --------------------------------------------------------------------

def golden():
    """Every transport, kinds that count and that do not, IPv6, broken ones."""
    def ask(n, qname, kind, **more):
        more = {"time": 1795000000 + n, "client_port": 50000 + n, **more}
        return [message(kind, query(qname, ident=n), **more),
                message(kind + 1, response(qname, ident=n),
                        **{**more, "time": more["time"] + 0.125})]
    found = ask(1, "www.bad.example", CLIENT_QUERY)
    found += ask(2, "good.example", CLIENT_QUERY, protocol=TCP)
    found += ask(3, "bad.example", AUTH_QUERY, protocol=DOT,
                 client="2001:db8::7", server="2001:db8::53")
    found += ask(4, "a.bad.example", CLIENT_QUERY, protocol=DOH)
    found += ask(5, "b.bad.example", CLIENT_QUERY, protocol=DOQ)
    found += ask(6, "resolver.bad.example", RESOLVER_QUERY)
    # On an authoritative server an exchange is AUTH, then CLIENT.
    found += [message(AUTH_QUERY, query("c.bad.example", ident=7),
                      time=1795000007),
              message(CLIENT_RESPONSE, response("c.bad.example", ident=7,
                                                rcode=3),
                      time=1795000007.5)]
    # Out of order, as the queues of several threads are.
    found += ask(9, "e.bad.example", CLIENT_QUERY)
    found += ask(8, "d.bad.example", CLIENT_QUERY)
    found += [b"\x0f", message(CLIENT_QUERY, response("lie.bad.example")),
              message(CLIENT_QUERY, query("cut.bad.example")[:20])]
    return stream(*found)


def seeds():
    """{target: {name: octets}}."""
    plain = message(CLIENT_QUERY, query("www.bad.example"))
    answer = message(CLIENT_RESPONSE, response("www.bad.example"))
    v6 = message(AUTH_QUERY, query("bad.example"), client="2001:db8::7",
                 server="2001:db8::53", protocol=DOT)
    one_way = stream(plain, answer, v6)
    both_ways = control(READY) + one_way
    streams = {
        "one-way": one_way, "both-ways": both_ways,
        "no-content": control(START, None) + frame(plain),
        "other-content": control(READY, b"text:plain"),
        "twice": one_way + one_way, "empty": stream(),
        "long": control(START) + b"\0\3\0\1",
    }
    return {
        "frame_stream": {n: b"\x07" + s for n, s in streams.items()},
        "dnstap_connection": {n: b"\x13" + s for n, s in streams.items()},
        "dnstap_message": {
            "query": plain, "response": answer, "ipv6": v6,
            "twice": plain + answer,
            "unknown": field(99, b"x") + plain + field(77, 300),
            "no-time": field(14, field(1, 5) + field(10, query("a.example")))
            + field(15, 1),
        },
    }


def main(folder):
    target = folder / "tests/golden/logreader-dnstap"
    target.mkdir(exist_ok=True)
    (target / "clients.fstrm").write_bytes(golden())
    for name_, files in seeds().items():
        place = folder / f"tests/fuzz/logreader/dnstap/fuzz_{name_}.in"
        place.mkdir(parents=True, exist_ok=True)
        for seed, octets in files.items():
            (place / seed).write_bytes(octets)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
