"""querywatch-incidents against a real Redis: hits are put into the stream by
hand, records are read back as a portal would."""

import json
import pathlib
import random
import re
import socket
import time

import pytest

from incidents import HITS, T0, hit, incident_of

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOUR = 3_600_000_000
SUMMARY = re.compile(r"(\d+) entries applied, (\d+) incidents opened, "
                     r"(\d+) dead-lettered, (\d+) reconnects")


def part(db, incident, name):
    return f"qw:{{0}}:incident:{incident['id']}:{name}"


def names_of(db, incident):
    stored = db.hgetall(part(db, incident, "names"))
    return {k: json.loads(v) for k, v in stored.items()}


# Records ------------------------------------------------------------------

def test_a_late_answer_is_evidence_and_counts_nothing(db, consume):
    late = dict(n=0, rcode="NXDOMAIN", answers='["A 192.0.2.7"]')
    db.xadd(HITS, hit(**late))		# of an incident that is gone
    err = consume()
    assert SUMMARY.search(err).groups() == ("1", "0", "0", "0")
    assert db.keys("qw:{0}:host:*") == []
    db.xadd(HITS, hit())
    db.xadd(HITS, hit(first=T0 + 9, last=T0 + 9, **late))
    consume()
    incident = incident_of(db)
    assert (incident["hits"], incident["last"]) == ("1", str(T0))
    assert names_of(db, incident)["www.bad.example"]["count"] == 1
    evidence = [e for _, e in db.xrange(part(db, incident, "evidence"))]
    assert [(e["n"], e.get("rcode")) for e in evidence] == [
        ("1", None), ("0", "NXDOMAIN")]


def test_first_hit_opens_an_incident(db, consume):
    entry = db.xadd(HITS, hit(n=3, last=T0 + 5))
    inserted = str(int(entry.split("-")[0]) * 1000)
    err = consume()
    assert SUMMARY.search(err).groups() == ("1", "1", "0", "0")
    host = db.hgetall("qw:{0}:host:10.1.2.3")
    incident = incident_of(db)
    id = incident["id"]
    assert re.fullmatch("[0-9a-hjkmnp-tv-z]{11}", id) and id.endswith("00")
    assert host == {
        "incident": id, "incidents": "1", "first": str(T0),
        "last": str(T0 + 5), "inserted_first": inserted,
        "inserted_last": inserted, "hits": "3", "hits:span1": "3",
        "minutes": "1"}
    assert incident == {
        "id": id, "host": "10.1.2.3", "state": "open", "level": "0",
        "severity": "high", "first": str(T0), "last": str(T0 + 5),
        "inserted_first": inserted, "inserted_last": inserted, "hits": "3",
        "hits:span1": "3", "names": "1", "names_more": "0",
        "reopened": "0", "version": "1"}
    assert names_of(db, incident) == {"www.bad.example": {
        "count": 3, "first": T0, "last": T0 + 5, "entry": "bad.example",
        "list": "urlhaus", "match": "suffix", "types": ["A"],
        "sources": {"span1": 3}}}
    for index in ("incidents", "incidents:open"):
        assert db.zrange("qw:{0}:" + index, 0, -1, withscores=True) == \
            [(id, T0 + 5)]
    [(_, log)] = db.xrange(part(db, incident, "log"))
    assert (log["what"], log["when"]) == ("opened", inserted)
    [(_, event)] = db.xrange("qw:{0}:events")
    assert event == {"type": "opened", "incident": id, "host": "10.1.2.3",
                     "qname": "www.bad.example", "time": str(T0)}
    [(_, evidence)] = db.xrange(part(db, incident, "evidence"))
    assert evidence == {"inserted": inserted, **{
        k: str(v) for k, v in hit(n=3, last=T0 + 5).items()}}


