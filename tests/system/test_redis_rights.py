"""deploy/redis-querywatch.acl: each program gets along with the rights of its
user, and none has others."""

import pathlib

import pytest
import redis

import redis_sites
from captures import message, udp4, write_pcap

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINE = ("24-Nov-2026 10:00:00.000 queries: info: client @0x7f0 10.0.0.1#4242 "
        "(l.bad.example): query: l.bad.example IN A +E(0)K (192.0.2.53)\n")
HITS, INCIDENT = "qw:{0}:hits", "qw:{0}:incident:x"

# Nobody's business.
NOBODYS = [
    ("FLUSHALL",), ("FLUSHDB",), ("CONFIG", "GET", "*"),
    ("CONFIG", "SET", "maxmemory", "1"), ("KEYS", "*"), ("DEBUG", "SLEEP", 0),
    ("EVAL", "return 1", 0), ("SCRIPT", "LOAD", "return 1"), ("SHUTDOWN",),
    ("ACL", "LIST"), ("ACL", "SETUSER", "x"), ("CLIENT", "LIST"), ("MONITOR",),
    ("REPLICAOF", "NO", "ONE"), ("MODULE", "LIST"), ("SAVE",),
    ("FUNCTION", "FLUSH"), ("FUNCTION", "DELETE", "qw_hits"),
    ("CLUSTER", "RESET"), ("PUBLISH", "x", "y"), ("SUBSCRIBE", "x"),
    ("SET", "foreign", 1), ("GET", "foreign"), ("DEL", "foreign"),
    ("HSET", "qw:meta", "partitions", 2), ("DEL", "qw:meta"),
    ("DEL", HITS), ("RENAME", HITS, "qw:{0}:positions"),
    ("MIGRATE", "192.0.2.1", 1, HITS, 0, 1), ("RESTORE", HITS, 0, "x"),
]

LOADING = [("FUNCTION", "LOAD", "REPLACE", "#!lua name=qw_hits\n")]

FRONT_END = NOBODYS + LOADING + [
    ("XRANGE", HITS, "-", "+"), ("XTRIM", HITS, "MAXLEN", 0),
    ("XDEL", HITS, "0-1"), ("XREAD", "STREAMS", HITS, 0),
    ("HGETALL", INCIDENT), ("HSET", INCIDENT, "state", "closed"),
    ("XADD", "qw:{0}:events", "*", "a", "b"), ("DEL", "qw:{0}:positions"),
    ("DEL", INCIDENT), ("ZRANGE", "qw:{0}:incidents", 0, -1),
    ("FCALL", "qw_incidents_apply", 1, "qw:{0}:incidents"), ("SCAN", 0),
    ("HGETALL", "qw:{0}:host:10.0.0.1"), ("RANDOMKEY",),
]

READER = [
    ("HSET", INCIDENT, "state", "closed"), ("DEL", INCIDENT),
    ("XADD", HITS, "*", "a", "b"), ("XTRIM", HITS, "MAXLEN", 0),
    ("XACK", HITS, "incidents", "0-1"), ("DEL", "qw:source:x"),
    ("FCALL", "qw_incidents_apply", 1, HITS),
    ("XGROUP", "DESTROY", HITS, "incidents"),
    ("XREADGROUP", "GROUP", "incidents", "x", "STREAMS", HITS, ">"),
]

FORBIDDEN = {
    "sensor": FRONT_END,
    "logreader": FRONT_END,
    "incidents": NOBODYS + LOADING + [
        ("XGROUP", "DESTROY", HITS, "incidents"), ("DEL", INCIDENT),
        ("HSET", "qw:source:x", "a", "b"), ("DEL", "qw:source:x"),
        ("SCAN", 0)],
    "portal": NOBODYS + LOADING + READER + [("SCAN", 0)],
    "operator": NOBODYS + LOADING + READER,
    "admin": NOBODYS + [
        ("HGETALL", INCIDENT), ("XRANGE", HITS, "-", "+"), ("SCAN", 0),
        ("XADD", HITS, "*", "a", "b"),
        ("FCALL", "qw_incidents_apply", 1, HITS)],
}


@pytest.fixture
def server(folder):
    """Redis with our users, each with a password of its own; .login(who) is a
    client with the rights of one."""
    lines = (ROOT / "deploy/redis-querywatch.acl").read_text().splitlines()
    rules = folder / "users.acl"
    rules.write_text("".join(
        line.replace(" resetpass", f" resetpass >{line.split()[1]}-secret", 1)
        + "\n" for line in lines if not line.startswith("user default"))
        + lines[0] + "\nuser tests on >tests-secret ~* &* +@all\n")
    server = redis_sites.TcpRedis(folder, "--aclfile", rules,
                                  "--enable-debug-command", "yes")

    def login(user):
        return redis.Redis(port=server.port, username=user,
                           password=f"{user}-secret", decode_responses=True)
    server.login = lambda who: login(f"querywatch-{who}")
    server.client = login("tests")
    server.start()
    yield server
    server.kill9()


