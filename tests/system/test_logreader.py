"""querywatch-logreader as a program: logs read whole, through pipes and
while they grow and rotate; and held against a second reading of the same
lines, made from the grammar of BIND's log rather than from our code."""

import datetime
import ipaddress
import json
import lzma
import os
import pathlib
import random
import re
import select
import shutil
import subprocess
import time

import pytest

from programs import Running, counters, run_program

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared/data"

LINE = ("12-Nov-2026 08:00:{s:02}.{ms:03} queries: info: client @0x7f{n:08x} "
        "10.1.{a}.{b}#{port} ({name}): query: {name} IN {type} +E(0)K "
        "(10.255.0.53)\n")


def line(n, name=None):
    """The n-th line of a busy log."""
    return LINE.format(s=n // 1000 % 60, ms=n % 1000, n=n, a=n % 7, b=n % 251,
                       port=1024 + n % 60000, name=name or f"n{n}.example",
                       type=("A", "AAAA", "HTTPS", "TXT")[n % 4])


def names(text):
    """The queried names in what -a printed, in order."""
    return [json.loads(row)["qname"] for row in text.splitlines()
            if row.endswith("}")]


@pytest.fixture
def logreader(bin_dir):
    return bin_dir / "querywatch-logreader"


@pytest.fixture
def follow(logreader):
    """Start the program; it is stopped at the end of the test."""
    running = []

    def start(*args):
        running.append(Running(logreader, *args))
        return running[-1]

    yield start
    for program in running:
        if program.alive():
            program.stop()


def append(path, text):
    with open(path, "a") as f:
        f.write(text)


def expect(program, wanted, seconds=20):
    """Wait until -a has printed the names, these and no others."""
    program.wait_for(lambda: len(names(program.stdout)) >= len(wanted),
                     seconds)
    assert names(program.stdout) == wanted


def begin(follow, log, *args):
    """Follow log, and return when it is being read: what was there before
    that does not count, so that it takes a line to tell."""
    program = follow("-a", "-f", *args, log)
    deadline = time.monotonic() + 20
    while not names(program.stdout):
        assert program.alive() and time.monotonic() < deadline, program.stderr
        append(log, line(0, "started.example"))
        time.sleep(0.3)
    started = names(program.stdout)
    return program, started


# --- following -----------------------------------------------------------


def test_growing_and_unfinished(follow, folder):
    log = folder / "query.log"
    log.write_text(line(1, "before.example"))
    program, seen = begin(follow, log)
    assert "before.example" not in seen
    append(log, line(2)[:60])
    time.sleep(0.5)
    assert names(program.stdout) == seen
    append(log, line(2)[60:])
    expect(program, seen + ["n2.example"])


def test_from_start_and_late_file(follow, folder):
    log, late = folder / "query.log", folder / "late.log"
    log.write_text(line(1))
    program = follow("-a", "-f", "--from-start", log, late)
    expect(program, ["n1.example"])
    program.wait_for(lambda: "does not exist yet" in program.stderr, 20)
    late.write_text(line(2))
    expect(program, ["n1.example", "n2.example"])


def test_rename_rotation_loses_nothing(follow, folder):
    log = folder / "query.log"
    log.touch()
    program, seen = begin(follow, log)
    wanted = list(seen)
    for turn in range(3):
        for i in range(200):
            append(log, line(i, f"t{turn}-{i}.example"))
            wanted.append(f"t{turn}-{i}.example")
        time.sleep(0.05)
        os.rename(log, folder / f"query.log.{turn}")
        time.sleep(0.3)		# no file of that name at all
        log.touch()
    append(log, line(9, "last.example"))
    expect(program, wanted + ["last.example"], 40)


def test_writer_told_late(follow, folder):
    """logrotate's create: lines go on to the old file for a while."""
    log = folder / "query.log"
    log.touch()
    program, seen = begin(follow, log)
    with open(log, "a", buffering=1) as writer:
        writer.write(line(1))
        os.rename(log, folder / "query.log.1")
        log.touch()
        for i in range(2, 12):
            time.sleep(0.1)
            writer.write(line(i))
    append(log, line(12))
    expect(program, seen + [f"n{i}.example" for i in range(1, 13)], 40)


def test_copytruncate(follow, folder):
    log = folder / "query.log"
    log.touch()
    program, seen = begin(follow, log)
    append(log, line(1) + line(2))
    seen += ["n1.example", "n2.example"]
    expect(program, seen)
    shutil.copy(log, folder / "query.log.1")
    os.truncate(log, 0)
    append(log, line(3))
    expect(program, seen + ["n3.example"])


