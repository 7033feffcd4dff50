"""Lists read again: when they change in whatever way, and on SIGHUP; and what
is not to be read again stays as it was.  Each name is written to the log until
it is a hit, so that each says by which generation it was found."""

import collections
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from scapy.all import DNS, DNSQR, IP, UDP, Ether, raw

import namespaces
import programs
from programs import counters

LINE = ("24-Nov-2026 08:00:{n:02}.000 queries: info: client @0x7f "
        "10.1.1.2#5000 ({name}): query: {name} IN A +E(0)K (10.255.0.53)\n")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


class Site:
    """A logreader that follows a log, with a list of names to play with."""

    def __init__(self, folder, bin_dir):
        self.folder = folder
        self.program = bin_dir / "querywatch-logreader"
        self.log = folder / "query.log"
        self.list = folder / "bad.txt"
        self.conf = folder / "conf"
        self.log.write_text("")
        self.conf.write_text("coalesce = 0\n")
        self.running = None

    def start(self, *args, lists=()):
        words = [word for path in lists or [self.list]
                 for word in ("-b", path)]
        self.running = programs.Running(self.program, *words, "-c", self.conf,
                                        "-f", *args, self.log)
        # What follows it has to be there first.
        self.look_up("known.example", 1)

    def ask(self, *names):
        with self.log.open("a") as f:
            f.writelines(LINE.format(name=name, n=0) for name in names)

    def hits(self):
        return [(h["qname"], h["generation"]) for h in self.running.rows]

    def look_up(self, name, generation):
        """Ask for it until that generation finds it."""
        def found():
            self.ask(name)
            return (name, generation) in self.hits()
        assert self.running.wait_for(found, 20), self.running.stderr

    def said(self, *words):
        assert self.running.wait_for(
            lambda: all(w in self.running.stderr for w in words), 20), \
            self.running.stderr

    def hup(self):
        self.running.signal(signal.SIGHUP)

    def counts(self):
        said = counters(self.running.stop())
        return [said.get(f"lists_{name}")
                for name in ("generation", "reloads", "refused")]


def names(*words):
    return "".join(f"{word}.example\n" for word in words)


@pytest.fixture
def site(folder, bin_dir):
    made = Site(folder, bin_dir)
    made.list.write_text(names("known"))
    yield made
    if made.running:
        made.running.kill9()


# --- how a list changes -------------------------------------------------------

def test_signal(site):
    """At once, and also if nothing has changed."""
    site.start()
    site.list.write_text(names("known", "new"))
    site.hup()
    site.look_up("new.example", 2)
    site.hup()
    site.look_up("new.example", 3)
    assert site.counts() == [3, 2, 0]


def test_replaced_by_rename(site):
    site.start()
    other = site.folder / "other"
    other.write_text(names("new"))
    other.rename(site.list)
    site.look_up("new.example", 2)
    # Nobody asks for it any more.
    site.ask("known.example")
    site.look_up("new.example", 2)
    assert ("known.example", 2) not in site.hits()
    assert site.counts() == [2, 1, 0]


def test_netblocks(site):
    """A file of excluded clients, which the one who asks comes to, and
    leaves."""
    excluded = site.folder / "resolvers"
    excluded.write_text("10.9.0.0/16\n")
    with site.conf.open("a") as f:
        f.write(f'excluded = {{ "file:{excluded}" }}\n')
    site.start()
    excluded.write_text("10.1.1.2\n")
    site.said("generation 2")
    site.ask("known.example")
    excluded.write_text("10.9.0.0/16\n")
    site.look_up("known.example", 3)
    assert ("known.example", 2) not in site.hits()
    assert site.counts() == [3, 2, 0]


def test_written(site):
    """Bit by bit: it is read when the writer has done."""
    site.start()
    with site.list.open("w") as f:
        for i in range(8):
            f.write(names(f"n{i}"))
            f.flush()
            time.sleep(0.25 if i != 4 else 2)
    site.look_up("n7.example", 2)
    assert site.counts() == [2, 1, 0]


def test_link_that_leads_elsewhere(site):
    """As Kubernetes and the like replace whole folders."""
    for version, words in (("one", ["known"]), ("two", ["new"])):
        (site.folder / version).mkdir()
        (site.folder / version / "bad.txt").write_text(names(*words))
    current, next_one = site.folder / "current", site.folder / "next"
    current.symlink_to("one")
    site.start(lists=[current / "bad.txt"])
    next_one.symlink_to("two")
    next_one.rename(current)
    site.look_up("new.example", 2)
    assert site.counts() == [2, 1, 0]


# --- lists that are of no use -------------------------------------------------

@pytest.mark.parametrize("broken", ["", "###\n", "\0\1\2 not a name\n" * 99],
                         ids=["empty", "comments", "rubbish"])