@pytest.fixture
def configure(folder):
    """configure("sensor"): a configuration that logs in as that user."""
    def function(who, password=None):
        secret = folder / f"{who}.password"
        secret.write_text((password or f"querywatch-{who}-secret") + "\n")
        secret.chmod(0o640)
        path = folder / f"{who}.conf"
        path.write_text(f'redis_user = "querywatch-{who}"\n'
                        f'redis_password_file = "{secret}"\n'
                        f'lists = {{ "{folder / "bad.txt"}" }}\n'
                        "coalesce = 0\n")
        return path
    (folder / "bad.txt").write_text("bad.example\n")
    return function


@pytest.fixture
def loaded(server):
    """The functions are there, loaded by who may."""
    for path in ("shared/output/qw_hits.lua", "incidents/qw_incidents.lua"):
        server.login("admin").execute_command(
            "FUNCTION", "LOAD", "REPLACE", (ROOT / path).read_text())


def test_each_program_gets_along(server, loaded, folder, configure, run,
                                 spawn):
    incidents = spawn("incidents", "-c", configure("incidents"), "-o",
                      server.target)
    (folder / "queries.log").write_text(LINE)
    write_pcap(folder / "queries.pcap", 101, [
        (1795417200, 0, udp4("192.0.2.1", message("s.bad.example")))])
    run("logreader", "-c", configure("logreader"), "-o", server.target,
        folder / "queries.log", check=0)
    run("sensor", "-c", configure("sensor"), "-o", server.target, "-r",
        folder / "queries.pcap", check=0)
    portal = server.login("portal")
    assert incidents.wait_for(
        lambda: portal.zcard("qw:{0}:incidents") == 2, 10), incidents.stderr
    assert portal.hgetall("qw:{0}:host:10.0.0.1")["incidents"] == "1"
    operator = server.login("operator")
    assert operator.zcard("qw:{0}:incidents") == 2
    assert operator.xinfo_groups(HITS)[0]["name"] == "incidents"
    assert operator.info("memory")
    assert len(list(operator.scan_iter("qw:source:*"))) == 2
    assert not {entry["username"] for entry in
                server.client.execute_command("ACL", "LOG")} - {
        "querywatch-operator"}, "somebody was refused something"


@pytest.mark.parametrize("who", FORBIDDEN)
def test_no_user_may_do_more(server, loaded, who):
    server.client.set("foreign", 1)
    client = server.login(who)
    for words in FORBIDDEN[who]:
        with pytest.raises(redis.exceptions.NoPermissionError):
            client.execute_command(*words)
            pytest.fail(f"{who} may {words}")


def test_function_code_has_no_more_rights_than_its_caller(server, loaded):
    server.client.execute_command("FUNCTION", "LOAD", """#!lua name=bad
redis.register_function('bad', function(keys)
    return redis.call('DEL', keys[1]) end)
""")
    for who in ("sensor", "logreader", "incidents"):
        client = server.login(who)
        with pytest.raises(redis.exceptions.ResponseError,
                           match="The user executing the script can't"):
            client.execute_command("FCALL", "bad", 1, HITS)


def test_who_may_not_load_functions_says_what_to_do(server, configure, folder,
                                                    run):
    (folder / "queries.log").write_text(LINE)
    done = run("logreader", "-c", configure("logreader"), "-o", server.target,
               folder / "queries.log", check=1)
    assert "cannot load the function library qw_hits: NOPERM" in done.stderr
    assert "redis-cli -x FUNCTION LOAD REPLACE" in done.stderr


def test_a_wrong_password_is_said_and_not_shown(server, loaded, folder,
                                                configure, run):
    (folder / "queries.log").write_text(LINE)
    done = run("logreader", "-c", configure("logreader", "hunter2"), "-o",
               server.target, folder / "queries.log", check=1)
    assert "the log-in as 'querywatch-logreader' is refused: WRONGPASS" in (
        done.stderr)
    assert "hunter2" not in done.stderr


def test_without_a_log_in_nothing_goes(server, loaded, folder, run):
    (folder / "bad.txt").write_text("bad.example\n")
    (folder / "queries.log").write_text(LINE)
    done = run("logreader", "-b", folder / "bad.txt", "-o", server.target,
               folder / "queries.log", check=1)
    assert "NOAUTH" in done.stderr
