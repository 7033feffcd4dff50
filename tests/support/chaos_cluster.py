"""The site of chaos.py with a Redis Cluster: three masters, each with a
replica, and what may break of it."""

import subprocess
import time

from redis.crc import key_slot
from redis.exceptions import ClusterDownError, RedisError

import chaos
from faults import fault, hangs
from servers import wait_until

PORTS = range(7001, 7007)
NODE_TIMEOUT = 1500	# milliseconds until a master that is silent is replaced
WAIT = 1000		# milliseconds that a write may take to its replica


class Cluster:
    """Six nodes in a namespace, with the ways of a FarRedis."""

    def __init__(self, folder, space, address):
        self.space = space
        self.nodes = []
        for port in PORTS:
            home = folder / str(port)
            home.mkdir(mode=0o711)
            self.nodes.append(chaos.FarRedis(
                home, space, address, port, (
                    "--cluster-enabled", "yes", "--cluster-node-timeout",
                    NODE_TIMEOUT, "--cluster-replica-validity-factor", "0")))
        self.target = ",".join(node.target for node in self.nodes)

    def start(self):
        for node in self.nodes:
            node.start()
        self.tell("create", *(n.target for n in self.nodes),
                  "--cluster-replicas", "1")
        assert wait_until(self.whole, 30, 0.1), "no cluster"

    def tell(self, *words):
        self.space.inside("redis-cli", "--cluster", *words, "--cluster-yes")

    def kill9(self):
        for node in self.nodes:
            node.kill9()

    # --- who is who -------------------------------------------------------------

    def masters(self):
        """{node: its slots as (first, last)}, by what the node says that has
        heard of the last election."""
        views = []
        for node in self.nodes:
            if node.alive() and not node.hangs:
                info = node.client.cluster("info")
                if info["cluster_state"] == "ok":
                    views.append((int(info["cluster_current_epoch"]), node))
        if not views:
            raise ClusterDownError("says each of its nodes")
        _, node = max(views, key=lambda view: view[0])
        return {self.node(address): [tuple(map(int, (span * 2)[:2]))
                                     for span in words["slots"]]
                for address, words in node.client.cluster("nodes").items()
                if words["slots"]}

    def node(self, address):
        [node] = [n for n in self.nodes if address.endswith(f":{n.port}")]
        return node

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

    def whole(self):
        """Does each master have a replica that is up to date?"""
        try:
            return all(node.client.cluster("info")["cluster_state"] == "ok"
                       for node in self.nodes) and all(
                node.client.info("replication").get("slave0", {})
                .get("state") == "online" for node in self.masters())
        except RedisError:
            return False


class ClusterSite(chaos.Site):
    partitions = 16

    def make_redis(self, address):
        return Cluster(self.folder, self.far, address)

    def conf(self, source, *lines):
        return super().conf(source, "redis_replicas = 1", *lines)


# --- what may break ---------------------------------------------------------------

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
    yield from until(site.redis.whole)


@fault("cluster")
def a_master_is_replaced(site):
    node = one_of(site)
    node.kill9()
    yield from until(lambda: site.redis.replaced(node))
    node.start()
    yield from until(site.redis.whole)


@fault("cluster")
def a_master_hangs(site):
    """If for long, it finds when it goes on that another is master."""
    yield from hangs(one_of(site))
    yield from until(site.redis.whole)


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
    moving = subprocess.Popen(
        site.far.command(
            "redis-cli", "--cluster", "reshard", source.target,
            "--cluster-from", source.client.cluster("myid"), "--cluster-to",
            target.client.cluster("myid"), "--cluster-slots", count,
            "--cluster-yes"),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield from until(lambda: moving.poll() is not None)
    finally:
        moving.kill()
        moving.wait()
    yield from until(site.redis.whole)
