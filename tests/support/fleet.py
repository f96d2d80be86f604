"""A control plane and its agents as real processes, for tests that look at them from outside."""

import json
import os
import re
import signal
import subprocess
import time
from pathlib import Path

# What each step may take on a slow machine, in seconds.
PATIENCE = 90

_READY = "the control plane is ready"


def program(binaries, path):
    """A program of `binaries`, which is laid out like bazel-bin or has all programs side by side."""
    laid_out = Path(binaries, path)
    return str(laid_out if laid_out.exists() else Path(binaries, laid_out.name))


class Failed(Exception):
    """Something is not as it should be; its text says what."""


def await_(what, condition):
    """Until `condition()` is true, and returns it. It may raise OSError meanwhile."""
    deadline = time.monotonic() + PATIENCE
    while True:
        reason = "it is not so"
        try:
            found = condition()
            if found:
                return found
        except OSError as error:
            reason = error
        if time.monotonic() > deadline:
            raise Failed("%s: %s" % (what, reason))
        time.sleep(0.1)


class Process:
    """A child with its output in a file; that of an earlier one of its name is kept."""

    def __init__(self, folder, name, *command, environment=None):
        """`environment` is added to ours."""
        self.name = name
        self.log = Path(folder, name + ".log")
        if self.log.exists():
            earlier = len(list(self.log.parent.glob(self.log.name + ".*")))
            self.log.rename("%s.%d" % (self.log, earlier + 1))
        self._process = subprocess.Popen(command, stdout=self.log.open("w"),
                                         stderr=subprocess.STDOUT,
                                         env={**os.environ, **(environment or {})})

    def value(self, line, key):
        """The value of `key=` in the line of its log that has `line`, when that has come."""
        found = await_("%s logs '%s'" % (self.name, line),
                       lambda: re.search(r".*%s.*" % line, self.log.read_text()))
        return re.search(r"\b%s=\"?([^\" ]+)" % key, found.group()).group(1)

    def send(self, number):
        """Sends a signal, to go on or to pause for example."""
        self._process.send_signal(number)

    def stop(self, number):
        """Sends a signal, waits for the end and returns the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait()


class Fleet:
    """A control plane with a pool of agents."""

    POOL = "apn_fleet"
    CLUSTER = "fleet"
    TOPIC = "clicks"
    TOPICS = TOPIC + ":12"

    # Leases are short: two seconds to be called dead.
    PACE = ("--heartbeat_interval=500ms", "--slow_start=1s", "--plan_interval=1s")

    def __init__(self, folder, binaries, agents, flags=(), environment=None, agent_flags=(),
                 pace=PACE, topics=TOPICS):
        """`binaries` is laid out like bazel-bin, or has both programs side by side. `flags` and
        `environment` are added to the control plane's, `agent_flags` to the agents'; `pace` replaces
        what sets the control plane's intervals."""
        self._folder = folder
        self._flags = (*pace, *flags)
        self._agent_flags = agent_flags
        self._topics = topics
        self._environment = environment
        self._others = []
        self._ports = {"agent": "0", "admin": "0", "metrics": "0"}
        self.start_control_plane(binaries)
        self.call("VirtualClusterService/CreateVirtualCluster",
                  '{"virtual_cluster_id":"%s"}' % self.CLUSTER)
        self.agents = [self.start_agent(binaries, i) for i in range(agents)]
        self.kafka = [agent.value("listening for Kafka clients", "address")
                      for agent in self.agents]

    def flags_of(self, index):
        """What is added to the flags of that agent alone."""
        del index
        return ()

    def start_agent(self, binaries, index, address="127.0.0.1:0"):
        return self.start("agent-%d" % index,
                          program(binaries, "agentclient/reference_agent/bellwether-agent"),
                          "-agentID=agent-%d" % index, "-agentPoolName=" + self.POOL,
                          "-controlPlaneAddress=127.0.0.1:" + self._ports["agent"],
                          "-kafkaAddress=" + address, "-topics=" + self._topics,
                          *self._agent_flags, *self.flags_of(index))

    def start(self, name, *command):
        """A process that is killed with the fleet."""
        self._others.append(Process(self._folder, name, *command))
        return self._others[-1]

    def start_control_plane(self, binaries):
        """On the data and the ports of the last one."""
        self.control_plane = Process(
            self._folder, "bellwether", program(binaries, "controlplane/server/bellwether"),
            *["--%s_address=127.0.0.1:%s" % port for port in self._ports.items()],
            "--data_dir=%s/data" % self._folder, *self._flags, environment=self._environment)
        for listener in self._ports:
            self._ports[listener] = self.control_plane.value(_READY, listener + "_port")

    @property
    def metrics(self):
        return "127.0.0.1:" + self._ports["metrics"]

    @property
    def admin(self):
        return "127.0.0.1:" + self._ports["admin"]

    def call(self, method, request):
        """The answer of an admin's call, as JSON."""
        return subprocess.run(
            ("grpcurl", "-plaintext", "-d", request, self.admin,
             "bellwether.v1." + method),
            check=True, stdout=subprocess.PIPE).stdout.decode()

    def health(self, service):
        """What health says of it to a probe, such as "SERVING"."""
        answer = subprocess.run(
            ("grpcurl", "-plaintext", "-d", json.dumps({"service": service}),
             self.admin, "grpc.health.v1.Health/Check"),
            check=True, stdout=subprocess.PIPE).stdout
        return json.loads(answer)["status"]

    def stop(self):
        for process in [*reversed(self._others), self.control_plane]:
            process.stop(signal.SIGKILL)