def test_later_hits_update_it_in_any_order(db, consume):
    db.xadd(HITS, hit(first=T0, last=T0 + 10))
    consume()
    db.xadd(HITS, hit(first=T0 - 50, last=T0 - 40, n=2, severity=None))
    db.xadd(HITS, hit(first=T0 + 70, last=T0 + 90, n=4, qtype="AAAA",
                      severity="critical"))
    db.xadd(HITS, hit(first=T0 + 7, last=T0 + 8, qname="two.bad.example",
                      severity="low"))
    consume()
    incident = incident_of(db)
    assert db.zcard("qw:{0}:incidents") == 1
    assert (incident["first"], incident["last"]) == (str(T0 - 50),
                                                     str(T0 + 90))
    assert (incident["hits"], incident["names"]) == ("8", "2")
    assert incident["severity"] == "critical"
    name = names_of(db, incident)["www.bad.example"]
    assert (name["count"], name["first"], name["last"]) == (7, T0 - 50,
                                                            T0 + 90)
    assert name["types"] == ["A", "AAAA"]
    assert [e["type"] for _, e in db.xrange("qw:{0}:events")] == \
        ["opened", "new_name"]
    assert db.zscore("qw:{0}:incidents:open", incident["id"]) == T0 + 90


def test_headline_is_the_largest_source(db, consume):
    for source, n in (("span1", 3), ("bind", 2), ("bind", 2), ("span1", 2)):
        db.xadd(HITS, hit(source=source, n=n))
    consume()
    incident = incident_of(db)
    for record in (incident, db.hgetall("qw:{0}:host:10.1.2.3")):
        assert (record["hits"], record["hits:span1"], record["hits:bind"]) \
            == ("5", "5", "4")
    name = names_of(db, incident)["www.bad.example"]
    assert name["count"] == 5 and name["sources"] == {"span1": 5, "bind": 4}


def test_names_are_bounded_and_the_rest_counted(db, consume, configured):
    conf = configured("names_per_incident = 3")
    for i in range(5):
        for source in ("span1", "bind"):
            db.xadd(HITS, hit(qname=f"w{i}.bad.example", n=2, source=source))
    db.xadd(HITS, hit(qname="w0.bad.example"))
    consume("-c", conf)
    db.xadd(HITS, hit(qname="w9.bad.example", n=7))
    db.xadd(HITS, hit(qname="w1.bad.example"))
    consume("-c", conf)
    incident = incident_of(db)
    assert set(names_of(db, incident)) == {f"w{i}.bad.example"
                                           for i in range(3)}
    assert (incident["names"], incident["names_more"]) == ("3", "11")
    assert (incident["names_more:span1"], incident["names_more:bind"]) == \
        ("11", "4")
    assert incident["hits"] == "19"
    assert len(db.xrange("qw:{0}:events")) == 3


def test_names_are_stored_as_they_are(db, consume):
    awkward = ['q"u\\\\o.bad.example', "a\\.b.bad.example", "{}[]:,/.example",
               "\\000\\255.bad.example", "'; drop--.bad.example"]
    awkward = [name.replace(" ", "\\032") for name in awkward]
    for name in awkward:
        db.xadd(HITS, hit(qname=name, entry=name, list='a "list"\\'))
    consume()
    names = names_of(db, incident_of(db))
    assert {k: v["entry"] for k, v in names.items()} == {n: n for n in awkward}
    assert names[awkward[0]]["list"] == 'a "list"\\'
    assert not [k for k in db.keys() if "example" in k]


def test_hours_count_first_and_last(db, consume):
    start = T0 - T0 % HOUR
    db.xadd(HITS, hit(first=start, last=start + HOUR, n=10))
    db.xadd(HITS, hit(first=start + HOUR - 1, last=start + HOUR - 1, n=1))
    db.xadd(HITS, hit(first=start + HOUR, last=start + HOUR, source="bind"))
    consume()
    hour = start // 1_000_000
    assert db.hgetall(part(db, incident_of(db), "hours")) == {
        f"{hour}:span1": "2", f"{hour + 3600}:span1": "9",
        f"{hour + 3600}:bind": "1"}


def test_evidence_keeps_the_last(db, consume, configured):
    conf = configured("evidence_per_incident = 5")
    for i in range(12):
        db.xadd(HITS, hit(id=i, qname=f"n{i}.bad.example"))
    consume("-c", conf)
    db.xadd(HITS, hit(id=12, qname="n12.bad.example"))
    consume("-c", conf)
    evidence = db.xrange(part(db, incident_of(db), "evidence"))
    assert [e["id"] for _, e in evidence] == ["8", "9", "10", "11", "12"]


