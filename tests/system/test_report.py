"""--report: the figures are those of an independent count: awk and Python over
the real samples, exactly; and over more different names and clients than are
kept, within what the report promises."""

import collections
import html.parser
import json
import pathlib
import random
import signal
import subprocess

import dns.name
import dns.rdataclass
import dns.rdatatype
import pytest

from programs import Running, counters

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = ROOT.parent / "shared/data"
SUFFIXES = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")

# Client, name, class, type, hour and response code of each query or response
# that BIND 9 has logged, from the words of the line.
AWK = r"""
match($0, / (query|response): /) {
	kind = substr($0, RSTART + 1, RLENGTH - 3)
	split(substr($0, RSTART + RLENGTH), word, " ")
	match($0, /client (@0x[0-9a-f]+ )?[0-9a-fA-F.:]+#/)
	client = substr($0, RSTART + 7, RLENGTH - 8)
	sub(/^@0x[0-9a-f]+ /, "", client)
	print kind, client, word[1], word[2], word[3], substr($0, 1, 14), \
	    kind == "response" ? word[4] : "-"
}
"""

BIND9 = sorted(
    path for path in SAMPLES.glob("querylogs/bind-9.*-file_*.log")
    if "nonquery" not in path.name and "partial" not in path.name)
CAPTURES = ("graphtunnel__tunnel-iodine-cname", "compactor__nsd-live.raw",
            "ndpi__weibo", "graphtunnel__normal-normal_00003_20230805162300")


@pytest.fixture
def report(run):
    """The figures of --report=json, and those of its tables as counters."""
    def function(program, *args):
        made = run(program, "--report=json", "--top", "65536", *args, check=0)
        figures = json.loads(made.stdout)
        for key, label in (("clients", "client"), ("names", "name"),
                           ("domains", "domain"), ("servers", "server"),
                           ("types", "type"), ("classes", "class"),
                           ("rcodes", "rcode")):
            table = figures[key]
            assert [r["count"] for r in table["top"]] == sorted(
                (r["count"] for r in table["top"]), reverse=True)
            table["counts"] = collections.Counter(
                {r[label]: r["count"] for r in table["top"]})
        return figures
    return function


class Suffixes:
    """The algorithm of publicsuffix.org, over the list itself."""

    def __init__(self):
        lines = (line.split()[0].encode("idna" if line.isascii() else "utf8")
                 for line in SUFFIXES.read_text().splitlines()
                 if line.strip() and not line.startswith("//"))
        self.rules = {line.decode("utf8") for line in lines}

    def registered(self, name):
        """The domain of a name as -a prints it, or None."""
        labels = [label.decode("latin1").lower()
                  for label in dns.name.from_text(name).labels[:-1]]
        size = 1
        for i in range(len(labels)):
            rest = ".".join(labels[i:])
            if "!" + rest in self.rules:
                size = len(labels) - i - 1
                break
            parent = ".".join(["*", *labels[i + 1:]])
            # To libpsl, "*.ck" makes "ck" a suffix, too.
            if self.rules & {rest, parent, "*." + rest}:
                size = max(size, len(labels) - i)
        return labels[-size - 1:] if len(labels) > size else None


def name_key(text):
    return dns.name.from_text(text).canonicalize().to_digestable()


def type_key(text):
    return int(dns.rdatatype.from_text(
        {"RESERVED0": "TYPE0"}.get(text, text)))


def by(counts, key):
    sums = collections.Counter()
    for word, count in counts.items():
        sums[key(word)] += count
    return sums


