#!/usr/bin/env python3
"""The rules of this house that no other tool knows. Prints each breach as file:line: what to do.

Run from the root of the checkout; exits 1 where there is a breach. Looks at what git tracks, and at
new files that it does not ignore.
"""

import re
import subprocess
import sys
from pathlib import Path

TOP_LEVEL = {
    "BUILD.bazel", "README.md", "WORKSPACE", "agentclient", "controlplane", "deploy", "proto", "tests",
}

# Folders of controlplane/ that only decide: no lock, and no thread.
LOCK_FREE = ("model", "access", "assignment", "discovery", "service")
THREAD_FREE = LOCK_FREE + ("store", "membership", "catalog", "planning")

# Files that may read the real clock or roll real dice: they are what everybody else is handed.
CLOCK_AND_DICE = {
    "controlplane/base/clock.cc", "controlplane/base/log.cc", "controlplane/base/random.cc",
}

CLOCK = re.compile(
    r"absl::(Now|GetCurrentTimeNanos|BitGen|InsecureBitGen)\b"
    r"|\b(steady|system|high_resolution)_clock\b|\b(gettimeofday|clock_gettime|random_device|mt19937)\b"
    r"|(std::|(?<![\w.>:]))(rand|srand|time)\((0|NULL|nullptr)?\)")
SLEEP = re.compile(r"\b(SleepFor|sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>])sleep\(\d")
LOCK = re.compile(r"\b(Mutex|MutexLock|CondVar)\b|std::(recursive_|shared_|timed_)?mutex\b|base/mutex\.h")
THREAD = re.compile(r"std::(jthread|thread|async)\b|\bpthread_create\b")
SKIPPED = re.compile(r"\bGTEST_SKIP\b|\bDISABLED_|\bTODO\b|\bFIXME\b")
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]')


def files():
    """The paths, in order, as the keys of a dictionary."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others",
         "--exclude-standard"],
        check=True, stdout=subprocess.PIPE).stdout.decode()
    return dict.fromkeys(path for path in sorted(listed.split("\0")) if path and Path(path).exists())


def build_file(path, paths):
    """The BUILD file that `path` belongs to, and the name it has there."""
    folder = Path(path).parent
    while str(folder / "BUILD.bazel") not in paths and folder != Path("."):
        folder = folder.parent
    return folder / "BUILD.bazel", str(Path(path).relative_to(folder))


def names_source(target, name):
    if '"%s"' % name in target:
        return True
    # One target for each stem of a list: [cc_test(srcs = [stem + "_test.cc"]) for stem in [...]].
    return any(name.endswith(ending) and '"%s"' % name[:-len(ending)] in target
               for ending in re.findall(r'\+ "([^"]+)"', target))


def targets_of(path, paths):
    """The targets that name `path`, as text. Buildifier puts an empty line between targets."""
    build, name = build_file(path, paths)
    text = build.read_text() if build.exists() else ""
    return [target for target in re.split(r"\n\n(?=\S)", text) if names_source(target, name)]


def is_test(targets):
    return bool(targets) and all(
        "testonly = True" in target or re.search(r"^\[?cc_test\(", target, re.MULTILINE)
        for target in targets)


def top_level(paths):
    names = {path.split("/")[0] for path in paths}
    for name in sorted(names - TOP_LEVEL):
        if not name.startswith("."):
            yield name, 1, "does not belong on the top level"
    for name in sorted(TOP_LEVEL - names):
        yield name, 1, "is missing on the top level"


def may_include(path, header, test):
    """Whether the floors allow `path` to include `header`; the reason against it if not."""
    if header.startswith("prometheus/") and path.startswith("agentclient/"):
        if not path.startswith("agentclient/reference_agent/agent_metrics"):
            return "of the agents, the reference agent's metrics alone use prometheus-cpp"
    if not path.startswith("controlplane/"):
        return None
    room, _, name = path[len("controlplane/"):].partition("/")
    if header.endswith(".pb.h"):
        if room != "service" and not (room == "catalog" and "codec" in name):
            return "generated code stays in service/ and the record codec of catalog/"
    if header.startswith(("grpc/", "grpcpp/")) and room not in ("service", "server"):
        if not path.startswith("controlplane/base/grpc_log"):
            return "gRPC stays in service/ and server/; base/grpc_log alone routes its log"
    if header.startswith("rocksdb/"):
        if room != "store" or not name.endswith(".cc") or not (test or name.startswith("rocksdb_")):
            return "RocksDB's headers stay in the sources of store/rocksdb_*"
    if header.startswith("prometheus/"):
        if room != "server" and not (room == "store" and name.startswith("observed_")):
            return "prometheus-cpp stays in server/ and the store's observing decorator"
    return None


def guard(path, lines):
    name = re.sub(r"[^A-Za-z0-9]", "_", path).upper() + "_"
    code = [line for line in lines if line.strip() and not line.startswith("//")]
    if code[:2] + code[-1:] != ["#ifndef " + name, "#define " + name, "#endif  // " + name]:
        yield path, 1, "the include guard should be " + name


def cpp(path, text, test):
    lines = text.splitlines()
    room = path.split("/")[1] if path.startswith("controlplane/") else ""
    waits = path.startswith(("tests/integration/", "tests/benchmark/"))
    has_main = re.search(r"^int main\(", text, re.MULTILINE)
    if path.endswith(".h"):
        yield from guard(path, lines)
    for number, line in enumerate(lines, 1):
        include = INCLUDE.match(line)
        if include:
            problem = may_include(path, include.group(1), test)
            if problem:
                yield path, number, problem
        code = line.split("//")[0]
        if path not in CLOCK_AND_DICE and not waits and (CLOCK.search(code) or SLEEP.search(code)):
            yield path, number, "time and chance come from an injected Clock and Random; nobody sleeps"
        if re.search(r"\bABSL_FLAG\(", code) and not has_main:
            yield path, number, "flags are declared beside main() only"
        if room in LOCK_FREE and not test and LOCK.search(code):
            yield path, number, "no mutex in %s/" % room
        if room in THREAD_FREE and not test and THREAD.search(code):
            yield path, number, "no thread below server/ but PeriodicTask"


def words(path, text):
    for number, line in enumerate(text.splitlines(), 1):
        if SKIPPED.search(line):
            yield path, number, "do it now or leave it out: no skipped tests, no notes to self"


def built(path, paths, targets):
    """Every source is part of a target, so that no test is forgotten."""
    if not targets:
        yield path, 1, "is in no target of %s" % build_file(path, paths)[0]


def breaches(paths):
    yield from top_level(paths)
    for path in paths:
        if Path(path).is_symlink():
            continue
        try:
            text = Path(path).read_text()
        except UnicodeDecodeError:
            continue
        if path != "tests/style/house_rules.py":
            yield from words(path, text)
        if path.endswith((".cc", ".h")):
            targets = targets_of(path, paths)
            yield from built(path, paths, targets)
            yield from cpp(path, text, is_test(targets))


def main():
    found = list(breaches(files()))
    for path, number, problem in found:
        print("%s:%d: %s" % (path, number, problem))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
