"""Live capture of real traffic: BIND's named and dig, in namespaces of the
test's own, over a wire, VLANs and tunnels.  Sensors look wherever one can
look; each sees each query and each response once.
"""

import collections
import itertools
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

    def transfer(self, version):
        """The zone, in several messages, each in many segments.  Only the
        first repeats the question."""
        client, server = self.ends(version)
        said = self.lab.dig(server, "AXFR", ZONE)
        count = int(re.search(r"\(messages (\d+),", said)[1])
        assert count > 2
        for name, kind, number in ((ZONE, "query", 1), (ZONE, "response", 1),
                                   (None, "response", count - 1)):
            self.wanted[name, "tcp", kind, client, server] += number

    def end(self):
        """What comes last is seen last."""
        self.lab.dig(self.path.server4, END)


def over(lab, kind, **more):
    try:
        return lab.over(kind, **more)
    except labs.Missing as e:
        pytest.skip(str(e))


def messages(running):
    return running.rows


def end(running):
    """Have it end once it has seen the last response: what it said."""
    def ended():
        return any(m.get("qname") == END and m["qr"] == "response"
                   for m in messages(running))
    assert running.wait_for(ended, 20), running.stdout
    return running.stop()


def look(lab, sensor, *more):
    """Sensors that print all, at the wire's ends, at the mirror and at what
    is given more, each a namespace and an interface."""
    places = [(lab.client, "wire"), (lab.server, "wire"), *more]
    if lab.mirrored:
        places.append((lab.watch, "span"))
    return {(space.name, interface): sensor(space, interface, "-a")
            for space, interface in places}


def key(m):
    return m.get("qname"), m["transport"], m["qr"], m["client"], m["server"]


def assert_each_once(asking, sensors):
    """What they said and saw: {place: (said, messages)}."""
    result = {}
    asking.end()
    for place, running in sensors.items():
        said = end(running)
        seen = [m for m in messages(running) if m.get("qname") != END]
        counted = collections.Counter(map(key, seen))
        assert not asking.wanted - counted, f"{place}: missed"
        assert not counted - asking.wanted, f"{place}: twice, or not sent"
        assert " 0 ring_drops" in said
        assert "malformed" not in said
        result[place] = said, seen
    return result


def fragments_in(said):
    return int(re.search(r"(\d+) fragments", said)[1])


def outside(m):
    return {k: m[k] for k in ("vlan", "tunnel") if k in m}


# --- the wire ---------------------------------------------------------------

def test_there_is_a_mirror(lab):
    if not lab.mirrored:
        pytest.skip("tc cannot mirror here: nobody looks at a mirror port")


def test_the_wire(lab, sensor):
    """Also with "any", of what passes one interface only."""
    sensors = look(lab, sensor, (lab.client, "any"))
    asking = Asking(lab, lab.wire)
    before = lab.fragments_made()
    for version in (4, 6):
        asking.plain(version)
        asking.large(version)
        asking.transfer(version)
    made = [now - then for now, then in zip(lab.fragments_made(), before)]
    assert min(made) >= 2		# else they would prove nothing
    for said, seen in assert_each_once(asking, sensors).values():
        assert fragments_in(said) == sum(made)
        assert not any(outside(m) for m in seen)


def test_hundreds_in_a_row(lab, sensor):
    sensors = look(lab, sensor)
    asking = Asking(lab, lab.wire)
    asking.ask(4, count=300)
    asking.ask(6, "+tcp", "+keepopen", count=100)
    assert_each_once(asking, sensors)


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


@pytest.mark.parametrize("kind", OVER)
def test_over(lab, sensor, kind):
    """The addresses are those inside; what is outside is told, but not at
    the interface of the VLAN or tunnel itself."""
    asking = Asking(lab, over(lab, kind))
    inside = lab.client, kind
    sensors = look(lab, sensor, inside)
    for version in (4, 6):
        asking.plain(version)
        asking.large(version)
    for place, (said, seen) in assert_each_once(asking, sensors).items():
        assert fragments_in(said) >= 4
        told = {} if place[1] == kind else OVER[kind]
        assert all(outside(m) == told for m in seen), place


def test_fragments_of_a_tunnel_that_hold_fragments(lab, sensor):
    """A tunnel's packets as large as the wire's: each is two fragments.
    (named has IPv6 cut to 1280 octets, which need none outside.)"""
    asking = Asking(lab, over(lab, "vxlan", mtu=1500))
    sensors = look(lab, sensor)
    before = lab.fragments_made()
    for version in (4, 6):
        asking.ask(version, *LARGE, type="TXT", under=".big")
    made = [now - then for now, then in zip(lab.fragments_made(), before)]
    assert made[0] >= 3 + 2 * 2 and made[1] >= 3
    for _, seen in assert_each_once(asking, sensors).values():
        assert all(outside(m) == {"tunnel": "vxlan"} for m in seen)


# --- hits ---------------------------------------------------------------------

def test_a_hit_for_each_listed_name(lab, sensor, folder):
    """With a list, and three names of four on it: one hit each."""
    bad = folder / "bad.txt"
    bad.write_text(f"bad.{ZONE}\nbig.{ZONE}\n")
    paths = {"wire": lab.wire,
             **{kind: over(lab, kind) for kind in ("vlan", "gre", "vxlan")}}
    running = sensor(lab.server, "wire", "-b", bad)
    wanted = {}
    for interface, path in paths.items():
        asking = Asking(lab, path)
        for version in (4, 6):
            names = (asking.ask(version, under=".bad")
                     + asking.ask(version, "+tcp", under=".bad")
                     + asking.ask(version, *LARGE, type="TXT", under=".big"))
            asking.ask(version)
            for name in names:
                wanted[name] = (asking.ends(version)[0],
                                OVER.get(interface, {}))
    running.wait_for(lambda: wanted.keys() <= {h["qname"] for h in
                                               messages(running)}, 20)
    running.stop()
    hits = messages(running)
    assert sorted(h["qname"] for h in hits) == sorted(wanted)
    for hit in hits:
        client, told = wanted[hit["qname"]]
        assert (hit["client"], hit["n"]) == (client, 1), hit
        assert outside(hit) == told, hit
