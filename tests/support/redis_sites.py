"""Redis with TLS, with access rules, as a cluster, and with sentinels, on
loopback; each server private to a folder and ended by its own pid."""

import pathlib
import shutil
import socket
import subprocess

import redis

from servers import SUPPORT, Server, free_port, wait_until


def cluster_port():
    """A free port whose cluster bus port, 10000 higher, is free as well."""
    for _ in range(200):
        port = free_port()
        if port + 10000 > 65535:
            port = 20000 + port % 30000
        with socket.socket() as one, socket.socket() as two:
            try:
                one.bind(("127.0.0.1", port))
                two.bind(("127.0.0.1", port + 10000))
                return port
            except OSError:
                continue
    raise RuntimeError("no free pair of ports")


def make_rules(folder):
    """An ACL file with the users of deploy/, whose passwords are NAME-secret,
    and one "tests" that may do everything."""
    given = SUPPORT.parents[1] / "deploy/redis-querywatch.acl"
    rules = folder / "users.acl"
    rules.write_text("".join(
        line if line.startswith("user default") else line.replace(
            " resetpass", f" resetpass >{line.split()[1]}-secret", 1)
        for line in given.read_text().splitlines(keepends=True))
        + "user tests on >tests-secret ~* &* +@all\n")
    return rules


def make_certificates(folder, names="IP:127.0.0.1,DNS:localhost"):
    """ca.crt, and server and client certificates of it, in folder."""
    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], cwd=folder, check=True,
                       capture_output=True)

    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
            "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out",
            "ca.crt", "-days", "2", "-subj", "/CN=Test authority")
    for who, more in (("server", f"subjectAltName={names}"),
                      ("client", "extendedKeyUsage=clientAuth")):
        (folder / f"{who}.ext").write_text(more + "\n")
        openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                "-nodes", "-keyout", f"{who}.key", "-out", f"{who}.csr",
                "-subj", f"/CN={who}.test")
        openssl("x509", "-req", "-in", f"{who}.csr", "-CA", "ca.crt",
                "-CAkey", "ca.key", "-CAcreateserial", "-days", "2",
                "-extfile", f"{who}.ext", "-out", f"{who}.crt")


class TcpRedis(Server):
    """redis-server on a port of loopback; options are added to its own."""

    def __init__(self, folder, *options, port=None, sentinel=False):
        self.port = port or free_port()
        super().__init__(folder, f"redis-{self.port}")
        self.home = self.folder / str(self.port)
        self.home.mkdir(exist_ok=True)
        self.options, self.sentinel = options, sentinel
        self.target = f"127.0.0.1:{self.port}"
        self.client = redis.Redis(port=self.port, decode_responses=True)

    def start(self):
        words = ["--port", self.port, "--bind", "127.0.0.1", "--dir",
                 self.home, "--daemonize", "no"]
        if self.sentinel:
            self.launch(["redis-server", self.sentinel, "--sentinel", *words])
        else:
            self.launch(["redis-server", *words, "--save", "",
                         "--appendonly", "no", *self.options])
        self.must(self.answers)

    def answers(self):
        try:
            return self.client.ping()
        except redis.exceptions.AuthenticationError:
            return True
        except redis.exceptions.RedisError:
            return False

    def kill9(self):
        self.client.connection_pool.disconnect()
        self.end(kill=True)


class TlsRedis(TcpRedis):
    """With TLS only, by the certificates in folder; clients show theirs if
    asked to."""

    def __init__(self, folder, *options, port=None, clients=False):
        port = port or free_port()
        super().__init__(
            folder, "--tls-port", str(port), "--port", "0",
            "--tls-cert-file", folder / "server.crt",
            "--tls-key-file", folder / "server.key",
            "--tls-ca-cert-file", folder / "ca.crt",
            "--tls-auth-clients", "yes" if clients else "no", *options,
            port=port)
        self.client = redis.Redis(
            port=port, decode_responses=True, ssl=True,
            ssl_ca_certs=str(folder / "ca.crt"),
            ssl_certfile=str(folder / "client.crt"),
            ssl_keyfile=str(folder / "client.key"))


