"""What a response policy zone lists, as dnspython reads it.

    rpz_names.py ZONE...

Prints "# ZONE", then a line for each entry: '=' before a name itself, '*'
before what is below it, '!' before both if it may pass.
"""

import pathlib
import re
import sys

import dns.name
import dns.zone
from dns.rdataclass import IN
from dns.rdatatype import A, AAAA, CNAME, NS

TRIGGERS = (b"rpz-ip", b"rpz-nsip", b"rpz-nsdname", b"rpz-client-ip")


def read(text):
    """The zone and its name: as $ORIGIN says, else the SOA's owner."""
    owner = re.search(r"^(\S+\.)\s.*\bSOA\b", text, re.M)
    origin = None if "$ORIGIN" in text else owner[1] if owner else "."
    zone = dns.zone.from_text(text, origin=origin, relativize=False)
    return zone, zone.origin


def allowed(node, name):
    aliases = node.get_rdataset(IN, CNAME) or ()
    return any(a.target in (name, dns.name.from_text("rpz-passthru."))
               for a in aliases)


def entries(path):
    zone, apex = read(path.read_text())
    servers = {ns.target for ns in zone[apex].get_rdataset(IN, NS) or ()}
    for owner, node in zone.items():
        types = {r.rdtype for r in node} - {NS}
        if owner == apex or not owner.is_subdomain(apex) or not types or \
                (owner in servers and types <= {A, AAAA}):
            continue
        name = owner.relativize(apex).derelativize(dns.name.root)
        labels = [label.lower() for label in name.labels[:-1]]
        allow = allowed(node, name)
        kind = "*" if labels[0] == b"*" else "="
        if kind == "*":
            labels = labels[1:]
        if labels and labels[-1] in TRIGGERS or (
                kind == "*" and len(labels) < 2 and not allow):
            continue
        yield "!" * allow + kind + b".".join(labels).decode()


for argument in sys.argv[1:]:
    print("#", pathlib.Path(argument).name)
    for entry in entries(pathlib.Path(argument)):
        print(entry)
