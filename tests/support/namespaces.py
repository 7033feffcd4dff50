"""A network of a test's own: a namespace with a veth pair, to be made by
root only.  Nothing of it is seen outside."""

import pathlib
import os
import subprocess
import sys

import programs

# Reads frames as lines of hex and sends them on the interface it is told.
SENDER = """
import socket, sys
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
for line in sys.stdin:
    s.send(bytes.fromhex(line))
"""


class Namespace:
    """Frames sent into "left" come out of "right"."""

    def __init__(self):
        self.name = f"qwtest{os.getpid()}"
        self.ip("netns", "add", self.name)
        try:
            self.inside("sh", "-c", "echo 1 "
                        ">/proc/sys/net/ipv6/conf/default/disable_ipv6")
            self.ip("-n", self.name, "link", "add", "left", "mtu", "9000",
                    "type", "veth", "peer", "name", "right", "mtu", "9000")
            for end in ("left", "right", "lo"):
                self.ip("-n", self.name, "link", "set", end, "up")
        except subprocess.CalledProcessError:
            self.remove()
            raise

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True, timeout=20,
                       capture_output=True)

    def command(self, *words):
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def inside(self, *words, text=None):
        subprocess.run(self.command(*words), check=True, timeout=30,
                       input=text, text=True, capture_output=True)

    def spawn(self, path, *args):
        """The program at ${path}, in here; a Running.  It has ip's pid: ip
        becomes the program."""
        return programs.Running(*self.command(path, *args))

    def send(self, frames, interface="left"):
        self.inside(sys.executable, "-c", SENDER, interface,
                    text="".join(bytes(f).hex() + "\n" for f in frames))

    def remove(self):
        self.ip("netns", "del", self.name)


def captures(pid):
    """Does a packet socket of that process take in frames, with its ring
    set up and its filter in place?"""
    try:
        with open(f"/proc/{pid}/net/packet") as f:
            taking_in = {line.split()[8] for line in list(f)[1:]
                         if line.split()[3] != "0000"}
        links = [os.readlink(fd)
                 for fd in pathlib.Path(f"/proc/{pid}/fd").iterdir()]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return any(link.startswith("socket:[") and link[8:-1] in taking_in
               for link in links)


def status_of(pid):
    """/proc/PID/status as a dict of words."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return {line.split(":")[0]: line.split(":", 1)[1].split()
            for line in lines}
