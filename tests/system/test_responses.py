"""Queries and their responses: what a response adds to a hit, finds by itself,
or counts not twice."""

import json

import pytest
from scapy.all import (DNS, DNSQR, DNSRR, DNSRROPT, Dot1Q, EDNS0TLV, Ether, IP,
                       UDP, raw)

from captures import write_pcap

ETHER = 1
START = 1795417200		# 2026-11-23 07:00:00 UTC
SERVER = "198.51.100.53"


class Traffic:
    """Frames, each at a time in seconds after START."""

    def __init__(self):
        self.frames = []

    def add(self, at, packet, tag=0):
        link = Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
        frame = link / Dot1Q(vlan=tag) / packet if tag else link / packet
        micros = round(at * 1_000_000)
        self.frames.append((START + micros // 1_000_000, micros % 1_000_000,
                            raw(frame)))

    def query(self, at, name, id=1, client="192.0.2.66", port=50000, tag=0,
              options=()):
        more = dict(ar=DNSRROPT(rdata=[EDNS0TLV(optcode=c, optdata=d)
                                       for c, d in options])) \
            if options else {}
        self.add(at, IP(src=client, dst=SERVER) / UDP(sport=port, dport=53)
                 / DNS(id=id, rd=1, qd=DNSQR(qname=name), **more), tag)

    def response(self, at, name, *answers, id=1, client="192.0.2.66",
                 port=50000, rcode=0, tag=0):
        """Answers are (type, data), the first of them for the name."""
        records, owner = None, name
        for kind, data in answers:
            record = DNSRR(rrname=owner, type=kind, rdata=data, ttl=300)
            records = record if records is None else records / record
            owner = data if kind == "CNAME" else owner
        self.add(at, IP(src=SERVER, dst=client) / UDP(sport=53, dport=port)
                 / DNS(id=id, qr=1, rd=1, ra=1, rcode=rcode, an=records,
                       ancount=len(answers), qd=DNSQR(qname=name)), tag)


@pytest.fixture
def traffic():
    return Traffic()


@pytest.fixture
def look(folder, run, traffic):
    """look("coalesce = 0", a=True) -> the lines as objects, and the
    counters."""
    def function(*conf, a=False, lists=()):
        capture, bad = folder / "capture.pcap", folder / "bad.txt"
        write_pcap(capture, ETHER, sorted(traffic.frames))
        bad.write_text("bad.example\n")
        sinks = folder / "sinkholes.txt"
        sinks.write_text("203.0.113.0/24\n")
        configuration = folder / "conf"
        configuration.write_text("\n".join(("coalesce = 0", *conf)) + "\n")
        done = run("sensor", "-c", configuration, "-r", capture,
                   *(["-a"] if a else
                     ["-b", bad, "-b", f"{sinks},match=address"]))
        return [json.loads(line) for line in done.stdout.splitlines()], \
            done.stderr
    return function


def brief(hits):
    return [(h["qname"], h["n"], h.get("rcode"), h["matched_via"])
            for h in hits]


def test_a_response_completes_the_hit(traffic, look):
    traffic.query(0, "www.bad.example")
    traffic.response(0.2, "www.bad.example", ("CNAME", "cdn.example."),
                     ("A", "192.0.2.7"))
    [hit], err = look()
    assert hit["first"] == "2026-11-23T07:00:00.000000Z"
    assert hit["rcode"] == "NOERROR"
    assert hit["answers"] == ["CNAME cdn.example", "A 192.0.2.7"]
    assert (hit["n"], hit["matched_via"]) == (1, "qname")
    assert "answer_matched" not in hit


def test_without_a_response_it_goes_out_alone(traffic, look):
    traffic.query(0, "www.bad.example")
    traffic.query(3, "good.example", id=2)
    [hit], err = look()
    assert "rcode" not in hit and "answers" not in hit


def test_a_late_response_adds_its_answers(traffic, look):
    traffic.query(0, "www.bad.example")
    traffic.response(1.5, "www.bad.example", rcode=3)
    traffic.response(1.7, "www.bad.example", rcode=3)
    hits, err = look()
    assert brief(hits) == [("www.bad.example", 1, None, "qname"),
                           ("www.bad.example", 0, "NXDOMAIN", "qname")]
    # The longer it may wait, the more comes in time.
    hits, err = look("answer_wait = 2")
    assert brief(hits) == [("www.bad.example", 1, "NXDOMAIN", "qname")]
    # And with no wait at all it is there at once.
    hits, err = look("answer_wait = 0")
    assert [h["n"] for h in hits] == [1, 0]


def test_answers_of_a_window_go_out_with_its_repeats(traffic, look):
    for i in range(5):
        traffic.query(i, "www.bad.example", id=i)
        traffic.response(i + .1, "www.bad.example", ("A", f"192.0.2.{i}"),
                         id=i)
    hits, err = look("coalesce = 10")
    assert [(h["n"], h["answers"]) for h in hits] == [
        (1, ["A 192.0.2.0"]), (4, ["A 192.0.2.1"])]


def test_a_good_name_may_lead_to_a_bad_one(traffic, look):
    traffic.query(0, "www.good.example")
    traffic.response(.1, "www.good.example", ("CNAME", "cdn.example."),
                     ("CNAME", "x.BAD.example."), ("A", "192.0.2.7"))
    [hit], err = look()
    assert (hit["qname"], hit["matched"], hit["matched_via"], hit["entry"],
            hit["match"], hit["list"]) == (
        "www.good.example", "x.bad.example", "cname", "bad.example",
        "suffix", "bad")
    assert hit["client"] == "192.0.2.66" and hit["server"] == SERVER
    assert hit["rcode"] == "NOERROR" and len(hit["answers"]) == 3
    assert hit["first"] == "2026-11-23T07:00:00.100000Z"


