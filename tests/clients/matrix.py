#!/usr/bin/env python3
"""Real Kafka clients against a pool of agents, under faults. run.sh installs what it needs and calls it;
README.md says what it checks. The last line is "N passed, N failed"; exits 1 if a bound is missed."""

import argparse
import concurrent.futures
import os
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import bounds
import calls
import checks
from checks import CRJ, SINGLE, Job
from clients import clients
from pool import Failed
from table import Row, header, line

CHECKS = {
    "metadata": calls.metadata,
    "produce_crj": partial(checks.produce, features=CRJ),
    "produce_single": partial(checks.produce, features=SINGLE),
    "kill_crj": partial(checks.kill, features=CRJ),
    "kill_single": partial(checks.kill, features=SINGLE),
    "end_crj": partial(checks.end, features=CRJ),
    "end_single": partial(checks.end, features=SINGLE),
    "restart_crj": partial(checks.restart, features=CRJ),
    "restart_single": partial(checks.restart, features=SINGLE),
    "upgrade_crj": partial(checks.upgrade, features=CRJ),
    "zone_crj": partial(checks.zone, features=CRJ),
    "zone_single": partial(checks.zone, features=SINGLE),
    "topics_crj": partial(checks.topics, features=CRJ),
    "topics_single": partial(checks.topics, features=SINGLE),
    "refresh_1s": partial(checks.refresh, milliseconds=1000, seconds=20),
    "refresh_10s": partial(checks.refresh, milliseconds=10000, seconds=60),
    "large": calls.large,
    "unreachable_crj": partial(checks.unreachable, features=CRJ),
    "unreachable_single": partial(checks.unreachable, features=SINGLE),
    "describe_crj": partial(calls.describe, features=CRJ),
    "describe_single": partial(calls.describe, features=SINGLE),
    "consume": calls.consume,
}
SHORT_CLIENTS = ("kafka-python", "confluent-kafka", "java-3.9")
SHORT_CHECKS = ("kill_crj", "kill_single", "end_crj", "end_single")
# On a machine that is busy with other things too.
SHORT_SLOWEST = 30


def arguments(known_clients):
    parser = argparse.ArgumentParser()
    parser.add_argument("--client", action="append", choices=sorted(known_clients))
    parser.add_argument("--check", action="append",
                        help="a check, or what stands before the _ of some")
    parser.add_argument("--bin", required=True, help="bazel-bin, or a directory with both programs")
    parser.add_argument("--old", help="the same of the version before")
    parser.add_argument("--cache", required=True, type=Path)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--jobs", type=int, default=4, help="how many clients run at a time")
    options = parser.parse_args()
    for chosen in options.check or ():
        if not any(matches(check, chosen) for check in CHECKS):
            parser.error("no check '%s'; there are: %s" % (chosen, ", ".join(CHECKS)))
    return options


def matches(check, chosen):
    return check == chosen or check.startswith(chosen + "_")


def selected(options, known_clients):
    """Pairs of a client and the name of a check."""
    names = options.client or (SHORT_CLIENTS if options.short else known_clients)
    wanted = options.check or (SHORT_CHECKS if options.short else CHECKS)
    return [(known_clients[name], check) for check in CHECKS for name in names
            if any(matches(check, chosen) for chosen in wanted)]


def run(options, client, check):
    if check in client.not_applicable:
        return Row(client.name, check, absent="n/a: " + client.not_applicable[check])
    if check.startswith("upgrade") and not options.old:
        return Row(client.name, check, absent="not run: --old names no version before")
    folder = options.cache / "logs" / ("%s-%s" % (check, client.name))
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        row = CHECKS[check](Job(client, folder, options.bin, options.old))
    except Failed as failure:
        return Row(client.name, check, faults=[str(failure)])
    except (OSError, subprocess.SubprocessError, LookupError, ValueError) as failure:
        return Row(client.name, check, faults=[repr(failure)])
    row.client, row.check = client.name, check
    bounds.allow(row)
    if options.short and "slowest" in row.bounds:
        row.bounds["slowest"] = SHORT_SLOWEST
    return row


def end_children(number, _frame):
    """What we started must not outlive us."""
    for children in Path("/proc/self/task").glob("*/children"):
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
    os._exit(128 + number)


def main():
    # For the names of clients alone any cache will do.
    options = arguments(clients(Path(".")))
    known_clients = clients(options.cache)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end_children)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as threads:
        jobs = [threads.submit(run, options, client, check)
                for client, check in selected(options, known_clients)]
        for job in concurrent.futures.as_completed(jobs):
            row = job.result()
            print("%s, %s: %.120s" % (row.client, row.check, row.state()), flush=True)
    rows = [job.result() for job in jobs]
    print("\n".join(["", header(), *map(line, rows)]))
    failed = sum(row.failed() for row in rows)
    print("%d passed, %d failed" % (sum(row.passed() for row in rows), failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
