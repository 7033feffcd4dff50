"""One list of bad names in every format: the same hits, whatever its form."""

import base64
import json
import os
import pathlib
import re
from collections import Counter

import pytest

import public_suffixes

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get("QW_DATA", ROOT.parent / "shared/data"))
BAD = DATA / "badnames"

LINE = ("12-Nov-2026 08:00:{s:02}.{ms:03} queries: info: client @0x7f00c0de "
        "10.1.2.3#{port} ({name}): query: {name} IN A + (10.255.0.53)\n")

# The files of one day, by how they call themselves to our readers.
URLHAUS = {
    "rpz": "rpz-online.conf", "dnsmasq": "dnsmasq-online.conf",
    "hosts": "hosts-online.txt", "plain": "domains-online.txt",
    "adblock": "agh-online.txt", "unbound": "unbound-online.conf",
    "bind": "bind-online.conf",
    # Nothing in it says what it is for, and it needs not: all are names.
    "plain (dnscrypt)": "dnscrypt-blocked-names-online.txt",
}
RANSOMWARE = {kind: f"blp-ransomware-{kind}.txt"
              for kind in ("plain", "hosts", "adblock", "dnsmasq")}


# --- the same names in each format --------------------------------------------

NAMES = [f"{word}{n}.{zone}" for n in range(12) for word, zone in (
    ("bot", "example"), ("c2-", "bad.example"), ("x_", "deep.er.test"),
    ("xn--bcher-kva", "example"))] + ["under.bot1.example", "co.example"]


def by_line(form, head="", tail=""):
    return lambda names: head + "".join(form.format(n, i=i) for i, n in
                                        enumerate(names, 1)) + tail


def base64_lines(names):
    return "".join(base64.b64encode(n.encode()).decode() + "\n"
                   for n in names)


def misp(names, kind="domain"):
    return json.dumps({"Event": {"info": "a test", "Attribute": [
        {"type": kind, "value": n, "to_ids": True} for n in names]}})


def stix(names):
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "indicator", "pattern_type": "stix",
         "pattern": f"[domain-name:value = '{n}']"} for n in names]})


THREATFOX = ('# "first_seen_utc","ioc_id","ioc_value","ioc_type",'
             '"threat_type","fk_malware","malware_alias",'
             '"malware_printable","last_seen_utc","confidence_level",'
             '"is_compromised","reference","tags","anonymous","reporter"\n')
THREATFOX_LINE = ('"2026-07-04 22:19:04", "{i}", "{}", "domain", "botnet_cc",'
                  ' "win.x", "None", "X", "", "100", "False", "None", "x",'
                  ' "0", "me"\n')
RPZ = "$TTL 30\n@ SOA rpz.test. admin.rpz.test. 1 86400 3600 604800 30\n" \
      " NS localhost.\n"

WRITERS = {
    "plain": by_line("{}\n", "# names\n"),
    "hosts": by_line("0.0.0.0 {}\n", "127.0.0.1 localhost\n"),
    "adblock": by_line("||{}^\n", "! names\n"),
    "dnsmasq": by_line("address=/{}/0.0.0.0\n"),
    "unbound": by_line('local-zone: "{}" always_nxdomain\n', "server:\n"),
    "bind": by_line('zone "{}" {{ type master; file "null"; }};\n'),
    "dnscrypt": by_line("*.{}\n", tail="=of.its.own.test\n"),
    "rpz": by_line("{} CNAME .\n", RPZ),
    "native": by_line("{},c2,high\n", "name,threat,severity\n"),
    "misp": misp,
    "stix": stix,
    "zeek": by_line("{}\tIntel::DOMAIN\tfeed\n",
                    "#fields\tindicator\tindicator_type\tmeta.source\n"),
    "suricata": base64_lines,
    "maltrail": by_line("{},a threat,(static)\n"),
    "threatfox": by_line(THREATFOX_LINE, THREATFOX),
    "urlhaus": by_line('"{i}","2026-01-01 00:00:00","http://{}/m.exe",'
                       '"online","","malware_download","exe","","me"\n',
                       "# id,dateadded,url,url_status,last_online,threat,"
                       "tags,urlhaus_link,reporter\n"),
}

# What these say of their entries holds whatever match= says: the list that is
# asked for in the other mode.
OWN_EXACT = {
    "adblock": by_line("|{}^\n", "[Adblock Plus 2.0]\n"),
    "adblock, a name alone": by_line("{}\n", "[Adblock Plus 2.0]\n"),
    "dnscrypt": by_line("={}\n"),
    "native": by_line("{},exact\n", "name,match\n"),
    "threatfox": by_line(THREATFOX_LINE.replace("False", "True"), THREATFOX),
}
OWN_SUFFIX = {
    "native": by_line("{},suffix\n", "name,match\n"),
    "suricata": lambda names: base64_lines("." + n for n in names),
}
OWN_BELOW = {
    "adblock": by_line("||*.{}^\n"),
    "dnsmasq": by_line("address=/*.{}/0.0.0.0\n"),
    "native": by_line("{},below\n", "name,match\n"),
    "rpz": by_line("*.{} CNAME .\n", RPZ),
}
# And what a format does where nobody says anything.
DEFAULTS = {
    "exact": ("hosts", "rpz", "stix", "suricata", "threatfox", "urlhaus",
              "zeek"),
    "suffix": ("adblock", "bind", "dnscrypt", "dnsmasq", "maltrail", "misp",
               "native", "plain", "unbound"),
}


