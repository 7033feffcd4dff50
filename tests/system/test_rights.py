"""What a running sensor may do: capture, and next to nothing else.  It is
asked for more from within, by system calls put into the running process, as
by somebody who has found a way to run code in it."""

import json
import os
import pathlib
import platform
import re
import shutil
import socket
import stat
import subprocess

import pytest

import programs
import sanitizers
from captures import message, udp4
from namespaces import start_sensor, status_of

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip"),
    reason="needs root, to make a network namespace")

ETHERNET = bytes.fromhex("020000000002" "020000000001" "0800")
NOBODY = ("--reuid", "65534", "--regid", "65534", "--clear-groups")

AT_FDCWD = -100
EACCES = "-13"
PROT_READ_EXEC, MAP_PRIVATE_ANONYMOUS = 5, 0x22
X32 = 0x40000000		# the other numbers that a kernel may take


@pytest.fixture
def program(bin_dir):
    return bin_dir / "querywatch-sensor"


@pytest.fixture
def sensor(network, program):
    """sensor(*args): running, one query seen already."""
    started = []

    def function(*args, program=program, under=()):
        running = start_sensor(network, program, "right", *args, under=under)
        started.append(running)
        assert sees(network, running, "first")
        return running
    yield function
    for running in started:
        running.kill9()


@pytest.fixture(scope="session")
def inject(tmp_path_factory):
    """inject(tid, call, *arguments): the call made by that thread; what came
    of it, in words."""
    if platform.machine() != "x86_64":
        pytest.skip("knows the registers of x86-64 only")
    helper = tmp_path_factory.mktemp("inject") / "inject"
    subprocess.run(["cc", "-std=c11", "-D_GNU_SOURCE", "-O2", "-o", helper,
                    SUPPORT / "inject.c", "-lseccomp"], check=True)

    def function(tid, call, *arguments):
        return programs.run_program(helper, tid, call, *arguments,
                                    check=0).stdout.strip()
    return function


@pytest.fixture
def plain_build(program):
    if sanitizers.built_into(program):
        pytest.skip("sanitizers need files, processes, and no tracer")


def sees(network, running, label):
    """Does it tell of a query that is sent now?  (With -a.)"""
    name = label + ".example"
    network.send([ETHERNET + udp4("192.0.2.66", message(name))])
    return running.wait_for(
        lambda: any(json.loads(line)["qname"] == name
                    for line in running.stdout.splitlines()), 10)


def threads(pid):
    return sorted(int(t.name) for t in pathlib.Path(
        f"/proc/{pid}/task").iterdir())


def assert_no_rights(status, sandbox="2"):
    for kind in ("Uid", "Gid"):
        assert len(status[kind]) == 4 and "0" not in status[kind]
    assert "0" not in status["Groups"]
    for kind in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(status[kind][0], 16) == 0, kind
    assert status["NoNewPrivs"] == ["1"]
    assert status["Seccomp"] == [sandbox]


def assert_nothing_needless_is_open(pid):
    """Sockets, counters of the card, and what it was given: no folder, no
    list, no other file."""
    for path in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(path)
        if int(path.name) <= 2 or target.startswith(("socket:", "anon_inode:",
                                                     "pipe:")):
            continue
        assert "/statistics/rx_" in target, target
        assert path.lstat().st_mode & stat.S_IWUSR == 0, target


# --- what can be seen from outside --------------------------------------------

def test_no_thread_has_rights(network, program, redis_server, folder):
    """Nor has the one that keeps the connection to Redis."""
    names = folder / "bad.txt"
    names.write_text("bad.example\n")
    running = start_sensor(network, program, "right", "-b", names, "-o",
                           redis_server.target)
    try:
        def taken():
            network.send([ETHERNET + udp4("192.0.2.66",
                                          message("bad.example"))])
            return redis_server.client.xlen("qw:{0}:hits")
        assert running.wait_for(taken, 10)
        assert len(threads(running.pid)) >= 2
        for thread in threads(running.pid):
            status = status_of(f"{running.pid}/task/{thread}")
            assert_no_rights(status)
            assert int(status["CapBnd"][0], 16) == 0
        assert_nothing_needless_is_open(running.pid)
        running.stop()
    finally:
        running.kill9()


