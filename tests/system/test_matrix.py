"""Every way a DNS message may travel, one capture each: it comes out once,
with the innermost client, the outermost tag and tunnel; what breaks the rules
gives nothing."""

import json

import pytest

import make_matrix


@pytest.fixture(scope="module")
def matrix(tmp_path_factory):
    folder = tmp_path_factory.mktemp("matrix")
    return folder, make_matrix.make(folder)


def lower(names):
    return sorted(name.lower() for name in names)


def look(run, path):
    done = run("sensor", "-a", "-r", path, check=0)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_matrix_is_whole(matrix):
    groups = [c["group"] for c in matrix[1].values()]
    assert groups.count("matrix") >= 54 and groups.count("broken") >= 20


@pytest.mark.parametrize("group", ["matrix", "broken"])
def test_every_message_comes_out_once(matrix, run, group):
    folder, cases = matrix
    wrong = []
    for name, c in cases.items():
        if c["group"] != group:
            continue
        seen = look(run, folder / f"{name}.pcap")
        got = {qr: sorted(q.get("qname") for q in seen if q["qr"] == qr)
               for qr in ("query", "response")}
        if got != {"query": lower(c["queries"]),
                   "response": lower(c["responses"])}:
            wrong.append((name, got))
        for q in seen:
            for key in "client", "transport", "vlan", "tunnel":
                if q.get(key) != c[key]:
                    wrong.append((name, key, q.get(key), c[key]))
    assert not wrong, "\n".join(map(str, wrong))