class Cluster:
    """Three masters with a replica each; .nodes are servers."""

    def __init__(self, folder, tls=False):
        make = TlsRedis if tls else TcpRedis
        more = ("--tls-cluster", "yes", "--tls-replication", "yes") \
            if tls else ()
        self.access = ("--tls", "--cacert", str(folder / "ca.crt")) \
            if tls else ()
        self.nodes = [make(
            folder, "--cluster-enabled", "yes", "--cluster-node-timeout",
            "1000", "--cluster-replica-validity-factor", "0",
            "--repl-diskless-sync-delay", "0", *more, port=cluster_port())
            for _ in range(6)]
        self.target = ",".join(node.target for node in self.nodes[:2])

    def start(self):
        """Where all wait for the processor, nodes may give each other up
        before they have met: then begin anew."""
        for _ in range(3):
            for node in self.nodes:
                node.start()
            self.cli("--cluster", "create", *(n.target for n in self.nodes),
                     "--cluster-replicas", "1", "--cluster-yes")
            if all(wait_until(lambda: self.whole(node), 20)
                   for node in self.nodes):
                return
            self.kill9()
            for node in self.nodes:
                shutil.rmtree(node.home)
                node.home.mkdir()
        raise RuntimeError("no cluster")

    def whole(self, node):
        """Is it up, with three replicas in step, as the node sees it?"""
        info = node.client.execute_command("CLUSTER INFO")
        if isinstance(info, bytes):
            info = info.decode()
        state = info["cluster_state"] if isinstance(info, dict) else (
            "ok" if "cluster_state:ok" in info else "")
        replication = node.client.info("replication")
        return state == "ok" and len(self.slots(node)) >= 3 and (
            replication.get("connected_slaves") == 1
            if replication["role"] == "master"
            else replication["master_link_status"] == "up")

    def slots(self, node=None):
        """[(first, last, port of the master)], as the node sees it."""
        client = (node or self.alive()).client
        client.response_callbacks.pop("CLUSTER SLOTS", None)
        return [(a, b, master[1]) for a, b, master, *_ in
                client.execute_command("CLUSTER SLOTS")]

    def alive(self):
        return next(n for n in self.nodes if n.alive())

    def master_of(self, key):
        slot = self.alive().client.execute_command("CLUSTER KEYSLOT", key)
        port = next(p for a, b, p in self.slots() if a <= slot <= b)
        return next(n for n in self.nodes if n.port == port)

    def ask(self, key, *words):
        """A command at the node that holds the key."""
        return self.master_of(key).client.execute_command(*words)

    def cli(self, *words):
        return subprocess.run(
            ["redis-cli", *self.access, "-p", str(self.alive().port),
             *map(str, words)],
            check=True, capture_output=True, text=True, timeout=60).stdout

    def kill9(self):
        for node in self.nodes:
            node.kill9()


class Watched:
    """A master, a replica, and a sentinel that makes the latter the master
    soon after the former is gone.  With rules, an ACL file whose users have
    passwords NAME-secret, each logs in where it has to."""

    def __init__(self, folder, name="mymaster", rules=None):
        folder = pathlib.Path(folder)
        self.name = name
        more = ("--aclfile", rules, "--masteruser", "querywatch-replica",
                "--masterauth", "querywatch-replica-secret") if rules else ()
        self.master = TcpRedis(folder, "--repl-diskless-sync-delay", "0",
                               *more)
        self.replica = TcpRedis(folder, "--replicaof", "127.0.0.1",
                                str(self.master.port), *more)
        if rules:
            for server in (self.master, self.replica):
                server.client = redis.Redis(
                    port=server.port, username="tests",
                    password="tests-secret", decode_responses=True)
        conf = folder / "sentinel.conf"
        conf.write_text(
            f"sentinel monitor {name} 127.0.0.1 {self.master.port} 1\n"
            f"sentinel down-after-milliseconds {name} 500\n"
            f"sentinel failover-timeout {name} 3000\n" + (
                f"sentinel auth-user {name} querywatch-sentinel\n"
                f"sentinel auth-pass {name} querywatch-sentinel-secret\n"
                if rules else ""))
        self.sentinel = TcpRedis(folder, sentinel=conf)
        self.target = self.sentinel.target

    def start(self):
        self.master.start()
        self.replica.start()
        assert wait_until(lambda: self.replica.client.info("replication")
                          ["master_link_status"] == "up", 10)
        self.sentinel.start()
        assert wait_until(lambda: self.sentinel.client.sentinel_slaves(
            self.name), 15), "the sentinel knows no replica"

    def replaced(self):
        """Is the replica the master?  The sentinel ends connections."""
        try:
            return self.replica.client.info("replication")["role"] == "master"
        except redis.exceptions.ConnectionError:
            return False

    def kill9(self):
        for server in (self.sentinel, self.replica, self.master):
            server.kill9()