def test_rights_are_gone_before_the_first_packet(sensor, folder, plain_build,
                                                 wait_until):
    """In the order of its system calls: interface, identity, capabilities,
    no new privileges, filter; only then packets are waited for."""
    if not shutil.which("strace"):
        pytest.skip("no strace")
    trace = folder / "trace"
    running = sensor("-a", under=(
        "strace", "-D", "-f", "-o", trace, "-e",
        "trace=socket,bind,setuid,setresuid,setgroups,capset,prctl,seccomp,"
        "poll,ppoll,write"))
    running.stop()

    assert wait_until(lambda: "+++ exited" in trace.read_text(), 10)
    calls = trace.read_text().splitlines()

    def first(pattern):
        found = [i for i, call in enumerate(calls) if re.search(pattern, call)]
        assert found, pattern
        return found[0]

    sockets = "|".join(re.findall(r"socket\(AF_PACKET.* = (\d+)",
                                  "\n".join(calls)))
    order = [first(r"socket\(AF_PACKET"), first(r"set(res)?uid\("),
             first(r"PR_SET_NO_NEW_PRIVS, 1"),
             first(r"seccomp\(SECCOMP_SET_MODE_FILTER|PR_SET_SECCOMP"),
             min(first(rf"poll\(\[\{{fd=({sockets}),"),
                 first(r"write\(1, "))]
    assert order == sorted(order), [calls[i] for i in order]
    last_capset = max(i for i, call in enumerate(calls) if "capset(" in call)
    assert last_capset < order[2]
    assert "effective=0, permitted=0, inheritable=0" in calls[last_capset]


def test_started_with_a_capability_of_the_file(sensor, program, folder):
    """By an ordinary user, the program itself having CAP_NET_RAW."""
    copy = programs.copy_for_all(program, folder)
    done = subprocess.run(["setcap", "cap_net_raw=ep", copy],
                          capture_output=True, text=True) \
        if shutil.which("setcap") else None
    if done is None or done.returncode != 0:
        pytest.skip("no setcap" if done is None else done.stderr)
    running = sensor("-a", program=copy, under=("setpriv", *NOBODY))
    assert_no_rights(status_of(running.pid))
    running.stop()


def test_started_without_any_right(network, program, folder):
    done = programs.run_program(*network.command(
        "setpriv", *NOBODY, programs.copy_for_all(program, folder), "-a",
        "-i", "right"), check=1)
    assert "right: no right to sniff" in done.stderr
    assert "CAP_NET_RAW" in done.stderr


# --- what can be done from within ----------------------------------------------

# What fails, and the process goes on.
REFUSED = {
    "reading": ("openat", AT_FDCWD, "@/etc/passwd", os.O_RDONLY),
    "reading, the old way": ("open", "@/etc/passwd", os.O_RDONLY),
    "writing": ("openat", AT_FDCWD, "@/tmp/x", os.O_WRONLY | os.O_CREAT,
                0o600),
    "a folder": ("openat", AT_FDCWD, "@/", os.O_RDONLY | os.O_DIRECTORY),
}

