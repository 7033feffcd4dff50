"""Live capture of real traffic: BIND's named and dig, in namespaces of the
test's own, over a wire, VLANs and tunnels; each query and each response is
seen once, whoever looks.

The interface at which is looked: "span", where a switch mirrors the wire to,
and the wire's ends.
"""

import collections
import itertools
import json
import os
import re
import shutil
import subprocess

import pytest

import lab as labs
import servers
from lab import ZONE
from namespaces import start_sensor

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip") or not shutil.which("dig")
    or not servers.named_program("/nonexistent"),
    reason="needs root, to make network namespaces, ip, dig and named")

END = "end." + ZONE
LARGE = ("+dnssec", "+bufsize=4096", "+ignore")
numbers = itertools.count(1)


@pytest.fixture(scope="module")
def lab():
    folder = servers.make_folder("qw-lab-")
    try:
        made = labs.Lab(folder)
    except subprocess.CalledProcessError as e:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"no network namespaces: {e.stderr or e}")
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def span(lab):
    """The lab, its mirror switched on."""
    try:
        lab.mirror()
    except subprocess.CalledProcessError as e:
        pytest.skip(f"tc cannot mirror: {e.stderr or e}")
    return lab


@pytest.fixture
def sensor(lab, bin_dir):
    """sensor(space, interface, *args): started, capturing, without rights."""
    started = []

    def function(space, interface, *args):
        running = start_sensor(space, bin_dir / "querywatch-sensor",
                               interface, *args)
        started.append(running)
        return running
    yield function
    for running in started:
        running.kill9()


class Asking:
    """Questions of one test, each name asked for once, and what should be
    seen of them: (name, transport, "query" or "response", client, server)."""

    def __init__(self, lab, path):
        self.lab = lab
        self.path = path
        self.wanted = collections.Counter()

    def ends(self, version):
        return ((self.path.client4, self.path.server4) if version == 4 else
                (self.path.client6, self.path.server6))

    def ask(self, version, *words, under="", type="A", count=1, then=None):
        """Have dig ask for ${count} new names, which is to be seen over UDP,
        or TCP if ${words} say so, and ${then} over another; the names."""
        client, server = self.ends(version)
        names = [f"q{next(numbers)}{under}.{ZONE}" for _ in range(count)]
        questions = [word for name in names for word in (name, type)]
        said = self.lab.dig(server, *words, *questions)
        assert said.count("status: NOERROR") == count, said
        transports = ["tcp" if "+tcp" in words else "udp"]
        transports += [then] if then else []
        for name, transport, kind in itertools.product(
                names, transports, ("query", "response")):
            self.wanted[name, transport, kind, client, server] += 1
        return names

    def plain(self, version):
        self.ask(version)
        self.ask(version, type="AAAA", under=".alias")
        self.ask(version, "+tcp")
        # Several on one connection.
        self.ask(version, "+tcp", "+keepopen", count=4)

    def large(self, version):
        """Answers in fragments; over TCP after a truncated one; over TCP in
        many segments."""
        self.ask(version, *LARGE, type="TXT", under=".big")
        self.ask(version, "+dnssec", type="TXT", under=".huge", then="tcp")
        self.ask(version, "+tcp", "+dnssec", type="TXT", under=".huge")

    def end(self):
        """What comes last is seen last."""
        self.lab.dig(self.path.server4, END)


def over(lab, kind, **more):
    try:
        return lab.over(kind, **more)
    except labs.Missing as e:
        pytest.skip(str(e))


def messages(running):
    return [json.loads(line) for line in running.stdout.splitlines()]


def seen_until_the_end(asking, running):
    """All that was seen, once the last response was."""
    asking.end()

    def ended():
        return any(m["qname"] == END and m["qr"] == "response"
                   for m in messages(running))
    assert running.wait_for(ended, 20), running.stdout
    said = running.stop()
    assert " 0 ring_drops" in said
    return [m for m in messages(running) if m["qname"] != END], said


def key(m):
    return m["qname"], m["transport"], m["qr"], m["client"], m["server"]


def assert_each_once(asking, seen):
    counted = collections.Counter(map(key, seen))
    assert not asking.wanted - counted, "missed"
    assert not counted - asking.wanted, "not sent, or seen twice"


def fragments_in(said):
    return int(re.search(r"(\d+) fragments", said)[1])


# --- the wire ---------------------------------------------------------------

def assert_wire(lab, running):
    asking = Asking(lab, lab.wire)
    before = lab.fragments_made()
    for version in (4, 6):
        asking.plain(version)
        asking.large(version)
    made = [now - then for now, then in zip(lab.fragments_made(), before)]
    assert min(made) >= 2		# else they would prove nothing
    seen, said = seen_until_the_end(asking, running)
    assert_each_once(asking, seen)
    assert fragments_in(said) == sum(made)
    assert "malformed" not in said
    assert not any("vlan" in m or "tunnel" in m for m in seen)


