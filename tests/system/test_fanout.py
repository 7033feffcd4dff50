"""Frames of a client come to one of several packet sockets: the kernel and
fanout_worker agree.  What opens the sockets and sends is the unit test, which
does it only where it is told that there is a link of its own."""

import os
import shutil

import pytest


pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("ip"),
    reason="needs root, to make a network namespace")


def test_the_kernel_gives_each_worker_its_clients(network, bin_dir):
    running = network.spawn("env", "QW_FANOUT=1",
                            bin_dir / "tests/unit/sensor/test_fanout")
    try:
        assert running.process.wait(60) == 0, running.stderr
        said = running.stdout + running.stderr
        assert "OK ] the_kernel_does_the_same" in said
        assert "SKIPPED" not in said
    finally:
        running.kill9()
