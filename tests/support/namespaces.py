"""Networks of a test's own: namespaces, and one with a veth pair, to be made
by root only.  Nothing of them is seen outside."""

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


class Space:
    """An empty network: nothing but loopback."""

    def __init__(self, label="test"):
        self.name = f"qw{label}{os.getpid()}"
        self.ip("netns", "add", self.name)
        try:
            self.set_up()
        except subprocess.CalledProcessError:
            self.remove()
            raise

    def set_up(self):
        self.here("link", "set", "lo", "up")

    @staticmethod
    def ip(*words):
        subprocess.run(["ip", *words], check=True, timeout=20,
                       capture_output=True)

    def here(self, *words):
        """An ip command for what is in here."""
        self.ip("-n", self.name, *words)

    def command(self, *words):
        return ["ip", "netns", "exec", self.name, *map(str, words)]

    def inside(self, *words, text=None):
        subprocess.run(self.command(*words), check=True, timeout=30,
                       input=text, text=True, capture_output=True)

    def spawn(self, path, *args):
        """The program at ${path}, in here; a Running.  It has ip's pid: ip
        becomes the program."""
        return programs.Running(*self.command(path, *args))

    def remove(self):
        self.ip("netns", "del", self.name)


class Namespace(Space):
    """Frames sent into "left" come out of "right"."""

    def set_up(self):
        super().set_up()
        self.inside("sh", "-c", "echo 1 "
                    ">/proc/sys/net/ipv6/conf/default/disable_ipv6")
        self.here("link", "add", "left", "mtu", "9000", "type", "veth",
                  "peer", "name", "right", "mtu", "9000")
        for end in ("left", "right"):
            self.here("link", "set", end, "up")

    def send(self, frames, interface="left"):
        self.inside(sys.executable, "-c", SENDER, interface,
                    text="".join(bytes(f).hex() + "\n" for f in frames))


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


def start_sensor(space, program, interface, *args, under=()):
    """The sensor ${program} in ${space}, started by the words ${under};
    capturing, and without capabilities."""
    running = space.spawn(*under, program, "-i", interface, *args)
    try:
        assert running.wait_for(
            lambda: captures(running.pid)
            and status_of(running.pid)["CapPrm"] == ["0" * 16], 20), \
            running.stderr
    except BaseException:
        running.kill9()
        raise
    return running