def test_evidence_is_not_more_of_the_same(db, consume):
    """Of repeats one a second, so that they do not push out the rest; what
    brings an answer is kept."""
    for begin in (1000, 1100, 2200, 3300):	# milliseconds
        for i in range(20):
            db.xadd(HITS, hit(id=i), id=f"{1790000000000 + begin + i}-0")
        consume()
    db.xadd(HITS, hit(id=77, n=0), id="1790000003500-0")
    consume()
    evidence = db.xrange(part(db, incident_of(db), "evidence"))
    assert [e["id"] for _, e in evidence] == ["0", "19", "19", "19", "77"]
    assert incident_of(db)["hits"] == "80"


@pytest.mark.parametrize("state", ["closed", "resolved"])
def test_a_finished_incident_is_left_alone(db, consume, state):
    db.xadd(HITS, hit())
    consume()
    old = incident_of(db)
    db.hset(f"qw:{{0}}:incident:{old['id']}", "state", state)
    db.xadd(HITS, hit())
    consume()
    new = incident_of(db)
    assert new["id"] > old["id"] and new["hits"] == "1"
    assert db.hget("qw:{0}:host:10.1.2.3", "incidents") == "2"
    assert db.hget("qw:{0}:host:10.1.2.3", "hits") == "2"
    assert db.hget(f"qw:{{0}}:incident:{old['id']}", "hits") == "1"


def test_incident_ids_are_unique_and_sort_by_time(db, consume):
    with db.pipeline(transaction=True) as batch:	# all in a millisecond
        for i in range(600):
            batch.xadd(HITS, hit(client=f"10.2.{i // 250}.{i % 250}"))
        batch.execute()
    consume()
    ids = [e["incident"] for _, e in db.xrange("qw:{0}:events")]
    assert len(set(ids)) == 600 and ids == sorted(ids)
    db.delete("qw:{0}:incident_last")
    db.xadd(HITS, hit(client="2001:db8::1"))
    consume()
    assert incident_of(db, "2001:db8::1")["id"] not in ids


def test_partitions_are_apart(db, consume, configured):
    for p in range(3):
        db.xadd(f"qw:{{{p}}}:hits", hit(client=f"10.0.0.{p}"))
    consume("-c", configured("partitions = 3"),
            streams=[f"qw:{{{p}}}:hits" for p in range(3)])
    assert db.hget("qw:meta", "partitions") == "3"
    for p in range(3):
        incident = incident_of(db, f"10.0.0.{p}", p)
        assert incident["hits"] == "1"
        assert incident["id"].endswith(f"0{p}")


# What is wrong ------------------------------------------------------------

POISON = [
    (dict(v=2), "version"), (dict(v=None), "version"),
    (dict(client="10.1.2.256"), "client"), (dict(client="010.1.2.3"), "client"),
    (dict(client="10.1.2.3.4"), "client"), (dict(client="::1::2"), "client"),
    (dict(client="1:2:3:4:5:6:7"), "client"), (dict(client="x} y"), "client"),
    (dict(client="2001:DB8::1"), "client"), (dict(client=""), "client"),
    (dict(client=None), "client"), (dict(source="a b"), "source"),
    (dict(source="s" * 65), "source"), (dict(source="a{1}"), "source"),
    (dict(n="x"), "n "), (dict(n=-1), "n "), (dict(n="1e3"), "n "),
    (dict(n="9" * 20), "n "), (dict(first="now"), "first"),
    (dict(first=T0 + 1, last=T0), "first"), (dict(last=None), "first"),
    (dict(last="9" * 17), "first"), (dict(qname="a b"), "qname"),
    (dict(qname="a\x1b[0m"), "qname"), (dict(qname="a" * 1024), "qname"),
    (dict(qname=None), "qname"), (dict(entry="\u00e4"), "entry"),
    (dict(severity="dreadful"), "severity"), (dict(match="a b"), "match"),
    (dict(answers="a" * 5000), "long"),
    ({f"f{i}": 1 for i in range(99)}, "many"),
]


def test_poisoned_entries_are_put_aside(db, consume):
    db.xadd(HITS, hit())
    poisoned = [db.xadd(HITS, hit(**changes)) for changes, _ in POISON]
    db.xadd(HITS, hit())
    err = consume()
    assert SUMMARY.search(err).groups() == ("2", "1", str(len(POISON)), "0")
    assert f"put aside {len(POISON)}" in err and poisoned[0] in err
    assert incident_of(db)["hits"] == "2"
    assert len(db.keys("qw:{0}:host:*")) == 1
    dead = [fields for _, fields in db.xrange(HITS + ":dead")]
    assert [fields["hit"] for fields in dead] == poisoned
    for fields, (changes, reason) in zip(dead, POISON):
        assert reason in fields["reason"], changes