def test_broken(site, broken):
    """Nothing changes but a counter and a line, also in the other list."""
    other = site.folder / "other.txt"
    other.write_text(names("other"))
    site.start(lists=[site.list, other])
    other.write_text(names("other", "more"))
    site.list.write_text(broken)
    site.said("kept the former ones, generation 1")
    site.ask("more.example")
    site.look_up("other.example", 1)
    site.look_up("known.example", 1)
    assert "more.example" not in [name for name, _ in site.hits()]
    # It is looked at again when it changes, and only then.
    time.sleep(2.5)
    assert site.running.stderr.count("kept the former") == 1
    site.list.write_text(names("known", "new"))
    site.look_up("new.example", 2)
    site.look_up("more.example", 2)
    assert site.counts() == [2, 1, 1]


def test_deleted(site):
    site.start()
    site.list.unlink()
    site.said("cannot be read again: No such file", "kept the former ones")
    site.look_up("known.example", 1)
    site.hup()
    site.running.wait_for(
        lambda: site.running.stderr.count("kept the former") == 2, 20)
    site.list.write_text(names("known", "new"))
    site.look_up("new.example", 2)
    assert site.counts() == [2, 1, 2]


def test_no_file_any_more(site):
    """A folder, or a pipe that nobody writes to, for which it would wait."""
    site.start()
    for make in (site.list.mkdir, lambda: os.mkfifo(site.list)):
        shutil.rmtree(site.list) if site.list.is_dir() else site.list.unlink()
        before = site.running.stderr.count("kept the former")
        make()
        site.hup()
        assert site.running.wait_for(lambda: site.running.stderr.count(
            "kept the former") > before, 20), site.running.stderr
    site.look_up("known.example", 1)
    site.running.stop()


@needs_root
def test_not_ours_to_read(site, bin_dir, network):
    """What only root may read can't be read again: said at the start, and
    when it is tried."""
    site.list.chmod(0o600)
    running = namespaces.start_sensor(network, bin_dir / "querywatch-sensor",
                                      "right", "-b", site.list)
    try:
        assert running.wait_for(
            lambda: "changes to it will not be taken over: Permission denied"
            in running.stderr, 20), running.stderr
        running.signal(signal.SIGHUP)
        assert running.wait_for(
            lambda: "cannot be read again: Permission denied"
            in running.stderr, 20), running.stderr
        assert counters(running.stop())["lists_refused"] == 1
    finally:
        running.kill9()


# --- what stays ----------------------------------------------------------------

def test_a_pipe_is_read_once(site):
    """Its names stay, while another list is read again."""
    read, write = os.pipe()
    os.write(write, names("known", "piped").encode())
    os.close(write)
    command = [site.program, "-b", f"/dev/fd/{read}", "-b", site.list,
               "-c", site.conf, "-f", site.log]
    site.running = spawn_with(read, command)
    site.look_up("piped.example", 1)
    site.list.write_text(names("new"))
    site.hup()
    site.look_up("new.example", 2)
    site.look_up("piped.example", 2)
    site.said(f"list /dev/fd/{read} was read once, and stays as it was")
    assert site.counts() == [2, 1, 0]


def spawn_with(fd, command):
    """A Running that has inherited ${fd}, which is closed here."""
    real = subprocess.Popen

    def popen(*args, **more):
        return real(*args, pass_fds=[fd], **more)
    subprocess.Popen = popen
    try:
        return programs.Running(*command)
    finally:
        subprocess.Popen = real
        os.close(fd)


def test_not_with_a(site):
    site.running = programs.Running(site.program, "-a", "-f", site.log)

    def printed():
        site.ask("x.example")
        return site.running.rows
    assert site.running.wait_for(printed, 20)
    site.hup()
    before = len(site.running.rows)
    assert site.running.wait_for(
        lambda: printed() and len(site.running.rows) > before, 20)
    assert "lists" not in site.running.stop()


# --- counts ---------------------------------------------------------------------

def test_positions(site, folder):
    """A window that was open at a reload is not made anew, by other rules,
    after a crash: each line counts once."""
    (folder / "state").mkdir()
    (folder / "state").chmod(0o777)
    state = "--state", folder / "state/positions"
    site.conf.write_text("coalesce = 3600\n")
    site.list.write_text(names("known", "old"))
    site.log.write_text("")

    def start():
        site.running = programs.Running(
            site.program, "-b", site.list, "-c", site.conf, "-f",
            "--from-start", *state, site.log)

    def total():
        counted = collections.Counter()
        for h in rows + site.running.rows:
            counted[h["qname"], h["generation"]] += h["n"]
        return counted
    rows = []
    start()
    site.ask(*["old.example"] * 5, *["known.example"] * 3)
    assert site.running.wait_for(
        lambda: ("known.example", 1) in site.hits(), 20)
    site.list.write_text(names("known", "new"))
    site.hup()
    # The window ends with the reload.
    assert site.running.wait_for(
        lambda: total() == {("old.example", 1): 5, ("known.example", 1): 3},
        20), total()
    site.ask(*["new.example"] * 4, "old.example")
    assert site.running.wait_for(
        lambda: ("new.example", 2) in site.hits(), 20)
    assert site.running.wait_for(
        lambda: (folder / "state/positions").stat().st_mtime
        > time.time() - 1, 20)
    time.sleep(1.5)
    site.running.kill9()
    rows += site.running.rows
    start()
    site.ask("known.example")
    assert site.running.wait_for(
        lambda: ("known.example", 1) in site.hits(), 20)
    site.running.stop()
    merged = collections.Counter()
    for (name, _), n in total().items():
        merged[name] += n
    assert merged == {"old.example": 5, "new.example": 4,
                      "known.example": 4}


