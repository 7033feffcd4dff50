"""Running our programs in tests: bounded in time, deaf to nothing that a
sanitizer says."""

import errno
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

import sanitizers
from servers import wait_until


def environment(env=None):
    merged = dict(os.environ, LC_ALL="C.UTF-8", TZ="UTC")
    merged.update(sanitizers.OPTIONS)
    merged.update(env or {})
    return merged


def check_reports(name, text):
    assert not sanitizers.REPORT.search(text), f"{name}: a sanitizer reports:\n{text}"


def counters(text):
    """What a program said last of each counter: {"frames_total": 4, ...}."""
    found = {}
    for line in text.splitlines():
        m = re.fullmatch(r"querywatch-\w+: (\w+): (\d+ \w+(?:, \d+ \w+)*)",
                         line)
        for item in m[2].split(", ") if m else ():
            value, name = item.split()
            found[f"{m[1]}_{name}"] = int(value)
    return found


def run_program(path, *args, timeout=30, input=None, check=None, env=None,
                cwd=None):
    """Run to the end; a CompletedProcess with text.  With check, the exit
    status must be that number."""
    done = subprocess.run(
        [str(path), *map(str, args)], timeout=timeout, cwd=cwd,
        env=environment(env), capture_output=True,
        **({"input": input} if input is not None
           else {"stdin": subprocess.DEVNULL}))
    done.stdout = done.stdout.decode("utf-8", "replace")
    done.stderr = done.stderr.decode("utf-8", "replace")
    check_reports(pathlib.Path(path).name, done.stderr)
    if check is not None:
        assert done.returncode == check, (
            f"{pathlib.Path(path).name}: exit status {done.returncode}, "
            f"not {check}\n{done.stderr}")
    return done


def on_terminal(path, arguments, feed, stdout, seen):
    """Run with a terminal on standard error, fed slowly; until ${seen} holds
    for what the terminal has been sent.  All of that, and the status."""
    master, slave = os.openpty()
    program = subprocess.Popen([path, *arguments],
                               stdin=subprocess.PIPE, stdout=stdout or slave,
                               stderr=slave, env=environment())
    os.close(slave)
    os.set_blocking(master, False)
    text = b""

    def more():
        nonlocal text
        try:
            text += os.read(master, 65536)
        except BlockingIOError:
            pass
        except OSError as e:
            if e.errno != errno.EIO:
                raise
        return seen(text)

    try:
        program.stdin.write(feed)
        program.stdin.flush()
        assert wait_until(more, 20), text
        program.stdin.close()
        program.wait(20)
        more()
    finally:
        if program.poll() is None:
            program.kill()
        program.wait()
        os.close(master)
    check_reports(path.name, text.decode())
    return text.decode(), program.returncode


def copy_for_all(path, folder):
    """A copy of the program in ${folder}, where an ordinary user can run
    it."""
    target = folder / path.name
    shutil.copy(path, target)
    target.chmod(0o755)
    return target


class Running:
    """A program that runs until stop(); .stdout and .stderr may be read at
    any time."""

    def __init__(self, path, *args, env=None, cwd=None):
        self.name = pathlib.Path(path).name
        self._out = tempfile.NamedTemporaryFile(prefix="qw-out-")
        self._err = tempfile.NamedTemporaryFile(prefix="qw-err-")
        self.process = subprocess.Popen(
            [str(path), *map(str, args)], stdin=subprocess.DEVNULL, cwd=cwd,
            stdout=self._out, stderr=self._err, env=environment(env),
            start_new_session=True)
        self.pid = self.process.pid

    @staticmethod
    def _read(f):
        with open(f.name, "rb") as reader:
            return reader.read().decode("utf-8", "replace")

    @property
    def stdout(self):
        return self._read(self._out)

    @property
    def stderr(self):
        return self._read(self._err)

    @property
    def rows(self):
        """What it has printed as JSON so far; the last line may still be on
        its way."""
        return [json.loads(line) for line in
                self.stdout.rpartition("\n")[0].splitlines()]

    def alive(self):
        return self.process.poll() is None

    def wait_for(self, predicate, seconds):
        """wait_until, but a program that has ended ends the wait: its words
        are the better message."""
        value = wait_until(lambda: predicate() or not self.alive(), seconds)
        assert self.alive(), (f"{self.name} ended with status "
                              f"{self.process.returncode}:\n{self.stderr}")
        return predicate() if value else value

    def signal(self, number):
        self.process.send_signal(number)

    def kill9(self):
        if self.alive():
            self.process.kill()
        self.process.wait()

    def stop(self, status=0, timeout=15):
        """End with SIGTERM; the exit status must be that number (None: any).
        Return everything it wrote to standard error."""
        if self.alive():
            self.process.terminate()
        try:
            self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} ignores SIGTERM:\n{self.stderr}")
        text = self.stderr
        check_reports(self.name, text)
        if status is not None:
            assert self.process.returncode == status, (
                f"{self.name}: exit status {self.process.returncode}, "
                f"not {status}\n{text}")
        return text
