"""End to end: a real nameserver, real Redis, real packets on loopback; what
is promised is that a look-up of a bad name is an incident at once,
from either front end, and one incident from both."""

import json
import pathlib
import time

import pytest

import namespaces
from captures import message, udp4, write_pcap

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"
BOT = "127.0.0.66"
OTHER = "127.0.0.11"


@pytest.fixture
def site(folder, named_server, redis_server, spawn, wait_until):
    """The parts of a small site, to be started as a test needs them."""
    return Site(folder, named_server, redis_server, spawn, wait_until)


class Site:
    def __init__(self, folder, named, redis, spawn, wait_until):
        self.folder, self.named, self.redis = folder, named, redis
        self.spawn, self.wait_until = spawn, wait_until
        self.list = folder / "bad names.txt"
        self.list.write_text("bad.example\nevil.test\n")

    def conf(self, source):
        path = self.folder / f"{source}.conf"
        path.write_text(f'source = "{source}"\n'
                        f"ports = {{ 53, {self.named.port} }}\n"
                        "coalesce = 1\n")
        return path

    def start_incidents(self):
        running = self.spawn("incidents", "-o", self.redis.target)
        assert running.wait_for(
            lambda: self.redis.client.exists("qw:{0}:hits")
            and self.redis.client.xinfo_groups("qw:{0}:hits"), 5)

    def start_sensor(self):
        running = self.spawn("sensor", "-c", self.conf("sensor"), "-b",
                             self.list, "-o", self.redis.target, "-i", "lo")
        assert running.wait_for(
            lambda: namespaces.captures(running.pid) and
            namespaces.status_of(running.pid)["CapPrm"] == ["0" * 16], 20)
        return running

    def start_logreader(self):
        # From the start: nothing is missed while it is starting.
        return self.spawn("logreader", "-c", self.conf("log"), "-b",
                          self.list, "-o", self.redis.target, "-f",
                          "--from-start", self.named.log)

    def host(self, address):
        return self.redis.client.hgetall("qw:{0}:host:" + address)

    def incidents(self):
        client = self.redis.client
        return [client.hgetall("qw:{0}:incident:" + i)
                for i in client.zrange("qw:{0}:incidents", 0, -1)]

    def until_incident(self, name):
        self.named.query(name, source=BOT)
        assert self.wait_until(lambda: self.host(BOT), 20), "no incident"


def test_sensor_alone_opens_an_incident(site, may_capture):
    site.start_incidents()
    site.start_sensor()
    site.named.query("www.good.example", source=OTHER)
    site.until_incident("www.bad.example")
    incident, = site.incidents()
    assert incident["host"] == BOT
    assert incident["state"] == "open"
    assert incident["hits:sensor"] == "1"
    assert not site.host(OTHER)


def test_log_alone_opens_an_incident(site):
    site.start_incidents()
    site.start_logreader()
    site.named.query("www.good.example", source=OTHER)
    site.until_incident("www.bad.example")
    incident, = site.incidents()
    assert incident["host"] == BOT
    assert incident["state"] == "open"
    assert incident["hits:log"] == "1"
    assert not site.host(OTHER)


def test_both_feeds_make_one_incident(site, may_capture, wait_until):
    site.start_incidents()
    site.start_sensor()
    site.start_logreader()
    names = ["a.bad.example", "b.bad.example", "EVIL.test"]
    for name in names:
        site.named.query(name, source=BOT)
    site.named.query("notbad.example", source=BOT)
    site.named.query("a.bad.example", source=BOT, tcp=True)

    def counted():
        host = site.host(BOT)
        return host.get("hits:sensor") == host.get("hits:log") == "4"

    assert wait_until(counted, 8), site.host(BOT)
    incident, = site.incidents()
    assert incident["hits:sensor"] == incident["hits:log"] == "4"
    # The same queries seen twice are not twice as many queries.
    assert incident["hits"] == "4"
    kept = site.redis.client.hgetall(
        f"qw:{{0}}:incident:{incident['id']}:names")
    assert sorted(kept) == ["a.bad.example", "b.bad.example", "evil.test"]
    assert json.loads(kept["a.bad.example"])["sources"] == {
        "sensor": 2, "log": 2}
    # Both feeds tell the same time of the same query, but for what a log
    # cannot show.
    assert abs(int(incident["last"]) / 1e6 - time.time()) < 10