def test_every_address_is_a_host(db, consume):
    addresses = [
        "0.0.0.0", "255.255.255.255", "::", "::1", "2001:db8::a:1", "1::",
        "1:2:3:4:5:6:7:8", "::ffff:10.1.2.3", "fe80::1234:5678:9abc:def0"]
    for address in addresses:
        db.xadd(HITS, hit(client=address))
    consume()
    for address in addresses:
        assert incident_of(db, address)["host"] == address


def test_a_record_of_another_type_blocks_nobody(db, consume):
    db.set("qw:{0}:host:10.1.2.3", "not a hash")
    db.set("qw:{0}:events", "not a stream")
    db.xadd(HITS, hit())
    db.xadd(HITS, hit(client="10.1.2.4"))
    err = consume()
    assert incident_of(db, "10.1.2.4")["hits"] == "1"
    [(_, dead)] = db.xrange(HITS + ":dead")
    assert dead["client"] == "10.1.2.3" and "no hash" in dead["reason"]
    assert "a record is incomplete: WRONGTYPE" in err


def test_a_name_that_cannot_be_read_begins_anew(db, consume):
    db.xadd(HITS, hit(n=2))
    consume()
    incident = incident_of(db)
    broken = ["", "{", "3", "null", "{}", '{"count":1,"first":1,"last":1}',
              '{"count":1,"first":1,"last":1,"types":[null],"sources":{}}',
              '{"count":1,"first":1,"types":[],"sources":{"a":null}}']
    for i, text in enumerate(broken):
        db.hset(part(db, incident, "names"), f"w{i}.bad.example", text)
        db.xadd(HITS, hit(qname=f"w{i}.bad.example"))
    err = consume()
    assert SUMMARY.search(err).groups() == (str(len(broken)), "0", "0", "0")
    names = names_of(db, incident)
    assert all(names[f"w{i}.bad.example"]["count"] == 1
               for i in range(len(broken)))


def test_an_entry_deleted_while_pending_is_noted(db, redis_server, spawn):
    pending_for(db, CONSUMER, [hit(), hit()])
    [first, _] = [p["message_id"] for p in db.xpending_range(
        HITS, "incidents", "-", "+", 9, CONSUMER)]
    db.xdel(HITS, first)
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: not pending(db), 10)
    assert SUMMARY.search(running.stop()).groups() == ("1", "1", "1", "0")
    [(_, dead)] = db.xrange(HITS + ":dead")
    assert dead == {"reason": "gone from the stream", "hit": first}


# Exactly once -------------------------------------------------------------

def pending(db):
    return db.xpending(HITS, "incidents")["pending"]


CONSUMER = re.sub("[^A-Za-z0-9._-]", "-", socket.gethostname())[:64]


def pending_for(db, consumer, hits):
    """Leave hits given to a consumer and not applied, as a crash does."""
    for fields in hits:
        db.xadd(HITS, fields)
    if not db.xinfo_groups(HITS):
        db.xgroup_create(HITS, "incidents", "0")
    db.xreadgroup("incidents", consumer, {HITS: ">"})


def test_read_but_not_applied_is_applied_after_a_restart(
        db, redis_server, spawn, consume):
    pending_for(db, CONSUMER, [hit() for _ in range(700)])
    assert pending(db) == 700
    db.xadd(HITS, hit(n=5))
    err = consume()
    assert SUMMARY.search(err).group(1) == "701"
    assert incident_of(db)["hits"] == "705"


def test_a_late_read_in_our_name_is_not_forgotten(db, redis_server, spawn):
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: db.exists(HITS), 10)
    with db.pipeline(transaction=True) as both:
        both.xadd(HITS, hit())
        both.xreadgroup("incidents", CONSUMER, {HITS: ">"})
        both.execute()
    assert running.wait_for(lambda: incident_of(db).get("hits") == "1", 5)