def test_torrent_equals_offline(follow, folder, logreader):
    log = folder / "query.log"
    log.touch()
    program, seen = begin(follow, log)
    count = 60000
    with open(log, "a") as writer:
        for i in range(count):
            writer.write(line(i))	# cut anywhere by the buffer
    program.wait_for(lambda: program.stdout.count("\n") >=
                     count + len(seen), 60)
    whole = run_program(logreader, "-a", log, check=0, timeout=60)
    assert program.stdout.splitlines()[-count:] == \
        whole.stdout.splitlines()[-count:]


# --- pipes, signals and the command line ---------------------------------


def test_hit_comes_out_of_a_pipe_at_once(logreader, folder):
    (folder / "bad.txt").write_text("bad.example\n")
    program = subprocess.Popen(
        [logreader, "-b", folder / "bad.txt", "-"], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        program.stdin.write(
            (line(1) + line(2, "www.bad.example")).encode())
        program.stdin.flush()
        assert select.select([program.stdout], [], [], 10)[0]
        hit = json.loads(program.stdout.readline())
        assert hit["matched"] == "www.bad.example"
        assert hit["client"] == "10.1.2.2"
        program.stdin.close()
        assert program.wait(10) == 0
    finally:
        program.kill()
        program.wait()


def test_counters_on_sigusr1(follow, folder):
    log = folder / "query.log"
    log.touch()
    program, seen = begin(follow, log)
    os.kill(program.pid, 10)	# SIGUSR1
    program.wait_for(lambda: f" {len(seen)} queries" in program.stderr, 10)
    assert program.alive()


def test_wrong_usage(logreader, folder):
    log = folder / "query.log"
    log.write_text(line(1))
    for args in ([], ["-a"], [log], ["-a", "-F", "bind10", log],
                 ["-a", "-f", "-"], ["-a", "--from-start", log],
                 ["-a", "-Z", log], ["-a", "-F"]):
        done = run_program(logreader, *args, check=2)
        assert done.stdout == ""
        assert "--help" in done.stderr


def test_what_cannot_be_read(logreader, folder):
    log = folder / "query.log"
    log.write_text(line(1))
    done = run_program(logreader, "-a", folder / "missing.log", log, check=1)
    assert names(done.stdout) == ["n1.example"]
    assert "missing.log: No such file" in done.stderr
    done = run_program(logreader, "-a", folder, check=1)
    assert "Is a directory" in done.stderr
    done = run_program(logreader, "-a", "-f", folder, check=1)
    assert "Is a directory" in done.stderr
    run_program(logreader, "-a", "-n", log, check=0)
    run_program(logreader, "-a", "-n", folder / "missing.log", check=1)


def test_format_is_kept_to(logreader, folder):
    log = folder / "query.log"
    log.write_text("XX+/10.0.0.1/eight.example/A/IN\n" + line(1))
    assert names(run_program(logreader, "-a", log, check=0).stdout) == \
        ["eight.example"]
    assert names(run_program(logreader, "-a", "-F", "bind9", log,
                             check=0).stdout) == ["n1.example"]


def test_fast_and_full_reading_agree(logreader, folder):
    """With a list, usual lines are not parsed in full; with -a they are."""
    log, bad = folder / "query.log", folder / "bad.txt"
    with open(log, "w") as f:
        for i in range(20000):
            f.write(line(i, f"h{i}.{'bad' if i % 5 == 0 else 'good'}.example"))
    bad.write_text("bad.example\n")
    keys = ("first", "client", "client_port", "server", "transport", "qname",
            "qtype", "qclass", "flags")

    def rows(*args):
        out = run_program(logreader, *args, log, check=0, timeout=60).stdout
        return sorted(tuple(json.loads(r)[k] for k in keys)
                      for r in out.splitlines())

    assert rows("-b", bad) == [r for r in rows("-a") if ".bad." in r[5]]


# --- real logs, read twice -----------------------------------------------

TIME = (r"(?:\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d\.\d{3}"
        r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d{3})?"
        r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?)")
SYSLOG = (rf"(?:(?:<\d+>)?{TIME} (?:\S+ )?named(?:\[\d+\])?: "
          rf"|<\d+>1 {TIME} \S+ named \S+ \S+ - +)")
PREFIX = (rf"(?:{SYSLOG})?(?:{TIME} )?(?:(?:queries|responses): )?"
          r"(?:(?:info|debug \d+): )?")
