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
    """A child with its output in a file."""

    def __init__(self, folder, name, *command, environment=None):
        """`environment` is added to ours."""
        self.name = name
        self.log = Path(folder, name + ".log")
        self._process = subprocess.Popen(command, stdout=self.log.open("w"),
                                         stderr=subprocess.STDOUT,
                                         env={**os.environ, **(environment or {})})

    def value(self, line, key):
        """The value of `key=` in the line of its log that has `line`, when that has come."""
        found = await_("%s logs '%s'" % (self.name, line),
                       lambda: re.search(r".*%s.*" % line, self.log.read_text()))
        return re.search(r"\b%s=\"?([^\" ]+)" % key, found.group()).group(1)

    def stop(self, number):
        """Sends a signal, waits for the end and returns the exit status."""
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait()


class Fleet:
    """A control plane with a pool of agents. Leases are short: two seconds to be called dead."""

    POOL = "apn_fleet"
    CLUSTER = "fleet"
    TOPIC = "clicks"

    def __init__(self, folder, binaries, agents, flags=(), environment=None, agent_flags=()):
        """`binaries` is laid out like bazel-bin. `flags` and `environment` are added to the control
        plane's, `agent_flags` to the agents'."""
        self._folder = folder
        self._flags = flags
        self._environment = environment
        self._others = []
        self._ports = {"agent": "0", "admin": "0", "metrics": "0"}
        self.start_control_plane(binaries)
        self.call("VirtualClusterService/CreateVirtualCluster",
                  '{"virtual_cluster_id":"%s"}' % self.CLUSTER)
        self.agents = [
            self.start("agent-%d" % i, binaries + "/agentclient/reference_agent/bellwether-agent",
                       "-agentID=agent-%d" % i, "-agentPoolName=" + self.POOL,
                       "-controlPlaneAddress=127.0.0.1:" + self._ports["agent"],
                       "-kafkaAddress=127.0.0.1:0", "-topics=%s:12" % self.TOPIC, *agent_flags)
            for i in range(agents)]
        self.kafka = [agent.value("listening for Kafka clients", "address")
                      for agent in self.agents]

    def start(self, name, *command):
        """A process that is killed with the fleet."""
        self._others.append(Process(self._folder, name, *command))
        return self._others[-1]

    def start_control_plane(self, binaries):
        """On the data and the ports of the last one."""
        self.control_plane = Process(
            self._folder, "bellwether", binaries + "/controlplane/server/bellwether",
            *["--%s_address=127.0.0.1:%s" % port for port in self._ports.items()],
            "--data_dir=%s/data" % self._folder, "--heartbeat_interval=500ms",
            "--joining_period=1s", "--plan_interval=1s", *self._flags,
            environment=self._environment)
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
