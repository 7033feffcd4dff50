"""querywatch's commands that look into Redis: erase, sources, metrics."""

import json
import re
import time
from binascii import crc_hqx

import pytest

import programs
from incidents import HITS, hit, incident_of


@pytest.fixture
def ask(redis_server, bin_dir):
    """ask("sources", "--json", check=0): a command about the private Redis."""
    def function(command, *args, check=None):
        return programs.run_program(bin_dir / "querywatch", command, *args,
                                    "-o", redis_server.target, check=check)
    return function


# erase --------------------------------------------------------------------

def everything(db):
    """All keys and values, as one text each."""
    for key in db.scan_iter():
        yield key
        kind = db.type(key)
        if kind == "hash":
            yield json.dumps(db.hgetall(key))
        elif kind == "zset":
            yield json.dumps(db.zrange(key, 0, -1))
        elif kind == "stream":
            yield json.dumps(db.xrange(key))
        elif kind == "string":
            yield db.get(key)
        else:
            raise AssertionError(kind)


def counts(done):
    return {line.split(":")[0]: int(re.search(r"\d+", line)[0])
            for line in done.stdout.splitlines()}


def test_erase_leaves_nothing_of_one_host(db, consume, configured, ask):
    bad, other = "10.1.2.3", "10.1.2.4"
    conf = configured("hosts_max = 3")
    for i in range(3):			# three incidents of the one
        for client in (bad, other):
            db.xadd(HITS, hit(client=client, qname=f"w{i}.bad.example"))
        db.xadd(HITS, hit(client=bad, v=9))
        consume("-c", conf)
        db.hset("qw:{0}:incident:" + incident_of(db)["id"], "state",
                ("closed", "acked", "open")[i])
        if i == 1:
            db.hset("qw:{0}:incident:" + incident_of(db)["id"], "state",
                    "resolved")
    db.zadd("qw:{0}:owner:desk", {incident_of(db)["id"]: 1})
    db.hset("qw:{0}:incident:" + incident_of(db)["id"], "owner", "desk")
    for _ in range(700):		# waiting, some of them given away
        db.xadd(HITS, hit(client=bad))
    db.xadd(HITS, hit(client=other))
    db.xreadgroup("incidents", "gone", {HITS: ">"}, count=300)
    before = sorted(everything(db))
    dry = ask("erase", bad, "--dry-run", check=0)
    assert sorted(everything(db)) == before
    assert counts(dry) == {"hits that wait": 700, "dead entries": 3,
                           "events": 3, "incidents": 3, "host records": 1}
    done = ask("erase", bad, check=0)
    assert counts(done) == counts(dry) and "removed" in done.stdout
    assert not [text for text in everything(db) if bad in text]
    assert db.xlen(HITS) == 1
    assert db.xpending(HITS, "incidents")["pending"] == 0
    assert db.zcard("qw:{0}:incidents") == 1
    assert not db.exists("qw:{0}:owner:desk")
    consume("-c", conf)
    assert incident_of(db, other)["hits"] == "4"
    assert "nothing" in ask("erase", bad, check=0).stdout


def test_erase_finds_the_partition(db, consume, configured, ask):
    conf = configured("partitions = 16")
    for p in range(16):
        db.xadd(f"qw:{{{p}}}:hits", hit(client=f"10.0.0.{p}"))
    address = "2001:db8::1"
    p = crc_hqx(address.encode(), 0) % 16384 % 16
    db.xadd(f"qw:{{{p}}}:hits", hit(client=address))
    consume("-c", conf, streams=[f"qw:{{{i}}}:hits" for i in range(16)])
    assert incident_of(db, address, p)
    assert counts(ask("erase", "2001:DB8:0::1", check=0)) == {
        "events": 1, "incidents": 1, "host records": 1}
    assert not [text for text in everything(db) if address in text]
    assert sum(len(db.keys(f"qw:{{{i}}}:host:*")) for i in range(16)) == 16


def test_erase_says_what_is_wrong(db, ask, redis_server):
    assert "no address" in ask("erase", "bad.example", check=2).stderr
    assert "no address" in ask("erase", check=2).stderr
    assert "too much" in ask("erase", "::1", "::2", check=2).stderr
    assert "no records" in ask("erase", "10.1.2.3", check=1).stderr
    redis_server.stop()
    assert redis_server.socket in ask("erase", "10.1.2.3", check=1).stderr


