"""Real logs of servers other than BIND, read twice: by querywatch-logreader,
and by patterns that were made from what those servers print rather than from
our code."""

import datetime
import ipaddress
import json
import pathlib
import re

import pytest

from programs import counters, run_program

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared/data/querylogs"

CLIENT = r"(?P<client>[0-9a-f.:]+)"
PEER = r"(?:(?P<client>[0-9.]+)|\[(?P<client6>[0-9a-f:]+)\]):(?P<port>\d+)"
NAME = r"(?P<name>(?:[!-\[\]-~]|\\\d{3}|\\[^\d])+?)"
TYPE = r"(?P<qtype>[A-Z0-9-]+)"
STAMP = r"(?P<stamp>[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)"

UNBOUND = (rf"(?:\[(?P<epoch>\d+)\]|{STAMP}) unbound\[\d+:\d+\] "
           rf"(?:info|query|reply): {CLIENT} (?P<name>[\w*?.-]*\.) {TYPE} "
           r"(?P<qclass>[A-Z0-9]+)"
           r"(?P<reply> (?P<rcode>[A-Z]+) \d+\.\d{6} \d+ \d+)?")
DNSMASQ = (rf"{STAMP} dnsmasq\[\d+\]: (?:\d+ [^ /]+/(?P<port>\d+) )?"
           r"(?:query|auth)(?:\[(?P<qtype>[\w=-]+)\])? "
           rf"(?P<raw>[ -~]+) from {CLIENT}")
PLAIN = (rf"{STAMP} \d+ \[\d+/\d+\] (?P<tcp>TCP )?question for "
         rf"'{NAME}\|{TYPE}' from {PEER}")
STRUCTURED = (rf"{STAMP} msg=\"(?:Question|(?P<reply>Answer)|Question answered "
              r"from packet cache)\" .* ts=\"(?P<epoch>[\d.]+)\" .*"
              r"proto=\"(?P<proto>\w+)\" "
              r"qname=\"(?P<quoted>(?:[^\"\\]|\\.)+)\" "
              rf"qtype=\"{TYPE}\" (?:rcode=\"(?P<code>-?\d+)\" rd=\"\d\" )?"
              rf"remote=\"{PEER}\".*")
DNSDIST = (rf"(?:\[(?P<seconds>\d+)\.(?P<nanos>\d+)\] )?Packet from {PEER} "
           rf"for {NAME} {TYPE} with id \d+")

SERVERS = {"unbound": UNBOUND, "dnsmasq": DNSMASQ,
           "pdns-recursor": f"{PLAIN}|{STRUCTURED}", "dnsdist": DNSDIST}
RCODES = {"0": "NOERROR", "1": "FORMERR", "2": "SERVFAIL", "3": "NXDOMAIN",
          "5": "REFUSED"}
ZONE = datetime.timezone.utc


def labels(text, escaped):
    """A printed name as its labels, in lower case."""
    if text == ".":
        return ()
    found = [b""]
    for token in re.findall(r"\\\d{3}|\\.|." if escaped else r".", text):
        if token == ".":
            found.append(b"")
        elif escaped and len(token) == 4:
            found[-1] += bytes([int(token[1:])])
        else:
            found[-1] += token[-1].encode()
    if found[-1] == b"":
        found.pop()
    return tuple(label.lower() for label in found)


