"""Which names are public suffixes, by the list itself (publicsuffix.org):
private ones too, and every single label."""

import pathlib

PATH = pathlib.Path("/usr/share/publicsuffix/public_suffix_list.dat")


def ascii_form(rule):
    return ".".join(label if label.isascii()
                    else "xn--" + label.encode("punycode").decode("ascii")
                    for label in rule.split("."))


def read():
    """A function that tells of a name in lower case; None without the list.
    To libpsl, and so to us, "*.ck" makes "ck" a suffix, too."""
    if not PATH.exists():
        return None
    names, parents, exceptions = set(), set(), set()
    for line in PATH.read_text(encoding="utf-8").splitlines():
        rule = line.split()[0] if line.split() else ""
        if rule == "" or rule.startswith("//"):
            continue
        rule = ascii_form(rule.lower())
        if rule.startswith("!"):
            exceptions.add(rule[1:])
        elif rule.startswith("*."):
            parents.add(rule[2:])
        else:
            names.add(rule)

    def is_suffix(name):
        _, dot, parent = name.partition(".")
        return not dot or name not in exceptions and (
            name in names or name in parents or parent in parents)
    return is_suffix
