"""Real servers for tests, each private to one folder and ended by its own pid.

Our programs give up root and become an unprivileged user, so what they have
to reach (the folder, Redis's socket) is open to every user.
"""

import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time

import redis

SUPPORT = pathlib.Path(__file__).resolve().parent


def wait_until(predicate, seconds, step=0.01):
    """Return the first true value of predicate(), or its last after a time."""
    deadline = time.monotonic() + seconds
    while True:
        value = predicate()
        if value or time.monotonic() > deadline:
            return value
        time.sleep(step)


def make_folder(prefix):
    """A new folder that other users may pass through; the caller removes it."""
    folder = pathlib.Path(tempfile.mkdtemp(prefix=prefix))
    folder.chmod(0o711)
    return folder


def free_port(address="127.0.0.1"):
    """A port that neither UDP nor TCP uses right now."""
    for _ in range(50):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.bind((address, 0))
            port = udp.getsockname()[1]
            with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp:
                try:
                    tcp.bind((address, port))
                    return port
                except OSError:
                    continue
    raise RuntimeError("no free port")


class Server:
    """One process; its output goes to a file in its folder."""

    def __init__(self, folder, name):
        self.folder = pathlib.Path(folder)
        self.output = self.folder / f"{name}.out"
        self.process = None

    def launch(self, command):
        with self.output.open("ab") as out:
            self.process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL,
                stdout=out, stderr=out, cwd=self.folder,
                start_new_session=True)

    def alive(self):
        return self.process is not None and self.process.poll() is None

    def end(self, kill):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def must(self, ready, seconds=10):
        """Wait until ready(); raise with what the server said if never."""
        if not wait_until(lambda: not self.alive() or ready(), seconds) \
                or not self.alive():
            said = self.output.read_text("utf-8", "replace")
            self.end(kill=True)
            raise RuntimeError(f"{self.output.stem} did not start:\n{said}")


class RedisServer(Server):
    """redis-server on a unix socket, no TCP; nothing is kept on disk unless
    appendonly, which then syncs every write, so that kill9() loses none."""

    def __init__(self, folder, appendonly=False):
        super().__init__(folder, "redis")
        self.appendonly = appendonly
        self.socket = str(self.folder / "redis.sock")
        self.target = f"unix:{self.socket}"
        self.client = redis.Redis(unix_socket_path=self.socket,
                                  decode_responses=True)

    def start(self):
        pathlib.Path(self.socket).unlink(missing_ok=True)
        self.launch([
            "redis-server", "--port", "0", "--unixsocket", self.socket,
            "--unixsocketperm", "777", "--dir", self.folder, "--save", "",
            "--appendonly", "yes" if self.appendonly else "no",
            "--appendfsync", "always", "--daemonize", "no"])
        self.must(self.answers)

    def answers(self):
        try:
            return self.client.ping()
        except redis.exceptions.RedisError:
            return False

    def stop(self):
        self.client.connection_pool.disconnect()
        self.end(kill=False)

    def kill9(self):
        self.client.connection_pool.disconnect()
        self.end(kill=True)


