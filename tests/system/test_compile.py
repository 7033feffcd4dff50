"""Compiled lists: the same hits as from the lists they were made of, in no
time, shared by all who use them, and damaged ones refused."""

import json
import pathlib
import re
import resource
import struct
import subprocess

import programs
import pytest
import sanitizers

ROOT = pathlib.Path(__file__).resolve().parents[2]
FEEDS = ROOT.parent / "shared/data/badnames"
LINE = ("23-Nov-2026 07:00:{second:02}.000 queries: info: client @0x1 {client}"
        "#53 ({name}): query: {name} IN {qtype} + (198.51.100.53)\n")

PLAIN = "bad.example\nc2.test\nsub.wide.example\n"
NATIVE = """name,match,threat,severity,confidence,expires,reference
threat.example,suffix,mozi,high,90,2100-01-01,https://intel.example/1
threat.example,exact,,critical,,,
below.example,below,mirai,low,10,,
old.example,suffix,,,,2026-01-01,
"""
ADBLOCK = """||wide.example^
||typed.example^$dnstype=AAAA
||client.example^$client=192.0.2.0/30
||vital.example^$important
||names.example^$denyallow=fine.names.example
@@||ok.wide.example^
@@||vital.example^
@@||clients.wide.example^$client=192.0.2.1
"""
NAMES = ["bad.example", "www.bad.example", "notbad.example", "c2.test",
         "sub.wide.example", "a.b.wide.example", "ok.wide.example",
         "x.ok.wide.example", "clients.wide.example", "threat.example",
         "www.threat.example", "below.example", "www.below.example",
         "old.example", "typed.example", "client.example", "vital.example",
         "names.example", "fine.names.example", "medievil.org", "a17.org",
         "search.example", "search.example.dept.example", "good.org"]


@pytest.fixture
def console(bin_dir):
    """console("compile", ..., check=0): run the operator's program."""
    def function(*args, **more):
        return programs.run_program(bin_dir / "querywatch", *args, **more)
    return function


@pytest.fixture
def slow(bin_dir):
    """Is it built with sanitizers?"""
    return sanitizers.built_into(bin_dir / "querywatch")


def write_lists(folder):
    """Small lists of every kind; the specs."""
    for name, text in (("plain", PLAIN), ("native", NATIVE),
                       ("adblock", ADBLOCK), ("parts", "evil\n"),
                       ("regexes", "^a[0-9]+\\.\n"),
                       ("search", "search.example\n"),
                       ("exact", "www.bad.example\nsub.wide.example\n")):
        (folder / name).write_text(text)
    return [f"{folder}/plain,severity=medium", f"{folder}/native",
            f"{folder}/adblock", f"{folder}/parts,match=substring",
            f"{folder}/regexes,match=regex", f"{folder}/search,match=search",
            f"{folder}/exact,match=exact,label=whole"]


def write_log(path, names):
    """Each name from two clients, for two types."""
    with open(path, "w") as log:
        for second in (0, 45):
            for i, name in enumerate(names):
                for client in ("192.0.2.1", "192.0.2.99"):
                    log.write(LINE.format(
                        second=second, client=client, name=name,
                        qtype="AAAA" if i % 3 == 0 or second else "A"))
    return path


def options(lists):
    return [word for one in lists for word in ("-b", one)]


def same_hits(console, run, folder, lists, names):
    """Hits from the lists, which are those of the file made of them."""
    compiled = folder / "compiled"
    log = write_log(folder / "log", names)
    console("compile", *lists, "-o", compiled, "--force", check=0,
            timeout=120)
    text = run("logreader", "--force", *options(lists), log, check=0,
               timeout=120)
    fast = run("logreader", "--force", "-b", compiled, log, check=0,
               timeout=120)
    assert text.stdout.splitlines() == fast.stdout.splitlines()
    return [json.loads(line) for line in text.stdout.splitlines()]


def test_small_lists_give_the_same_hits(console, run, folder):
    hits = same_hits(console, run, folder, write_lists(folder), NAMES)
    seen = {(h["qname"], h["match"]) for h in hits}
    assert {m for _, m in seen} == {"exact", "suffix", "substring", "regex"}
    assert not {"good.org", "ok.wide.example", "fine.names.example",
                "below.example"} & {name for name, _ in seen}
    assert "vital.example" in {name for name, _ in seen}
    assert any(h.get("threat") == "mozi" and h.get("confidence") == 90
               for h in hits)


