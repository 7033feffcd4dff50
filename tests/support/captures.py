"""Capture files written octet by octet, for tests."""

import struct


def pcap(linktype, frames, order="<", magic=0xa1b2c3d4, version=(2, 4)):
    """A pcap file in either byte order; with the magic number of nanoseconds,
    fractions are those; with that of the longer headers, they are longer."""
    extra = b"\0" * 8 if magic == 0xa1b2cd34 else b""
    return (struct.pack(order + "IHHiIII", magic, *version, 0, 0, 65535,
                        linktype)
            + b"".join(struct.pack(order + "IIII", seconds, fraction,
                                   len(octets), len(octets)) + extra + octets
                       for seconds, fraction, octets in frames))


def write_pcap(path, linktype, frames):
    """Frames are (seconds, microseconds, octets)."""
    with open(path, "wb") as out:
        out.write(pcap(linktype, frames))


class Pcapng:
    """Blocks of a pcapng file, in one byte order."""

    def __init__(self, order="<"):
        self.order = order

    def block(self, kind, body):
        body += b"\0" * (-len(body) % 4)
        length = struct.pack(self.order + "I", len(body) + 12)
        return struct.pack(self.order + "I", kind) + length + body + length

    def section(self):
        return self.block(0x0a0d0d0a, struct.pack(
            self.order + "IHHq", 0x1a2b3c4d, 1, 0, -1))

    def option(self, code, value):
        return (struct.pack(self.order + "HH", code, len(value)) + value
                + b"\0" * (-len(value) % 4))

    def interface(self, linktype, snaplen=0, resolution=None, offset=None):
        options = b""
        if resolution is not None:
            options += self.option(9, bytes([resolution]))
        if offset is not None:
            options += self.option(14, struct.pack(self.order + "q", offset))
        return self.block(1, struct.pack(self.order + "HHI", linktype, 0,
                                         snaplen) + options)

    def packet(self, interface, time, octets):
        """A frame, at a time as the interface counts."""
        return self.block(6, struct.pack(
            self.order + "5I", interface, time >> 32, time & 0xffffffff,
            len(octets), len(octets)) + octets + b"\0" * (-len(octets) % 4))

    def old_packet(self, interface, time, octets):
        return self.block(2, struct.pack(
            self.order + "2H4I", interface, 0, time >> 32, time & 0xffffffff,
            len(octets), len(octets)) + octets)

    def simple_packet(self, octets):
        return self.block(3, struct.pack(self.order + "I", len(octets))
                          + octets)


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
