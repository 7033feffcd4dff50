"""A site in which everything breaks: front ends, consumers and a Redis that
are ended and started again, over a network and a disk that fail, while a known
set of hits flows.

    near: logreader, sensor, consumers ---- veth ---- :far: Redis
    near: the frames' sender "left" ---- "right" the sensor

What may break stands in faults.py.  test_chaos.py says what has to be true in
the end.  To be used by root only; nothing of it is seen outside.
"""

import collections
import ctypes
import json
import os
import pathlib
import socket
import subprocess
import threading
import time

import redis

import programs
import servers
from captures import message, udp4
from lab import Lab
from namespaces import Namespace, Space, captures, status_of

QUEUE = 4096		# hits that wait in a front end's memory
SPOOL = 8		# MiB that the sensor's spool may take, of a disk of
DISK = 6		# MiB only: it fills before the spool does
RATE = int(os.environ.get("QW_CHAOS_RATE", "200"))	# of each source
LOG, SENSOR = "chaos-log", "chaos-sensor"

# What may be lost when the sensor is killed, in queries: the 128 hits of the
# call that is under way, and behind it those that wait before they are moved to
# the spool, 1024.  What is in the kernel's ring is among them.
FLUSH = 128 + 1024

LINE = ("{at} queries: info: client @0x7f {client}#{port} ({name}): "
        "query: {name} IN A +E(0)K (10.255.0.53)\n")


def question(i, letter):
    """The ${i}th query of a source: (client, name).  Half of the names are
    asked for once, some again and again, also by the other source; the rest is
    on no list."""
    client = f"10.7.{i // 250 % 200}.{i % 250}"
    if i % 10 < 5:
        return client, f"{letter}{i}.bad.example"
    if i % 10 < 8:
        return f"10.7.250.{i % 5}", f"again{i % 7}.bad.example"
    return client, f"{letter}{i}.good.example"


def is_hit(name):
    return name.endswith("bad.example")


# --- what flows --------------------------------------------------------------

