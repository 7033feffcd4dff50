"""dnstap: brought by real nameservers over sockets, in a file that one wrote,
and by peers who mean no good."""

import grp
import json
import re
import shutil
import socket
import subprocess
import time

import pytest

import dnstap
import servers
from servers import wait_until

NAMED = """
	dnstap { client; auth; };
	dnstap-output {output};
	dnstap-identity none;
	fstrm-set-flush-timeout 1;
	fstrm-set-reopen-interval 1;
"""


def need(program):
    if not shutil.which(program, path="/usr/bin:/usr/sbin:/bin:/sbin"):
        pytest.skip(f"no {program}")


def named_unix(folder, path):
    need("named")
    server = servers.NamedServer(folder)
    server.options = NAMED.replace("{output}", f'unix "{path}"')
    return server


# bad.example and below is one address, all else does not exist.
UNBOUND = ('local-zone: "bad.example." redirect',
           'local-data: "bad.example. 60 A 203.0.113.9"',
           "dnstap:",
           "dnstap-enable: yes",
           "dnstap-log-client-query-messages: yes",
           "dnstap-log-client-response-messages: yes")


def unbound_unix(folder, path):
    need("unbound")
    return servers.UnboundServer(folder, *UNBOUND, "dnstap-bidirectional: no",
                                 f'dnstap-socket-path: "{path}"')


def unbound_tcp(folder, port):
    need("unbound")
    return servers.UnboundServer(folder, *UNBOUND, "dnstap-bidirectional: yes",
                                 f'dnstap-ip: "127.0.0.1@{port}"',
                                 "dnstap-tls: no")


class Reader:
    """A logreader that listens, prints hits, and merges none."""

    def __init__(self, spawn, folder, target, conf=""):
        self.spawn, self.target = spawn, target
        (folder / "bad.txt").write_text("bad.example\n")
        (folder / "reader.conf").write_text("coalesce = 0\n" + conf)
        self.arguments = ["-c", folder / "reader.conf", "-b",
                          folder / "bad.txt", "--dnstap", target]
        self.start()

    def start(self):
        self.program = self.spawn("logreader", *self.arguments)
        self.program.wait_for(self.listens, 10)

    def listens(self):
        try:
            connect(self.target).close()
            return True
        except OSError:
            return False

    def hits(self, suffix=""):
        return [h for h in self.program.rows
                if h["qname"].endswith(suffix)]

    def wait_for(self, count, suffix=""):
        assert self.program.wait_for(
            lambda: len(self.hits(suffix)) >= count, 30), self.hits(suffix)
        return self.hits(suffix)


def connect(target):
    if target.startswith("unix:"):
        s = socket.socket(socket.AF_UNIX)
        s.connect(target[5:])
    else:
        host, port = target.rsplit(":", 1)
        s = socket.create_connection((host, int(port)))
    return s


@pytest.fixture(params=["named-unix", "unbound-unix", "unbound-tcp"])
def pair(request, folder, spawn):
    """(reader, nameserver), which has connected."""
    kind = request.param
    if kind == "unbound-tcp":
        port = servers.free_port()
        target, server = f"127.0.0.1:{port}", unbound_tcp(folder, port)
    else:
        path = folder / "dnstap.sock"
        target = f"unix:{path}"
        server = (named_unix if kind == "named-unix" else
                  unbound_unix)(folder, path)
    reader = Reader(spawn, folder, target)
    server.start()
    ask_until_seen(server, reader, "first")
    yield reader, server
    server.kill9()


def ask_until_seen(server, reader, word):
    """Servers drop what they log while nobody is connected: ask for names of
    its own until one has arrived."""
    asked = 0

    def seen():
        nonlocal asked
        asked += 1
        server.query(f"{word}{asked}.try.bad.example")
        return wait_until(lambda: reader.hits(".try.bad.example"), 1)
    assert reader.program.wait_for(seen, 40), reader.program.stderr


def test_each_query_arrives_once_with_its_response(pair):
    reader, server = pair
    names = [f"n{i}.once.bad.example" for i in range(60)]
    for i, name in enumerate(names):
        server.query(name, source=f"127.0.0.{2 + i % 7}", tcp=i % 5 == 0)
        server.query(f"n{i}.good.example")
    hits = reader.wait_for(len(names), ".once.bad.example")
    assert [h["qname"] for h in hits] == names
    for i, hit in enumerate(hits):
        assert hit["client"] == f"127.0.0.{2 + i % 7}"
        assert hit["server"] == "127.0.0.1"
        assert hit["transport"] == ("tcp" if i % 5 == 0 else "udp")
        assert hit["n"] == 1 and hit["via"] == "log"
        answer = server.query(names[i])
        assert hit["rcode"] == ("NXDOMAIN" if answer.rcode() else "NOERROR")
        expected = [f"A {item}" for rrset in answer.answer for item in rrset]
        assert hit.get("answers", []) == expected
        assert expected
    reader.wait_for(2 * len(names), ".once.bad.example")
    text = reader.program.stop()
    assert len(reader.hits(".once.bad.example")) == 2 * len(names), text
    assert "malformed" not in text and "late" not in text, text


def test_the_reader_comes_back(pair):
    reader, server = pair
    for end in ("stop", "kill9"):
        getattr(reader.program, end)()
        reader.start()
        ask_until_seen(server, reader, end)
        found = [h["qname"] for h in reader.hits()]
        assert len(found) == len(set(found))
    server.query("end.bad.example")
    reader.wait_for(1, "end.bad.example")


def test_the_server_comes_back(pair):
    reader, server = pair
    before = len(reader.hits())
    server.kill9()
    server.start()
    ask_until_seen(server, reader, "back")
    assert reader.program.wait_for(lambda: len(reader.hits()) > before, 30)
    server.stop()
    server.start()
    server.query("last.bad.example")
    reader.program.wait_for(lambda: server.query("last.bad.example") and
                            reader.hits("last.bad.example"), 30)


