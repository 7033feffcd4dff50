"""A network to capture in: a client, a server with a real nameserver, a wire
between them, and a switch's mirror of the wire, each in a namespace of its
own.

    client: wire ---- wire :server: mirror ---- span :watch

To be made by root only; nothing of it is seen outside.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys

import programs
from namespaces import Space
from servers import Server, named_program, wait_until

TUNNEL = pathlib.Path(__file__).with_name("tunnel.py")
ZONE = "live.test"

# Each kind of interface over the wire, as the kernel makes it: {} is the
# interface, {local} and {remote} are addresses of the wire's ends.  A kernel
# that knows none of that kind is helped out by tunnel.py.
KINDS = {
    "vlan": ("link add link wire name {} type vlan id 7",),
    "qinq": ("link add link wire name outer type vlan proto 802.1ad id 100",
             "link set outer up",
             "link add link outer name {} type vlan id 7"),
    "gre": ("link add {} type gre local {local} remote {remote}",),
    "gretap": ("link add {} type gretap local {local} remote {remote}",),
    "ipip": ("link add {} type sit mode any local {local} remote {remote}",),
    "vxlan": ("link add {} type vxlan id 5 local {local} remote {remote} "
              "dstport 4789",),
    "geneve": ("link add {} type geneve id 5 remote {remote}",),
}


class Missing(Exception):
    """An interface of that kind can't be made here."""


class Path:
    """One way from the client to the server: addresses of both ends, IPv4
    and IPv6."""

    def __init__(self, number):
        self.client4, self.server4 = (f"10.53.{number}.{host}"
                                      for host in (66, 53))
        self.client6, self.server6 = (f"2001:db8:{number}::{host}"
                                      for host in (66, 53))


class Lab:
    """.client, .server and .watch are the namespaces, .wire the Path without
    anything between; .mirrored tells whether tc can mirror here; close()
    removes all."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.spaces = []
        self.running = []
        self.paths = {}
        self.named = None
        try:
            self.client, self.server, self.watch = (
                self.space(label) for label in ("client", "server", "watch"))
            self.connect(self.client, "wire", self.server, "wire")
            self.connect(self.server, "mirror", self.watch, "span")
            self.wire = self.path("wire")
            self.mirrored = self.mirror()
            self.named = SignedNamed(self.folder, self.server)
            self.named.start()
            self.must_answer(self.wire)
        except BaseException:
            self.close()
            raise

    def space(self, label):
        space = Space(label)
        self.spaces.append(space)
        return space

    @staticmethod
    def connect(a, name_a, b, name_b):
        a.here("link", "add", name_a, "type", "veth", "peer", "name", name_b,
               "netns", b.name)
        for space, name in ((a, name_a), (b, name_b)):
            space.here("link", "set", name, "up")

    def mirror(self):
        """Copy what passes the server's "wire", both ways, to "mirror"."""
        # What is longer by a tag, or not cut into packets yet, goes through.
        self.server.here("link", "set", "mirror", "mtu", "9000")
        self.watch.here("link", "set", "span", "mtu", "9000")
        try:
            self.server.inside("tc", "qdisc", "add", "dev", "wire", "clsact")
            for way in ("ingress", "egress"):
                self.server.inside(
                    "tc", "filter", "add", "dev", "wire", way, "protocol",
                    "all", "u32", "match", "u32", "0", "0", "action",
                    "mirred", "egress", "mirror", "dev", "mirror")
        except subprocess.CalledProcessError:
            return False
        return True

    # --- ways from client to server --------------------------------------

    def path(self, interface):
        """Give both ends' ${interface} addresses."""
        path = Path(len(self.paths) + 1)
        self.paths[interface] = path
        for space, four, six in ((self.client, path.client4, path.client6),
                                 (self.server, path.server4, path.server6)):
            space.here("addr", "add", four + "/24", "dev", interface)
            space.here("addr", "add", six + "/64", "dev", interface, "nodad")
            space.here("link", "set", interface, "up")
        return path

    def over(self, kind, mtu=1400):
        """The Path through an interface of that kind, made when first asked
        for; its name in both namespaces is the kind's.  May raise
        Missing."""
        if kind not in self.paths:
            ends = self.wire.client4, self.wire.server4
            self.end(self.client, kind, *ends)
            self.end(self.server, kind, *reversed(ends))
            path = self.path(kind)
            self.must_answer(path)
        for space in (self.client, self.server):
            space.here("link", "set", kind, "mtu", str(mtu))
        return self.paths[kind]

    def end(self, space, kind, local, remote):
        try:
            for words in KINDS[kind]:
                space.here(*words.format(kind, local=local,
                                         remote=remote).split())
        except subprocess.CalledProcessError as e:
            if b"Unknown device type" not in e.stderr \
                    and b"not supported" not in e.stderr:
                raise
            if not os.access("/dev/net/tun", os.R_OK | os.W_OK):
                raise Missing(f"no {kind} interface, no /dev/net/tun")
            tunnel = space.spawn(sys.executable, TUNNEL, kind, kind, "wire",
                                 local, remote)
            self.running.append(tunnel)
            assert tunnel.wait_for(lambda: "ready" in tunnel.stdout, 10)

    # --- questions --------------------------------------------------------

    def dig(self, server, *words):
        """dig in the client's namespace, which tries once; what it says."""
        done = subprocess.run(
            self.client.command("dig", f"@{server}", "+tries=1",
                                "+timeout=10", *words),
            capture_output=True, text=True, timeout=60,
            stdin=subprocess.DEVNULL)
        return done.stdout if done.returncode == 0 else ""

    def must_answer(self, path):
        """Wait until the server answers on every address of ${path}."""
        def answers(server):
            return "NOERROR" in self.dig(server, f"up.{ZONE}", "+timeout=1")
        for server in (path.server4, path.server6):
            if not wait_until(lambda: answers(server), 15):
                raise RuntimeError(f"{server} does not answer\n"
                                   + self.named.output.read_text())

    def fragments_made(self):
        """How many fragments the server's kernel has sent: (IPv4, IPv6)."""
        def counter(file, pattern):
            done = subprocess.run(
                self.server.command("cat", f"/proc/net/{file}"),
                capture_output=True, text=True, check=True, timeout=20)
            return pattern(done.stdout)

        def v4(text):
            names, values = (line.split() for line in text.splitlines()
                             if line.startswith("Ip:"))
            return int(dict(zip(names, values))["FragCreates"])

        return (counter("snmp", v4), counter("snmp6", lambda text: int(
            re.search(r"Ip6FragCreates\s+(\d+)", text)[1])))

    def close(self):
        if self.named:
            self.named.end(kill=True)
        for running in self.running:
            running.kill9()
        for space in self.spaces:
            space.remove()


