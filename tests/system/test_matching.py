"""A large list and a million names: exactly the hits that a set finds."""

import lzma
import os
import pathlib

import pytest

from captures import message, udp4, write_pcap

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("QW_DATA", ROOT.parent / "shared/data"))
LIST = DATA / "badnames/big-maltrail.txt.xz"
RAW = 101		# link type: IP packets
NAMES = DATA / "names/benign-1m.txt.xz"


def lines(path):
    if not path.exists():
        pytest.skip(f"no {path.name} beside the checkout")
    with lzma.open(path, "rt", encoding="ascii") as f:
        for line in f:
            line = line.strip().lower().rstrip(".")
            if line and not line.startswith("#"):
                yield line


def parents(name):
    while True:
        yield name
        _, dot, name = name.partition(".")
        if not dot:
            return


def test_hits_are_those_of_a_set(folder, run):
    listed = [n for n in lines(LIST)
              if not n.replace(".", "").isdigit() and ":" not in n]
    usable = {n for n in listed if all(c.isalnum() or c in "-_." for c in n)
              and all(0 < len(label) < 64 for label in n.split("."))}
    suffixes = {n for n in usable if "." in n}
    benign = [n for i, n in enumerate(lines(NAMES)) if i % 20 == 0]
    bad = sorted(usable)[::20]
    queries = benign + bad + ["www." + n for n in bad] \
        + ["not" + n for n in bad if len(n.split(".")[0]) < 60] \
        + [n + ".example" for n in bad]
    queries = [n for n in queries if len(n) < 250
               and all(0 < len(label) < 64 for label in n.split("."))]
    path, names = folder / "names.pcap", folder / "bad.txt"
    names.write_text("\n".join(listed) + "\n")
    conf = folder / "conf"
    conf.write_text("coalesce = 0\n")
    write_pcap(path, RAW, ((1795417200 + i // 10, 0,
                            udp4("10.0.0.1", message(name, id=i)))
                           for i, name in enumerate(queries)))
    # No name may be silently absent from what is compared.
    assert len(usable) > 500000 and len(queries) > 100000

    # Public suffixes are on the list, and meant here: --force.
    for mode, expect in (
            ("exact", sum(n in usable for n in queries)),
            ("suffix", sum(any(p in suffixes for p in parents(n))
                           for n in queries))):
        done = run("sensor", "--force", "-c", conf, "-b",
                   f"{names},match={mode}", "-r", path, check=0, timeout=120)
        assert done.stdout.count("\n") == expect, mode
        assert f"queries: {len(queries)} total, {expect} matched" in done.stderr
