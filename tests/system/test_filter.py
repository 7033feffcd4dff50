"""The kernel's filter and the sandbox on live capture, in a network of the
test's own: every kind of DNS that can be decoded comes through, web traffic
does not reach the program."""

import logging
import os
import re
import shutil
import time

import pytest

logging.getLogger("scapy").setLevel(logging.ERROR)

from namespaces import captures, status_of  # noqa: E402
import programs  # noqa: E402

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip"),
    reason="needs root, to make a network namespace")

CLIENT = "192.0.2.66"
SERVER = "198.51.100.53"


@pytest.fixture
def sensor(network, bin_dir):
    """sensor(*args): started on "right", capturing, and in the sandbox."""
    started = []

    def function(*args, interface="right"):
        running = network.spawn(bin_dir / "querywatch-sensor", "-i",
                                interface, *args)
        started.append(running)
        assert running.wait_for(
            lambda: captures(running.pid)
            and status_of(running.pid)["CapPrm"] == ["0" * 16], 10)
        return running
    yield function
    for running in started:
        running.kill9()


def frames():
    """What is sent: (name or None, frame), a frame of every kind."""
    from scapy.all import (DNS, DNSQR, IP, TCP, UDP, Dot1AD, Dot1Q, Ether,
                           GRE, IPv6, IPv6ExtHdrFragment,
                           IPv6ExtHdrHopByHop, LLC, SNAP, fragment,
                           fragment6)
    from scapy.contrib.mpls import MPLS
    from scapy.layers.ppp import PPP, PPPoE
    from scapy.layers.vxlan import VXLAN

    ether = Ether(dst="02:00:00:00:00:02", src="02:00:00:00:00:01")
    v4 = IP(src=CLIENT, dst=SERVER)
    v6 = IPv6(src="2001:db8::66", dst="2001:db8::53")
    outer = IP(src="203.0.113.1", dst="203.0.113.2")

    def dns(name):
        return UDP(sport=50000, dport=53) / DNS(
            rd=1, qd=DNSQR(qname=name + ".example"))

    result = [(name, layers / dns(name)) for name, layers in (
        ("plain4", ether / v4),
        ("plain6", ether / v6),
        ("vlan4", ether / Dot1Q(vlan=7) / v4),
        ("vlan6", ether / Dot1Q(vlan=7) / v6),
        ("qinq", ether / Dot1AD(vlan=100) / Dot1Q(vlan=7) / v4),
        ("qinqinq", ether / Dot1AD(vlan=100) / Dot1Q(vlan=7)
         / Dot1Q(vlan=8) / v6),
        ("hop-by-hop", ether / v6 / IPv6ExtHdrHopByHop()),
        ("mpls", ether / MPLS(label=16, s=0) / MPLS(label=17, s=1) / v4),
        ("vlan-mpls", ether / Dot1Q(vlan=7) / MPLS(label=17, s=1) / v4),
        ("pppoe", ether / PPPoE(sessionid=1) / PPP(proto=0x21) / v4),
        ("gre", ether / outer / GRE(proto=0x0800) / v4),
        ("vlan-gre", ether / Dot1Q(vlan=7) / outer / GRE() / v4),
        ("erspan-like", ether / outer / GRE(proto=0x6558) / ether / v4),
        ("vxlan", ether / outer / UDP(sport=40000, dport=4789)
         / VXLAN(vni=1) / ether / v4),
        ("qinq-vxlan", ether / Dot1AD(vlan=100) / Dot1Q(vlan=7) / outer
         / UDP(sport=40000, dport=4789) / VXLAN(vni=1) / ether / v4),
        ("ipip", ether / outer / v4),
        ("6in4", ether / IP(src="203.0.113.1", dst="203.0.113.2", proto=41)
         / v6),
    )]
    # 802.3: a length in the place of the type.
    snap = bytes(LLC(dsap=0xaa, ssap=0xaa, ctrl=3) / SNAP(code=0x0800) / v4
                 / dns("snap"))
    result.append(("snap", bytes(ether)[:12] + len(snap).to_bytes(2, "big")
                   + snap))
    big = DNS(rd=1, qd=DNSQR(qname="fragments.example"), ar=None)
    for part in fragment(IP(src=CLIENT, dst=SERVER, id=77)
                         / UDP(sport=50000, dport=53)
                         / (bytes(big) + bytes(600)), fragsize=256):
        result.append(("fragments", ether / Dot1Q(vlan=7) / part))
    big = DNS(rd=1, qd=DNSQR(qname="fragments6.example"))
    for part in fragment6(v6 / IPv6ExtHdrFragment(id=78)
                          / UDP(sport=50000, dport=53)
                          / (bytes(big) + bytes(2000)), 1280):
        result.append(("fragments6", ether / part))

    for ip in (v4, v6):
        for tags in (None, Dot1Q(vlan=7), Dot1AD(vlan=9) / Dot1Q(vlan=7)):
            before = ether / tags if tags else ether
            result.append((None, before / ip / TCP(sport=50000, dport=443)
                           / ("x" * 500)))
            result.append((None, before / ip / UDP(sport=443, dport=50000)
                           / ("x" * 500)))
    result.append((None, bytes.fromhex("ffffffffffff0200000000010806"
                                       "0001080006040001") + bytes(38)))
    return result


