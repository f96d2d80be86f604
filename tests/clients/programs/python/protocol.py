"""What every client program of the matrix has in common: its arguments, the count of its messages and
what it prints. ../README.md describes it; the Go and Java programs do the same."""

import argparse
import collections
import concurrent.futures
import json
import os
import sys
import threading
import time

# How many messages are acknowledged before the first that counts for the slowest: enough for a
# connection to each leader.
WARM_UP = 64
WARM_UP_PATIENCE = 30
VALUE = b"x" * 100


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["metadata", "produce", "describe", "consume"])
    parser.add_argument("--bootstrap", required=True, type=lambda text: text.split(","))
    parser.add_argument("--client-id", required=True)
    parser.add_argument("--topics", required=True, type=lambda text: text.split(","))
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--patience", type=float, default=30)
    parser.add_argument("--refresh-ms", type=int)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--calls", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--isolation", default="read_uncommitted")
    parser.add_argument("--idempotent", default="true")
    return parser.parse_args()


def say(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def end(**fields):
    """Prints the result and ends the process, whatever threads of the client still do."""
    say("result", **fields)
    os._exit(0)


class Tally:
    """Counts messages and errors. Thread-safe."""

    def __init__(self):
        self._lock = threading.Lock()
        self._sent = 0
        self._acknowledged = 0
        self._slowest = 0.0
        self._errors = collections.Counter()

    def open(self):
        """How many messages were sent and neither acknowledged nor failed."""
        with self._lock:
            return self._sent - self._acknowledged - sum(self._errors.values())

    def send(self, call):
        """`call` sends a message and takes what to call when it is acknowledged (with None) or has
        failed (with the error)."""
        with self._lock:
            self._sent += 1
        started = time.monotonic()

        def done(error):
            with self._lock:
                if error is None:
                    self._acknowledged += 1
                    self._slowest = max(self._slowest, time.monotonic() - started)
                else:
                    self._errors[str(error)[:200]] += 1
        try:
            call(done)
        except Exception as error:  # Whatever a client throws is an error that its user sees.
            done(repr(error))

    def error(self, text):
        with self._lock:
            self._errors[str(text)[:200]] += 1

    def forget_slowest(self):
        with self._lock:
            self._slowest = 0.0

    def result(self):
        with self._lock:
            return dict(sent=self._sent, acknowledged=self._acknowledged,
                        slowest=round(self._slowest, 3), errors=self._errors)


def produce(options, send, poll=lambda: None):
    """Sends messages at the rate until standard input ends, waits for the acknowledgements, and prints
    the result. `send(topic, key, value, done)` is the client's; `poll` lets it call back."""
    tally = Tally()
    count = 0

    def send_one():
        nonlocal count
        topic = options.topics[count % len(options.topics)]
        key = b"%d" % count
        tally.send(lambda done: send(topic, key, VALUE, done))
        count += 1

    def settle(seconds):
        deadline = time.monotonic() + seconds
        while tally.open() > 0 and time.monotonic() < deadline:
            poll()
            time.sleep(0.01)

    for _ in range(WARM_UP):
        send_one()
    settle(WARM_UP_PATIENCE)
    tally.forget_slowest()
    say("ready")
    stopped = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stopped.set()), daemon=True).start()
    due = time.monotonic()
    while not stopped.is_set():
        send_one()
        poll()
        due += 1 / options.rate
        time.sleep(max(0, due - time.monotonic()))
    settle(options.patience)
    end(**tally.result())


def describe(options, calls_of, at_once=True):
    """`calls_of()` makes a fresh client and returns (describe a topic, other calls, close); every call
    that throws is an error. The descriptions of a client run at the same time if it is `at_once`."""
    tally = Tally()

    def call(function):
        tally.send(lambda done: (function(), done(None)))
    for _ in range(options.clients):
        describe_topic, others, close = calls_of()
        with concurrent.futures.ThreadPoolExecutor(options.calls if at_once else 1) as threads:
            for _ in range(options.calls):
                threads.submit(call, describe_topic)
        for other in others:
            call(other)
        close()
    end(**tally.result())