def test_killed_at_any_moment_counts_each_hit_once(
        db, redis_server, bin_dir, spawn, consume):
    chance, total = random.Random(7), 0
    for _ in range(25):
        running = spawn("incidents", "-o", redis_server.target)
        for _ in range(chance.randrange(1, 5)):
            with db.pipeline(transaction=False) as batch:
                for _ in range(200):
                    n = chance.randrange(1, 4)
                    total += n
                    batch.xadd(HITS, hit(
                        n=n, qname=f"w{chance.randrange(9)}.bad.example"))
                batch.execute()
        time.sleep(chance.random() * 0.05)
        running.kill9()
    consume()
    incident = incident_of(db)
    assert incident["hits"] == str(total)
    names = names_of(db, incident)
    assert sum(n["count"] for n in names.values()) == total
    hours = db.hgetall(part(db, incident, "hours"))
    assert sum(map(int, hours.values())) == total
    assert not db.exists(HITS + ":dead")


def test_two_consumers_killed_at_any_moment_count_each_hit_once(
        db, redis_server, configured, spawn, consume):
    redis_server.stop()
    redis_server.appendonly = True
    redis_server.start()
    chance, total, running = random.Random(9), 0, {}
    for round in range(16):
        for name in ("a", "b"):
            if name not in running:
                running[name] = spawn("incidents", "-o", redis_server.target,
                                      "-c", configured(f'consumer = "{name}"'))
        for _ in range(2):
            with db.pipeline(transaction=False) as batch:
                for i in range(200):
                    n = chance.randrange(1, 4)
                    total += n
                    batch.xadd(HITS, hit(
                        n=n, qname=f"w{chance.randrange(9)}.bad.example"))
                batch.execute()
        if round % 4 == 3:	# as if one had read and died
            db.xreadgroup("incidents", "a", {HITS: ">"}, count=50)
        time.sleep(chance.random() * 0.05)
        running.pop(chance.choice("ab")).kill9()
        if round % 5 == 4:
            redis_server.kill9()
            redis_server.start()
    for one in running.values():
        one.kill9()
    # What was left to a is claimed by c.
    consume("-c", configured('consumer = "c"', "claim_idle = 1"))
    incident = incident_of(db)
    assert incident["hits"] == str(total)
    names = names_of(db, incident)
    assert sum(n["count"] for n in names.values()) == total
    hours = db.hgetall(part(db, incident, "hours"))
    assert sum(map(int, hours.values())) == total
    assert not db.exists(HITS + ":dead")


def test_own_entries_go_before_those_of_the_dead_and_these_before_new(
        db, configured, consume):
    db.xadd(HITS, hit())
    consume()
    pending_for(db, "gone", [hit(qname="dead.bad.example")] * 300)
    pending_for(db, CONSUMER, [hit(qname="own.bad.example")] * 300)
    db.xadd(HITS, hit(qname="new.bad.example"))
    time.sleep(1.1)
    err = consume("-c", configured("claim_idle = 1"))
    assert "300 taken over" in err
    assert [e["qname"] for _, e in db.xrange("qw:{0}:events")] == [
        f"{w}.bad.example" for w in ("www", "own", "dead", "new")]


def test_what_a_living_consumer_has_is_not_taken_from_it(
        db, configured, spawn, redis_server):
    db.xadd(HITS, hit())
    db.xgroup_create(HITS, "incidents", "0")
    db.xreadgroup("incidents", "other", {HITS: ">"})
    running = spawn("incidents", "-o", redis_server.target)
    db.xadd(HITS, hit(n=2))
    assert running.wait_for(lambda: incident_of(db).get("hits") == "2", 10)
    assert pending(db) == 1 and db.xlen(HITS) == 2


FAILING = "if hit.client == '10.9.9.9' then error('made to fail') end\n\t"


def test_an_entry_that_the_function_fails_on_is_tried_five_times(
        db, redis_server, spawn):
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: db.exists(HITS), 10)
    source = (ROOT / "incidents/qw_incidents.lua").read_text()
    place = "local host = b.hosts[hit.client]"
    assert source.count(place) == 1
    db.execute_command("FUNCTION", "LOAD", "REPLACE",
                       source.replace(place, FAILING + place))
    good = [hit(client="10.1.2.3") for _ in range(30)]
    poisoned = hit(client="10.9.9.9")
    with db.pipeline(transaction=True) as batch:
        for fields in good + [poisoned] + good:
            batch.xadd(HITS, fields)
        batch.execute()
    assert running.wait_for(lambda: incident_of(db).get("hits") == "60", 10)
    [waiting] = db.xpending_range(HITS, "incidents", "-", "+", 9)
    assert waiting["times_delivered"] < 5 and not db.exists(HITS + ":dead")
    db.xadd(HITS, hit(n=5))		# it holds up nobody
    assert running.wait_for(lambda: incident_of(db)["hits"] == "65", 10)
    assert running.wait_for(lambda: db.exists(HITS + ":dead"), 15)
    [(_, dead)] = db.xrange(HITS + ":dead")
    assert dead["client"] == "10.9.9.9" and "made to fail" in dead["reason"]
    assert running.wait_for(lambda: not pending(db), 5)
    assert f"put aside {dead['hit']}" in running.stderr


