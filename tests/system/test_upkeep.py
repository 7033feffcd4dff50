"""What querywatch-incidents does beside applying hits, against a real Redis:
what is old or too many goes, what needs a person is an alarm."""

import time

import pytest

from incidents import HITS, MINUTE, T0, hit, incident_of

OWN = "qw:source:incidents-here"
ALARMS = "qw:{alarms}:now"
DAY_MS = 86_400_000


@pytest.fixture
def keeping(spawn, redis_server, configured):
    """keeping("hosts_max = 9"): a consumer that looks around each second."""
    def function(*lines):
        return spawn("incidents", "-o", redis_server.target, "-c", configured(
            'consumer = "here"', "heartbeat = 1", *lines))
    return function


def alarms(db):
    return {name: text.split(" ", 1)[1]
            for name, text in db.hgetall(ALARMS).items()}


def told(db):
    return [(e["what"], e["kind"], e["about"])
            for _, e in db.xrange("qw:{alarms}:log")]


# Retention ----------------------------------------------------------------

def put_old(db, days, **changes):
    """A hit that reached Redis so many days ago."""
    then = int(time.time() * 1000) - days * DAY_MS
    db.xadd(HITS, hit(**changes), id=f"{then}-*")


def test_incidents_expire_with_all_that_is_theirs(db, keeping):
    for i in range(120):		# more than one step
        put_old(db, 91, client=f"10.3.0.{i}")
    put_old(db, 89, client="10.4.0.1")
    put_old(db, 89, client="10.4.0.2")
    running = keeping()
    assert running.wait_for(
        lambda: db.hget("qw:{0}:counts", "expired") == "120", 15)
    assert {k for k in db.keys() if "10." in k} == {
        "qw:{0}:host:10.4.0.1", "qw:{0}:host:10.4.0.2"}
    ids = {incident_of(db, f"10.4.0.{i}")["id"] for i in (1, 2)}
    for index in ("incidents", "incidents:open", "expire"):
        assert set(db.zrange("qw:{0}:" + index, 0, -1)) == ids
    assert {k.split(":")[3] for k in db.keys("qw:{0}:incident:*")} == ids
    assert set(db.zrange("qw:{0}:hosts", 0, -1)) == {"10.4.0.1", "10.4.0.2"}
    # Nor does an index, but for the events, which go by their own times.
    assert len(db.xrange("qw:{0}:events")) == 122


def test_a_host_that_goes_on_keeps_its_incident(db, keeping):
    put_old(db, 40)
    put_old(db, 20, client="10.1.2.4")
    running = keeping("retention = 30")
    assert running.wait_for(
        lambda: db.hget("qw:{0}:counts", "expired") == "1", 10)
    assert not incident_of(db) and incident_of(db, "10.1.2.4")
    db.xadd(HITS, hit(client="10.1.2.4"))
    assert running.wait_for(
        lambda: incident_of(db, "10.1.2.4")["hits"] == "2", 5)
    running.stop()
    running = keeping("retention = 10")	# the first hit is older, not the last
    assert running.wait_for(lambda: db.hget(OWN, "state") == "running", 5)
    assert running.wait_for(lambda: db.zscore(
        "qw:{0}:expire", incident_of(db, "10.1.2.4")["id"]) == int(
        incident_of(db, "10.1.2.4")["inserted_last"]), 5)


# Alarms -------------------------------------------------------------------

def test_a_filling_stream_is_an_alarm_until_it_is_read(db, keeping):
    db.xgroup_create(HITS, "other", "0", mkstream=True)
    running = keeping("stream_max = 1000")
    with db.pipeline() as batch:
        for _ in range(850):
            batch.xadd(HITS, hit())
        batch.execute()
    assert running.wait_for(lambda: "stream 0" in alarms(db), 10)
    assert alarms(db)["stream 0"] == \
        "qw:{0}:hits holds 850 of 1000 entries"
    assert running.wait_for(lambda: db.hget(OWN, "all_length") == "850", 5)
    assert "alarm: qw:{0}:hits holds 850" in running.stderr
    db.xgroup_destroy(HITS, "other")
    db.xadd(HITS, hit())
    assert running.wait_for(lambda: alarms(db) == {}, 10)
    assert told(db) == [("raised", "stream", "0"), ("cleared", "stream", "0")]
    assert "alarm over: qw:{0}:hits holds 0" in running.stderr


def test_dead_entries_are_an_alarm_until_they_are_removed(db, keeping):
    db.xadd(HITS, hit(v=9))
    running = keeping()
    assert running.wait_for(lambda: "dead 0" in alarms(db), 10)
    assert running.wait_for(lambda: db.hget(OWN, "all_dead") == "1", 5)
    db.delete(HITS + ":dead")
    assert running.wait_for(lambda: alarms(db) == {}, 10)


def test_a_source_that_falls_silent_is_an_alarm_until_it_is_back(db, keeping):
    def beat(name, state="running"):
        db.hset("qw:{0}:positions", name, "1 1")
        db.hset(f"qw:source:{name}", mapping={"state": state, "time": T0})

    beat("span1")
    beat("bind", "stopped")
    db.hset("qw:{0}:positions", "never", "1 1")
    running = keeping()
    assert running.wait_for(
        lambda: len(db.hgetall("qw:{alarms}:sources")) == 3, 10)
    db.delete("qw:source:span1", "qw:source:bind")
    assert running.wait_for(lambda: alarms(db), 10)
    assert alarms(db) == {"silent span1": "source span1 is silent since "
                          "2026-11-23T09:11:59.706000Z"}
    assert db.hget("qw:{alarms}:sources", "span1") == f"silent {T0}"
    assert db.hget("qw:{alarms}:sources", "bind") == f"stopped {T0}"
    beat("span1")
    assert running.wait_for(lambda: not alarms(db), 10)
    assert told(db) == [("raised", "silent", "span1"),
                        ("cleared", "silent", "span1")]