# --- what is to be found ------------------------------------------------------

def parents(name):
    while name:
        yield name
        name = name.partition(".")[2]


def queries_for(names):
    """Names that are listed, below, beside and above those that are."""
    found = []
    for n in sorted(names):
        found += [n, "www." + n, "a.b." + n, "not" + n, n + ".example.org",
                  n.partition(".")[2], n.upper()]
    return [n for n in found if n and len(n) < 250 and all(
        0 < len(label) < 64 for label in n.split("."))]


def expected(names, queries, mode):
    """(query, entry) of each hit."""
    hits = Counter()
    for q in queries:
        low = q.lower()
        if mode == "exact":
            entry = low if low in names else None
        else:
            above = parents(low)
            if mode == "below":
                next(above)
            entry = next((p for p in above if p in names), None)
        if entry is not None:
            hits[low, entry] += 1
    return hits


@pytest.fixture
def hits(folder, run):
    """hits(text or path, queries, ",match=exact"): what the logreader finds,
    and what it took the list for."""
    conf = folder / "conf"
    conf.write_text("coalesce = 0\n")
    written = {}

    def look(content, queries, options, mode):
        path = content
        if isinstance(content, str):
            path = folder / "bad"
            path.write_text(content)
        if written.get("queries") is not queries:
            with open(folder / "log", "w") as log:
                log.writelines(LINE.format(s=i // 1000 % 60, ms=i % 1000,
                                           port=1024 + i % 60000, name=q)
                               for i, q in enumerate(queries))
            written["queries"] = queries
        options = ["-c", conf, "-b", f"{path},label=it{options}"]
        done = run("logreader", *options, "-o", "-", folder / "log", check=0)
        found = Counter()
        for row in done.stdout.splitlines():
            hit = json.loads(row)
            assert hit["list"] == "it"
            assert hit["match"] == mode.replace("below", "suffix")
            found[hit["qname"].lower(), hit["entry"]] += 1
        assert f"queries: {len(queries)} total" in done.stderr
        said = run("logreader", "-n", *options, check=0).stderr
        return found, re.search(r"list .*: (\w+) format", said)[1]
    return look


def file_of(name):
    path = BAD / name
    if not path.exists():
        pytest.skip(f"no {name} beside the checkout")
    return path


def plain_names(path):
    """The names of a plain list, without its addresses."""
    lines = path.read_text(encoding="ascii").splitlines()
    return {n for n in (line.strip().lower() for line in lines)
            if n and not n.startswith("#")
            and not n.replace(".", "").isdigit()}


def same_in_all(files, source, hits):
    is_suffix = public_suffixes.read()
    if is_suffix is None:
        pytest.skip(f"no {public_suffixes.PATH}")
    names = plain_names(file_of(source))
    queries = queries_for(names)
    usable = {"exact": names,
              "suffix": {n for n in names if not is_suffix(n)}}
    assert len(names) > 1000
    for mode in ("exact", "suffix"):
        wanted = expected(usable[mode], queries, mode)
        for kind, name in files.items():
            found, form = hits(file_of(name), queries, f",match={mode}",
                               mode)
            assert form == kind.split()[0]
            assert found == wanted, (kind, mode)


def test_published_list_of_one_day_in_eight_formats(hits):
    same_in_all({kind: f"urlhaus-filter-{name}" for kind, name in
                 URLHAUS.items()},
                f"urlhaus-filter-{URLHAUS['plain']}", hits)


def test_published_list_in_four_formats(hits):
    same_in_all(RANSOMWARE, RANSOMWARE["plain"], hits)


@pytest.mark.parametrize("mode", ["exact", "suffix"])
def test_names_in_every_format(mode, hits):
    """With match= where no entry says anything itself; the format is told by
    the content."""
    queries = queries_for(NAMES)
    wanted = expected(set(NAMES), queries, mode)
    assert len(wanted) >= len(NAMES)
    for kind, write in WRITERS.items():
        found, form = hits(write(NAMES), queries, f",match={mode}", mode)
        assert form == kind
        assert found == wanted, kind


@pytest.mark.parametrize("mode", ["exact", "suffix"])
def test_modes_that_formats_have_of_their_own(mode, hits):
    queries = queries_for(NAMES)
    wanted = expected(set(NAMES), queries, mode)
    assert sorted(WRITERS) == sorted(DEFAULTS["exact"] + DEFAULTS["suffix"])
    for kind in DEFAULTS[mode]:
        assert hits(WRITERS[kind](NAMES), queries, "", mode)[0] == wanted, kind


@pytest.mark.parametrize("writers, mode, other", [
    (OWN_EXACT, "exact", "suffix"), (OWN_SUFFIX, "suffix", "exact"),
    (OWN_BELOW, "below", "exact"), (OWN_BELOW, "below", "suffix")])
def test_entries_that_say_how_they_match(writers, mode, other, hits):
    queries = queries_for(NAMES)
    wanted = expected(set(NAMES), queries, mode)
    for kind, write in writers.items():
        found, form = hits(write(NAMES), queries, f",match={other}", mode)
        assert form == kind.split(",")[0]
        assert found == wanted, kind


def test_misp_says_it_by_types(hits):
    """A hostname is meant alone, a domain with all below; match= is for
    both, since the type is no more than a hint."""
    queries = queries_for(NAMES)
    for options, mode in (("", "exact"), (",match=suffix", "suffix")):
        found, _ = hits(misp(NAMES, "hostname"), queries, options, mode)
        assert found == expected(set(NAMES), queries, mode)
