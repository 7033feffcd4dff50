"""Real nameservers other than BIND: what they are asked arrives, each query
once, while their logs are followed."""

import json

import dns.name
import pytest

import servers

# What is asked: name, type, over TCP?  The last but one holds spaces and what
# dnsmasq says before a client; the last is asked twice, so that a cache
# answers.
ASKED = (("one.test", "A", False), ("Two.TEST", "AAAA", True),
         ("x.bad.test", "TXT", False), ("y.bad.test", "TYPE65280", False),
         (r"x\032from\032203.0.113.9.test", "A", False),
         ("bad.test", "A", False), ("bad.test", "A", False))


def kinds():
    """(id, program, a function that makes the server, what it says of a
    query beside client, name and type)."""
    both = ("log-queries: yes", "log-replies: yes")
    return (
        ("unbound", "unbound", lambda f: servers.UnboundServer(
            f, "log-queries: yes"), ("qclass",)),
        ("unbound-tagged", "unbound", lambda f: servers.UnboundServer(
            f, *both, "log-tag-queryreply: yes", "log-time-ascii: yes",
            "log-local-actions: yes", "verbosity: 2"), ("qclass",)),
        ("unbound-replies", "unbound", lambda f: servers.UnboundServer(
            f, "log-replies: yes"), ("qclass", "rcode")),
        ("dnsmasq", "dnsmasq", lambda f: servers.DnsmasqServer(
            f, "--log-queries"), ()),
        ("dnsmasq-extra", "dnsmasq", lambda f: servers.DnsmasqServer(
            f, "--log-queries=extra"), ("client_port",)),
        ("recursor-plain", "pdns_recursor", lambda f: servers.RecursorServer(
            f, "--structured-logging=no", "--disable-packetcache=yes"),
         ("client_port", "transport")),
        ("recursor-structured", "pdns_recursor", lambda f:
         servers.RecursorServer(f, "--structured-logging=yes"),
         ("client_port", "transport")),
        ("dnsdist", "dnsdist", servers.DnsdistServer, ("client_port",)),
        ("dnsdist-untimed", "dnsdist", lambda f: servers.DnsdistServer(
            f, times=False), ("client_port",)),
    )


@pytest.fixture(params=kinds(), ids=lambda kind: kind[0])
def nameserver(request, folder):
    """A nameserver and what its log says of a query."""
    name, program, make, says = request.param
    if servers.find_program(program) is None:
        pytest.skip(f"no {program}")
    server = make(folder)
    server.start()
    yield server, says
    server.kill9()


def as_logged(server, name):
    """The name as the server prints it, in our form."""
    name = dns.name.from_text(name).to_text(omit_final_dot=True).lower()
    if isinstance(server, servers.UnboundServer):
        return name.replace(r"\032", "?")
    return name


def queries(text, kind):
    rows = [json.loads(row) for row in text.splitlines()
            if row.endswith("}")]
    return [row for row in rows
            if row["qr"] == kind and row["qname"] != "up.test"]


def test_each_query_arrives_once(nameserver, folder, spawn, run):
    server, says = nameserver
    kind = "response" if "rcode" in says else "query"
    program = spawn("logreader", "-a", "-f", "--from-start", server.log)
    sources = ("127.0.0.1", "127.0.0.2")
    for i, (name, type, tcp) in enumerate(ASKED):
        server.query(name, type, tcp=tcp, source=sources[i % 2])
    program.wait_for(lambda: len(queries(program.stdout, kind)) >=
                     len(ASKED), 20)
    server.stop()
    rows = queries(program.stdout, kind)
    assert [(row["client"], row["qname"], row["qtype"].replace("type=", "TYPE"))
            for row in rows] == [
        (sources[i % 2], as_logged(server, name), type)
        for i, (name, type, tcp) in enumerate(ASKED)]
    for row, (name, type, tcp) in zip(rows, ASKED):
        assert [key for key in ("client_port", "transport", "qclass", "rcode",
                                "flags", "server") if key in row] == list(says)
        assert row.get("transport") in (None, "tcp" if tcp else "udp")
    bad = folder / "bad.txt"
    bad.write_text("bad.test\n")
    hits = [json.loads(row) for row in
            run("logreader", "-b", bad, server.log, check=0)
            .stdout.splitlines()]
    assert sum(hit["n"] for hit in hits) == 4
    assert {hit["qname"] for hit in hits} == {"x.bad.test", "y.bad.test",
                                              "bad.test"}


def test_dnsdists_responses(folder, run, wait_until):
    if servers.find_program("dnsdist") is None:
        pytest.skip("no dnsdist")
    server = servers.DnsdistServer(folder)
    server.start()
    try:
        server.query("one.test")
        assert wait_until(lambda: "one.test" in open(server.responses).read(),
                          10)
    finally:
        server.kill9()
    done = run("logreader", "-a", server.responses, check=0)
    assert [row["rcode"] for row in queries(done.stdout, "response")] == \
        ["NXDOMAIN"]