def test_of_two_consumers_one_tells_of_the_other(db, spawn, redis_server,
                                                 configured):
    running = {}
    for name in "ab":
        running[name] = spawn(
            "incidents", "-o", redis_server.target, "-c",
            configured(f'consumer = "{name}"', "heartbeat = 1"))
        assert running[name].wait_for(
            lambda: db.exists(f"qw:source:incidents-{name}"), 10)
    running["a"].kill9()
    assert running["b"].wait_for(lambda: alarms(db), 15)
    assert set(alarms(db)) == {"silent incidents-a"}
    running["b"].stop()
    assert db.hget("qw:source:incidents-b", "state") == "stopped"
    assert db.ttl("qw:source:incidents-b") > 3000


def test_two_consumers_of_one_name_are_told_apart(db, keeping):
    first = keeping()
    assert first.wait_for(lambda: db.exists(OWN), 10)
    second = keeping()
    assert first.wait_for(
        lambda: db.hget(OWN, "pid") == str(second.pid), 10)
    assert first.wait_for(
        lambda: db.exists(f"qw:source:incidents-here-{first.pid}"), 10)
    assert "give each its own" in first.stderr
    for _ in range(2000):
        db.xadd(HITS, hit())
    assert second.wait_for(lambda: incident_of(db)["hits"] == "2000", 10)


def test_the_consumer_tells_how_it_is(db, keeping):
    db.xadd(HITS, hit(n=3))
    db.xadd(HITS, hit(client="x"))
    running = keeping()
    assert running.wait_for(
        lambda: db.hget(OWN, "entries_applied") == "1", 10)
    record = db.hgetall(OWN)
    assert record["program"] == "querywatch-incidents"
    assert record["pid"] == str(running.pid)
    assert (record["entries_dead"], record["incidents_opened"],
            record["all_open"], record["all_waiting"], record["lag"]) == \
        ("1", "1", "1", "0", "0")
    assert 0 < db.ttl(OWN) <= 4


# Too many hosts -----------------------------------------------------------

def flood(db, count, first=0, **changes):
    with db.pipeline(transaction=False) as batch:
        for i in range(first, first + count):
            batch.xadd(HITS, hit(client=f"10.{i >> 16 & 255}.{i >> 8 & 255}."
                                 f"{i & 255}", **changes))
        batch.execute()


def put_minute(db, minute, **changes):
    """A hit in that minute after T0, by every clock."""
    time = T0 + minute * MINUTE
    db.xadd(HITS, hit(first=time, last=time, **changes),
            id=f"{time // 1000}-*")


def test_hosts_that_ask_once_do_not_displace_others(db, keeping):
    running = keeping("hosts_max = 1000", "retention = 36500")
    for minute in range(3):
        put_minute(db, minute, client="192.0.2.1")
        for i in range(1000):
            put_minute(db, minute, client=f"10.{minute}.{i >> 8}.{i & 255}")
    assert running.wait_for(lambda: not db.xlen(HITS) and db.hget(
        "qw:{0}:counts", "refused") == "2001", 15)
    assert incident_of(db, "192.0.2.1")["hits"] == "3"
    assert db.zcard("qw:{0}:hosts") == 1000
    assert running.wait_for(lambda: "hosts 0" in alarms(db), 5)
    assert running.wait_for(
        lambda: db.hget(OWN, "all_refused") == "2001", 5)
    # One that comes when it is full, and goes on asking, gets its incident.
    put_minute(db, 4, client="192.0.2.2")
    put_minute(db, 4, client="192.0.2.2")
    assert running.wait_for(
        lambda: db.hget("qw:{0}:counts", "refused") == "2003", 5)
    put_minute(db, 9, client="192.0.2.2")
    put_minute(db, 9, client="192.0.2.2")
    assert running.wait_for(
        lambda: incident_of(db, "192.0.2.2").get("hits") == "2", 10)
    assert running.wait_for(lambda: db.zcard("qw:{0}:hosts") == 1000, 10)
    assert db.hget("qw:{0}:counts", "evicted") == "1"
    assert incident_of(db, "192.0.2.1")["hits"] == "3"
    assert len(db.keys("qw:{0}:host:*")) == 1000
    assert len(db.keys("qw:{0}:incident:*:log")) == 1000


def test_an_acknowledged_incident_is_not_removed(db, keeping):
    running = keeping("hosts_max = 10")
    put_minute(db, 0)
    assert running.wait_for(lambda: incident_of(db), 10)
    db.hset(f"qw:{{0}}:incident:{incident_of(db)['id']}", "state", "acked")
    for i in range(1, 31):
        for minute in (1, 2, 70):
            put_minute(db, minute + 200 * i, client=f"10.0.0.{i}")
    assert running.wait_for(lambda: not db.xlen(HITS) and
                            db.zcard("qw:{0}:hosts") == 10, 10)
    assert incident_of(db)["state"] == "acked"
    assert incident_of(db, "10.0.0.30")


def test_a_flood_of_addresses_stays_in_its_bounds(db, keeping):
    running = keeping("hosts_max = 5000")
    flood(db, 5000)
    assert running.wait_for(lambda: db.zcard("qw:{0}:hosts") == 5000, 60)
    assert running.wait_for(lambda: not db.xlen(HITS), 60)
    before = db.info("memory")["used_memory"]
    for i in range(10):
        flood(db, 10000, first=100000 + 10000 * i)
        assert running.wait_for(lambda: not db.xlen(HITS), 60)
    assert db.zcard("qw:{0}:hosts") <= 5010
    assert db.info("memory")["used_memory"] < before + 6 * 2 ** 20
