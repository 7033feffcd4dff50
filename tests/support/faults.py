"""What may break in a site of chaos.py.

A fault is a function that breaks something, yields, and mends it:

    @fault("network")
    def the_wire_is_cut(site):
        site.far.here("link", "set", "wire", "down")
        yield
        site.far.here("link", "set", "wire", "up")

Its part, "network", is broken in one way at a time.  How long a yield lasts is
chance: no time at all, too.  With a weight of 2 a fault comes twice as often.
"""

import collections
import signal

from chaos import FLUSH, QUEUE
from servers import wait_until

Fault = collections.namedtuple("Fault", "name part weight function")
FAULTS = []


def fault(part, weight=1):
    def keep(function):
        FAULTS.append(Fault(function.__name__, part, weight, function))
        return function
    return keep


def hangs(server):
    server.process.send_signal(signal.SIGSTOP)
    server.hangs = True
    yield
    server.process.send_signal(signal.SIGCONT)
    server.hangs = False


def killed(kept):
    kept.down = True
    kept.kill9()
    yield
    kept.down = False
    kept.keep()


# --- programs ----------------------------------------------------------------

@fault("reader", weight=3)
def the_logreader_is_killed(site):
    yield from killed(site.reader)


@fault("reader")
def a_logreader_hangs_and_goes_on_beside_the_next(site):
    hanging = site.reader.running
    hanging.signal(signal.SIGSTOP)
    try:
        site.reader.start()
        yield
        hanging.signal(signal.SIGCONT)
        yield
    finally:
        hanging.kill9()


@fault("sensor", weight=2)
def the_sensor_is_killed(site):
    yield from killed(site.sensor)


@fault("one", weight=2)
def a_consumer_is_killed(site):
    yield from killed(site.consumers[0])


@fault("other", weight=2)
def the_other_consumer_is_killed(site):
    yield from killed(site.consumers[1])


@fault("other")
def a_consumer_hangs(site):
    running = site.consumers[1].running
    running.signal(signal.SIGSTOP)
    yield
    running.signal(signal.SIGCONT)


# --- the disk of the sensor's spool ------------------------------------------

@fault("disk", weight=2)
def the_disk_is_full(site):
    """From now on a kill may lose what waits in memory."""
    site.sensor.open = QUEUE
    site.fill_disk()
    yield
    site.empty_disk()
    yield			# the sensor finds out
    site.sensor.open = FLUSH


# --- Redis -------------------------------------------------------------------

@fault("redis", weight=3)
def redis_is_killed(site):
    site.redis.kill9()
    yield
    site.redis.start()


@fault("redis")
def redis_hangs(site):
    yield from hangs(site.redis)


@fault("redis")
def redis_pauses_writes(site):
    site.redis.client.client_pause(60000, all=False)
    yield
    site.redis.client.client_unpause()


@fault("redis")
def redis_has_no_memory(site):
    site.redis.client.config_set("maxmemory", 1)
    yield
    site.redis.client.config_set("maxmemory", 0)


@fault("redis")
def redis_cannot_save(site):
    """MISCONF: a folder stands where the dump has to go."""
    client, dump = site.redis.client, site.folder / "dump.rdb"
    dump.unlink(missing_ok=True)
    (dump / "in the way").mkdir(parents=True)
    client.config_set("save", "3600 1000000")
    client.bgsave(schedule=True)
    assert wait_until(lambda: client.info("persistence")
                      ["rdb_last_bgsave_status"] == "err", 20)
    yield
    client.config_set("save", "")
    (dump / "in the way").rmdir()
    dump.rmdir()


@fault("redis")
def redis_loses_the_functions(site):
    site.redis.client.execute_command("FUNCTION", "FLUSH")
    yield


@fault("redis", weight=2)
def redis_closes_connections(site):
    site.redis.client.client_kill_filter(_type="normal", skipme=True)
    yield


# --- the network -------------------------------------------------------------

@fault("network", weight=2)
def the_wire_is_cut(site):
    site.far.here("link", "set", "wire", "down")
    yield
    site.far.here("link", "set", "wire", "up")


@fault("network", weight=2)
def answers_do_not_come_back(site):
    """What is sent arrives, and nobody hears of it."""
    site.far.here("route", "add", "blackhole", "10.54.0.1/32")
    yield
    site.far.here("route", "del", "blackhole", "10.54.0.1/32")


@fault("network")
def the_wire_is_slow(site):
    site.far.inside("tc", "qdisc", "add", "dev", "wire", "root", "tbf",
                    "rate", "100kbit", "burst", "10k", "latency", "400ms")
    yield
    site.far.inside("tc", "qdisc", "del", "dev", "wire", "root")