# --- under load -------------------------------------------------------------------

# Sends the frames of a file, again and again until SIGTERM, so many a second;
# prints how often it has sent them all.
LOAD = """
import signal, socket, sys, time
stopping = []
signal.signal(signal.SIGTERM, lambda *_: stopping.append(1))
s = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
s.bind((sys.argv[1], 0))
frames = [bytes.fromhex(line) for line in open(sys.argv[2])]
rate = float(sys.argv[3])
begun, rounds = time.monotonic(), 0
print("sending", flush=True)
while not stopping:
    if rounds * len(frames) > (time.monotonic() - begun) * rate:
        time.sleep(0.001)
        continue
    for frame in frames:
        s.send(frame)
    rounds += 1
print(rounds, flush=True)
"""
CLIENTS = 20
FILLER = 40000
RELOADS = 12


def question(client, id, name):
    return raw(Ether(src="02:00:00:00:00:01", dst="02:00:00:00:00:02")
               / IP(src=f"192.0.2.{client}", dst="198.51.100.53")
               / UDP(sport=20000 + id, dport=53)
               / DNS(id=id, rd=1, qd=DNSQR(qname=name)))


@needs_root
@pytest.mark.parametrize("workers", [1, 2])
def test_under_load(network, folder, bin_dir, workers):
    """Reloads twice a second: no frame is dropped, what is on all lists is
    always a hit, and what is on every second one is when it says it was."""
    rate = 8000
    path, conf, frames = (folder / n for n in ("bad.txt", "conf", "frames"))
    filler = "".join(f"f{i}.filler{i % 977}.example\n" for i in range(FILLER))

    def put_list(generation):
        other = folder / "next"
        other.write_text(filler + names("both", ("even", "odd")[generation % 2]))
        other.rename(path)
    put_list(1)
    conf.write_text("coalesce = 0\nduplicates = 0\nring = 128\n")
    asked = [f"www.{word}.example" for word in ("both", "odd", "even")] + \
        [f"n{i}.good{i}.example" for i in range(17)]
    with frames.open("w") as f:
        f.writelines(question(client, id, name).hex() + "\n"
                     for client in range(1, CLIENTS + 1)
                     for id, name in enumerate(asked))
    running = namespaces.start_sensor(
        network, bin_dir / "querywatch-sensor", "right", "--workers", workers,
        "-c", conf, "-b", path)
    load = None
    try:
        load = network.spawn(sys.executable, "-c", LOAD, "left", frames,
                             rate)
        assert load.wait_for(lambda: "sending" in load.stdout, 20)
        generation, broken = 1, 0
        while generation < RELOADS:
            if generation == 4 and not broken:
                broken = 1
                path.write_text("# nothing\n")
                words = "kept the former ones, generation 4\n"
            else:
                generation += 1
                put_list(generation)
                words = f"lists: generation {generation}: "
            running.signal(signal.SIGHUP)
            assert running.wait_for(lambda: words in running.stderr, 20), \
                running.stderr
            time.sleep(0.4)
        load.stop()
        rounds = int(load.stdout.split()[-1])
        sent = rounds * CLIENTS * len(asked)

        def seen():
            running.signal(signal.SIGUSR1)
            return counters(running.stderr).get("dns_queries") == sent
        running.wait_for(seen, 20)
        said = counters(running.stop())
    finally:
        running.kill9()
        if load is not None:
            load.kill9()
    assert said["kernel_ring_drops"] == 0
    assert said["dns_queries"] == sent
    assert said["lists_generation"] == generation
    assert said["lists_refused"] == broken == 1
    hits = collections.Counter()
    for row in running.stdout.splitlines():
        h = json.loads(row)
        assert h["n"] == 1
        hits[h["qname"], h["generation"]] += 1
    by_name = collections.Counter()
    for (name, number), n in hits.items():
        by_name[name] += n
        # That of a generation is on its list.
        assert name == "www.both.example" or \
            name == f"www.{('even', 'odd')[number % 2]}.example", (name, number)
    assert by_name["www.both.example"] == rounds * CLIENTS
    # Of the other two, at each time one.
    assert abs(by_name["www.odd.example"] + by_name["www.even.example"]
               - rounds * CLIENTS) <= 2 * generation * workers
    assert {number for _, number in hits} >= set(range(2, RELOADS))
