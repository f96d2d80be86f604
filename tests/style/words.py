#!/usr/bin/env python3
"""Words that the glossary has replaced (controlplane/GLOSSARY.md). Prints each use as file:line.

Run from the root of the checkout; exits 1 where there is one. Reads what people read: documents, protos,
rules, dashboards, and the comments and strings of the code.
"""

import re
import subprocess
import sys
from pathlib import Path

# What is said instead.
REPLACED = {
    r"\bnode ids?\b": "broker id",
    r"\bSTALE\b": "SUSPECT",
    r"\bjump orders?\b": "preference list",
    r"\bdisplaced\b": "moved",
    r"\b(re)?dealt\b|\bthe deal\b": "assigned, client assignment",
    r"\brelieve[ds]?\b": "rebalance, move off",
    r"\blent\b|\bloans?\b": "takeover",
    r"\bfavourite\b": "host override",
    r"\bledgers?\b": "pending load",
    r"\blanes?\b": "queue",
    r"\bageing\b": "lease expiry",
    r"\bcapacity units?\b": "weight",
    r"\bjoining period\b": "slow start",
    r"\bdraw(s|n)? together\b": "consolidate",
    r"\bpardon(s|ed)?\b": "reinstate, ignore",
}
# The table of old names is there for them, and the glossary of Kafka's wire is Kafka's.
EXEMPT = {"deploy/CHANGELOG.md", "tests/style/words.py"}
SUFFIXES = (".md", ".proto", ".yaml", ".json", ".cc", ".h", ".py", ".sh")


def main():
    names = subprocess.run(
        ("git", "ls-files", "--cached", "--others", "--exclude-standard"),
        stdout=subprocess.PIPE, check=True, text=True).stdout.split("\n")
    found = 0
    for name in names:
        if name in EXEMPT or not name.endswith(SUFFIXES) or not Path(name).is_file():
            continue
        for number, line in enumerate(Path(name).read_text(encoding="utf-8").split("\n"), 1):
            for pattern, instead in REPLACED.items():
                match = re.search(pattern, line)
                if match:
                    print(f'{name}:{number}: "{match.group()}": say {instead}')
                    found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
