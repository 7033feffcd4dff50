"""`make demo` is the first thing that a new user sees: it must work, also
where paths hold spaces, and leave nothing behind."""

import os
import pathlib
import re
import subprocess

import pytest

SUPPORT = pathlib.Path(__file__).resolve().parents[1] / "support"


@pytest.fixture
def demo(bin_dir, folder):
    def function(*args):
        private = folder / "a b"
        private.mkdir(mode=0o711)
        private.chmod(0o711)
        env = dict(os.environ, TMPDIR=str(private))
        env.pop("KEEP", None)
        done = subprocess.run(
            [str(SUPPORT / "demo"), str(bin_dir), *map(str, args)],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=90, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Sanitizer" not in done.stderr
        assert not list(private.iterdir())
        assert not processes_that_name(private)
        assert "\033" not in done.stdout
        return done.stdout
    return function


def processes_that_name(path):
    found = []
    for cmdline in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = cmdline.read_bytes().replace(b"\0", b" ").decode(
                "utf-8", "replace")
        except OSError:
            continue
        if str(path) in words:
            found.append(words)
    return found


def line_of(host, output):
    lines = [line for line in output.splitlines()
             if re.match(rf"\s+{re.escape(host)}\s+open\s", line)]
    assert len(lines) == 1, output
    return lines[0]


def test_live_demo_counts_both_feeds(demo, may_capture):
    output = demo()
    bot = line_of("127.0.0.66", output)
    assert "log 3" in bot and "sensor 3" in bot
    assert "gate.c2.botfarm.example, login.stealer.test" in bot
    assert "a1.fastflux.test" in line_of("127.0.0.67", output)
    assert "127.0.0.11 " not in output.split("\nIncidents\n")[1]
    assert re.search(r"an incident \d+ ms later", output)
    assert output.count('{"v":1,') == 4


def test_demo_with_own_capture_and_list(demo, folder):
    names = folder / "my list.txt"
    names.write_text("uni.example\n")
    output = demo("--pcap", SUPPORT / "demo.pcap", "--list", names)
    assert "sensor 1" in line_of("192.0.2.10", output)
    assert "mail.uni.example, www.uni.example" \
        in line_of("192.0.2.11", output)
    assert "192.0.2.66" not in output