class Nameserver(Server):
    """A nameserver on loopback, logging every query to .log; up.test has to
    get an answer, of whatever kind."""

    def __init__(self, folder, name, address="127.0.0.1", port=None):
        super().__init__(folder, name)
        self.address = address
        self.port = port or free_port(address)
        self.log = str(self.folder / "queries.log")

    def answers(self):
        try:
            return self.query("up.test", timeout=0.3)
        except Exception:
            return False

    def query(self, name, type="A", source=None, timeout=5, tcp=False):
        """Ask; return dnspython's response."""
        import dns.message
        import dns.query
        ask = dns.query.tcp if tcp else dns.query.udp
        return ask(dns.message.make_query(name, type), self.address,
                   timeout=timeout, port=self.port, source=source)

    def configure(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def stop(self):
        self.end(kill=False)

    def kill9(self):
        self.end(kill=True)


class NamedServer(Nameserver):
    """BIND's named."""

    def __init__(self, folder, address="127.0.0.1", port=None):
        super().__init__(folder, "named", address, port)
        self.options = ""  # more of named.conf's

    def start(self):
        shutil.copy(SUPPORT / "root.zone", self.folder)
        text = (SUPPORT / "named.conf.in").read_text()
        for key in ("folder", "address", "port"):
            text = text.replace(f"@{key}@", str(getattr(self, key)))
        text = text.replace("notify no;", "notify no;\n" + self.options)
        conf = self.configure("named.conf", text)
        self.launch([named_program(self.folder), "-f", "-n", "1", "-c", conf])
        self.must(self.answers, 20)


class UnboundServer(Nameserver):
    """Unbound, which knows no names; clauses are added to its own."""

    def __init__(self, folder, *clauses):
        super().__init__(folder, "unbound")
        self.clauses = clauses

    def start(self):
        clauses = "\n\t".join(self.clauses)
        conf = self.configure("unbound.conf", f"""server:
\tinterface: {self.address}@{self.port}
\toutgoing-interface: {self.address}
\tlocal-zone: "." static
\tusername: ""
\tchroot: ""
\tpidfile: ""
\tdirectory: "{self.folder}"
\tlogfile: "{self.log}"
\tuse-syslog: no
\tmodule-config: "iterator"
\t{clauses}
remote-control:
\tcontrol-enable: no
""")
        self.launch([program("unbound", self.folder), "-d", "-c", conf])
        self.must(self.answers, 20)


class DnsmasqServer(Nameserver):
    """dnsmasq, to which every name is one address; options are added."""

    def __init__(self, folder, *options):
        super().__init__(folder, "dnsmasq")
        self.options = options

    def start(self):
        self.launch([
            program("dnsmasq", self.folder), "--keep-in-foreground",
            "--conf-file=/dev/null", "--no-resolv", "--no-hosts",
            "--user=root", "--pid-file", "--bind-interfaces",
            f"--listen-address={self.address}", f"--port={self.port}",
            "--address=/#/192.0.2.80", f"--log-facility={self.log}",
            *self.options])
        self.must(self.answers, 20)


class RecursorServer(Nameserver):
    """PowerDNS Recursor, which has a zone test of its own and asks nobody;
    it logs to standard error."""

    def __init__(self, folder, *options):
        super().__init__(folder, "pdns_recursor")
        self.options = options
        self.log = str(self.output)

    def start(self):
        zone = self.configure("test.zone", """$ORIGIN test.
@ 60 SOA ns.test. root.test. 1 60 60 60 60
@ 60 NS ns.test.
* 60 A 192.0.2.80
""")
        self.launch([
            program("pdns_recursor", self.folder), "--config-dir=.",
            "--daemon=no", "--quiet=no", "--disable-syslog=yes",
            "--loglevel=6", "--threads=1", "--write-pid=no",
            f"--socket-dir={self.folder}", f"--local-port={self.port}",
            f"--local-address={self.address}", "--hint-file=no",
            f"--query-local-address={self.address}",
            "--security-poll-suffix=", f"--auth-zones=test={zone}",
            *self.options])
        self.must(self.answers, 20)


class DnsdistServer(Nameserver):
    """dnsdist, which knows no names; also logs the responses, to
    .responses."""

    def __init__(self, folder, times=True):
        super().__init__(folder, "dnsdist")
        self.times = "true" if times else "false"
        self.responses = str(self.folder / "responses.log")

    def start(self):
        conf = self.configure("dnsdist.conf", f"""
setSecurityPollSuffix("")
setLocal("{self.address}:{self.port}")
addAction(AllRule(), LogAction("{self.log}", false, true, false, false,
    {self.times}))
addAction(AllRule(), RCodeAction(DNSRCode.NXDOMAIN))
addSelfAnsweredResponseAction(AllRule(), LogResponseAction("{self.responses}",
    true, false, false, {self.times}))
""")
        self.launch([program("dnsdist", self.folder), "--supervised",
                     "--disable-syslog", "-C", conf])
        self.must(self.answers, 20)


def find_program(name):
    """Where a daemon is; users may have no sbin in their path."""
    return shutil.which(name, path=os.environ.get("PATH", "")
                        + ":/usr/sbin:/sbin")


def program(name, folder):
    """The daemon, out of reach of Debian's AppArmor profiles, which let the
    program at its usual path use its usual folders only."""
    path = find_program(name)
    enabled = pathlib.Path("/sys/module/apparmor/parameters/enabled")
    if path and enabled.exists() and enabled.read_text().startswith("Y"):
        copy = pathlib.Path(folder) / name
        shutil.copy(path, copy)
        return copy
    return path or name


def named_program(folder):
    """named, likewise."""
    return program("named", folder)