NAME = r"(?:[!-\[\]-~]|\\\d{3}|\\[^\d])+"
BIND9 = re.compile(
    PREFIX + rf"client (?:@0x[0-9a-f]+ )?(?P<client>[0-9a-fA-F.:%]+)#\d+"
    rf"(?:/key \S+)?(?: \((?P<echo>{NAME})\))?(?:: view .*)?: "
    rf"(?:query: (?P<name>{NAME}) (?P<qclass>[A-Z0-9]+) (?P<qtype>[A-Z0-9-]+)"
    rf"|response: (?P<rname>{NAME}) (?P<rclass>[A-Z0-9]+) "
    rf"(?P<rtype>[A-Z0-9-]+) [A-Z0-9]+ \d+ \d+ \d+)"
    r"(?: [+-][A-Z0-9()]*)?(?: \([^)]*\))?(?: \[[^\]]*\])*")
BIND8 = re.compile(
    PREFIX + r"XX[+ ]/(?P<client>[0-9.]+)/(?P<name>[!-~]+)"
    r"/(?P<qtype>[A-Z0-9]+)/(?P<qclass>IN|CHAOS|HS|CLASS\d+)")


def wire(name):
    """A printed name as its labels, in lower case."""
    if name == ".":
        return ()
    labels = [b""]
    for token in re.findall(r"\\\d{3}|\\.|.", name):
        if token == ".":
            labels.append(b"")
        elif len(token) == 4:
            labels[-1] += bytes([int(token[1:])])
        else:
            labels[-1] += token[-1].encode()
    return tuple(label.lower() for label in labels)


def read_again(path):
    """Every query and response of a log: (response, client, name, type,
    class), and how many complete lines there are."""
    found = []
    lines = path.read_bytes().decode("latin-1").split("\n")[:-1]
    pattern = BIND8 if "bind-8" in path.name else BIND9
    for text in lines:
        m = pattern.fullmatch(text)
        if m is None:
            continue
        g = m.groupdict()
        response = g.get("rname") is not None
        name = g["rname"] if response else g["name"]
        if g.get("echo") not in (None, name):
            continue
        try:
            client = ipaddress.ip_address(g["client"].split("%")[0])
        except ValueError:
            continue
        found.append((response, str(client), wire(name),
                      g["rtype"] if response else g["qtype"],
                      g["rclass"] if response else g["qclass"]))
    return found, len(lines)


RCODES = ("NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMPL", "REFUSED")


def zeek_again(path):
    """Every query of a Zeek log: (client, name, type, rcode, time), and how
    many lines there are."""
    opened = lzma.open if path.suffix == ".xz" else open
    with opened(path, "rt", encoding="latin-1") as f:
        lines = f.read().splitlines()
    rows, names_of_columns = [], None
    for text in lines:
        if text.startswith("{"):
            rows.append(json.loads(text))
        elif text.startswith("#fields"):
            names_of_columns = text.split("\t")[1:]
        elif not text.startswith("#"):
            row = zip(names_of_columns, text.split("\t"))
            rows.append({k: v for k, v in row if v != "-"})
    found = []
    for row in rows:
        if "query" not in row:
            continue
        name = row["query"]
        octets = re.sub(r"\\x([0-9a-f]{2})|\\(\\)",
                        lambda m: chr(int(m[1], 16)) if m[1] else "\\",
                        name).encode("latin-1")
        labels = tuple(octets.lower().split(b"."))
        if name in ("", "(empty)"):
            labels = ()
        qtype = {"*": "ANY"}.get(row.get("qtype_name"), row.get("qtype_name"))
        rcode = RCODES[int(row["rcode"])] if "rcode" in row else None
        found.append((row["id.orig_h"], labels, qtype, rcode,
                      f"{float(row['ts']):.3f}"))
    return found, len(lines)


def zeek_logs():
    return sorted((SAMPLES / "logs").glob("zeek-*dns*.log*"))


@pytest.mark.skipif(not zeek_logs(), reason="no sample logs here")
@pytest.mark.parametrize("path", zeek_logs(), ids=lambda p: p.name)
def test_zeek_samples(logreader, folder, path):
    wanted, lines = zeek_again(path)
    log = path
    if path.suffix == ".xz":
        log = folder / path.stem
        log.write_bytes(lzma.decompress(path.read_bytes()))
    done = run_program(logreader, "-a", log, check=0, timeout=120)
    got = []
    for row in map(json.loads, done.stdout.splitlines()):
        when = datetime.datetime.fromisoformat(row["first"].replace(
            "Z", "+00:00"))
        got.append((row["client"], wire(row["qname"]), row.get("qtype"),
                    row.get("rcode"), f"{when.timestamp():.3f}"))
    assert got == wanted
    counted = counters(done.stderr)
    assert counted["lines_total"] == lines
    assert counted["lines_queries"] == len(wanted)
    assert not any(name.startswith("broken_") for name in counted)


