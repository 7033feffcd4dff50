"""qw:source:NAME: how a front end is, told by itself to a real Redis."""

import signal
import time

import pytest
import redis

import namespaces
from captures import message, udp4, write_pcap
from programs import counters

KEY = "qw:source:site"
LINE = ("{at} queries: info: client @0x7f 10.1.2.{n}#5 "
        "({q}): query: {q} IN A +E(0)K (10.255.0.53)\n")
# What is no counter; counters have a '_' in their names.
FIXED = {"v", "program", "version", "via", "host", "pid", "input", "state",
         "start", "time", "uptime", "workers", "generation", "names", "spool"}


@pytest.fixture
def site(folder, redis_server, spawn, wait_until):
    """A log that is followed, and the record of who follows it."""
    class Site:
        names = folder / "bad.txt"
        conf = folder / "conf"
        log = folder / "query.log"
        at = time.gmtime(1795417200)

        def follow(self, heartbeat=1):
            self.conf.write_text('source = "site"\ncoalesce = 0\n'
                                 f"heartbeat = {heartbeat}\n")
            return spawn("logreader", "-c", self.conf, "-b", self.names,
                         "-o", redis_server.target, "-f", "--from-start",
                         self.log)

        def write(self, *qnames):
            with self.log.open("a") as log:
                for n, qname in enumerate(qnames):
                    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", self.at)
                    log.write(LINE.format(at=at, n=n, q=qname))

        def record(self):
            try:
                return redis_server.client.hgetall(KEY)
            except redis.exceptions.RedisError:
                return {}

        def wait(self, seconds=15, **fields):
            """Wait for a record that says so."""
            wanted = {k: str(v) for k, v in fields.items()}
            assert wait_until(
                lambda: wanted.items() <= self.record().items(), seconds), \
                self.record()
            return self.record()
    Site.names.write_text("bad.example\nworse.example\n")
    Site.log.touch()
    return Site()


def test_what_the_record_holds(site, redis_server):
    before = time.time()
    program = site.follow()
    record = site.wait(state="running")
    assert {name for name in record if "_" not in name} == FIXED
    assert record["v"] == "1" and record["program"] == "querywatch-logreader"
    assert record["via"] == "log" and record["pid"] == str(program.pid)
    assert record["input"] == str(site.log)
    assert record["workers"] == record["generation"] == "1"
    assert record["names"] == "2" and record["spool"] == "none"
    assert before <= int(record["start"]) / 1e6 <= time.time()
    assert 0 < int(record["uptime"]) < 60e6
    assert 0 < redis_server.client.ttl(KEY) <= 4
    assert all(v.isdigit() for k, v in record.items() if "_" in k)


def test_it_is_refreshed_and_counts_on(site):
    site.follow()
    first = site.wait(state="running", hits_total=0)
    site.write("www.bad.example", "good.example")
    record = site.wait(lines_total=2, queries_total=2, queries_matched=1,
                       hits_total=1, redis_sent=1)
    assert int(record["time"]) > int(first["time"])
    assert record["start"] == first["start"]


def test_the_lag_of_a_log(site):
    site.follow()
    assert "lag" not in site.wait(state="running", lines_total=0)
    site.at = time.gmtime(time.time() - 1000)
    site.write("www.bad.example")
    assert 999e6 <= int(site.wait(lines_total=1)["lag"]) < 1100e6
    site.at = time.gmtime()
    site.write("good.example")
    assert 0 <= int(site.wait(lines_total=2)["lag"]) < 100e6


def test_sigusr1_and_the_record_know_the_same_counters(site):
    program = site.follow()
    site.write("www.bad.example", "a..b", "good.example")
    record = site.wait(lines_total=3, redis_sent=1)
    program.signal(signal.SIGUSR1)
    assert program.wait_for(lambda: "redis: 1 sent" in program.stderr, 10)
    said = counters(program.stderr)
    assert said["lines_total"] == 3 and said["broken_name"] == 1
    same = {k: int(v) for k, v in record.items() if "_" in k}
    assert set(said) <= set(same)
    # What is not said is 0, and nothing else has happened since.
    assert {k: said.get(k, 0) for k in same} == same


def test_the_last_record_is_the_summary(site, redis_server):
    program = site.follow()
    site.write("www.bad.example")
    site.wait(redis_sent=1)
    said = counters(program.stop())
    record = site.record()
    assert record["state"] == "stopped"
    assert {k: int(v) for k, v in record.items() if "_" in k} == {
        k: said.get(k, 0) for k in record if "_" in k}
    assert set(said) <= set(record)
    assert redis_server.client.ttl(KEY) > 600