@pytest.mark.parametrize("log", BIND9, ids=lambda path: path.stem)
def test_figures_equal_those_of_awk(log, report):
    words = [line.split(" ") for line in subprocess.run(
        ["awk", AWK, log], capture_output=True, text=True, check=True,
        env={"LC_ALL": "C"}, errors="surrogateescape").stdout.splitlines()]
    queries = [w for w in words if w[0] == "query"]
    responses = [w for w in words if w[0] == "response"]
    figures = report("logreader", log)
    assert words
    assert figures["queries"] == len(queries)
    assert figures["responses"] == len(responses)
    counted = queries or responses
    count = collections.Counter
    assert figures["clients"]["counts"] == count(w[1] for w in counted)
    names = by(count(w[2] for w in counted), name_key)
    assert by(figures["names"]["counts"], name_key) == names
    assert figures["names"]["distinct"] == len(names)
    assert by(figures["types"]["counts"], type_key) == by(
        count(w[4] for w in counted), type_key)
    assert by(figures["classes"]["counts"], dns.rdataclass.from_text) == by(
        count(w[3] for w in counted), dns.rdataclass.from_text)
    assert figures["rcodes"]["counts"] == count(w[-1] for w in responses)
    assert sum(h["count"] for h in figures["hours"]) == len(counted)


def lines_of_all(run, program, *args):
    made = run(program, "-a", *args, check=0)
    return [json.loads(line) for line in made.stdout.splitlines()]


def check_against_all(figures, lines):
    """What -a prints, counted by Python."""
    lines = [q for q in lines if not q.get("duplicate")]
    count = collections.Counter
    queries = [q for q in lines if q["qr"] == "query"]
    counted = queries or lines
    assert counted
    for key, field in (("clients", "client"), ("names", "qname"),
                       ("servers", "server"), ("types", "qtype"),
                       ("classes", "qclass")):
        assert figures[key]["counts"] == count(
            q[field] for q in counted if field in q), key
        assert figures[key]["distinct"] == len(figures[key]["counts"])
    assert figures["rcodes"]["counts"] == count(
        q["rcode"] for q in lines if "rcode" in q)
    hours = collections.defaultdict(list)
    for q in counted:
        hours[q["first"][:13]].append(q)
    assert [(h["hour"][:13], h["count"]) for h in figures["hours"]] == [
        (hour, len(found)) for hour, found in sorted(hours.items())]
    for h in figures["hours"]:
        found = hours[h["hour"][:13]]
        for key, field in (("clients", "client"), ("names", "qname")):
            exact = len({q[field] for q in found if field in q})
            assert abs(h[key] - exact) <= (0 if h["exact"] else .03 * exact)
    if SUFFIXES.exists():
        suffixes = Suffixes()
        domains = count(suffixes.registered(q["qname"]) and tuple(
            suffixes.registered(q["qname"])) for q in counted if "qname" in q)
        del domains[None]
        assert by(figures["domains"]["counts"], lambda domain: tuple(
            label.decode("latin1").lower()
            for label in dns.name.from_text(domain).labels[:-1])) == domains


@pytest.mark.parametrize("name", CAPTURES)
def test_figures_of_captures_equal_those_of_all_lines(name, run, report):
    found = sorted(SAMPLES.glob(f"pcaps/{name}.*"))
    if not found:
        pytest.skip("no such capture here")
    check_against_all(report("sensor", "-r", found[0]),
                      lines_of_all(run, "sensor", "-r", found[0]))


def test_workers_share_one_report(run, report):
    found = [path for name in CAPTURES
             for path in sorted(SAMPLES.glob(f"pcaps/{name}.*"))[:1]]
    if len(found) < 2:
        pytest.skip("no captures here")
    args = [word for path in found for word in ("-r", path)]
    check_against_all(report("sensor", "--workers", "3", *args),
                      lines_of_all(run, "sensor", *args))


LINE = ("23-Nov-2026 {hour:02}:{minute:02}:00.000 queries: info: client "
        "@0x7f {client}#1024 ({name}): query: {name} IN A + (192.0.2.53)\n")


