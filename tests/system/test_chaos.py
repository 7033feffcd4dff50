"""Hits flow while all that can break does: each is counted once in the end,
except what the sensor could not know of or had in its hands when it was
killed.

make chaos does it for five minutes; QW_CHAOS_SECONDS says how long else,
QW_CHAOS_RATE how many queries a second each source has, SEED repeats the
random choices, and QW_CHAOS_KEEP is a folder that the files of a failure are
copied to."""

import collections
import os
import random
import shutil
import subprocess

import pytest

import chaos
import chaos_cluster
import namespaces
from chaos import LOG, SENSOR, question
from faults import FAULTS

SECONDS = float(os.environ.get("QW_CHAOS_SECONDS", "25"))

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip"),
    reason="needs root, to make network namespaces, and ip")


@pytest.fixture
def rng():
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"SEED={seed}")
    return random.Random(seed)


@pytest.fixture
def site_of(folder, bin_dir, rng):
    """site_of(kind): a Site, or one of its kinds; removed in the end."""
    made = []

    def function(kind):
        try:
            namespaces.Namespace("may").remove()
        except subprocess.CalledProcessError as e:
            pytest.skip(f"no network namespaces: {e.stderr or e}")
        made.append(kind(folder, bin_dir, rng))
        return made[0]
    yield function
    for site in made:
        site.close()


def of_source(counted, source):
    return collections.Counter({key[1:]: n for key, n in counted.items()
                                if key[0] == source})


def difference(got, least, most):
    """What is lost or counted twice, in one sentence; empty if nothing is."""
    lost, more = least - got, got - most
    if not lost and not more:
        return ""
    return (f"{sum(lost.values())} of {sum(least.values())} lost, "
            f"{sum(more.values())} too many: lost {sorted(lost)[:8]}, "
            f"too many {sorted(more)[:8]}")


def hits(numbers, letter):
    return collections.Counter(filter(lambda key: chaos.is_hit(key[1]), (
        question(i, letter) for i in numbers)))


def owed(lives):
    """What the sensor has to have told: all that it was up for, but for the
    last of a life that was cut off."""
    return sum((hits(range(life.up, life.down - life.open), "s")
                for life in lives), collections.Counter())


def tell(site, got):
    """What each kill of the sensor has cost."""
    for number, life in enumerate(site.sensor.lives):
        missing = hits(range(life.up, life.down), "s") - got
        print(f"sensor {number}: up for {life.down - life.up} queries, "
              f"{sum(missing.values())} hits missing; of the last "
              f"{life.open} queries some may be")


def verdict(site):
    """What is wrong, a sentence each."""
    records = chaos.Records(site.redis, site.partitions)
    wrong = list(records.wrong)
    sent = hits(range(site.frames.begun), "s")
    for name, counted in (("stream", site.witness.seen),
                          ("records", records.names)):
        for source, least, most in (
                (LOG, site.log.truth, site.log.truth),
                (SENSOR, owed(site.sensor.lives), sent)):
            text = difference(of_source(counted, source), least, most)
            wrong += [f"{name}, {source}: {text}"] if text else []
    tell(site, of_source(records.names, SENSOR))
    return wrong


def keep(site, wrong):
    if "QW_CHAOS_KEEP" not in os.environ:
        return
    site.write("said", site.said())
    site.write("wrong", "\n".join(wrong))
    shutil.copytree(site.folder, os.environ["QW_CHAOS_KEEP"],
                    dirs_exist_ok=True, ignore=lambda d, names: [
                        n for n in names if "sock" in n])


def run(site, but, first=()):
    """All faults but those of the parts ${but}, each at least once if it is
    in ${first}."""
    site.begin()
    site.rage(SECONDS, [f for f in FAULTS if f.part not in but], first)
    site.finish()
    wrong = verdict(site)
    print(f"{sum(site.log.truth.values())} hits of the log, "
          f"{site.log.rotations} rotations; {site.frames.done} queries on "
          f"the wire; {sum(site.counts.values())} faults: "
          f"{dict(site.counts)}")
    if wrong:
        keep(site, wrong)
    assert not wrong, "\n".join(wrong)


def test_each_hit_is_counted_once(site_of):
    run(site_of(chaos.Site), {"cluster"})


def test_each_hit_is_counted_once_by_a_cluster(site_of):
    """A master of six nodes is demoted, another is killed and replaced, and
    slots move, at least."""
    run(site_of(chaos_cluster.ClusterSite), {"redis"},
        [f for f in FAULTS if f.function in (
            chaos_cluster.a_master_is_demoted,
            chaos_cluster.a_master_is_replaced, chaos_cluster.slots_move)])