# What ends the process.
DEADLY = {
    "openat2": ("openat2", AT_FDCWD, "@/etc/passwd", 0, 0),
    "creat": ("creat", "@/tmp/x", 0o600),
    "open_by_handle_at": ("open_by_handle_at", AT_FDCWD, 0, 0),
    "memfd_create": ("memfd_create", "@x", 0),
    "a UDP socket": ("socket", socket.AF_INET, socket.SOCK_DGRAM, 0),
    "a TCP socket": ("socket", socket.AF_INET, socket.SOCK_STREAM, 0),
    "an IPv6 socket": ("socket", socket.AF_INET6, socket.SOCK_STREAM, 0),
    "a raw socket": ("socket", socket.AF_INET, socket.SOCK_RAW, 1),
    "a packet socket": ("socket", socket.AF_PACKET, socket.SOCK_RAW, 0),
    "a unix socket": ("socket", socket.AF_UNIX, socket.SOCK_STREAM, 0),
    "a netlink socket": ("socket", socket.AF_NETLINK, socket.SOCK_RAW, 0),
    "a socket pair": ("socketpair", socket.AF_UNIX, socket.SOCK_STREAM, 0, 0),
    "connecting": ("connect", 3, 0, 16),
    "sending": ("sendto", 3, 0, 0, 0, 0, 0),
    "io_uring": ("io_uring_setup", 1, 0),
    "running a program": ("execve", "@/bin/true", 0, 0),
    "a process": ("fork",),
    "a process or thread": ("clone", 17, 0, 0, 0, 0),
    "tracing": ("ptrace", 16, 1, 0, 0),
    "signals to others": ("kill", 1, 0),
    "root again": ("setuid", 0),
    "capabilities again": ("capset", 0, 0),
    "memory to run": ("mmap", 0, 4096, PROT_READ_EXEC, MAP_PRIVATE_ANONYMOUS,
                      -1, 0),
    "mounting": ("mount", 0, "@/", 0, 0, 0),
    "BPF": ("bpf", 0, 0, 0),
    "removing": ("unlink", "@/tmp/x"),
    "another filter": ("setsockopt", 3, socket.SOL_SOCKET, 26, 0, 0),
    "numbers of x32": (hex(X32 + 41), socket.AF_INET, socket.SOCK_DGRAM, 0),
}


def test_injection_works(sensor, inject, folder):
    """What must be so for the tests below to prove anything: without the
    sandbox the same calls do what they say, but for what an ordinary user
    may not."""
    conf = folder / "conf"
    conf.write_text("sandbox = off\n")
    running = sensor("-a", "-c", conf)
    assert inject(running.pid, "getpid") == str(running.pid)
    assert int(inject(running.pid, *REFUSED["reading"])) > 2
    assert int(inject(running.pid, *DEADLY["a UDP socket"])) > 2
    for call in (("openat", AT_FDCWD, "@/etc/shadow", os.O_RDONLY),
                 DEADLY["a packet socket"], DEADLY["a raw socket"],
                 DEADLY["root again"]):
        assert inject(running.pid, *call) in (EACCES, "-1"), call
    assert_no_rights(status_of(running.pid), sandbox="0")
    running.stop()


def test_it_cannot_open_a_file(network, sensor, inject, plain_build):
    running = sensor("-a")
    assert inject(running.pid, "getpid") == str(running.pid)
    for label, call in REFUSED.items():
        assert inject(running.pid, *call) == EACCES, label
    assert sees(network, running, "afterwards")
    running.stop()


def test_it_ends_rather_than_do(sensor, inject, plain_build):
    survived = {}
    for label, call in DEADLY.items():
        running = sensor("-a")
        outcome = inject(running.pid, *call)
        if outcome != "SIGSYS":
            survived[label] = outcome
            running.kill9()
        running.process.wait(10)
    assert not survived


def test_it_may_connect_to_its_redis_only(network, program, redis_server,
                                          folder, inject, plain_build):
    """Sockets of the kind that the output names, in every thread, and no
    other."""
    names = folder / "bad.txt"
    names.write_text("bad.example\n")

    def started():
        running = start_sensor(network, program, "right", "-b", names, "-o",
                               redis_server.target)
        assert running.wait_for(lambda: len(threads(running.pid)) > 1, 10)
        return running

    running = started()
    try:
        for thread in threads(running.pid):
            assert int(inject(thread, *DEADLY["a unix socket"])) > 2
            # Lists are read again: files may be opened, but to read only.
            assert int(inject(thread, *REFUSED["reading"])) > 2
        assert inject(running.pid, *REFUSED["writing"]) == "SIGSYS"
        running.process.wait(10)
        for number, label in enumerate(("a TCP socket", "a UDP socket",
                                        "a packet socket",
                                        "running a program")):
            running = started()
            thread = threads(running.pid)[number % 2]
            assert inject(thread, *DEADLY[label]) == "SIGSYS", label
            running.process.wait(10)
    finally:
        running.kill9()
