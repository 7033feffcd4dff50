"""Fixtures for the system tests: our programs, and real servers to run them
against.  Every process is ended by its own pid; nothing leaves loopback."""

import os
import pathlib
import shutil
import signal
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/support"))

import incidents  # noqa: E402
import namespaces  # noqa: E402
import programs  # noqa: E402
import servers  # noqa: E402


def pytest_configure():
    """Being told to end is no reason to leave servers behind: fixtures end
    theirs after an interrupt, but SIGTERM alone would end us at once."""
    def interrupt(number, frame):
        raise KeyboardInterrupt
    signal.signal(signal.SIGTERM, interrupt)


@pytest.fixture(scope="session")
def bin_dir():
    """The folder of the programs: QW_BIN, or the release build."""
    path = pathlib.Path(os.environ.get("QW_BIN", ROOT / "build/release"))
    if not (path / "querywatch-sensor").exists():
        pytest.fail(f"no programs in {path}; run make first")
    return path.resolve()


@pytest.fixture
def folder():
    """A folder that unprivileged users may pass through (pytest's tmp_path
    is closed to them, and our programs give up root)."""
    path = servers.make_folder("qw-test-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def wait_until():
    return servers.wait_until


@pytest.fixture
def redis_server(folder):
    """A private Redis: .socket .target .client .start() .stop() .kill9().
    For one that survives kill9(), set .appendonly and start() it anew."""
    server = servers.RedisServer(folder)
    server.start()
    yield server
    server.kill9()


@pytest.fixture
def named_server(folder):
    """A private nameserver: .address .port .log .query(name, type)."""
    if not shutil.which("named", path=os.environ["PATH"] + ":/usr/sbin"):
        pytest.skip("no named")
    server = servers.NamedServer(folder)
    server.start()
    yield server
    server.kill9()


@pytest.fixture
def run(bin_dir):
    """run("sensor", "-n", ..., check=0): run a program to its end."""
    def function(program, *args, **more):
        return programs.run_program(bin_dir / f"querywatch-{program}", *args,
                                    **more)
    return function


@pytest.fixture
def spawn(bin_dir):
    """spawn("incidents", "-o", ...): a program that runs until .stop() or
    the test's end; either way it must exit with status 0."""
    started = []

    def function(program, *args, **more):
        running = programs.Running(bin_dir / f"querywatch-{program}", *args,
                                   **more)
        started.append(running)
        return running
    yield function
    trouble = []
    for running in reversed(started):
        if running.process.returncode is None:
            try:
                running.stop()
            except AssertionError as e:
                trouble.append(str(e))
    assert not trouble, "\n".join(trouble)


@pytest.fixture
def db(redis_server):
    """A client of the private Redis."""
    return redis_server.client


@pytest.fixture
def configured(folder):
    """configured("names_per_incident = 3") -> the path of such a file."""
    def function(*lines):
        path = folder / "querywatch.conf"
        path.write_text("".join(line + "\n" for line in lines))
        path.chmod(0o644)
        return path
    return function


@pytest.fixture
def consume(spawn, redis_server, db, wait_until):
    """consume(*arguments): run until every entry is done, then stop."""
    def function(*args, streams=(incidents.HITS,)):
        running = spawn("incidents", "-o", redis_server.target, *args)

        def done():
            # It has told how it is, so it also hears signals; and nothing
            # is left.
            return any(db.hget(key, "pid") == str(running.pid)
                       for key in db.keys("qw:source:incidents-*")) \
                and all(db.exists(s) and db.xinfo_groups(s) and
                       db.xinfo_groups(s)[0]["pending"] == 0 and
                       not db.xlen(s) for s in streams)
        assert running.wait_for(done, 30), running.stderr
        return running.stop()
    return function


@pytest.fixture
def network():
    """A network of the test's own: what is sent into "left" comes out of
    "right"."""
    try:
        space = namespaces.Namespace()
    except Exception as e:  # no right to it in this container
        pytest.skip(f"no network namespace: {e}")
    yield space
    space.remove()


@pytest.fixture
def may_capture():
    """Skip where this user may not open a packet socket."""
    import socket
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except PermissionError:
        pytest.skip("needs CAP_NET_RAW")