class SignedNamed(Server):
    """named in a namespace, with a signed zone in which every name is:

    NAME           one small answer
    NAME.big       TXT of 3,000 octets: what UDP carries only with a large
                   EDNS size, and in fragments
    NAME.huge      TXT of 6,000 octets: what UDP never carries
    NAME.alias     an alias of target.big
    hostN          1,500 of them, for a transfer of several messages
    """

    def __init__(self, folder, space):
        super().__init__(folder, "named")
        self.space = space

    def start(self):
        self.sign()
        (self.folder / "named.conf").write_text(f"""
options {{
	directory "{self.folder}";
	pid-file none; session-keyfile none; lock-file none;
	listen-on {{ any; }}; listen-on-v6 {{ any; }};
	recursion no; dnssec-validation no; notify no;
	allow-transfer {{ any; }};
	edns-udp-size 4096; max-udp-size 4096;
	minimal-responses yes;
}};
controls {{ }};
zone "{ZONE}" {{ type primary; file "zone.signed"; }};
""")
        self.launch(self.space.command(
            named_program(self.folder), "-f", "-n", "1", "-c",
            self.folder / "named.conf"))

    def sign(self):
        def text(strings):
            return "TXT " + " ".join(['"' + "x" * 250 + '"'] * strings)
        (self.folder / "zone").write_text(f"""
$ORIGIN {ZONE}.
$TTL 300
@ SOA ns hostmaster 1 3600 600 86400 300
@ NS ns
ns A 192.0.2.53
* A 198.51.100.7
* AAAA 2001:db8:7::7
*.big {text(12)}
*.huge {text(24)}
*.alias CNAME target.big
$GENERATE 1-1500 host$ A 198.51.100.8
""")
        keygen, sign = (shutil.which(f"dnssec-{program}",
                                     path="/usr/bin:/usr/sbin:/sbin")
                        for program in ("keygen", "signzone"))
        for flags in ([], ["-f", "KSK"]):
            programs.run_program(keygen, "-q", "-a", "ECDSAP256SHA256",
                                 *flags, ZONE, cwd=self.folder, check=0)
        programs.run_program(sign, "-q", "-S", "-o", ZONE, "-f",
                             "zone.signed", "zone", cwd=self.folder, check=0)
