"""How often popular names are hit by a real list, in each mode: what the
design's choice of suffix mode rests on.  Every count is made again by sets.

"Popular" is not "harmless": some of these names are bad indeed.  What only
substrings hit is hit by accident (ver.net in datadeliver.net)."""

import json
import lzma
import os
import pathlib
import re

import pytest

import public_suffixes

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("QW_DATA", ROOT.parent / "shared/data"))
LIST = DATA / "badnames/big-maltrail.txt.xz"
NAMES = DATA / "names/benign-1m.txt.xz"
SHORTEST = 4		# octets of a substring, as the seed had it
EVERY = 20		# and of the names, so many are looked for as such

# As BIND may log it without escapes, and no address.
NAME = re.compile(r"(?=.{1,249}\Z)(?![0-9.]+\Z)"
                  r"(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}")
LINE = ("12-Nov-2026 08:00:{:02}.000 queries: info: client @0x7f00c0de "
        "10.1.2.3#5353 ({}): query: {} IN A + (10.255.0.53)\n")


def read(path):
    if not path.exists():
        pytest.skip(f"no {path.name} beside the checkout")
    with lzma.open(path, "rt", encoding="ascii") as text:
        return text.read().split()


def below(name, listed):
    while name:
        if name in listed:
            return True
        name = name.partition(".")[2]
    return False


def holds(name, listed, longest):
    return any(name[start:end] in listed
               for start in range(len(name) - SHORTEST + 1)
               for end in range(start + SHORTEST,
                                min(len(name), start + longest) + 1))


@pytest.fixture(scope="module")
def listed():
    return set(filter(NAME.fullmatch, read(LIST)))


@pytest.fixture
def whole_list(folder):
    """The list as published: with what is no name of ours, too."""
    path = folder / "list.txt"
    path.write_text("\n".join(read(LIST)) + "\n")
    return path


@pytest.fixture(scope="module")
def popular():
    everything = read(NAMES)
    names = list(filter(NAME.fullmatch, everything))
    assert len(everything) - len(names) < 1000
    return names


@pytest.fixture
def hits(folder, run):
    """hits(list, mode, names): the names that are hit, and the summary."""
    def look(path, mode, names, *more):
        conf, log = folder / "conf", folder / "log"
        conf.write_text("coalesce = 0\n")
        with open(log, "w") as out:
            out.writelines(LINE.format(i // 20000, n, n)
                           for i, n in enumerate(names))
        done = run("logreader", *more, "-c", conf, "-b",
                   f"{path},match={mode}", "-o", "-", log, check=0, timeout=120)
        assert f"queries: {len(names)} total" in done.stderr
        return [json.loads(row)["qname"] for row in done.stdout.splitlines()]
    return look


def test_exact(hits, whole_list, listed, popular):
    wanted = [n for n in popular if n in listed]
    # 0.6 % of popular names are listed: of the order that was published for
    # a list of malware alone, 0.38 %.
    assert 6000 < len(wanted) < 6200
    assert hits(whole_list, "exact", popular) == wanted


def test_suffix(hits, whole_list, listed, popular):
    is_suffix = public_suffixes.read()
    if is_suffix is None:
        pytest.skip(f"no {public_suffixes.PATH}")
    usable = {n for n in listed if not is_suffix(n)}
    wanted = [n for n in popular if below(n, usable)]
    exact = sum(n in usable for n in popular)
    # Names below listed ones add a few in a hundred.
    assert exact < len(wanted) < 1.2 * exact
    assert hits(whole_list, "suffix", popular) == wanted


def test_substring(hits, listed, popular, folder):
    texts = {n for n in listed if len(n) >= SHORTEST}
    (folder / "texts").write_text("".join(f"{n}\n" for n in sorted(texts)))
    few = popular[::EVERY]
    longest = max(map(len, texts))
    wanted = [n for n in few if holds(n, texts, longest)]
    by_label = sum(below(n, texts) for n in few)
    # One name in ten, nearly all by accident.
    assert len(wanted) > 10 * by_label
    # Of course it matches what everybody asks for.
    assert hits(folder / "texts", "substring", few, "--force") == wanted
