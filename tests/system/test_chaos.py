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

import pytest

import chaos
import faults
from chaos import LOG, SENSOR, question

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
def site(folder, bin_dir, rng):
    made = chaos.Site(folder, bin_dir, rng)
    yield made
    made.close()


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
    records = chaos.Records(site.redis.client)
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


def test_each_hit_is_counted_once(site):
    broken = [f for f in faults.FAULTS if f.part != "disk" or site.spool]
    if not site.spool:
        site.sensor.open = chaos.QUEUE
    site.begin()
    site.rage(SECONDS, broken)
    site.finish()
    wrong = verdict(site)
    print(f"{sum(site.log.truth.values())} hits of the log, "
          f"{site.log.rotations} rotations; {site.frames.done} queries on "
          f"the wire; {sum(site.counts.values())} faults: "
          f"{dict(site.counts)}")
    if wrong:
        keep(site, wrong)
    assert not wrong, "\n".join(wrong)
