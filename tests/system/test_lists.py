"""Lists as both front ends see them, and one truth from packets and logs."""

import datetime
import json

from captures import message, udp4, write_pcap

SERVER = "198.51.100.53"
START = 1795417200
RAW = 101		# link type: IP packets
TYPES = {"A": 1, "MX": 15, "TXT": 16, "AAAA": 28}
CLASSES = {"IN": 1, "CH": 3}
QUERIES = [		# client, name, type, class, seconds after START
    ("192.0.2.1", "bad.example", "A", "IN", 0),
    ("192.0.2.1", "BAD.Example", "A", "IN", 1),
    ("192.0.2.1", "bad.example", "AAAA", "IN", 2),
    ("192.0.2.2", "www.bad.example", "TXT", "IN", 2),
    ("192.0.2.2", "notbad.example", "A", "IN", 3),
    ("192.0.2.2", "bad.example.org", "A", "IN", 3),
    ("192.0.2.3", "exact.test", "MX", "IN", 4),
    ("192.0.2.3", "www.exact.test", "MX", "IN", 4),
    ("192.0.2.3", "a\\.b.bad.example", "A", "IN", 5),
    ("192.0.2.3", "version.bad.example", "TXT", "CH", 6),
    ("192.0.2.1", "bad.example", "A", "IN", 9),
    ("192.0.2.1", "bad.example", "A", "IN", 14),
]
KEYS = ("first", "last", "client", "server", "qname", "qtype", "qclass",
        "entry", "match", "list", "n")


def write_both(folder):
    pcap, log = folder / "queries.pcap", folder / "queries.log"
    write_pcap(pcap, RAW, [
        (START + after, 0, udp4(client, message(
            name, TYPES[qtype], CLASSES[qclass]), SERVER, 5353))
        for client, name, qtype, qclass, after in QUERIES])
    with open(log, "w") as text:
        for client, name, qtype, qclass, after in QUERIES:
            at = datetime.datetime.fromtimestamp(START + after,
                                                 datetime.timezone.utc)
            text.write(f"{at:%d-%b-%Y %H:%M:%S}.000 queries: info: client "
                       f"@0x7f3b074d0098 {client}#5353 ({name}): query: "
                       f"{name} {qclass} {qtype} + ({SERVER})\n")
    return pcap, log


def test_packets_and_log_give_the_same_hits(folder, run):
    pcap, log = write_both(folder)
    (folder / "suffix.txt").write_text("bad.example\n")
    (folder / "exact.txt").write_text("exact.test\nbad.example\n")
    lists = ["-b", folder / "suffix.txt", "-b",
             f"{folder / 'exact.txt'},match=exact"]
    sensor = run("sensor", *lists, "-r", pcap, check=0)
    reader = run("logreader", *lists, log, check=0)
    hits = [[{k: json.loads(line)[k] for k in KEYS}
             for line in done.stdout.splitlines()]
            for done in (sensor, reader)]
    assert hits[0] == hits[1]
    assert sum(h["n"] for h in hits[0]) == 9
    assert {h["list"] for h in hits[0]} == {"suffix", "suffix,exact",
                                            "exact"}


def test_a_list_may_be_a_pipe(folder, run):
    pcap, _ = write_both(folder)
    done = run("sensor", "-b", "/dev/stdin,label=piped", "-r", pcap, check=0,
               input=b"bad.example\n")
    assert json.loads(done.stdout.splitlines()[0])["list"] == "piped"


def test_a_folder_is_no_list(folder, run):
    done = run("sensor", "-b", folder, "-r", "x", check=1)
    assert "Is a directory" in done.stderr


def test_sixty_four_lists_and_no_more(folder, run):
    pcap, _ = write_both(folder)
    path = folder / "bad.txt"
    path.write_text("bad.example\n")
    lists = [a for i in range(64) for a in ("-b", f"{path},label=l{i}")]
    done = run("sensor", *lists, "-r", pcap, check=0)
    first = json.loads(done.stdout.splitlines()[0])
    assert first["list"].startswith("l0,l1,") and len(first["list"]) < 256
    done = run("sensor", *lists, "-b", path, "-r", pcap, check=2)
    assert "more than 64 lists" in done.stderr