class Source(threading.Thread):
    """Something that makes queries, RATE a second, until .over is set."""

    def __init__(self, rng):
        super().__init__()
        self.rng, self.over, self.trouble = rng, threading.Event(), None
        self.begun = self.done = 0	# queries; those below .done are made

    def run(self):
        started = time.monotonic()
        try:
            while not self.over.wait(0.02):
                due = int((time.monotonic() - started) * RATE) - self.done
                # One that was held up need not catch up at once.
                self.make(min(due, RATE // 4))
        except Exception as e:	# the test tells
            self.trouble = e

    def finish(self):
        self.over.set()
        if self.ident is not None:
            self.join()
        assert self.trouble is None, self.trouble


class Log(Source):
    """A query log that is rotated now and then.  .truth is what is in it:
    hits by (client, name)."""

    def __init__(self, folder, rng):
        super().__init__(rng)
        folder.mkdir()
        self.path = folder / "query.log"
        self.path.touch()
        self.truth = collections.Counter()
        self.rotations, self.next = 0, 0.0

    def make(self, count):
        if time.monotonic() > self.next:
            self.rotate()
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())
        with self.path.open("a") as log:
            for _ in range(count):
                client, name = question(self.done, "l")
                log.write(LINE.format(at=at, client=client, name=name,
                                      port=1024 + self.done % 60000))
                if is_hit(name):
                    self.truth[client, name] += 1
                self.done += 1

    def rotate(self):
        """As named does with "suffix increment" and many versions: the one
        before is the .0."""
        self.next = time.monotonic() + self.rng.uniform(0.5, 3)
        olds = sorted((int(old.suffix[1:]), old)
                      for old in self.path.parent.glob("query.log.*"))
        for number, old in reversed(olds):
            if number < 100:	# longer than any outage
                old.rename(old.with_suffix(f".{number + 1}"))
            else:
                old.unlink()
        self.path.rename(self.path.with_suffix(".log.0"))
        self.path.touch()
        self.rotations += 1


class Frames(Source):
    """Queries on a wire, each in a frame."""

    def __init__(self, space, interface, rng):
        super().__init__(rng)
        self.socket = socket_in(space)
        self.socket.bind((interface, 0))

    def make(self, count):
        for _ in range(count):
            i = self.begun
            self.begun += 1
            client, name = question(i, "s")
            self.socket.send(b"\2" + b"\0" * 11 + b"\x08\0" + udp4(
                client, message(name, id=i), port=1024 + i % 60000))
            self.done += 1


def socket_in(space):
    """A packet socket in that namespace, for us who are not in it."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(there):
        if libc.setns(there.fileno(), 0x40000000) != 0:	# CLONE_NEWNET
            raise OSError(ctypes.get_errno(), "setns")

    with open("/proc/thread-self/ns/net") as home, \
            open(f"/run/netns/{space.name}") as there:
        enter(there)
        try:
            return socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        finally:
            enter(home)


# --- who is kept running -----------------------------------------------------

class Kept:
    """A program that is started again whenever it has ended, as a service is,
    unless a fault holds it .down."""

    def __init__(self, space, path, *args):
        self.space, self.path, self.args = space, path, args
        self.name = pathlib.Path(path).name
        self.running, self.down = None, False
        self.starts, self.kills, self.said = 0, 0, []

    def keep(self):
        if self.down or (self.running and self.running.alive()):
            return
        if self.running:
            self.ended()
        self.start()

    def start(self):
        self.running = self.space.spawn(self.path, *self.args)
        self.starts += 1

    def ended(self):
        """It has: that must have been by SIGKILL, or since Redis was away
        when it started, or in order."""
        text, status = self.running.stderr, self.running.process.wait()
        self.running = None
        self.said.append(text)
        programs.check_reports(self.name, text)
        assert status in (-9, 0, 1), f"{self.name}: status {status}\n{text}"

    def kill9(self):
        if self.running:
            self.kills += self.running.alive()
            self.running.kill9()
            self.ended()

    def stop(self):
        """In the end, in order."""
        self.running.stop(status=0)
        self.ended()


# A time that the sensor captured: queries of these numbers, ${up} to
# ${down} - 1, were on the wire; the last ${open} of them may be lost.
Life = collections.namedtuple("Life", "up down open")


class Sensor(Kept):
    """The sensor, and when it was up."""

    def __init__(self, frames, *args):
        super().__init__(*args)
        self.frames, self.lives, self.up = frames, [], None
        self.open = FLUSH	# what the next kill may lose

    def keep(self):
        super().keep()
        if not self.down and self.up is None and self.ready():
            self.up = self.frames.begun

    def ready(self):
        """Does it capture, and has it begun to send?  (That is a thread.)"""
        pid = self.running.pid
        return captures(pid) and status_of(pid)["Threads"] != ["1"]

    def kill9(self):
        self.end_life(self.open)
        super().kill9()

    def stop(self):
        self.end_life(0)
        super().stop()

    def ended(self):
        super().ended()
        assert self.up is None, "the sensor gave up:\n" + self.said[-1]

    def end_life(self, open):
        if self.up is not None:
            self.lives.append(Life(self.up, self.frames.done, open))
        self.up = None


class FarRedis(servers.RedisServer):
    """Redis in a namespace, reached over its network by the programs and by
    its socket by us.  What it has acknowledged is on the disk."""

    def __init__(self, folder, space, address, port=6379, options=()):
        super().__init__(folder, appendonly=True)
        self.space, self.address, self.port = space, address, port
        self.options, self.hangs = options, False
        self.target = f"{address}:{port}"

    def launch(self, command):
        super().launch(self.space.command(
            *command, "--port", self.port, "--bind", self.address,
            "--protected-mode", "no", *self.options))

    def client_of(self, partition):
        return self.client

    def stored(self, partition):
        """Will what we have read there stay?"""
        return True


# --- what arrived ------------------------------------------------------------

class Witness:
    """Reads the streams beside the consumers, as a group of its own: .seen is
    how often each (source, client, name) went by."""

    GROUP = "witness"

    def __init__(self, server, partitions):
        self.server = server
        self.last = ["0-0"] * partitions
        self.seen = collections.Counter()
        for p in range(partitions):
            server.client_of(p).xgroup_create(self.key(p), self.GROUP, "0",
                                              mkstream=True)

    @staticmethod
    def key(p):
        return f"qw:{{{p}}}:hits"

    def look(self):
        """What cannot be read now can be read later."""
        for p in range(len(self.last)):
            try:
                while self.read(p):
                    pass
            except redis.exceptions.RedisError:
                pass

    def read(self, p):
        """Some more of a stream; how much."""
        client = self.server.client_of(p)
        entries = client.xrange(self.key(p), f"({self.last[p]}", count=1000)
        if entries and not self.server.stored(p):
            return 0
        for self.last[p], hit in entries:
            self.seen[hit["source"], hit["client"],
                      hit["qname"]] += int(hit["n"])
        # Now it may be trimmed.
        client.xgroup_setid(self.key(p), self.GROUP, self.last[p])
        return len(entries)

    def idle(self):
        """Have the consumers done all that is in the streams?"""
        for p, last in enumerate(self.last):
            groups = {g["name"]: g for g in
                      self.server.client_of(p).xinfo_groups(self.key(p))}
            theirs = groups["incidents"]
            if theirs["pending"] or theirs["last-delivered-id"] != last:
                return False
        return True


class Records:
    """The incident records: .names is how often each (source, client, name)
    is counted, .wrong what contradicts itself."""

    def __init__(self, server, partitions):
        self.names = collections.Counter()
        self.wrong = []
        for p in range(partitions):
            client, prefix = server.client_of(p), f"qw:{{{p}}}:"
            for id in client.zrange(f"{prefix}incidents", 0, -1):
                self.read(client, prefix, id)
            dead = client.xrange(f"{prefix}hits:dead")
            if dead:
                self.wrong.append(f"{prefix}hits:dead {dead[:3]}")

    def read(self, client, prefix, id):
        key = f"{prefix}incident:{id}"
        incident = client.hgetall(key)
        host = client.hgetall(f"{prefix}host:{incident['host']}")
        hours = client.hgetall(f"{key}:hours")
        sums = collections.Counter()
        for name, text in client.hgetall(f"{key}:names").items():
            for source, count in json.loads(text)["sources"].items():
                self.names[source, incident["host"], name] += count
                sums[source] += count
        for source, count in sums.items():
            told = [int(incident[f"hits:{source}"]),
                    int(host[f"hits:{source}"]),
                    sum(int(n) for hour, n in hours.items()
                        if hour.endswith(":" + source))]
            if told != [count] * 3:
                self.wrong.append(f"{key} of {source}: names {count}, "
                                  f"incident, host, hours {told}")


# --- the whole ---------------------------------------------------------------

class Site:
    """All of it, running; close() removes it.  .kept are the programs; the
    time of faults is rage()."""

    partitions = 4

    def __init__(self, folder, bin_dir, rng):
        self.folder, self.bin_dir, self.rng = folder, bin_dir, rng
        self.spaces, self.kept, self.sources = [], [], []
        self.redis = self.witness = None
        self.disk = folder / "disk"
        self.active = {}	# what is broken: (until, fault, running) by part
        self.counts = collections.Counter()
        try:
            self.near = self.space(Namespace, "near")
            self.far = self.space(Space, "far")
            self.set_up()
        except BaseException:
            self.close()
            raise

    def make_redis(self, address):
        return FarRedis(self.folder, self.far, address)

    def space(self, kind, label):
        space = kind(label)
        self.spaces.append(space)
        return space

    def set_up(self):
        Lab.connect(self.near, "wire", self.far, "wire")
        for space, address in ((self.near, "10.54.0.1/24"),
                               (self.far, "10.54.0.2/24")):
            space.here("addr", "add", address, "dev", "wire")
        self.redis = self.make_redis("10.54.0.2")
        self.redis.start()
        self.witness = Witness(self.redis, self.partitions)
        bad = self.write("bad.txt", "bad.example\n")
        self.log = Log(self.folder / "log", self.rng)
        self.frames = Frames(self.near, "left", self.rng)
        self.sources += [self.log, self.frames]
        output = "-o", self.redis.target
        self.reader = self.keep(Kept(
            self.near, self.bin_dir / "querywatch-logreader", "-c",
            self.conf(LOG), "-b", bad, *output, "-f", "--from-start",
            self.log.path))
        self.sensor = self.keep(Sensor(
            self.frames, self.near, self.bin_dir / "querywatch-sensor", "-c",
            self.sensor_conf(), "-b", bad, *output, "-i", "right"))
        self.consumers = [self.keep(Kept(
            self.near, self.bin_dir / "querywatch-incidents", "-c",
            self.write(f"{name}.conf", f'partitions = {self.partitions}\n'
                       f'consumer = "{name}"\n'), *output))
            for name in ("one", "other")]

    def write(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def conf(self, source, *lines):
        return self.write(f"{source}.conf", "\n".join((
            f'source = "{source}"', f"partitions = {self.partitions}",
            "coalesce = 1", "heartbeat = 1", f"queue = {QUEUE}",
            *lines, "")))

    def sensor_conf(self):
        """With a spool, on a disk of its own."""
        self.disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o",
                        f"size={DISK}m,mode=777", "none", self.disk],
                       check=True, timeout=20)
        return self.conf(SENSOR, "answer_wait = 0",
                         f'spool = "{self.disk}/spool"',
                         f"spool_size = {SPOOL}")

    def fill_disk(self):
        with (self.disk / "fill").open("wb", buffering=0) as out:
            try:
                while out.write(b"\0" * 65536):
                    pass
            except OSError:	# no space left
                pass

    def empty_disk(self):
        (self.disk / "fill").unlink()

    def keep(self, kept):
        self.kept.append(kept)
        return kept

    def begin(self):
        for kept in self.kept:
            kept.keep()
        assert servers.wait_until(self.settled, 20), self.said()
        for source in self.sources:
            source.start()

    def settled(self):
        """Keep all running; is all there that has to be?"""
        for kept in self.kept:
            kept.keep()
        return self.sensor.up is not None

    # --- breaking it ---------------------------------------------------------

    def rage(self, seconds, faults, first=()):
        """Break things for so long, several at a time, though each part of
        the site in one way at a time, beginning with the ${first}; then mend
        all."""
        first = list(first)
        end = time.monotonic() + seconds
        while first or time.monotonic() < end:
            time.sleep(self.rng.uniform(0.02, 0.3))
            for kept in self.kept:
                kept.keep()
            for source in self.sources:
                assert source.trouble is None, source.trouble
            self.mend(time.monotonic())
            if len(self.active) < self.rng.randrange(4):
                self.break_one(faults, first)
            if "redis" not in self.active:
                self.witness.look()
        while self.active:
            self.mend(float("inf"))
            time.sleep(0.05)

    def break_one(self, faults, first):
        fault = first[0] if first and first[0].part not in self.active else \
            self.rng.choices(faults, [f.weight for f in faults])[0]
        if fault.part in self.active:
            return
        if fault in first:
            first.remove(fault)
        self.counts[fault.name] += 1
        self.go_on(fault, fault.function(self))

    def go_on(self, fault, running):
        """Run a fault to its next yield, or its end."""
        print(f"{time.monotonic():.2f} {fault.name}")
        self.active.pop(fault.part, None)
        for _ in running:
            # At once, soon, or after a while.
            lasts = self.rng.choice((0, self.rng.uniform(0, 1),
                                     self.rng.uniform(1, 7)))
            self.active[fault.part] = (time.monotonic() + lasts, fault,
                                       running)
            break

    def mend(self, now):
        for end, fault, running in list(self.active.values()):
            if end <= now:
                self.go_on(fault, running)

    # --- the end -------------------------------------------------------------

    def finish(self):
        """Let all arrive, and end the programs in order."""
        assert servers.wait_until(self.settled, 30, 0.1), self.said()
        time.sleep(0.5)		# some queries after the last fault
        for source in self.sources:
            source.finish()
        servers.wait_until(self.arrived, 60, 0.2)
        for kept in (self.reader, self.sensor, *self.consumers):
            if kept in self.consumers:
                self.witness.look()
                servers.wait_until(self.witness.idle, 60, 0.1)
            kept.stop()

    def arrived(self):
        """Have the log's hits all been seen, and the last of the sensor's?"""
        self.settled()
        self.witness.look()
        last = next(key for i in range(self.frames.done - 1, 0, -1)
                    if is_hit((key := question(i, "s"))[1])
                    and key[1][0] == "s")
        return (SENSOR, *last) in self.witness.seen and not any(
            self.witness.seen[(LOG, *key)] < n
            for key, n in self.log.truth.items())

    def said(self):
        return "\n".join(f"{kept.name}:\n" + "".join(
            kept.said[-3:] + ([kept.running.stderr] if kept.running else []))
            for kept in self.kept)

    def close(self):
        for _, _, running in self.active.values():
            running.close()
        for source in self.sources:
            source.over.set()
            if source.ident is not None:
                source.join()
        for kept in self.kept:
            if kept.running:
                kept.running.kill9()
        if self.redis:
            self.redis.kill9()
        if self.disk.is_mount():
            subprocess.run(["umount", self.disk], check=True, timeout=20)
        for space in self.spaces:
            space.remove()
