"""The site of chaos.py with a Redis Cluster: three masters, each with a
replica, and what may break of it."""

import subprocess
import time

from redis.crc import key_slot
from redis.exceptions import ClusterDownError, RedisError

import chaos
from faults import fault, hangs
from redis_sites import Cluster

PORTS = range(7001, 7007)
NODE_TIMEOUT = 1500	# milliseconds until a master that is silent is replaced
WAIT = 1000		# milliseconds that a write may take to its replica


class FarCluster(Cluster):
    """The nodes in a namespace, on disk, with the ways of a FarRedis."""

    def __init__(self, folder, space, address):
        self.space = space
        self.nodes = []
        for port in PORTS:
            home = folder / str(port)
            home.mkdir(mode=0o711)
            self.nodes.append(chaos.FarRedis(
                home, space, address, port, (
                    "--cluster-enabled", "yes", "--cluster-node-timeout",
                    NODE_TIMEOUT, "--cluster-replica-validity-factor", "0",
                    "--repl-diskless-sync-delay", "0")))
        self.target = ",".join(node.target for node in self.nodes)

    def cli(self, *words):
        self.space.inside("redis-cli", *words)

    def slots(self, node=None):
        return [(first, last, master[1]) for first, last, master, *_ in
                (node or self.newest()).client.execute_command(
                    "CLUSTER SLOTS")]

    def newest(self):
        """The node that has heard of the last election."""
        views = []
        for node in self.nodes:
            if node.alive() and not node.hangs:
                info = node.client.cluster("info")
                if info["cluster_state"] == "ok":
                    views.append((int(info["cluster_current_epoch"]), node))
        if not views:
            raise ClusterDownError("says each of its nodes")
        return max(views, key=lambda view: view[0])[1]

    def masters(self):
        """{node: its slots as (first, last)}"""
        found = {}
        for first, last, port in self.slots():
            [node] = [n for n in self.nodes if n.port == port]
            found.setdefault(node, []).append((first, last))
        return found

    def client_of(self, partition):
        slot = key_slot(str(partition).encode())
        for node, slots in self.masters().items():
            if any(first <= slot <= last for first, last in slots) \
                    and not node.hangs:
                return node.client
        raise ClusterDownError(f"nobody has slot {slot}")

    def stored(self, partition):
        """Has the replica what we have read there?"""
        with self.client_of(partition).pipeline(transaction=False) as both:
            both.set(f"qw:{{{partition}}}:witness", "")
            both.wait(1, WAIT)
            return both.execute()[1] >= 1

    def replaced(self, node):
        try:
            return node not in self.masters()
        except RedisError:
            return False

    def mended(self):
        try:
            return all(self.whole(node) for node in self.nodes)
        except RedisError:
            return False


class ClusterSite(chaos.Site):
    partitions = 16

    def make_redis(self, address):
        return FarCluster(self.folder, self.far, address)

    def conf(self, source, *lines):
        return super().conf(source, "redis_replicas = 1", *lines)


# --- what may break ----------------------------------------------------------

def until(done):
    """Yield until that is so."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end, "the cluster does not mend"
        yield


def one_of(site):
    return site.rng.choice(list(site.redis.masters()))


@fault("cluster", weight=2)
def a_master_is_killed(site):
    """And may be back before it is missed."""
    node = one_of(site)
    node.kill9()
    yield
    node.start()
    yield from until(site.redis.mended)


@fault("cluster")
def a_master_is_replaced(site):
    node = one_of(site)
    node.kill9()
    yield from until(lambda: site.redis.replaced(node))
    node.start()
    yield from until(site.redis.mended)


@fault("cluster")
def a_master_is_demoted(site):
    """By its replica, which asks nobody: it runs on as one, and closes no
    connection."""
    masters = set(site.redis.masters())
    node = site.rng.choice([n for n in site.redis.nodes if n not in masters])
    node.client.execute_command("CLUSTER", "FAILOVER", "TAKEOVER")
    yield from until(lambda: set(site.redis.masters()) != masters)
    yield from until(site.redis.mended)


@fault("cluster")
def a_master_hangs(site):
    """If for long, it finds when it goes on that another is master."""
    yield from hangs(one_of(site))
    yield from until(site.redis.mended)


@fault("cluster")
def slots_move(site):
    """From the master with the most slots, up to the first of a partition."""
    masters = site.redis.masters()
    own = {node: [slot for first, last in slots
                  for slot in range(first, last + 1)]
           for node, slots in masters.items()}
    source = max(own, key=lambda node: len(own[node]))
    target = site.rng.choice([node for node in own if node is not source])
    used = {key_slot(str(p).encode()) for p in range(site.partitions)}
    count = next((i for i, slot in enumerate(own[source], 1)
                  if slot in used), 1)
    with (site.folder / "reshard.out").open("a") as out:
        moving = subprocess.Popen(
            site.far.command(
                "redis-cli", "--cluster", "reshard", source.target,
                "--cluster-from", source.client.cluster("myid"),
                "--cluster-to", target.client.cluster("myid"),
                "--cluster-slots", count, "--cluster-yes"),
            stdout=out, stderr=out)
    try:
        yield from until(lambda: moving.poll() is not None)
    finally:
        moving.kill()
        moving.wait()
    yield from until(site.redis.mended)