def test_a_mirror_port(span, sensor):
    assert_wire(span, sensor(span.watch, "span", "-a"))


def test_the_clients_interface(lab, sensor):
    assert_wire(lab, sensor(lab.client, "wire", "-a"))


def test_the_servers_interface(lab, sensor):
    assert_wire(lab, sensor(lab.server, "wire", "-a"))


def test_any_interface(lab, sensor):
    """Of what passes one interface only; what passes two, a tunnel and the
    wire, "any" sees at both."""
    assert_wire(lab, sensor(lab.client, "any", "-a"))


def test_hundreds_in_a_row(span, sensor):
    running = sensor(span.watch, "span", "-a")
    asking = Asking(span, span.wire)
    asking.ask(4, count=300)
    asking.ask(6, "+tcp", "+keepopen", count=100)
    seen, _ = seen_until_the_end(asking, running)
    assert_each_once(asking, seen)


# --- VLANs and tunnels --------------------------------------------------------

# Kind, and what is said of it.
OVER = {
    "vlan": {"vlan": 7},
    "qinq": {"vlan": 100},
    "gre": {"tunnel": "gre"},
    "gretap": {"tunnel": "gre"},
    "ipip": {"tunnel": "ipip"},
    "vxlan": {"tunnel": "vxlan"},
    "geneve": {"tunnel": "geneve"},
}


def assert_over(lab, running, kind, outer):
    """Each message once, with the addresses inside and ${outer} outside."""
    asking = Asking(lab, over(lab, kind))
    for version in (4, 6):
        asking.plain(version)
        asking.large(version)
    seen, said = seen_until_the_end(asking, running)
    assert_each_once(asking, seen)
    assert fragments_in(said) >= 4
    for m in seen:
        assert {k: m[k] for k in ("vlan", "tunnel") if k in m} == outer, m


@pytest.mark.parametrize("kind", OVER)
def test_over(span, sensor, kind):
    over(span, kind)
    assert_over(span, sensor(span.watch, "span", "-a"), kind, OVER[kind])


@pytest.mark.parametrize("kind", OVER)
def test_over_from_the_servers_interface(lab, sensor, kind):
    """There one of each two packets is on its way out."""
    over(lab, kind)
    assert_over(lab, sensor(lab.server, "wire", "-a"), kind, OVER[kind])


@pytest.mark.parametrize("kind", ["vlan", "gre", "vxlan"])
def test_inside(lab, sensor, kind):
    """At the interface of the VLAN or tunnel nothing is outside."""
    over(lab, kind)
    assert_over(lab, sensor(lab.client, kind, "-a"), kind, {})


def test_fragments_of_a_tunnel_that_hold_fragments(span, sensor):
    """A tunnel's packets as large as the wire's: each is two fragments.
    (named has IPv6 cut to 1280 octets, which need none outside.)"""
    path = over(span, "vxlan", mtu=1500)
    running = sensor(span.watch, "span", "-a")
    asking = Asking(span, path)
    before = span.fragments_made()
    for version in (4, 6):
        asking.ask(version, *LARGE, type="TXT", under=".big")
    made = [now - then for now, then in zip(span.fragments_made(), before)]
    assert made[0] >= 3 + 2 * 2 and made[1] >= 3
    seen, _ = seen_until_the_end(asking, running)
    assert_each_once(asking, seen)
    assert all(m["tunnel"] == "vxlan" for m in seen)


# --- hits ---------------------------------------------------------------------

def test_a_hit_for_each_listed_name(span, sensor, folder):
    """With a list, half of the names on it: one hit each, on the query."""
    bad = folder / "bad.txt"
    bad.write_text(f"bad.{ZONE}\nbig.{ZONE}\nhuge.{ZONE}\n")
    paths = {"wire": span.wire,
             **{kind: over(span, kind) for kind in ("vlan", "gre", "vxlan")}}
    running = sensor(span.watch, "span", "-b", bad)
    wanted = {}
    for interface, path in paths.items():
        asking = Asking(span, path)
        for version in (4, 6):
            client = asking.ends(version)[0]
            names = (asking.ask(version, under=".bad")
                     + asking.ask(version, "+tcp", under=".bad")
                     + asking.ask(version, *LARGE, type="TXT", under=".big"))
            asking.ask(version)
            for name in names:
                wanted[name] = (client, OVER.get(interface, {}))
    running.wait_for(lambda: wanted.keys() <= {h["qname"] for h in
                                               messages(running)}, 20)
    running.stop()
    hits = messages(running)
    assert sorted(h["qname"] for h in hits) == sorted(wanted)
    for hit in hits:
        client, outer = wanted[hit["qname"]]
        assert (hit["client"], hit["n"]) == (client, 1), hit
        assert {k: hit[k] for k in ("vlan", "tunnel") if k in hit} == outer
