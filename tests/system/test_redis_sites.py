"""Hits on their way to more than one plain Redis: a cluster whose slots move
and whose masters die, a master that sentinels name, TLS."""

import time
from binascii import crc_hqx

import pytest

import redis_sites
from captures import message, udp4, write_pcap
from servers import wait_until

PARTITIONS = 8
LINE = ("24-Nov-2026 10:{:02}:{:02}.{:03} queries: info: client @0x7f0 "
        "10.0.{}.{}#4242 (n{}.bad.example): query: n{}.bad.example IN A "
        "+E(0)K (192.0.2.53)\n")


class Log:
    """A nameserver's log, whose clients are spread over the partitions."""

    def __init__(self, folder):
        self.path = folder / "queries.log"
        self.path.touch()
        self.written = 0
        self.clients = 62500

    def write(self, count):
        with self.path.open("a") as f:
            for i in range(self.written, self.written + count):
                client = i % self.clients
                f.write(LINE.format(i // 60000 % 60, i // 1000 % 60, i % 1000,
                                    client // 250, client % 250, i, i))
        self.written += count


@pytest.fixture
def log(folder):
    return Log(folder)


@pytest.fixture
def configure(folder):
    """configure(more): a configuration that merges nothing."""
    def function(*more, partitions=PARTITIONS):
        path = folder / "querywatch.conf"
        path.write_text("\n".join([
            'source = "log"', "coalesce = 0", f"partitions = {partitions}",
            f'lists = {{ "{folder / "bad.txt"}" }}', *more, ""]))
        return path
    (folder / "bad.txt").write_text("bad.example\n")
    return function


@pytest.fixture
def site(folder):
    """site(make): what make(folder) returns, running until the test ends."""
    made = []

    def function(make, *args, **more):
        made.append(make(folder, *args, **more))
        made[-1].start()
        return made[-1]
    yield function
    for one in made:
        one.kill9()


@pytest.fixture
def certificates(folder):
    redis_sites.make_certificates(folder)
    for name in ("client.key", "ca.key", "server.key"):
        (folder / name).chmod(0o600)
    return folder


def names_in(ask):
    """The names of all hits, by ask(key, command...)."""
    found = []
    for p in range(PARTITIONS):
        key = f"qw:{{{p}}}:hits"
        found += [fields["qname"] if isinstance(fields, dict)
                  else dict(zip(fields[::2], fields[1::2]))["qname"]
                  for _, fields in ask(key, "XRANGE", key, "-", "+")]
    return found


def all_there(log, ask, seconds=15):
    """Every hit, and each once?"""
    def there():
        try:
            return len(names_in(ask)) >= log.written
        except redis_sites.redis.exceptions.RedisError:
            return False
    wait_until(there, seconds, 0.1)
    return sorted(names_in(ask)) == sorted(
        f"n{i}.bad.example" for i in range(log.written))


# --- a cluster ----------------------------------------------------------------


@pytest.fixture
def cluster(site):
    return site(redis_sites.Cluster)


def test_hits_reach_every_node_of_a_cluster(cluster, log, configure, run):
    log.write(1000)
    run("logreader", "-c", configure(), "-o", cluster.target, log.path,
        check=0)
    assert all_there(log, cluster.ask)
    spread = {cluster.master_of(f"qw:{{{p}}}:hits").port
              for p in range(PARTITIONS)}
    assert len(spread) == 3
    assert cluster.ask("qw:meta", "HGET", "qw:meta", "partitions") == str(
        PARTITIONS)


def test_one_node_is_enough_to_find_the_others(cluster, log, configure, run):
    log.write(100)
    run("logreader", "-c", configure(), "-o", cluster.nodes[5].target,
        log.path, check=0)
    assert all_there(log, cluster.ask)


def test_slots_move_while_hits_flow(cluster, log, configure, spawn):
    log.write(200)
    reader = spawn("logreader", "-c", configure(), "-o", cluster.target, "-f",
                   "--from-start", log.path)
    assert all_there(log, cluster.ask), reader.stderr
    # All partitions to the node that has fewest slots' keys: every one moves.
    for p in range(PARTITIONS):
        key = f"qw:{{{p}}}:hits"
        move_slot(cluster, key, log)
    log.write(200)
    assert all_there(log, cluster.ask), reader.stderr


def move_slot(cluster, key, log):
    """As resharding does, with hits coming in at each step."""
    slot = cluster.alive().client.execute_command("CLUSTER KEYSLOT", key)
    source = cluster.master_of(key)
    others = {p for _, _, p in cluster.slots()} - {source.port}
    target = next(n for n in cluster.nodes if n.port == min(others))
    ids = {n.port: n.client.execute_command("CLUSTER MYID")
           for n in (source, target)}
    target.client.execute_command("CLUSTER SETSLOT", slot, "IMPORTING",
                                  ids[source.port])
    source.client.execute_command("CLUSTER SETSLOT", slot, "MIGRATING",
                                  ids[target.port])
    log.write(20)
    for name in source.client.execute_command("CLUSTER GETKEYSINSLOT", slot,
                                              100):
        source.client.execute_command("MIGRATE", "127.0.0.1", target.port,
                                      name, 0, 5000)
        log.write(5)
        time.sleep(0.02)
    for node in (target, source):
        node.client.execute_command("CLUSTER SETSLOT", slot, "NODE",
                                    ids[target.port])
    assert wait_until(lambda: cluster.master_of(key) is target, 5)


def test_a_master_dies_while_hits_flow(cluster, log, configure, spawn):
    log.write(500)
    reader = spawn("logreader", "-c", configure(), "-o", cluster.target, "-f",
                   "--from-start", log.path)
    assert all_there(log, cluster.ask), reader.stderr
    dead = cluster.master_of("qw:{0}:hits")
    dead.client.wait(1, 2000)
    dead.kill9()
    for _ in range(20):
        log.write(25)
        time.sleep(0.05)
    assert wait_until(lambda: dead.port not in {
        p for _, _, p in cluster.slots()}, 20), "no failover"
    log.write(500)
    assert all_there(log, cluster.ask, 20), reader.stderr


def opened(cluster):
    """How many incidents there are; -1 if a server cannot tell now."""
    keys = [f"qw:{{{p}}}:incidents" for p in range(PARTITIONS)]
    try:
        return sum(cluster.ask(key, "ZCARD", key) for key in keys)
    except redis_sites.redis.exceptions.RedisError:
        return -1


def test_incidents_come_from_every_node_of_a_cluster(cluster, log, configure,
                                                     spawn):
    consumer = spawn("incidents", "-c", configure(), "-o", cluster.target)
    reader = spawn("logreader", "-c", configure(), "-o", cluster.target, "-f",
                   "--from-start", log.path)
    log.write(400)
    assert wait_until(lambda: opened(cluster) == 400, 20, 0.1), (
        consumer.stderr, reader.stderr)
    dead = cluster.master_of("qw:{0}:hits")
    dead.client.wait(1, 2000)
    dead.kill9()
    log.write(400)
    assert wait_until(lambda: opened(cluster) == 800, 25, 0.1), (
        opened(cluster), consumer.stderr, reader.stderr)


def counted(cluster, clients):
    """The hits of each client by its record; None if that cannot be told."""
    try:
        found = {}
        for client in range(clients):
            host = f"10.0.0.{client}"
            p = crc_hqx(host.encode(), 0) % 16384 % PARTITIONS
            key = f"qw:{{{p}}}:host:{host}"
            found[client] = int(cluster.ask(key, "HGET", key, "hits") or 0)
        return found
    except redis_sites.redis.exceptions.RedisError:
        return None


def test_records_stay_whole_while_their_slots_move(cluster, log, configure,
                                                   spawn):
    """A host whose record is here and whose incident is there is no new one,
    and none of its hits is lost."""
    log.clients = 50
    consumer = spawn("incidents", "-c", configure(), "-o", cluster.target)
    reader = spawn("logreader", "-c", configure(), "-o", cluster.target, "-f",
                   "--from-start", log.path)
    log.write(500)
    assert wait_until(lambda: counted(cluster, 50) == dict.fromkeys(
        range(50), 10), 20, 0.2), (consumer.stderr, reader.stderr)
    for p in range(PARTITIONS):
        move_slot(cluster, f"qw:{{{p}}}:hits", log)
    log.write(50 - log.written % 50)
    each = log.written // 50
    assert wait_until(lambda: counted(cluster, 50) == dict.fromkeys(
        range(50), each), 30, 0.2), (counted(cluster, 50), consumer.stderr)
    assert opened(cluster) == 50
    assert "dead" not in consumer.stderr.replace("0 dead-lettered", "")


def test_functions_that_one_node_has_lost_are_mended_there(
        cluster, log, configure, spawn):
    log.write(200)
    reader = spawn("logreader", "-c", configure(), "-o", cluster.target, "-f",
                   "--from-start", log.path)
    assert all_there(log, cluster.ask), reader.stderr
    node = cluster.master_of("qw:{0}:hits")
    node.client.execute_command("FUNCTION", "FLUSH")
    log.write(200)
    assert all_there(log, cluster.ask), reader.stderr
    assert "qw_hits" in str(node.client.execute_command("FUNCTION", "LIST"))


def test_a_cluster_goes_through_tls(certificates, site, log, configure, run):
    cluster = site(redis_sites.Cluster, tls=True)
    log.write(500)
    run("logreader", "-c", configure(
        "redis_tls = yes", f'redis_ca = "{certificates}/ca.crt"'), "-o",
        cluster.nodes[0].target, log.path, check=0)
    assert all_there(log, cluster.ask)


def test_two_servers_that_are_no_cluster_are_refused(site, log, configure,
                                                     run):
    one = site(redis_sites.TcpRedis)
    two = site(redis_sites.TcpRedis)
    done = run("logreader", "-c", configure(), "-o",
               f"{one.target},{two.target}", log.path, check=1)
    assert "This instance has cluster support disabled" in done.stderr


# --- sentinels -----------------------------------------------------------------


def test_hits_go_on_where_sentinels_say(site, log, configure, spawn):
    watched = site(redis_sites.Watched)
    conf = configure('redis_sentinel = "mymaster"')
    log.write(500)
    reader = spawn("logreader", "-c", conf, "-o", watched.target, "-f",
                   "--from-start", log.path)
    ask = lambda key, *words: watched.master.client.execute_command(*words)
    assert all_there(log, ask), reader.stderr
    watched.master.client.wait(1, 2000)
    watched.master.kill9()
    log.write(500)
    assert wait_until(watched.replaced, 20), "no failover"
    log.write(500)
    ask = lambda key, *words: watched.replica.client.execute_command(*words)
    assert all_there(log, ask, 20), reader.stderr


def test_an_unknown_master_is_said(site, log, configure, run):
    watched = site(redis_sites.Watched)
    done = run("logreader", "-c", configure('redis_sentinel = "other"'), "-o",
               watched.target, log.path, check=1)
    assert "does not know the master that redis_sentinel names" in done.stderr


# --- TLS ------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_hits_go_through_tls(certificates, site, log, configure, run, host):
    server = site(redis_sites.TlsRedis)
    log.write(3000)
    run("logreader", "-c", configure(
        "redis_tls = yes", f'redis_ca = "{certificates}/ca.crt"'), "-o",
        f"{host}:{server.port}", log.path, check=0)
    assert all_there(log, lambda key, *w: server.client.execute_command(*w))


def test_programs_that_open_no_file_go_through_tls(certificates, site, folder,
                                                   configure, run, spawn):
    server = site(redis_sites.TlsRedis)
    conf = configure("redis_tls = yes",
                     f'redis_ca = "{certificates}/ca.crt"', partitions=1)
    incidents = spawn("incidents", "-c", conf, "-o",
                      f"localhost:{server.port}")
    write_pcap(folder / "queries.pcap", 101, [
        (1795417200, 0, udp4("192.0.2.1", message("s.bad.example")))])
    run("sensor", "-c", conf, "-o", server.target, "-r",
        folder / "queries.pcap", check=0)
    assert incidents.wait_for(
        lambda: server.client.zcard("qw:{0}:incidents") == 1, 10)


def test_a_client_shows_its_certificate(certificates, site, log, configure,
                                        run):
    server = site(redis_sites.TlsRedis, clients=True)
    log.write(10)
    authority = ("redis_tls = yes", f'redis_ca = "{certificates}/ca.crt"')
    done = run("logreader", "-c", configure(*authority), "-o", server.target,
               log.path, check=1)
    assert "certificate required" in done.stderr
    run("logreader", "-c", configure(
        *authority, f'redis_cert = "{certificates}/client.crt"',
        f'redis_key = "{certificates}/client.key"'), "-o", server.target,
        log.path, check=0)


def test_a_server_that_is_not_trusted_gets_nothing(certificates, site, folder,
                                                   log, configure, run):
    server = site(redis_sites.TlsRedis)
    other = folder / "other"
    other.mkdir()
    redis_sites.make_certificates(other)
    log.write(10)
    done = run("logreader", "-c", configure(
        "redis_tls = yes", f'redis_ca = "{other}/ca.crt"'), "-o",
        server.target, log.path, check=1)
    assert "the server's certificate is not trusted" in done.stderr
    done = run("logreader", "-c", configure(
        "redis_tls = yes", f'redis_ca = "{certificates}/ca.crt"',
        'redis_server_name = "redis.example"'), "-o", server.target, log.path,
        check=1)
    assert "certificate is not trusted: hostname mismatch" in done.stderr
    assert not server.client.keys("*hits")


@pytest.mark.parametrize("lines, said", [
    ("redis_tls = yes", "redis_tls needs redis_ca"),
    ('redis_ca = "{folder}/ca.crt"', "go with 'redis_tls = yes'"),
    ('redis_tls = yes\nredis_ca = "{folder}/bad.txt"',
     "redis_ca holds no certificate"),
    ('redis_tls = yes\nredis_ca = "{folder}/none"', "No such file"),
    ('redis_tls = yes\nredis_ca = "{folder}/ca.crt"\n'
     'redis_cert = "{folder}/client.crt"', "go together"),
    ('redis_tls = yes\nredis_ca = "{folder}/ca.crt"\n'
     'redis_cert = "{folder}/client.crt"\nredis_key = "{folder}/server.key"',
     "is not the key of redis_cert"),
    ('redis_user = "sensor"', "redis_user needs redis_password_file"),
    ('redis_password_file = "{folder}/bad.txt"', "is open to every user"),
])
def test_what_cannot_be_is_said_at_the_check(certificates, folder, configure,
                                             run, lines, said):
    conf = configure(lines.format(folder=folder))
    for program in ("incidents", "sensor"):
        done = run(program, "-n", "-c", conf, "-o", "127.0.0.1:6379", check=1)
        assert said in done.stderr
