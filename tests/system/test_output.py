"""Hits into a real Redis, through its restarts and its absence."""

import json
import re
import subprocess
import time

import pytest

from captures import message, udp4, write_pcap

STREAM = "qw:{0}:hits"
START = 1795417200
FIELDS = ["v", "source", "via", "first", "last", "n", "client", "client_port",
          "server", "transport", "id", "qname", "qtype", "qclass", "flags",
          "matched", "matched_via", "entry", "match", "list", "generation"]


@pytest.fixture
def site(folder):
    """A list, a configuration that merges nothing, and many bad queries."""
    class Site:
        names = folder / "bad.txt"
        conf = folder / "conf"
        pcap = folder / "queries.pcap"

        def write(self, count):
            write_pcap(self.pcap, 101, [
                (START + i // 1000, i % 1000,
                 udp4("192.0.2.1", message(f"n{i}.bad.example", id=i)))
                for i in range(count)])

        def arguments(self, target):
            return ["-c", self.conf, "-b", self.names, "-o", target, "-r",
                    self.pcap]
    Site.names.write_text("bad.example\n")
    Site.conf.write_text('source = "site"\ncoalesce = 0\nqueue = 256\n')
    return Site()


def test_a_hit_has_the_fields_of_the_line_in_their_order(site, run,
                                                         redis_server):
    site.write(1)
    done = run("sensor", *site.arguments(redis_server.target), check=0)
    assert "redis: 1 sent, 0 queue_drops\n" in done.stderr
    fields = raw_fields(redis_server)
    assert fields[0::2] == FIELDS
    hit = dict(zip(fields[0::2], fields[1::2]))
    assert hit["first"] == hit["last"] == str(START * 1000000)
    assert hit["n"] == "1" and hit["qname"] == "n0.bad.example"
    line = json.loads(run("sensor", "-c", site.conf, "-b", site.names, "-r",
                          site.pcap, check=0).stdout)
    assert list(line) == FIELDS
    for key in set(FIELDS) - {"first", "last"}:
        assert str(line[key]) == hit[key]
    assert redis_server.client.hget("qw:meta", "partitions") == "1"


def raw_fields(server):
    """The first entry as redis-cli lists it: the order is part of the
    contract."""
    done = subprocess.run(
        ["redis-cli", "-s", server.socket, "--raw", "XRANGE", STREAM, "-",
         "+", "COUNT", "1"], capture_output=True, text=True, check=True,
        timeout=10)
    return done.stdout.splitlines()[1:]


def qnames(server):
    return [fields["qname"] for _, fields in
            server.client.xrange(STREAM)]


def test_no_hit_is_lost_or_doubled_when_redis_dies(site, spawn, redis_server,
                                                   wait_until):
    redis_server.stop()
    redis_server.appendonly = True
    redis_server.start()
    count = 20000
    site.write(count)
    sensor = spawn("sensor", *site.arguments(redis_server.target))
    assert wait_until(lambda: redis_server.client.xlen(STREAM) > 500, 20)
    redis_server.kill9()
    time.sleep(0.5)
    redis_server.start()
    assert sensor.process.wait(60) == 0, sensor.stderr
    text = sensor.stop()
    got = qnames(redis_server)
    assert len(got) == count
    assert sorted(got) == sorted(f"n{i}.bad.example" for i in range(count))
    assert f"redis: {count} sent, 0 queue_drops, 1 outages\n" in text
    assert "Redis takes hits again" in text


@pytest.mark.parametrize("target, words", [
    ("unix:/nonexistent/redis.sock", "No such file"),
    ("127.0.0.1:1", "refused"),
])
def test_a_wrong_address_is_said_at_once(site, run, target, words):
    site.write(1)
    started = time.monotonic()
    done = run("sensor", *site.arguments(target), check=1)
    assert time.monotonic() - started < 8
    assert target in done.stderr and words in done.stderr


def test_other_partitions_than_configured(site, run, redis_server):
    site.write(1)
    redis_server.client.hset("qw:meta", "partitions", "16")
    done = run("sensor", *site.arguments(redis_server.target), check=1)
    assert "'partitions' to 16" in done.stderr
    assert not redis_server.client.exists(STREAM)


def test_sigterm_while_redis_is_away_says_what_is_lost(site, spawn,
                                                       redis_server,
                                                       wait_until):
    site.write(20000)
    sensor = spawn("sensor", *site.arguments(redis_server.target))
    assert wait_until(lambda: redis_server.client.exists(STREAM), 20)
    redis_server.kill9()
    assert sensor.wait_for(lambda: "does not take hits" in sensor.stderr, 10)
    started = time.monotonic()
    text = sensor.stop(status=1, timeout=20)
    assert time.monotonic() - started < 12
    lost = int(re.search(r"(\d+) hits were lost", text)[1])
    assert re.search(rf"redis: \d+ sent, 0 queue_drops, {lost} unsent", text)
    assert "Sanitizer" not in text