KINDS = {1: "AQ", 2: "AR", 5: "CQ", 6: "CR"}


def test_a_file_as_dnstap_read_reads_it(folder, run):
    need("named")
    need("dnstap-read")
    path = folder / "named.dnstap"
    server = servers.NamedServer(folder)
    server.options = NAMED.replace("{output}", f'file "{path}"')
    server.start()
    for i in range(40):
        server.query(f"n{i}.file.example", "AAAA" if i % 2 else "A",
                     source=f"127.0.0.{2 + i % 3}", tcp=i % 4 == 0)
    server.stop()
    data = path.read_bytes()
    messages = [dnstap.read_message(p) for p in dnstap.payloads(data)[0]]
    assert len(messages) >= 80
    done = run("logreader", "-a", path, check=0)
    ours = [json.loads(line) for line in done.stdout.splitlines()]
    theirs = subprocess.run(["dnstap-read", str(path)], capture_output=True,
                            text=True, check=True).stdout.splitlines()
    assert len(ours) == len(theirs) == len(messages)
    for said, line, m in zip(ours, theirs, messages):
        kind, left, way, right, transport, _, question = line.split()[2:9]
        assert KINDS[m["kind"]] == kind
        assert said["qr"] == ("response" if m["response"] else "query")
        assert way == ("<-" if m["response"] else "->")
        assert left == f"{said['client']}:{said['client_port']}"
        assert right == f"{said['server']}:{server.port}"
        assert transport.lower() == said["transport"]
        assert question == "/".join(
            (said["qname"], said["qclass"], said["qtype"]))
        assert said["id"] == int.from_bytes(m["wire"][:2], "big")
        micros = int(round(m["time"] % 1000000))
        assert said["first"].endswith(f".{micros:06}Z")


def good(target, name):
    """Bring one query, both ways, as libfstrm does."""
    s = connect(target)
    s.settimeout(20)
    s.sendall(dnstap.control(dnstap.READY))
    assert s.recv(100) == dnstap.control(dnstap.ACCEPT)
    s.sendall(dnstap.control(dnstap.START) + dnstap.frame(dnstap.message(
        dnstap.CLIENT_QUERY, dnstap.query(name), time=time.time())) +
        dnstap.control(dnstap.STOP, None))
    assert s.recv(100) == dnstap.control(dnstap.FINISH, None)
    assert s.recv(100) == b""
    s.close()


def test_bad_peers_do_not_keep_good_ones_out(folder, spawn):
    target = f"unix:{folder}/dnstap.sock"
    reader = Reader(spawn, folder, target)
    junk = connect(target)
    junk.sendall(b"GET / HTTP/1.0\r\n\r\n")
    junk.settimeout(20)
    assert junk.recv(10) == b""
    endless = connect(target)
    endless.sendall(dnstap.control(dnstap.START) + b"\xff\xff\xff\xff")
    endless.settimeout(20)
    assert endless.recv(10) == b""
    slow = connect(target)
    payload = dnstap.frame(dnstap.message(dnstap.CLIENT_QUERY, dnstap.query(
        "slow.bad.example")))
    slow.sendall(dnstap.control(dnstap.START) + payload[:9])
    good(target, "beside.bad.example")
    reader.wait_for(1, "beside.bad.example")
    silent = [connect(target) for _ in range(70)]
    last = silent[-1]
    last.settimeout(20)
    assert last.recv(10) == b""		# there is no room, it says at once
    silent[0].settimeout(30)
    assert silent[0].recv(10) == b""	# patience has ended
    good(target, "after.bad.example")
    reader.wait_for(1, "after.bad.example")
    slow.sendall(payload[9:])
    reader.wait_for(1, "slow.bad.example")
    slow.close()
    text = reader.program.stop()
    assert re.search(r"connections: .*[1-9]\d* refused, [1-9]\d* idle, "
                     r"1 cut, 2 broken", text), text


def test_the_socket_file(folder, spawn, run):
    inside = folder / "run"
    inside.mkdir()
    inside.chmod(0o777)			# where nobody may remove it, too
    path = inside / "dnstap.sock"
    group = grp.getgrgid(1).gr_name
    conf = f'dnstap_group = "{group}"\n'
    reader = Reader(spawn, folder, f"unix:{path}", conf)
    assert path.stat().st_mode & 0o777 == 0o660
    assert path.stat().st_gid == 1
    second = run("logreader", *reader.arguments, check=1)
    assert "somebody listens there already" in second.stderr
    assert reader.listens()
    run("logreader", "-n", *reader.arguments, check=0)
    assert reader.listens()
    reader.program.stop()
    assert not path.exists()
    reader.start()
    reader.program.kill9()
    assert path.is_socket()
    reader.start()			# what was left behind is replaced
    reader.program.stop()
    path.write_text("precious")
    other = run("logreader", *reader.arguments, check=1)
    assert "no socket" in other.stderr
    assert path.read_text() == "precious"


def test_a_stream_on_standard_input(folder, run):
    data = dnstap.stream(*[dnstap.message(
        dnstap.CLIENT_QUERY, dnstap.query(f"n{i}.example", ident=i))
        for i in range(500)])
    done = run("logreader", "-a", "-F", "dnstap", "-", input=data, check=0)
    assert len(done.stdout.splitlines()) == 500
    cut = run("logreader", "-a", "-F", "dnstap", "-", input=data[:-30],
              check=0)
    assert "ends in its middle" in cut.stderr
    other = run("logreader", "-a", "-F", "dnstap", "-", input=b"no\n" * 9,
                check=1)
    assert "this is no dnstap" in other.stderr