def test_applying_twice_does_nothing_the_second_time(db, consume):
    db.xadd(HITS, hit())
    consume()
    before = {k: db.dump(k) for k in ("qw:{0}:host:10.1.2.3",)}
    id = db.xadd(HITS, hit())
    def apply(*ids):
        return db.execute_command(
            "FCALL", "qw_incidents_apply", 1, HITS, "incidents", "someone",
            100, 200, 100, 1000, 1000, *ids)
    # Not delivered; delivered to another; twice in one call.
    assert apply(id)[:2] == [0, 1]
    db.xreadgroup("incidents", "other", {HITS: ">"})
    assert apply(id)[:2] == [0, 1]
    assert {k: db.dump(k) for k in before} == before
    db.xclaim(HITS, "incidents", "someone", 0, [id])
    assert apply(id, id)[:2] == [1, 1]
    assert apply(id)[:2] == [0, 1]
    assert incident_of(db)["hits"] == "2"


def test_nothing_that_a_group_has_not_done_is_trimmed(db, spawn,
                                                      redis_server):
    db.xgroup_create(HITS, "other", "0", mkstream=True)
    ids = [db.xadd(HITS, hit()) for _ in range(300)]
    running = spawn("incidents", "-o", redis_server.target)
    def hits(count):
        return running.wait_for(
            lambda: incident_of(db).get("hits") == str(count), 10)
    assert hits(300) and db.xlen(HITS) == 300
    db.xreadgroup("other", "c", {HITS: ">"}, count=200)
    db.xack(HITS, "other", *ids[:100], *ids[150:200])
    db.xadd(HITS, hit())
    assert hits(301) and db.xrange(HITS)[0][0] == ids[100]
    db.xack(HITS, "other", *ids[100:150])
    db.xadd(HITS, hit())
    assert hits(302) and db.xrange(HITS)[0][0] == ids[200]


# Redis comes and goes -----------------------------------------------------

def test_redis_may_start_later_and_lose_everything(
        db, redis_server, spawn):
    redis_server.kill9()
    running = spawn("incidents", "-o", redis_server.target)
    time.sleep(0.5)
    redis_server.start()
    assert running.wait_for(lambda: db.exists(HITS), 8)
    db.xadd(HITS, hit())
    assert running.wait_for(lambda: incident_of(db), 5)
    redis_server.kill9()
    redis_server.start()
    db.xadd(HITS, hit(n=4))	# the stream is there, group and functions not
    assert running.wait_for(lambda: incident_of(db).get("hits") == "4", 10)
    err = running.stop()
    assert err.count("Redis is away") == 2 and err.count("Redis is back") == 2
    assert SUMMARY.search(err).groups() == ("2", "2", "0", "2")


def test_a_redis_that_keeps_its_data_goes_on(db, redis_server, spawn):
    redis_server.stop()
    redis_server.appendonly = True
    redis_server.start()
    running = spawn("incidents", "-o", redis_server.target)
    total = 0
    for round in range(3):
        for _ in range(50):
            db.xadd(HITS, hit())
        total += 50
        redis_server.kill9()
        redis_server.start()
        assert running.wait_for(
            lambda: incident_of(db).get("hits") == str(total), 10)
    running.stop()
    assert db.zcard("qw:{0}:incidents") == 1


def test_lost_functions_are_loaded_again(db, redis_server, spawn):
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: db.exists(HITS), 5)
    db.execute_command("FUNCTION", "FLUSH")
    db.xadd(HITS, hit())
    assert running.wait_for(lambda: incident_of(db), 5)