# sources and metrics ------------------------------------------------------

def put_source(db, name, state="running", **fields):
    db.hset(f"qw:source:{name}", mapping=dict(
        state=state, time=int(time.time() * 1e6) - 2_000_000,
        program="querywatch-sensor", version="0.1.0", **fields))
    db.hset("qw:{0}:positions", name, "1 1")


def test_sources_are_shown_with_what_matters(db, ask):
    assert "no source" in ask("sources", check=0).stdout
    put_source(db, "span1", lag=1500000, generation=3, redis_sent=1234,
               kernel_ring_drops=5, redis_queue_drops=2)
    put_source(db, "bind", "stopped", redis_sent=7)
    db.hset("qw:{0}:positions", "never", "1 1")
    done = ask("sources", check=0)
    head, bind, span = (line.split() for line in done.stdout.splitlines())
    assert bind[:2] == ["bind", "stopped"]
    assert span[:2] == ["span1", "running"]
    assert 1.9 < float(span[2]) < 60
    assert span[4:] == ["1.5", "s", "7", "1234", "3"]


def test_a_silent_source_is_status_1_until_it_is_forgotten(db, ask, spawn,
                                                           redis_server,
                                                           configured):
    put_source(db, "span1")
    running = spawn("incidents", "-o", redis_server.target, "-c",
                    configured('consumer = "here"', "heartbeat = 1"))
    assert running.wait_for(
        lambda: db.hexists("qw:{alarms}:sources", "span1"), 10)
    ask("sources", check=0)
    db.delete("qw:source:span1")
    done = ask("sources", check=1)	# it does not wait for the alarm
    assert re.search("^span1 +silent", done.stdout, re.M)
    assert running.wait_for(
        lambda: db.hlen("qw:{alarms}:now") == 1, 10)
    shown = json.loads(ask("sources", "--json", check=1).stdout)["sources"]
    assert [(s["source"], s["state"]) for s in shown] == [
        ("incidents-here", "running"), ("span1", "silent")]
    assert shown[0]["record"]["pid"] == str(running.pid)
    db.hdel("qw:{0}:positions", "span1")
    ask("sources", "--forget", "span1", check=0)
    assert not db.exists("qw:{alarms}:now")
    assert "no name" in ask("sources", "--forget", "a b", check=2).stderr
    running.kill9()
    db.delete("qw:source:incidents-here")
    ask("sources", check=1)		# nobody is left to raise an alarm


METRIC = re.compile(
    r'(querywatch_[a-z0-9_]+)(?:\{((?:[a-z]+="(?:[^"\\\n]|\\.)*",?)*)\})? '
    r"(-?[0-9.]+)")


def test_metrics_are_what_prometheus_reads(db, ask):
    put_source(db, "span1", lag=1500000, frames_total=10, redis_waiting=3,
               input='et"h\\0', uptime=5_000_000, **{
                   "bad\nname_x": 1, "text_x": "a b", "Upper_x": 1})
    put_source(db, "bind", "stopped", frames_total=4)
    db.hset("qw:{alarms}:now", "silent bind", "1 x")
    done = ask("metrics", check=0)
    values, types, order = {}, {}, []
    for line in done.stdout.splitlines():
        if line.startswith("# HELP "):
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split()
            assert name not in types, "each metric stands together"
            types[name] = kind
            order.append(name)
            continue
        m = METRIC.fullmatch(line)
        assert m, line
        assert m[1] == order[-1]
        values[m[1], m[2]] = float(m[3])
    assert values["querywatch_frames_total", 'source="span1"'] == 10
    assert values["querywatch_frames_total", 'source="bind"'] == 4
    assert types["querywatch_frames_total"] == "counter"
    assert types["querywatch_redis_waiting"] == "gauge"
    assert values["querywatch_source_running", 'source="bind"'] == 0
    assert values["querywatch_source_lag_seconds", 'source="span1"'] == 1.5
    assert values["querywatch_alarms", None] == 1
    assert values["querywatch_alarm", 'kind="silent",about="bind"'] == 1
    assert 'input="et\\"h\\\\0"' in done.stdout
    assert not any("_x" in name for name in types)
