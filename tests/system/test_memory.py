"""The sensor's memory: whatever comes, for however long, it stays below the
bound that docs/operations.md states, and does not grow.

The packets are those of tests/support/flood, which keep every table full.
QW_PACKETS sets how many: 10,000,000, which take about half a minute, but 1 %
of that with sanitizers, whose own memory leaves nothing to measure."""

import fcntl
import os
import pathlib
import re
import struct
import subprocess
import termios

import pytest

from programs import check_reports, counters, environment

KIB, MIB = 1024, 1024 * 1024
NAMES = 1000
SEED = os.environ.get("SEED", "2006")


def bound(fragments=512, tcp_streams=4096, coalesce_table=16384,
          answer_table=8192):
    """"Memory" in docs/operations.md, without the ring and the queue, which
    a file and JSON lines do without."""
    return (12 * MIB + fragments * 65 * KIB + 48 * MIB + tcp_streams * 96
            + (coalesce_table + answer_table) * 2 * KIB + 1 * MIB)


@pytest.fixture
def sanitized(bin_dir):
    return b"__asan_init" in (bin_dir / "querywatch-sensor").read_bytes()


def memory(pid):
    """Resident now, and at most so far, in octets."""
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return [int(re.search(rf"^{key}:\s+(\d+) kB", text, re.M)[1]) * KIB
            for key in ("VmRSS", "VmHWM")]


def waits(pid, pipe):
    """Has the process taken everything from the pipe, and waits for more?"""
    left = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))
    state = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2]
    return left[0] == 0 and state.split()[0] == "S"


class Sensor:
    """A sensor at the end of a pipe that stays open."""

    def __init__(self, bin_dir, folder, wait_until, *arguments):
        self.flood_program = bin_dir / "tests/support/flood"
        self.list = folder / "list"
        self.list.write_text("".join(f"n{i}.example\n" for i in range(NAMES)))
        self.errors = folder / "errors"
        self.wait_until, self.sent = wait_until, 0
        end, self.pipe = os.pipe()
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                [bin_dir / "querywatch-sensor", "-b", self.list, "-r", "-",
                 *arguments], stdin=end, stdout=subprocess.DEVNULL,
                stderr=errors, env=environment())
        os.close(end)

    def flood(self, count):
        """Send so many packets more; the memory when all are read."""
        subprocess.run([self.flood_program, SEED, str(self.sent), str(count),
                        self.list], stdout=self.pipe, check=True)
        self.sent += count
        assert self.wait_until(lambda: waits(self.process.pid, self.pipe),
                               60), self.errors.read_text()
        return memory(self.process.pid)

    def end(self):
        """Close the pipe; what the sensor says at its end."""
        os.close(self.pipe)
        self.process.wait(60)
        text = self.errors.read_text()
        check_reports("sensor", text)
        assert self.process.returncode == 0, text
        said = counters(text)
        assert said["frames_total"] == self.sent
        return said


def check(sensor, packets, limit, *full):
    half, _ = sensor.flood(packets // 2)
    whole, most = sensor.flood(packets - packets // 2)
    said = sensor.end()
    print(f"resident: {half // KIB} KiB, then {whole // KIB}, at most "
          f"{most // KIB} of {limit // KIB if limit else '-'}; SEED={SEED}")
    # A table that was never full proves nothing.
    for counter in ("fragments_overlaps", "fragments_timeouts",
                    "fragments_evicted", "tcp_evicted", "tcp_early",
                    "tcp_gaps", "queries_matched", "hits_table_full",
                    "answers_none", *full):
        assert said.get(counter, 0) > 0, f"{counter}: {said}"
    if limit is not None:
        assert most < limit
        # Pages of the tables that nothing had touched yet.
        assert whole < half + 4 * MIB


def test_any_packets_leave_it_below_the_bound(bin_dir, folder, wait_until,
                                              sanitized):
    packets = int(os.environ.get("QW_PACKETS",
                                 100_000 if sanitized else 10_000_000))
    conf = folder / "conf"
    # Windows that last until the table is full.
    conf.write_text("coalesce = 3600\nanswer_wait = 60\n"
                    + ("coalesce_table = 256\nanswer_table = 64\n"
                       if sanitized else ""))
    sensor = Sensor(bin_dir, folder, wait_until, "-c", conf)
    check(sensor, packets, None if sanitized else bound())


def test_the_configuration_sets_the_bound(bin_dir, folder, wait_until,
                                          sanitized):
    """Smaller tables take less."""
    if sanitized:
        pytest.skip("sanitizers have memory of their own")
    sizes = dict(fragments=64, tcp_streams=256, coalesce_table=512,
                 answer_table=256)
    conf = folder / "conf"
    conf.write_text("coalesce = 3600\nanswer_wait = 60\n" + "".join(
        f"{key} = {value}\n" for key, value in sizes.items()))
    sensor = Sensor(bin_dir, folder, wait_until, "-c", conf)
    check(sensor, 400_000, bound(**sizes), "answers_forgotten",
          "answers_table_full")