def time_of(g):
    """How the time ends, since a stamp has no year; "": the line has none."""
    def iso(seconds, micros):
        return f"{datetime.datetime.fromtimestamp(seconds, ZONE):%FT%T}." \
               f"{micros:06}Z"
    if g.get("epoch"):
        seconds, _, fraction = g["epoch"].partition(".")
        return iso(int(seconds), int((fraction + "000000")[:6]))
    if g.get("seconds"):
        return iso(int(g["seconds"]), int(g["nanos"]) // 1000)
    if g.get("stamp"):
        then = datetime.datetime.strptime(f"2000 {g['stamp']}",
                                          "%Y %b %d %H:%M:%S")
        return f"{then:-%m-%dT%T}.000000Z"
    return ""


def transport_of(server, g):
    if server != "pdns-recursor":
        return None
    return g["proto"] or ("tcp" if g["tcp"] else "udp")


def name_of(g):
    if g.get("raw") is not None:
        return labels(g["raw"], False)
    if g.get("quoted") is not None:
        return labels(re.sub(r"\\(.)", r"\1", g["quoted"]), True)
    return labels(g["name"], True)


def read_again(server, path):
    """All that the lines about queries and responses say, in their order."""
    pattern = re.sub(r"\(\?P<(\w+)>", lambda m, seen=set(): m[0]
                     if m[1] not in seen and not seen.add(m[1])
                     else f"(?P<{m[1]}_>", SERVERS[server])
    # A group that occurs twice, in two alternatives, is renamed.
    for line in path.read_bytes().decode("latin-1").split("\n")[:-1]:
        m = re.fullmatch(pattern, line)
        if m is None or m.groupdict().get("raw") == "<name unprintable>":
            continue
        g = m.groupdict()
        for key in [key for key in g if key.endswith("_")]:
            g[key[:-1]] = g[key[:-1]] or g[key]
        rcode = g.get("rcode") or RCODES.get(g.get("code"))
        yield {
            "qr": "response" if g.get("reply") else "query",
            "client": str(ipaddress.ip_address(g["client"]
                                               or g.get("client6"))),
            "client_port": int(g["port"]) if g.get("port") else None,
            "transport": transport_of(server, g), "server": None,
            "flags": None, "qname": name_of(g), "qtype": g["qtype"],
            "qclass": g.get("qclass"), "rcode": rcode, "time": time_of(g),
        }


def read_ours(logreader, *args):
    """What -a prints of the same, and the counters."""
    done = run_program(logreader, "-a", *args, check=0)
    rows = []
    for row in map(json.loads, done.stdout.splitlines()):
        assert row["first"] == row["last"]
        rows.append({key: row.get(key) for key in (
            "qr", "client", "client_port", "transport", "server", "flags",
            "qtype", "qclass", "rcode")}
            | {"qname": labels(row["qname"], True), "time": row["first"]})
    return rows, counters(done.stderr)


def samples():
    return [(server, path) for server in SERVERS
            for path in sorted(SAMPLES.glob(f"{server}-*.log"))]


def everything():
    """All logs of all servers there are, as text."""
    return sorted(SAMPLES.glob("*.log")) + sorted(
        (SAMPLES.parent / "logs").glob("*.log"))


@pytest.fixture
def logreader(bin_dir):
    return bin_dir / "querywatch-logreader"


@pytest.mark.skipif(not samples(), reason="no sample logs here")
@pytest.mark.parametrize("server,path", samples(),
                         ids=lambda p: getattr(p, "stem", p))
def test_samples(logreader, server, path):
    wanted = list(read_again(server, path))
    assert len(wanted) > 50
    for args in ((path,), ("-F", server, path)):
        got, counted = read_ours(logreader, *args)
        for mine, theirs in zip(got, wanted):
            assert mine.pop("time").endswith(theirs["time"])
            assert mine == {key: theirs[key] for key in mine}
        assert len(got) == len(wanted)
        broken = sum(n for key, n in counted.items() if key[:7] == "broken_")
        assert counted["lines_total"] == len(wanted) + broken + counted.get(
            "lines_other", 0)


@pytest.mark.skipif(not samples(), reason="no sample logs here")
@pytest.mark.parametrize("server", SERVERS)
def test_no_line_of_another_server(logreader, server):
    others = [path for path in everything()
              if not path.name.startswith(server + "-")]
    assert read_ours(logreader, "-F", server, *others)[0] == []


@pytest.mark.skipif(not samples(), reason="no sample logs here")
@pytest.mark.parametrize("bind", ("bind8", "bind9"))
def test_bind_takes_none_of_theirs(logreader, bind):
    logs = [path for _, path in samples()]
    assert read_ours(logreader, "-F", bind, *logs)[0] == []