def test_a_good_name_may_lead_to_a_listed_address(traffic, look):
    traffic.query(0, "www.good.example")
    traffic.response(.1, "www.good.example", ("A", "192.0.2.7"),
                     ("A", "203.0.113.9"))
    traffic.query(1, "other.example", id=2)
    traffic.response(1.1, "other.example", ("A", "203.0.114.9"), id=2)
    [hit], err = look()
    assert (hit["matched"], hit["matched_via"], hit["entry"], hit["match"],
            hit["list"]) == ("203.0.113.9", "address", "203.0.113.0/24",
                             "address", "sinkholes")


def test_a_sinkholes_answer_is_marked(traffic, look):
    traffic.query(0, "www.bad.example")
    traffic.response(.1, "www.bad.example", ("A", "203.0.113.9"))
    [hit], err = look()
    assert (hit["matched"], hit["matched_via"], hit["list"]) == (
        "www.bad.example", "qname", "bad")
    assert (hit["answer_matched"], hit["answer_list"]) == (
        "203.0.113.9", "sinkholes")


def test_responses_alone_give_hits(traffic, look):
    for i in range(3):
        traffic.response(i, "www.bad.example", ("A", "192.0.2.7"), id=i)
        traffic.response(i, "www.good.example", ("A", "192.0.2.7"), id=i + 9)
    hits, err = look()
    assert brief(hits) == [("www.bad.example", 1, "NOERROR", "qname")] * 3
    assert "3 unasked" in err


def test_of_queries_alone_nothing_waits(traffic, look):
    for i in range(300):
        traffic.query(i, "good.example", id=i)
    traffic.query(300, "www.bad.example", id=7)
    traffic.query(300.5, "xxx.bad.example", id=8)
    traffic.response(300.6, "www.bad.example", id=7)
    hits, err = look()
    assert brief(hits) == [("www.bad.example", 1, None, "qname"),
                           ("xxx.bad.example", 1, None, "qname"),
                           ("www.bad.example", 0, "NOERROR", "qname")]


def test_only_the_response_to_this_query_counts(traffic, look):
    traffic.query(0, "www.bad.example", id=7)
    traffic.response(.1, "www.bad.example", id=8, rcode=2)
    traffic.response(.2, "www.bad.example", id=7, rcode=5, port=50001)
    hits, err = look()
    # Both are of queries that nobody saw.
    assert sorted(h.get("rcode", "") for h in hits) == [
        "", "REFUSED", "SERVFAIL"]
    assert sum(h["n"] for h in hits) == 3


def test_a_mirror_of_both_directions_counts_once(traffic, look):
    for i in range(4):
        at = i * 2
        for copy, tag in ((0, 10), (.0004, 20)):
            traffic.query(at + copy, "www.bad.example", id=i, tag=tag)
            traffic.response(at + .1 + copy, "www.bad.example",
                             ("CNAME", "x.bad.example."), id=i, tag=tag)
            traffic.query(at + .5 + copy, "good.example", id=i + 50, tag=tag)
            traffic.response(at + .6 + copy, "good.example",
                             ("CNAME", "x.bad.example."), id=i + 50, tag=tag)
    hits, err = look()
    assert brief(hits) == [("www.bad.example", 1, "NOERROR", "qname"),
                           ("good.example", 1, "NOERROR", "cname")] * 4
    assert {h["vlan"] for h in hits} == {10}
    assert "16 duplicates" in err
    hits, err = look("duplicates = 0")
    # The second copy of a response is known; that of a query counts.
    assert sum(h["n"] for h in hits if h["matched_via"] == "qname") == 8
    # For a closer look, all are there.
    lines, err = look(a=True)
    assert len(lines) == 32
    assert [q.get("duplicate", False) for q in lines] == [False, True] * 16


def test_the_same_query_again_later_counts(traffic, look):
    traffic.query(0, "www.bad.example")
    traffic.query(.06, "www.bad.example")
    hits, err = look()
    assert len(hits) == 2


def test_a_forwarder_may_say_which_device(traffic, look):
    mac = (65001, b"\x02\x00\x5e\x10\x00\x01")
    subnet = (8, b"\x00\x01\x20\x00\xc0\x00\x02\x09")
    traffic.query(0, "a.bad.example", id=1, options=[subnet, mac])
    traffic.query(3, "b.bad.example", id=2, options=[subnet])
    traffic.query(6, "c.bad.example", id=3, client="192.0.2.99",
                  options=[mac])
    traffic.query(9, "d.bad.example", id=4)

    def devices(*conf):
        hits, err = look(*conf)
        return [h.get("device") for h in hits]
    assert devices() == [None] * 4
    assert devices('device = { "mac", "subnet" }') == [
        "02:00:5e:10:00:01", "192.0.2.9", "02:00:5e:10:00:01", None]
    assert devices('device = { "mac" }',
                   'forwarders = { "192.0.2.66" }') == [
        "02:00:5e:10:00:01", None, None, None]


def test_wrong_devices_are_an_error(folder, run):
    conf = folder / "conf"
    conf.write_text('device = { "name" }\n')
    done = run("sensor", "-n", "-c", conf, check=1)
    assert "'name': give some of mac, id, cpe and subnet" in done.stderr
