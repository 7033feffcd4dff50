"""Captures of other projects, against what tshark reads in them: time, both
sides, transport, header, and the name octet by octet.

The captures lie beside the checkout and are no part of it (QW_PCAPS names
another folder); without them this is skipped.
"""

import collections
import datetime
import json
import lzma
import os
import pathlib
import subprocess

import pytest

from programs import check_reports, environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
PCAPS = pathlib.Path(os.environ.get("QW_PCAPS",
                                    ROOT.parent / "shared/data/pcaps"))

# Files that differ: messages missing here, messages that tshark has not, and
# why.  docs/decoding-differences.md says more.
LONG = "a name of over 255 octets, which ldns refuses"
SHORT = "a message shorter than its header"
LATE = "100 s between two fragments"
DIFFERENT = {
    "compactor__knot-live.ignored.pcap": (2, 2, LONG),
    "compactor__malformed.pcap": (1, 0, SHORT),
    "compactor__nsd-live.ignored.pcap": (1, 1, LONG),
    "compactor__nsd-live.raw.pcap.xz": (3, 3, LONG),
    "ndpi__badpackets.pcap": (3, 0, SHORT),
    "ndpi__malformed_dns.pcap": (4, 0, LONG),
    "pcapthread__v4_frag_timeout_udp.pcap": (1, 0, LATE),
    "pcapthread__v6_frag_timeout_udp.pcap": (1, 0, LATE),
    "suricata__dns-dns-forward-pointer.pcap":
        (1, 1, "ldns follows a pointer to what comes after it"),
    "tcpdump__LINKTYPE_IPV6_invalid.pcap":
        (0, 1, "an IPv4 packet under the link type of IPv6"),
    "tcpdump__dns-badlabel.pcap": (1, 1, LONG),
    "tcpdump__rtp-seg-fault-1.pcapng": (1, 0, SHORT),
}

RCODES = ("NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMPL REFUSED YXDOMAIN "
          "YXRRSET NXRRSET NOTAUTH NOTZONE").split()
CLASSES = {"IN": 1, "CH": 3, "HS": 4, "NONE": 254, "ANY": 255}
TYPES = {"MAILB": 253, "MAILA": 254}


def manifest():
    files = set()
    if (PCAPS / "MANIFEST.md").exists():
        for line in (PCAPS / "MANIFEST.md").read_text().splitlines():
            columns = [c.strip() for c in line.split("|")]
            if len(columns) > 5 and ".pcap" in columns[2]:
                files.add(columns[2])
    return sorted(files)


def wire(text):
    """Presentation form as octets of wire form."""
    out, label, i = b"", b"", 0
    while text != "." and i < len(text):
        if text[i] == "\\" and text[i + 1].isdigit():
            label += bytes([int(text[i + 1:i + 4])])
            i += 4
        elif text[i] == "\\":
            label += text[i + 1].encode()
            i += 2
        elif text[i] == ".":
            out += bytes([len(label)]) + label
            label = b""
            i += 1
        else:
            label += text[i].encode()
            i += 1
    return out + (bytes([len(label)]) + label if label else b"") + b"\0"


def number(text, prefix, known):
    if text.startswith(prefix) and text[len(prefix):].isdigit():
        return int(text[len(prefix):])
    return known(text)


def type_number(text):
    import dns.rdatatype
    return number(text, "TYPE", lambda t: TYPES.get(t)
                  or int(dns.rdatatype.from_text(t)))


def expected(name):
    """What tshark reads, one tuple a message."""
    path = PCAPS / "EXPECT" / (name.replace(".xz", "") + ".tsv")
    packed = path.with_name(path.name + ".xz")
    if packed.exists():
        text = lzma.open(packed, "rt", errors="replace").read()
    elif path.exists():
        text = path.read_text(errors="replace")
    else:
        return None
    rows = collections.Counter()
    for row in text.splitlines()[1:]:
        (_, epoch, source, sport, target, tport, transport, id, qr, qname,
         qtype, qclass, rcode, _, _, notes, octets, _) = row.split("\t")
        if "icmp-quoted" in notes or "no-header" in notes:
            continue
        client, server, port = (source, target, sport) if qr == "0" \
            else (target, source, tport)
        seconds, fraction = epoch.split(".")
        try:
            qname = bytes.fromhex(octets).lower() if octets \
                else qname.lower().encode()
        except ValueError:
            qname = octets
        rows[(seconds + fraction[:6], client, int(port), server, transport,
              int(id, 0), int(qr), qname, qtype, qclass, rcode)] += 1
    return rows


def seen(lines):
    """The same of what the sensor prints."""
    rows = collections.Counter()
    epoch = datetime.datetime(1970, 1, 1)
    for line in lines:
        q = json.loads(line)
        at = datetime.datetime.strptime(q["first"], "%Y-%m-%dT%H:%M:%S.%fZ")
        qtype = qclass = rcode = ""
        if "qtype" in q:
            qtype = str(type_number(q["qtype"]))
            qclass = str(number(q["qclass"], "CLASS", CLASSES.get))
        if "rcode" in q:
            rcode = str(number(q["rcode"], "RCODE", RCODES.index))
        rows[(str(int((at - epoch).total_seconds())) + q["first"][20:26],
              q["client"], q.get("client_port", 0), q["server"],
              q["transport"], q["id"], int(q["qr"] == "response"),
              wire(q["qname"]) if "qname" in q else b"",
              qtype, qclass, rcode)] += 1
    return rows


def run_sensor(bin_dir, name):
    done = subprocess.run(
        [bin_dir / "querywatch-sensor", "-a", "-r", PCAPS / name],
        stdin=subprocess.DEVNULL, capture_output=True, env=environment(),
        timeout=60)
    assert done.returncode in (0, 1), (name, done.returncode)
    check_reports(name, done.stderr.decode("utf-8", "replace"))
    return done


@pytest.mark.skipif(not manifest(), reason="no captures beside the checkout")
def test_captures_read_as_tshark_reads_them(bin_dir):
    wrong, unneeded, compared = [], [], 0
    for name in manifest():
        done = run_sensor(bin_dir, name)
        want = expected(name)
        if want is None:
            continue
        compared += 1
        got = seen(done.stdout.splitlines())
        difference = (sum((want - got).values()), sum((got - want).values()))
        if difference != DIFFERENT.get(name, (0, 0, ""))[:2]:
            wrong.append((name, difference, list(want - got)[:2],
                          list(got - want)[:2]))
    assert not wrong, "\n".join(map(str, wrong))
    assert compared > 300
