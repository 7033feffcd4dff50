"""Hits as front ends put them into the stream, and the records made of them."""

HITS = "qw:{0}:hits"
T0 = 1_795_425_119_706_000	# 2026-11-23 09:11:59.706 UTC
MINUTE = 60_000_000


def hit(**changes):
    """The fields of a hit; None leaves one out."""
    fields = dict(
        v=1, source="span1", via="capture", first=T0, last=T0, n=1,
        client="10.1.2.3", client_port=50894, server="10.255.0.53",
        transport="udp", id=4711, qname="www.bad.example", qtype="A",
        qclass="IN", flags="+E", matched="www.bad.example",
        matched_via="qname", entry="bad.example", match="suffix",
        list="urlhaus", severity="high")
    fields.update(changes)
    return {k: v for k, v in fields.items() if v is not None}


def incident_of(db, addr="10.1.2.3", p=0):
    id = db.hget(f"qw:{{{p}}}:host:{addr}", "incident")
    return db.hgetall(f"qw:{{{p}}}:incident:{id}")