def test_real_lists_give_the_same_hits(console, run, folder):
    lists = [p for p in sorted(FEEDS.glob("*")) if p.is_file()
             and p.suffix in (".txt", ".conf", ".csv")]
    if not lists:
        pytest.skip("no feeds beside the checkout")
    names = []
    for path in lists:
        found = re.findall(r"[a-z0-9][a-z0-9-]*(?:\.[a-z0-9][a-z0-9-]*)+",
                           path.read_text("utf-8", "replace"))
        step = max(1, len(found) // 40)
        names += [n for n in found[::step] if len(n) < 200]
    names += ["www." + n for n in names[::2]] + [n + ".org"
                                                 for n in names[::5]]
    hits = same_hits(console, run, folder, lists, sorted(set(names)))
    print(f"{len(lists)} lists, {len(set(names))} names, {len(hits)} hits")
    assert len(hits) > 100


def test_text_and_compiled_lists_work_together(console, run, folder):
    lists = write_lists(folder)
    log = write_log(folder / "log", NAMES)
    for name, some in (("one", lists[:3]), ("two", lists[3:])):
        console("compile", *some, "-o", folder / name, check=0)
    text = run("logreader", *options(lists), log, check=0)
    both = run("logreader", *options([folder / "one", folder / "two"]), log,
               check=0)
    mixed = run("logreader", *options([folder / "one", *lists[3:]]), log,
                check=0)

    def hits(done):
        return [{**hit, "list": sorted(hit["list"].split(","))}
                for hit in map(json.loads, done.stdout.splitlines())]
    assert hits(text) == hits(both) == hits(mixed)


def processor_time():
    """Of all programs that have ended: the machine may have other work."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_million_names_load_in_no_time(console, run, folder, slow):
    count = 50_000 if slow else 1_000_000
    big, compiled = folder / "big", folder / "compiled"
    big.write_text("".join(f"n{i}.evil{i % 1000}.example\n"
                           for i in range(count)))
    console("compile", big, "-o", compiled, check=0, timeout=120)
    log = write_log(folder / "log", [f"n{count - 1}.evil999.example"])
    took = {}
    for what, path in (("text", big), ("compiled", compiled)):
        start = processor_time()
        done = run("logreader", "-b", path, log, check=0, timeout=120)
        took[what] = processor_time() - start
        assert len(done.stdout.splitlines()) > 0
    print(f"{count} names: {took['text'] * 1000:.0f} ms from text, "
          f"{took['compiled'] * 1000:.0f} ms compiled, "
          f"{compiled.stat().st_size >> 20} MiB")


def mapping(pid, path):
    """What smaps says of the file's mapping, in KiB."""
    found, inside = {}, False
    for line in open(f"/proc/{pid}/smaps"):
        if re.match(r"[0-9a-f]+-[0-9a-f]+ ", line):
            inside = line.rstrip().endswith(str(path))
        elif inside:
            m = re.match(r"(\w+): +(\d+) kB", line)
            if m:
                found[m[1]] = found.get(m[1], 0) + int(m[2])
    return found


def test_processes_share_a_file(console, spawn, folder, wait_until):
    big, compiled = folder / "big", folder / "compiled"
    big.write_text("".join(f"n{i}.example\n" for i in range(100_000)))
    console("compile", big, "-o", compiled, check=0, timeout=120)
    log = write_log(folder / "log", ["n7.example"])
    conf = folder / "conf"
    conf.write_text("sandbox = false\n")
    readers = [spawn("logreader", "-c", conf, "-f", "-b", compiled, log)
               for _ in range(2)]
    pids = [reader.process.pid for reader in readers]
    try:
        wait_until(lambda: all(mapping(pid, compiled).get("Rss")
                               for pid in pids), 30)
    except PermissionError:
        pytest.skip("may not look at its own processes")
    for pid in pids:
        kept = mapping(pid, compiled)
        print({key: kept[key] for key in ("Size", "Rss", "Pss",
                                          "Shared_Clean", "Private_Dirty")})
        assert kept["Rss"] >= compiled.stat().st_size // 1024
        assert kept["Private_Dirty"] <= 64
        assert kept["Shared_Clean"] >= kept["Rss"] - 64
        assert kept["Pss"] < 0.75 * kept["Rss"]


def refused(run, path, octets, reason):
    path.write_bytes(octets)
    done = run("logreader", "-n", "-b", path, check=1)
    assert f"list {path}: " in done.stderr
    assert re.search(reason, done.stderr), done.stderr


def test_damaged_files_are_refused(console, run, folder, slow):
    whole = folder / "whole"
    console("compile", *write_lists(folder), "-o", whole, check=0)
    octets, damaged = whole.read_bytes(), folder / "damaged"
    for i in range(15 if slow else 60):
        at = (i * 7919 + i * i * 31) % (8 * len(octets))
        flipped = bytearray(octets)
        flipped[at // 8] ^= 1 << at % 8
        refused(run, damaged, bytes(flipped), "damaged|cut|version|order|"
                "no usable name")
    for length in (0, 1, 7, 8, 9, 63, 64, 65, 100, len(octets) // 2,
                   len(octets) - 1):
        refused(run, damaged, octets[:length], "cut|no usable name")
    refused(run, damaged, octets + b"x", "cut, or not written")
    refused(run, damaged, octets[:8] + struct.pack("<I", 2) + octets[12:],
            "another version")
    refused(run, damaged, octets[:12] + octets[15:11:-1] + octets[16:],
            "byte order")
    damaged.write_bytes(octets)
    run("logreader", "-n", "-b", damaged, check=0)


def test_an_interrupted_write_leaves_the_old_file(console, bin_dir, folder):
    """No room: the limit of a file's size will do for it."""
    big, compiled = folder / "big", folder / "compiled"
    (folder / "small").write_text("bad.example\n")
    big.write_text("".join(f"n{i}.example\n" for i in range(20_000)))
    console("compile", folder / "small", "-o", compiled, check=0)
    before = compiled.read_bytes()

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
    done = subprocess.run(
        ["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh", bin_dir / "querywatch",
         "compile", big, "-o", compiled], preexec_fn=limit, capture_output=True, text=True,
        env=programs.environment())
    assert done.returncode == 1 and "File too large" in done.stderr
    assert compiled.read_bytes() == before
    assert sorted(p.name for p in folder.iterdir()) == ["big", "compiled",
                                                        "small"]