def test_a_capture_and_the_log_of_the_same_queries_make_one_incident(
        folder, redis_server, run, spawn, wait_until):
    names = folder / "bad.txt"
    names.write_text("bad.example\n")
    queries = [(f"10.1.2.{c}", f"w{i % 3}.bad.example", 30 * i + c)
               for i in range(20) for c in (3, 4)]
    at = 1795417200			# 2026-11-23 07:00:00 UTC
    frames = [(at + s, 0, udp4(client, message(name, id=s)))
              for client, name, s in queries]
    write_pcap(folder / "c.pcap", 101, frames)
    # The log misses the last ones; the counts are its own all the same.
    (folder / "query.log").write_text("".join(
        "2026-11-23T07:{:02}:{:02}.000Z queries: info: client @0x7f {}#50000 "
        "({n}): query: {n} IN A +E(0)K (198.51.100.53)\n".format(
            s // 60, s % 60, client, n=name)
        for client, name, s in queries[:-10]))
    running = spawn("incidents", "-o", redis_server.target)
    for program, source, args in (
            ("sensor", "span", ["-r", folder / "c.pcap"]),
            ("logreader", "log", [folder / "query.log"])):
        conf = folder / f"{source}.conf"
        conf.write_text(f'source = "{source}"\ncoalesce = 1\n')
        run(program, "-c", conf, "-b", names, "-o", redis_server.target,
            *args, check=0)
    db = redis_server.client
    for client in ("10.1.2.3", "10.1.2.4"):
        host = f"qw:{{0}}:host:{client}"
        assert running.wait_for(lambda: (
            db.hget(host, "hits:span"), db.hget(host, "hits:log")) ==
            ("20", "15"), 10), db.hgetall(host)
        record = db.hgetall(host)
        assert (record["hits"], record["incidents"]) == ("20", "1")
        incident = f"qw:{{0}}:incident:{record['incident']}"
        assert db.hmget(incident, "hits", "hits:span", "hits:log",
                        "names") == ["20", "20", "15", "3"]
        kept = {k: json.loads(v)
                for k, v in db.hgetall(incident + ":names").items()}
        assert {k: v["count"] for k, v in kept.items()} == {
            "w0.bad.example": 7, "w1.bad.example": 7, "w2.bad.example": 6}
        assert all(v["count"] == v["sources"]["span"]
                   for v in kept.values())
        hour = at - at % 3600
        assert db.hgetall(incident + ":hours") == {
            f"{hour}:span": "20", f"{hour}:log": "15"}
    assert db.zcard("qw:{0}:incidents") == 2


def test_json_lines_need_no_server(run, folder):
    names = SUPPORT / "demo-badnames.txt"
    done = run("sensor", "-b", names, "-r", SUPPORT / "demo.pcap", check=0)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert {line["client"] for line in lines} == {"192.0.2.66"}
    assert sum(line["n"] for line in lines
               if line["entry"] == "c2.botfarm.example") == 2
    assert [(line["qname"], line["entry"], line["match"])
            for line in lines if "stealer" in line["entry"]] \
        == [("login.stealer.test", "stealer.test", "suffix")]

    log = folder / "queries.log"
    log.write_text(
        "23-Nov-2026 07:00:00.123 queries: info: client @0x7f3b074d0098 "
        "192.0.2.66#50894 (x.stealer.test): query: x.stealer.test IN A "
        "+E(0)K (198.51.100.53)\n"
        "23-Nov-2026 07:00:01.000 queries: info: client @0x7f3b074d0098 "
        "192.0.2.10#50894 (notstealer.test): query: notstealer.test IN A "
        "+ (198.51.100.53)\n")
    done = run("logreader", "-b", names, log, check=0)
    hit, = [json.loads(line) for line in done.stdout.splitlines()]
    assert list(hit)[:4] == ["v", "source", "via", "first"]
    assert (hit["via"], hit["client"], hit["qname"], hit["n"]) \
        == ("log", "192.0.2.66", "x.stealer.test", 1)
    assert hit["first"] == "2026-11-23T07:00:00.123000Z"
