"""The client programs of the matrix, and how one runs."""

import json
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from pool import Failed, await_

PROGRAMS = Path(__file__).parent / "programs"
# How long a program waits for the last acknowledgements; what is open then is lost.
PATIENCE = 30


@dataclass(frozen=True)
class Client:
    name: str
    program: tuple
    options: tuple = ()
    # Checks that it cannot take, or that it fails with Apache Kafka itself, and why.
    not_applicable: dict = field(default_factory=dict)

    def start(self, folder, command, bootstrap, client_id, topics, **options):
        """`options` are further ones of the program, with "_" for "-"."""
        return Run(folder, (*self.program, command, *self.options,
                            "--bootstrap=" + ",".join(bootstrap),
                            "--client-id=" + client_id, "--topics=" + ",".join(topics),
                            *("--%s=%s" % (name.replace("_", "-"), value)
                              for name, value in options.items())))


class Run:
    """A client program that runs. Its standard error is what the client complains about."""

    def __init__(self, folder, command):
        self._out = Path(folder, "client.out")
        self._complaints = Path(folder, "client.err")
        Path(folder, "client.command").write_text(" ".join(command) + "\n")
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=self._out.open("w"),
            stderr=self._complaints.open("w"))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._process.kill()
        self._process.wait()

    def event(self, name):
        """The event of that name, when it has come; Failed if it cannot come any more."""
        def found():
            ended = self._process.poll() is not None
            lines = self._out.read_text().split("\n")[:-1]
            events = [event for event in map(json.loads, lines) if event["event"] == name]
            if ended and not events:
                raise Failed("the client ended with status %s: %s"
                             % (self._process.returncode, self.complaints()[-3:]))
            return events
        return await_("the client says '%s'" % name, found)[0]

    def finish(self):
        """Lets it end, and returns its result."""
        self._process.stdin.close()
        return self.event("result")

    def complaints(self):
        return self._complaints.read_text(errors="replace").splitlines()


# With what sarama does by default Apache Kafka itself loses messages of one topic when a broker is
# killed: up to 403 of 8 000.
SARAMA_LOSES = "without idempotence sarama loses messages of one topic at Apache Kafka too"

# While Apache Kafka's controllers are unreachable, no leader moves at all. Here the other agents notice
# within some seconds; sarama tries three times within 0.3 s.
SARAMA_GIVES_UP = "sarama's Producer.Retry ends before the other agents notice"

# It closes its connections to brokers that an answer leaves out, and agents of a version whose answers
# list leaders alone are in the pool until the last one is replaced.
SARAMA_AND_OLD_LISTS = "agents of the version before do not list the whole pool"


def clients(cache):
    """All of them by name; `cache` is where run.sh put what they need."""
    def python(program):
        return (str(cache / "python/bin/python"), str(PROGRAMS / "python" / program))

    def java(version):
        jars = cache / version
        return ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-cp",
                "%s/classes:%s/*" % (jars, jars), "Client")

    def go(program):
        return (str(cache / "go" / program),)
    every = (
        Client("kafka-python", python("kafka_python_client.py")),
        Client("confluent-kafka", python("confluent_client.py")),
        Client("java-3.9", java("java-3.9")),
        Client("java-4", java("java-4")),
        Client("franz-go", go("franz")),
        Client("sarama", go("sarama"), (), {"upgrade_crj": SARAMA_AND_OLD_LISTS,
                                            "unreachable_crj": SARAMA_GIVES_UP,
                                            "unreachable_single": SARAMA_GIVES_UP}),
        Client("sarama-defaults", go("sarama"), ("--idempotent=false",),
               {"upgrade_crj": SARAMA_AND_OLD_LISTS,
                **{check: SARAMA_LOSES for check in
                   ("kill_crj", "kill_single", "zone_crj", "zone_single", "unreachable_crj",
                    "unreachable_single")}}),
    )
    return {client.name: client for client in every}