def seen(running):
    return running.rows


def test_all_that_can_be_decoded_and_no_web_traffic(network, sensor):
    running = sensor("-a")
    sent = frames()
    network.send([frame for _, frame in sent])
    wanted = {name for name, _ in sent if name}
    running.wait_for(lambda: len(seen(running)) >= len(wanted), 10)
    time.sleep(0.3)		# whatever would come twice
    names = [q["qname"].removesuffix(".example") for q in seen(running)]
    assert sorted(names) == sorted(wanted)
    # What the kernel handed over: DNS and its fragments, nothing else.
    said = running.stop()
    kernel = re.search(r"kernel: (\d+) received", said)
    assert int(kernel[1]) == sum(bool(name) for name, _ in sent), said


def test_any_interface(network, sensor):
    running = sensor("-a", interface="any")
    sent = [(n, f) for n, f in frames() if n not in ("snap",)]
    network.send([frame for _, frame in sent])
    wanted = {name + ".example" for name, _ in sent if name}
    # Twice: "any" sees a frame leave one end and come in at the other.
    assert running.wait_for(
        lambda: {q["qname"] for q in seen(running)} >= wanted, 10), \
        wanted - {q["qname"] for q in seen(running)}
    running.stop()


def test_a_filter_of_ones_own(network, sensor):
    running = sensor("-a", "--filter", "udp dst port 53 and ip6")
    network.send([frame for _, frame in frames()])
    assert running.wait_for(lambda: seen(running), 10)
    time.sleep(0.3)
    # To libpcap the kernel's frame has no tag any more.
    assert {q["qname"] for q in seen(running)} == {"plain6.example",
                                                   "vlan6.example"}
    assert "filter: udp dst port 53 and ip6" in running.stop()


def test_no_filter(network, sensor):
    running = sensor("-a", "--filter", "")
    sent = frames()
    network.send([frame for _, frame in sent])
    running.wait_for(lambda: len(seen(running)) >= 15, 10)
    time.sleep(0.3)
    said = running.stop()
    assert int(re.search(r"kernel: (\d+) received", said)[1]) >= len(sent)


def test_a_filter_that_is_none_is_said(bin_dir):
    done = programs.run_program(bin_dir / "querywatch-sensor", "-a", "-i",
                                "lo", "--filter", "udp prot 53", check=1)
    assert "udp prot 53" in done.stderr


def test_the_sandbox_holds_and_lets_redis_restart(network, sensor, folder,
                                                  redis_server):
    names = folder / "bad.txt"
    names.write_text("plain4.example\nplain6.example\nvlan4.example\n")
    conf = folder / "conf"
    conf.write_text("coalesce = 1\n")
    running = sensor("-c", conf, "-b", names, "-o", redis_server.target)

    def in_redis(name):
        try:
            return any(fields.get("qname") == name + ".example"
                       for _, fields in
                       redis_server.client.xrange("qw:{0}:hits"))
        except Exception:
            return False

    sent = dict((n, f) for n, f in frames() if n)
    network.send([sent["plain4"]])
    assert running.wait_for(lambda: in_redis("plain4"), 10)

    status = status_of(running.pid)
    assert status["Seccomp"] == ["2"]
    assert status["NoNewPrivs"] == ["1"]
    assert status["CapEff"] == status["CapPrm"] == ["0" * 16]
    assert "0" not in status["Uid"] + status["Gid"]

    redis_server.stop()
    network.send([sent["plain6"]])
    time.sleep(0.5)
    redis_server.start()
    network.send([sent["vlan4"]])
    assert running.wait_for(
        lambda: in_redis("plain6") and in_redis("vlan4"), 20)
    running.signal(10)		# SIGUSR1: the counters, by getsockopt
    assert running.wait_for(lambda: "kernel: " in running.stderr, 5)
    assert "takes hits again" in running.stop()


def test_the_sandbox_can_be_switched_off(network, sensor, folder):
    conf = folder / "conf"
    conf.write_text("sandbox = off\n")
    running = sensor("-c", conf, "-a")
    assert status_of(running.pid)["Seccomp"] == ["0"]
    running.stop()


def test_with_cap_net_raw_only(network, bin_dir, folder):
    """As the example unit starts it: an ordinary user with one capability."""
    if not shutil.which("setpriv"):
        pytest.skip("no setpriv")
    running = network.spawn(
        shutil.which("setpriv"), "--reuid", "65534", "--regid", "65534",
        "--clear-groups", "--inh-caps", "+net_raw", "--ambient-caps",
        "+net_raw", "--bounding-set", "-all,+net_raw",
        programs.copy_for_all(bin_dir / "querywatch-sensor", folder),
        "-a", "-i", "right")
    try:
        assert running.wait_for(
            lambda: captures(running.pid)
            and status_of(running.pid)["CapPrm"] == ["0" * 16], 10)
        network.send([f for n, f in frames() if n == "qinq"])
        assert running.wait_for(lambda: seen(running), 10)
        assert status_of(running.pid)["Seccomp"] == ["2"]
        running.stop()
    finally:
        running.kill9()