def test_sketches_stay_within_three_percent(folder, report):
    """More names and clients than the tables keep, and as many in an hour as
    are estimated; the frequent ones are told as promised."""
    rng = random.Random(2026)
    log = folder / "query.log"
    names, clients = collections.Counter(), collections.Counter()
    hours = collections.defaultdict(lambda: (set(), set()))
    with open(log, "w") as f:
        for i in range(400_000):
            name = (f"n{int(1.0001 ** rng.randrange(90_000))}.example"
                    if rng.random() < .5 else
                    f"x{rng.getrandbits(32):x}.d{i % 97}.example")
            number = rng.randrange(80_000)
            client = (f"2001:db8::{number // 4096 + 1:x}:{number % 4096 + 1:x}"
                      if rng.random() < .6 else
                      f"10.0.{rng.randrange(4)}.{rng.randrange(250)}")
            hour = i // 100_000
            names[name] += 1
            clients[client] += 1
            hours[hour][0].add(client)
            hours[hour][1].add(name)
            f.write(LINE.format(hour=hour, minute=i // 2000 % 60,
                                client=client, name=name))
    log.chmod(0o644)
    figures = report("logreader", log)
    assert figures["queries"] == 400_000
    for key, exact in (("names", names), ("clients", clients)):
        table = figures[key]
        assert not table["exact"]
        assert abs(table["distinct"] / len(exact) - 1) < .03
        for row in table["top"]:
            true = exact[row[key[:-1]]]
            assert row["count"] <= true <= row["count"] + row["missed"]
        floor = max(row["missed"] for row in table["top"])
        assert floor <= 2 * 400_000 / 65536 + 1
        shown = table["counts"]
        assert all(name in shown for name, count in exact.items()
                   if count > floor)
        # The first twenty are those of a full count.
        assert sorted(row["count"] for row in table["top"][:20]) == sorted(
            count for _, count in exact.most_common(20))
    assert len(figures["hours"]) == 4
    for h in figures["hours"]:
        seen = hours[int(h["hour"][11:13])]
        assert not h["exact"]
        assert abs(h["clients"] / len(seen[0]) - 1) < .03
        assert abs(h["names"] / len(seen[1]) - 1) < .03


class Page(html.parser.HTMLParser):
    """Every element that is opened is closed, in order; nothing is loaded."""
    VOID = {"meta", "!doctype"}

    def __init__(self):
        super().__init__()
        self.open, self.text, self.kinds = [], [], collections.Counter()

    def handle_starttag(self, tag, attributes):
        assert tag not in ("script", "link", "img", "iframe", "object")
        for key, value in attributes:
            assert not key.startswith("on") and key not in ("src", "href")
        self.kinds[tag] += 1
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.kinds[tag] += 1

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)


def test_the_page_is_well_formed_whatever_is_asked_for(folder, run):
    log = folder / "query.log"
    hostile = (r'<script>alert\(1\)</script>.example', r'"\'><svg/onload=x>.x',
               r'&lt;b&gt;.example', r'</table>.example', r'\027[31m.example')
    with open(log, "w") as f:
        for i in range(300):
            f.write(LINE.format(hour=i % 20, minute=0, client="192.0.2.1",
                                name=hostile[i % len(hostile)]))
    log.chmod(0o644)
    made = run("logreader", "--report=html", log, check=0)
    page = Page()
    page.feed(made.stdout)
    page.close()
    assert page.open == []
    assert page.kinds["section"] > 6 and page.kinds["svg"] > 10
    text = "".join(page.text)
    assert "<script>alert(1)</script>.example" in text
    assert "&lt;b&gt;.example" in text
    assert "http" not in made.stdout.replace("http-equiv", "")
    assert "url(" not in made.stdout and "@import" not in made.stdout


def catches(pid, number):
    """Has the process a handler for that signal?"""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    caught = int(status.split("SigCgt:")[1].split()[0], 16)
    return bool(caught >> (number - 1) & 1)


def test_following_ends_with_a_report(folder, bin_dir):
    log = folder / "query.log"
    log.write_text("".join(
        LINE.format(hour=1, minute=0, client="192.0.2.1",
                    name=f"n{i}.example") for i in range(9)))
    log.chmod(0o644)
    program = Running(bin_dir / "querywatch-logreader", "--report=json", "-f",
                      "--from-start", log)

    def has_read_all():
        if not catches(program.pid, signal.SIGUSR1):
            return False
        program.signal(signal.SIGUSR1)
        return counters(program.stderr).get("lines_total") == 9
    try:
        program.wait_for(has_read_all, 20)
        assert program.stdout == ""
    finally:
        program.stop()
    assert json.loads(program.stdout)["names"]["distinct"] == 9
