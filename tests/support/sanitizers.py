"""How programs built with sanitizers are run, and how their reports look."""

import re

OPTIONS = {
    "ASAN_OPTIONS": "detect_leaks=1:abort_on_error=0",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
}

REPORT = re.compile(r"ERROR: \w+Sanitizer|: runtime error: |"
                    r"SUMMARY: \w+Sanitizer|LeakSanitizer has encountered")


def built_into(path):
    """Is that program built with them?"""
    return b"__ubsan_handle" in path.read_bytes()