def test_a_file_that_was_read(site, folder, run, redis_server):
    pcap = folder / "odd \n\x1b.pcap"
    write_pcap(pcap, 101, [
        (1795417200 + i, 0, udp4("192.0.2.1", message(f"n{i}.bad.example")))
        for i in range(5)])
    site.conf.write_text('source = "site"\n')
    done = run("sensor", "-c", site.conf, "-b", site.names, "-o",
               redis_server.target, "-r", pcap, check=0)
    record = site.record()
    assert record["via"] == "capture" and record["state"] == "stopped"
    assert record["input"] == f"{folder}/odd \\010\\027.pcap"
    assert "lag" not in record
    said = counters(done.stderr)
    assert said["frames_total"] == int(record["frames_total"]) == 5
    assert said["hits_total"] == int(record["redis_sent"]) == 5


def test_a_live_sensor_tells_its_lag(site, folder, bin_dir, redis_server):
    try:
        network = namespaces.Namespace()
    except Exception as e:	# no right to it in this container
        pytest.skip(f"no network namespace: {e}")
    site.conf.write_text('source = "site"\nheartbeat = 1\n')
    try:
        sensor = network.spawn(
            bin_dir / "querywatch-sensor", "-c", site.conf, "-b", site.names,
            "-o", redis_server.target, "-i", "right")
        record = site.wait(state="running", frames_total=0)
        assert record["input"] == "right" and "lag" not in record
        network.send([bytes.fromhex("02000000000202000000000108 00")
                      + udp4("192.0.2.1", message("n.bad.example"))])
        record = site.wait(frames_total=1, kernel_received=1,
                           kernel_ring_drops=0, redis_sent=1)
        assert 0 <= int(record["lag"]) < 60e6
        # Nothing more comes: the newest input grows old.
        sensor.stop()
        assert int(site.record()["lag"]) > int(record["lag"])
    finally:
        network.remove()


def test_a_source_that_was_killed_disappears(site, wait_until):
    program = site.follow()
    site.wait(state="running")
    program.kill9()
    assert wait_until(lambda: not site.record(), 15)


def test_redis_comes_back_empty(site, redis_server):
    program = site.follow()
    site.wait(state="running")
    redis_server.kill9()
    # There are no hits: the heartbeat tells that Redis is away.
    assert program.wait_for(lambda: "does not take hits" in program.stderr,
                            15)
    redis_server.start()
    site.wait(state="running", redis_outages=1)
    assert program.wait_for(lambda: "takes hits again" in program.stderr, 10)
    site.write("www.bad.example")
    site.wait(redis_sent=1, redis_queue_drops=0)


def test_no_heartbeat(site, redis_server, wait_until):
    program = site.follow(heartbeat=0)
    site.write("www.bad.example")
    assert wait_until(lambda: redis_server.client.exists("qw:{0}:hits"), 15)
    time.sleep(0.5)		# several times housekeeping
    assert site.record() == {}
    assert "redis: 1 sent" in program.stop()
    assert site.record() == {}


def test_the_function_that_writes_it(site, run, redis_server):
    """Loaded by any front end; it replaces the whole record, or nothing."""
    (site.log.parent / "empty.log").touch()
    site.conf.write_text('source = "loader"\n')
    run("logreader", "-c", site.conf, "-b", site.names, "-o",
        redis_server.target, site.log.parent / "empty.log", check=0)

    def beat(*args):
        return redis_server.client.fcall("qw_hits_heartbeat", 1, KEY, *args)
    assert beat(100, 5, "state", "running", "old", "1") == 1
    assert site.record() == {"start": "5", "state": "running", "old": "1"}
    assert 0 < redis_server.client.ttl(KEY) <= 100
    assert beat(200, 6, "state", "stopped") == 1
    assert site.record() == {"start": "6", "state": "stopped"}
    # A process that started earlier has nothing to say any more.
    assert beat(300, 5, "state", "running") == -1
    for wrong in ((), (100,), (100, 7), (100, 7, "state"), (0, 7, "a", "b"),
                  ("x", 7, "a", "b"), (100, "x", "a", "b"),
                  (100, 7, "a", "b", "c")):
        with pytest.raises(redis.exceptions.ResponseError):
            beat(*wrong)
    assert site.record() == {"start": "6", "state": "stopped"}
    assert redis_server.client.ttl(KEY) > 100
