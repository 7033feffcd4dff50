#!/usr/bin/python3
"""tunnel.py NAME KIND UNDER LOCAL REMOTE: a network interface that tags or
tunnels what goes through it, for kernels that have none of that kind.

A TAP (frames) or TUN (packets) interface NAME, whose traffic goes out behind
the header of KIND, over the interface UNDER or from address LOCAL to REMOTE,
and comes in from there.  Says "ready" once the interface is there; works
until it is ended.
"""

import fcntl
import os
import select
import socket
import struct
import sys

TUNSETIFF = 0x400454ca
TUN, TAP, NO_PI = 1, 2, 0x1000

SOL_PACKET, PACKET_AUXDATA = 263, 8
PACKET_OUTGOING = 4
ETH_P_ALL = 3
TAG_VALID, TAG_TYPE_VALID = 0x10, 0x40
IP_MTU_DISCOVER, IP_PMTUDISC_DONT = 10, 0

GRE, IPIP, IP6IP = 47, 4, 41


class Tagged:
    """Frames with these tags, on an interface."""

    def __init__(self, tags, under):
        self.tags = tags
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.bind((under, ETH_P_ALL))
        self.sockets = [self.socket]

    def send(self, frame):
        self.socket.send(frame[:12] + self.tags + frame[12:])

    def receive(self, _):
        """The frame less its tags; None if it is not ours.  The kernel gives
        the outer tag beside the frame."""
        frame, beside, _, address = self.socket.recvmsg(65600, 64)
        if address[2] == PACKET_OUTGOING:
            return None
        for level, kind, data in beside:
            if (level, kind) != (SOL_PACKET, PACKET_AUXDATA):
                continue
            status, _, _, _, _, tag, type = struct.unpack("=IIIHHHH", data)
            if status & TAG_VALID:
                if not status & TAG_TYPE_VALID:
                    type = 0x8100
                frame = (frame[:12] + struct.pack("!HH", type, tag)
                         + frame[12:])
        end = 12 + len(self.tags)
        return frame[:12] + frame[end:] if frame[12:end] == self.tags \
            else None


class OverUdp:
    """Frames as UDP messages to and from one port."""

    def __init__(self, header, port, local, remote):
        self.header = header
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((local, port))
        self.socket.connect((remote, port))
        self.sockets = [self.socket]

    def send(self, frame):
        self.socket.send(self.header + frame)

    def receive(self, _):
        message = self.socket.recv(65600)
        return message[len(self.header):] \
            if message.startswith(self.header) else None


class OverIp:
    """What follows an IP header of these protocols: protocol and header for
    each kind of payload, which is told by its first four bits, or None."""

    def __init__(self, headers, local, remote):
        self.headers = headers
        self.by_protocol = {
            protocol: socket.socket(socket.AF_INET, socket.SOCK_RAW, protocol)
            for protocol, _ in headers.values()}
        self.sockets = list(self.by_protocol.values())
        for s in self.sockets:
            s.setsockopt(socket.IPPROTO_IP, IP_MTU_DISCOVER,
                         IP_PMTUDISC_DONT)
            s.bind((local, 0))
            s.connect((remote, 0))

    def send(self, packet):
        found = self.headers.get(packet[0] >> 4, self.headers.get(None))
        if found:
            self.by_protocol[found[0]].send(found[1] + packet)

    def receive(self, ready):
        packet = ready.recv(65600)
        packet = packet[(packet[0] & 15) * 4:]
        for protocol, header in self.headers.values():
            if self.by_protocol[protocol] is ready \
                    and packet.startswith(header):
                return packet[len(header):]
        return None


# Kind: what goes through it, and how it travels.
KINDS = {
    "vlan": (TAP, lambda under, *_: Tagged(bytes.fromhex("81000007"), under)),
    "qinq": (TAP, lambda under, *_: Tagged(bytes.fromhex("88a8006481000007"),
                                           under)),
    "gre": (TUN, lambda _, *ends: OverIp(
        {4: (GRE, bytes.fromhex("00000800")),
         6: (GRE, bytes.fromhex("000086dd"))}, *ends)),
    "gretap": (TAP, lambda _, *ends: OverIp(
        {None: (GRE, bytes.fromhex("00006558"))}, *ends)),
    "ipip": (TUN, lambda _, *ends: OverIp({4: (IPIP, b""), 6: (IP6IP, b"")},
                                          *ends)),
    "vxlan": (TAP, lambda _, *ends: OverUdp(
        bytes.fromhex("0800000000000500"), 4789, *ends)),
    "geneve": (TAP, lambda _, *ends: OverUdp(
        bytes.fromhex("0000655800000500"), 6081, *ends)),
}


def main():
    name, kind, *ends = sys.argv[1:]
    mode, carrier_of = KINDS[kind]
    device = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(device, TUNSETIFF,
                struct.pack("16sH22x", name.encode(), mode | NO_PI))
    carrier = carrier_of(*ends)
    print("ready", flush=True)
    while True:
        for ready in select.select([device, *carrier.sockets], [], [])[0]:
            try:
                if ready == device:
                    carrier.send(os.read(device, 65600))
                else:
                    frame = carrier.receive(ready)
                    if frame:
                        os.write(device, frame)
            except OSError:		# the other end is not up (yet)
                pass


if __name__ == "__main__":
    main()
