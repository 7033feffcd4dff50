"""Hits of packets wait on disk while Redis does not take them, and come into
it in order, each once."""

import os
import socket
import subprocess
import time

import pytest

import dnstap
import programs
from captures import message, udp4
from namespaces import start_sensor
from programs import counters

STREAM = "qw:{0}:hits"
MAC = bytes(12) + b"\x08\x00"

pytestmark = pytest.mark.skipif(os.geteuid() != 0,
                                reason="needs root, to capture")


@pytest.fixture
def site(folder, bin_dir, network, redis_server, wait_until):
    """.start() a sensor, .ask(n) n new names, .arrived() those in Redis."""
    class Site:
        asked = 0
        spool = folder / "spool"
        conf = folder / "conf"
        running = []

        def configure(self, more="", spool=None):
            self.conf.write_text(
                'source = "span1"\ncoalesce = 0\nanswer_wait = 0\n'
                f'queue = 4096\nheartbeat = 1\nduplicates = 0\n'
                f'spool = "{spool or self.spool}"\n{more}\n')

        def start(self):
            sensor = start_sensor(
                network, bin_dir / "querywatch-sensor", "right", "-c",
                self.conf, "-b", folder / "bad.txt", "-o",
                redis_server.target)
            self.running.append(sensor)
            return sensor

        def ask(self, count, pause=0):
            while count > 0:
                some = min(count, 250)	# no more than a socket's buffer
                network.send(MAC + udp4("192.0.2.1", message(
                    f"n{i}.bad.example", id=i % 65536))
                    for i in range(self.asked, self.asked + some))
                self.asked += some
                count -= some

        def segments(self):
            return list(self.spool.glob("span1.*.spool"))

        def arrived(self):
            return [int(fields["qname"][1:].split(".")[0]) for _, fields in
                    redis_server.client.xrange(STREAM)]

        def complete(self, seconds=30):
            wait_until(lambda: len(self.arrived()) >= self.asked, seconds)
            return self.arrived() == list(range(self.asked))

        def count(self, sensor):
            """The counters as they are now."""
            said = sensor.stderr.count("redis: ")
            sensor.process.send_signal(10)
            assert sensor.wait_for(
                lambda: sensor.stderr.count("redis: ") > said and
                sensor.stderr.endswith("\n"), 10), sensor.stderr
            return counters(sensor.stderr)

        def wait_for_spooled(self, sensor, wanted):
            assert wait_until(lambda: self.count(sensor).get(
                "spool_waiting", 0) >= wanted, 20, 0.1), sensor.stderr

    (folder / "bad.txt").write_text("bad.example\n")
    redis_server.stop()
    redis_server.appendonly = True
    redis_server.start()
    site = Site()
    site.configure()
    yield site
    for sensor in site.running:
        sensor.kill9()


def test_nothing_goes_to_disk_while_redis_is_there(site):
    sensor = site.start()
    site.ask(1000)
    assert site.complete()
    assert site.segments() == []
    sensor.stop()


def test_redis_is_away_and_comes_back(site, redis_server, wait_until):
    sensor = site.start()
    site.ask(100)
    assert site.complete()
    redis_server.kill9()
    site.ask(8000)
    site.wait_for_spooled(sensor, 8000)
    assert site.segments()
    redis_server.start()
    site.ask(100)
    assert site.complete(), site.arrived()[:5]
    assert wait_until(lambda: site.segments() == [], 10)
    text = sensor.stop()
    assert "Redis takes hits again" in text
    assert counters(text)["spool_waiting"] == 0
    assert counters(text)["redis_queue_drops"] == 0


def test_the_sensor_is_killed_and_started_while_redis_is_away(
        site, redis_server):
    sensor = site.start()
    site.ask(100)
    assert site.complete()
    redis_server.kill9()
    site.ask(500)
    site.wait_for_spooled(sensor, 500)
    sensor.kill9()
    sensor = site.start()
    assert sensor.wait_for(lambda: "they go to the spool" in sensor.stderr, 10)
    site.ask(500)
    site.wait_for_spooled(sensor, 1000)
    sensor.kill9()
    sensor = site.start()
    site.ask(100)
    redis_server.start()
    assert site.complete(), site.arrived()
    text = sensor.stop()
    assert "spool: 1000 hits wait" in text
    assert "lost" not in text


def test_what_waits_at_the_end_is_sent_by_the_next(site, redis_server):
    sensor = site.start()
    site.ask(100)
    assert site.complete()
    redis_server.kill9()
    site.ask(300)
    assert sensor.wait_for(
        lambda: site.count(sensor)["queries_total"] == 400, 10)
    text = sensor.stop()
    assert "hits wait" in text and "lost" not in text
    redis_server.start()
    sensor = site.start()
    assert site.complete(), (text, sensor.stderr, site.arrived())
    sensor.stop()