def adguard_again(text):
    """The query that a line of AdGuard Home is, by Python's JSON: (client,
    name), or None."""
    def fail(word):
        raise ValueError(word)

    try:
        pairs = json.loads(text, object_pairs_hook=lambda p: ("object", p),
                           parse_constant=fail)
        if pairs[0] != "object" or text[0] != "{":
            return None
        row = dict(pairs[1])
        if len({k for k, _ in pairs[1] if k in ADGUARD}) != \
                sum(k in ADGUARD for k, _ in pairs[1]):
            return None
        client = ipaddress.ip_address(row["IP"])
        fine = (isinstance(row["IP"], str) and
                isinstance(row["CP"], str) and
                re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
                             r"(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)?",
                             row["T"]) and
                re.fullmatch(r"[\w./-]{1,23}", row["QT"]) and
                re.fullmatch(r"[\w./-]{1,23}", row["QC"]) and
                re.fullmatch(r"[ -~]*", row["QH"]))
        answer = row.get("Answer", "")
        name = wire(row["QH"] or ".")
    except (ValueError, KeyError, TypeError, IndexError):
        return None
    if not isinstance(answer, str) or (answer and (
            len(answer) < 16 or not re.fullmatch(r"[\w+/]{4}", answer[2:6]))):
        return None
    if row["QH"].endswith(".") and row["QH"] != ".":
        name = name[:-1]
    if not fine or not all(0 < len(label) < 64 for label in name):
        return None
    return str(client), name


ADGUARD = ("T", "QH", "QT", "QC", "CP", "IP", "Answer")


def test_json_as_python_reads_it(logreader, folder):
    """Lines with an error here and there: what Python's JSON refuses is no
    query, and what it reads is the same query."""
    chance = random.Random(4711)
    whole = ('{"T":"2026-11-23T08:38:08.5Z","QH":"a%d.example","QT":"A",'
             '"QC":"IN","CP":"","Answer":"qqqBgwABAAAAAAAA","IP":"10.1.2.3",'
             '"Result":{"Rules":[{"IP":"10.9.9.9","N":[-1.5e3,true,null]}]},'
             '"Elapsed":66286385}')
    lines = []
    for i in range(6000):
        text = list(whole % i)
        for _ in range(chance.randrange(3)):
            at = chance.randrange(len(text))
            text[at:at + chance.randrange(2)] = \
                chance.choice(["", " ", *'{}[]":,0a.-xe1'])
        lines.append("".join(text))
    log = folder / "querylog.json"
    log.write_text("\n".join(lines) + "\n")
    done = run_program(logreader, "-a", "-F", "adguard", log, check=0,
                       timeout=60)
    got = [(row["client"], wire(row["qname"]))
           for row in map(json.loads, done.stdout.splitlines())]
    wanted = [q for q in map(adguard_again, lines) if q is not None]
    assert 2000 < len(wanted) < 5900
    assert got == wanted


def sample_logs():
    return sorted(p for folder in ("querylogs", "logs")
                  for p in (SAMPLES / folder).glob("*.log")
                  if p.name.startswith(("bind", "fail2ban")))


@pytest.mark.skipif(not sample_logs(), reason="no sample logs here")
@pytest.mark.parametrize("path", sample_logs(), ids=lambda p: getattr(p, "stem", None))
def test_samples(logreader, path):
    done = run_program(logreader, "-a", path, check=0)
    got = []
    for row in map(json.loads, done.stdout.splitlines()):
        got.append((row["qr"] == "response", row["client"],
                    wire(row["qname"]), row["qtype"], row["qclass"]))
    wanted, lines = read_again(path)
    assert got == wanted
    counted = counters(done.stderr)
    queries = counted.pop("lines_queries")
    responses = counted.pop("lines_responses", 0)
    assert queries + responses == len(wanted)
    broken = sum(n for name, n in counted.items() if name[:7] == "broken_")
    assert lines == counted["lines_total"] == (
        queries + responses + counted.get("lines_other", 0) + broken)
    assert counted.get("lines_cut_short", 0) == (
        not path.read_bytes().endswith(b"\n"))
