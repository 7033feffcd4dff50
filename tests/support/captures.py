"""Capture files written octet by octet, for tests."""

import struct


def write_pcap(path, linktype, frames):
    """Frames are (seconds, microseconds, octets)."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 65535,
                              linktype))
        for seconds, micros, octets in frames:
            out.write(struct.pack("<IIII", seconds, micros, len(octets),
                                  len(octets)) + octets)


def wire_name(name):
    """Labels of wire form; \\. is a dot inside one."""
    labels = name.replace("\\.", "\0").split(".")
    return b"".join(bytes([len(x)]) + x.replace("\0", ".").encode()
                    for x in labels) + b"\0"


def message(name, qtype=1, qclass=1, id=1):
    """A query with recursion desired."""
    return (struct.pack("!6H", id & 0xffff, 0x0100, 1, 0, 0, 0)
            + wire_name(name) + struct.pack("!HH", qtype, qclass))


def udp4(client, payload, server="198.51.100.53", port=50000):
    """The payload in an IPv4 packet to port 53."""
    addresses = bytes(int(part) for part in (client + "." + server).split("."))
    return struct.pack("!BBHHHBBH8sHHHH", 0x45, 0, 28 + len(payload), 0, 0,
                       64, 17, 0, addresses, port, 53, 8 + len(payload),
                       0) + payload