@pytest.mark.parametrize("refuse, allow, said", [
    (("CONFIG SET maxmemory 1",), ("CONFIG SET maxmemory 0",), "OOM"),
    (("REPLICAOF 127.0.0.1 1",), ("REPLICAOF NO ONE",), "READONLY"),
    (("CONFIG SET min-replicas-to-write 1",),
     ("CONFIG SET min-replicas-to-write 0",), "NOREPLICAS"),
    (("CLIENT PAUSE 20000 WRITE",), ("CLIENT UNPAUSE",), "no answer"),
])
def test_redis_refuses(site, redis_server, refuse, allow, said):
    sensor = site.start()
    site.ask(10)
    assert site.complete()
    for words in refuse:
        redis_server.client.execute_command(words)
    site.ask(3000)
    site.wait_for_spooled(sensor, 1500)
    assert sensor.wait_for(lambda: said in sensor.stderr, 10), sensor.stderr
    for words in allow:
        redis_server.client.execute_command(words)
    assert site.complete()
    assert counters(sensor.stop())["redis_queue_drops"] == 0


def test_a_stream_that_is_full_takes_no_more(site, redis_server):
    site.configure("stream_max = 200")
    sensor = site.start()
    site.ask(1000)
    assert sensor.wait_for(lambda: "QWFULL" in sensor.stderr, 20)
    site.wait_for_spooled(sensor, 1000 - 200 - 128)
    assert 200 <= len(site.arrived()) < 200 + 128
    # It still says how it is.
    beat = redis_server.client.hget("qw:source:span1", "time")
    assert sensor.wait_for(lambda: redis_server.client.hget(
        "qw:source:span1", "time") != beat, 10)
    seen = []
    while len(seen) < 1000:
        entries = redis_server.client.xrange(STREAM, count=100)
        seen += [int(fields["qname"][1:].split(".")[0])
                 for _, fields in entries]
        if entries:
            redis_server.client.xdel(STREAM, *[id for id, _ in entries])
        time.sleep(0.05)
    assert seen == list(range(1000))
    sensor.stop()


def test_the_disk_is_full(site, redis_server, folder):
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k,mode=777",
                    "tmpfs", disk], check=True)
    try:
        site.spool = disk / "spool"
        site.configure("queue = 512")
        sensor = site.start()
        redis_server.kill9()
        site.ask(3000)
        assert sensor.wait_for(lambda: "the spool takes no hits" in
                               sensor.stderr, 20), sensor.stderr
        redis_server.start()
        assert sensor.wait_for(lambda: redis_server.client.hmget(
            "qw:source:span1", "redis_waiting", "spool_waiting") ==
            ["0", "0"], 20), sensor.stderr
        said = counters(sensor.stop(status=1))
        arrived = site.arrived()
        assert arrived == sorted(set(arrived))
        assert len(arrived) + said["redis_queue_drops"] == site.asked
        assert len(arrived) > 700
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_the_bound_is_kept_and_what_it_costs_is_said(site, redis_server):
    site.configure("spool_size = 1")
    sensor = site.start()
    redis_server.kill9()
    site.ask(5000)
    assert sensor.wait_for(lambda: "the spool is full" in sensor.stderr, 20)
    site.wait_for_spooled(sensor, 100)
    assert sum(path.stat().st_size for path in site.segments()) <= 1 << 20
    redis_server.start()
    assert sensor.wait_for(lambda: site.segments() == [], 30)
    said = counters(sensor.stop(status=1))
    arrived = site.arrived()
    assert arrived == sorted(set(arrived))
    assert len(arrived) + said["spool_forced"] == site.asked
    assert said["redis_queue_drops"] == 0


def test_two_sensors_do_not_share_a_spool(site):
    site.start()
    with pytest.raises(AssertionError, match="another process spools"):
        site.start()


def test_what_nameservers_bring_waits_as_well(site, folder, bin_dir,
                                              redis_server, wait_until):
    socket_path = folder / "dnstap.sock"

    def start():
        socket_path.unlink(missing_ok=True)	# of one that was killed
        reader = programs.Running(
            bin_dir / "querywatch-logreader", "-c", site.conf, "-b",
            folder / "bad.txt", "-o", redis_server.target, "--dnstap",
            f"unix:{socket_path}")
        site.running.append(reader)
        assert reader.wait_for(socket_path.exists, 10), reader.stderr
        return reader

    def bring(count):
        messages = [dnstap.message(dnstap.CLIENT_QUERY, dnstap.query(
            f"n{i}.bad.example")) for i in range(site.asked,
                                                 site.asked + count)]
        site.asked += count
        with socket.socket(socket.AF_UNIX) as s:
            s.connect(str(socket_path))
            s.sendall(dnstap.stream(*messages))

    reader = start()
    bring(100)
    assert site.complete()
    redis_server.kill9()
    bring(300)
    site.wait_for_spooled(reader, 300)
    reader.kill9()
    reader = start()
    bring(50)
    site.wait_for_spooled(reader, 350)
    redis_server.start()
    assert site.complete(), reader.stderr
    reader.stop()