def test_a_full_redis_is_waited_for(db, redis_server, spawn):
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: db.exists(HITS), 5)
    for _ in range(10):
        db.xadd(HITS, hit())
    assert running.wait_for(lambda: incident_of(db).get("hits") == "10", 5)
    with db.pipeline(transaction=True) as both:
        both.xadd(HITS, hit())
        both.config_set("maxmemory", 1)
        both.execute()
    assert running.wait_for(lambda: "OOM" in running.stderr, 5)
    assert incident_of(db)["hits"] == "10"
    db.config_set("maxmemory", 0)
    assert running.wait_for(lambda: incident_of(db)["hits"] == "11", 10)
    assert not db.exists(HITS + ":dead")


def set_replica(db, on):
    db.execute_command("REPLICAOF", *(["127.0.0.1", "1"] if on
                                      else ["NO", "ONE"]))


@pytest.mark.parametrize("word, change", [
    ("READONLY", set_replica),
    ("NOREPLICAS", lambda db, on: db.config_set(
        "min-replicas-to-write", 1 if on else 0)),
])
def test_a_redis_that_takes_no_writes_is_waited_for(db, redis_server, spawn,
                                                    word, change):
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: db.exists(HITS), 5)
    db.xadd(HITS, hit())
    assert running.wait_for(lambda: incident_of(db).get("hits") == "1", 5)
    with db.pipeline(transaction=True) as both:
        both.xadd(HITS, hit())
        both.xadd(HITS, hit(client="10.1.2.4"))
        both.execute()
        change(db, True)
    assert running.wait_for(lambda: "Redis is away" in running.stderr, 10)
    assert word in running.stderr
    change(db, False)
    db.xadd(HITS, hit())
    assert running.wait_for(
        lambda: incident_of(db)["hits"] == "3" and
        incident_of(db, "10.1.2.4").get("hits") == "1", 15)
    assert not db.exists(HITS + ":dead")
    assert "Redis is back" in running.stderr


# Starting -----------------------------------------------------------------

def test_a_hit_is_visible_within_a_second(db, redis_server, spawn):
    running = spawn("incidents", "-o", redis_server.target)
    assert running.wait_for(lambda: db.exists(HITS), 5)
    time.sleep(1.2)		# it waits for hits now
    started = time.monotonic()
    db.xadd(HITS, hit())
    assert running.wait_for(lambda: incident_of(db), 5)
    assert time.monotonic() - started < 1


def test_other_partitions_are_refused(db, redis_server, run, configured):
    db.hset("qw:meta", "partitions", 4)
    done = run("incidents", "-o", redis_server.target, check=1)
    assert "says partitions 4" in done.stderr
    assert db.keys() == ["qw:meta"]


def test_functions_are_upgraded_never_downgraded(db, redis_server, run,
                                                 consume):
    def load(version):
        db.execute_command(
            "FUNCTION", "LOAD", "REPLACE",
            "#!lua name=qw_incidents\n redis.register_function{"
            "function_name = 'qw_incidents_version', flags = {'no-writes'},"
            f"callback = function() return {version} end}}")
    load(0)
    db.xadd(HITS, hit())
    consume()
    assert incident_of(db)["hits"] == "1"
    load(1000)
    done = run("incidents", "-o", redis_server.target, check=1)
    assert "1000" in done.stderr
    assert db.execute_command("FCALL", "qw_incidents_version", 0) == 1000


@pytest.mark.parametrize("args", [
    [], ["-o"], ["-x"], ["-o", "-"], ["-o", "nowhere"],
    ["-o", "unix:/tmp/x", "more"]])
def test_a_wrong_command_line_is_one_line_and_status_2(run, args):
    done = run("incidents", *args, check=2)
    assert done.stdout == "" and len(done.stderr.splitlines()) == 1


def test_help_version_and_check(run, configured):
    assert "-o OUTPUT" in run("incidents", "--help", check=0).stdout
    assert run("incidents", "-V", check=0).stdout.startswith(
        "querywatch-incidents ")
    conf = configured('consumer = "a b/c"', "partitions = 2")
    said = run("incidents", "-n", "-c", conf, check=0).stdout
    assert "2 partitions" in said and "consumer a-b-c" in said
    bad = configured("partitions = 0")
    done = run("incidents", "-n", "-c", bad, check=1)
    assert "querywatch.conf:1" in done.stderr
