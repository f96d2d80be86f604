#!/usr/bin/env python3
"""A real Prometheus with the alerts of deploy/prometheus scrapes a real control plane with three
agents and clients. Checked:

  - every query of every dashboard, and of their variables, returns data;
  - while all is well no alert is pending or firing;
  - after one agent is killed exactly BellwetherAgentDied fires;
  - after the control plane is killed BellwetherDown is pending, and nothing else remains.

  tests/integration/monitoring.py <bazel-bin>     from the root of the checkout, tools on the path

Prints what it found; exits 1 at the first thing that is not so.
"""

import json
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

sys.path.insert(0, "tests/style")
import observability  # noqa: E402

POOL = "apn_watched"
AGENTS = 3
# What each step may take on a slow machine.
PATIENCE = 90

PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: bellwether
    static_configs: [{targets: ["127.0.0.1:%s"]}]
"""


class Failed(Exception):
    pass


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
        time.sleep(0.2)


class Process:
    """A child with its output in a file. Killed at the end."""

    def __init__(self, folder, name, *command):
        self.name = name
        self.log = Path(folder, name + ".log")
        self._process = subprocess.Popen(command, stdout=self.log.open("w"),
                                         stderr=subprocess.STDOUT)

    def value(self, line, key):
        """The value of `key=` in the line of the log that has `line`."""
        found = await_("%s logs '%s'" % (self.name, line),
                       lambda: re.search(r".*%s.*" % line, self.log.read_text()))
        return re.search(r"\b%s=\"?([^\" ]+)" % key, found.group()).group(1)

    def kill(self, number=signal.SIGKILL):
        if self._process.poll() is None:
            self._process.send_signal(number)
        self._process.wait()


class Fleet:
    """A control plane, its agents, their clients, and the Prometheus that watches."""

    def __init__(self, folder, binaries):
        self.processes = []
        self._folder = folder
        server = self._start("bellwether", binaries + "/controlplane/server/bellwether",
                             "--agent_address=127.0.0.1:0", "--admin_address=127.0.0.1:0",
                             "--metrics_address=127.0.0.1:0", "--data_dir=%s/data" % folder,
                             "--heartbeat_interval=500ms", "--joining_period=1s",
                             "--plan_interval=1s")
        ready = "the control plane is ready"
        self.control_plane = server
        admin = "127.0.0.1:" + server.value(ready, "admin_port")
        subprocess.run(("grpcurl", "-plaintext", "-d", '{"virtual_cluster_id":"watched"}', admin,
                        "bellwether.v1.VirtualClusterService/CreateVirtualCluster"),
                       check=True, stdout=subprocess.DEVNULL)
        self.agents = [
            self._start("agent-%d" % i, binaries + "/agentclient/reference_agent/bellwether-agent",
                        "-agentID=agent-%d" % i, "-agentPoolName=" + POOL,
                        "-controlPlaneAddress=127.0.0.1:" + server.value(ready, "agent_port"),
                        "-kafkaAddress=127.0.0.1:0", "-topics=clicks:12")
            for i in range(AGENTS)]
        self.kafka = [agent.value("listening for Kafka clients", "address")
                      for agent in self.agents]
        self.prometheus = self._start_prometheus(server.value(ready, "metrics_port"))

    def _start(self, name, *command):
        self.processes.append(Process(self._folder, name, *command))
        return self.processes[-1]

    def _start_prometheus(self, metrics_port):
        config = Path(self._folder, "prometheus.yaml")
        config.write_text(PROMETHEUS % (observability.ALERTS.resolve(), metrics_port))
        # It has no way to tell a port that it picked itself.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        self._start("prometheus", "prometheus", "--config.file=%s" % config,
                    "--storage.tsdb.path=%s/tsdb" % self._folder,
                    "--web.listen-address=" + address)
        return "http://%s/api/v1/" % address

    def get(self, path):
        with urllib.request.urlopen(self.prometheus + path, timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        return self.get("query?" + urllib.parse.urlencode({"query": expression}))["result"]

    def alerts(self):
        return sorted({(alert["labels"]["alertname"], alert["state"])
                       for alert in self.get("alerts")["alerts"]})

    def await_alerts(self, when, *expected):
        seen = []

        def as_expected():
            seen[:] = self.alerts()
            return seen == sorted(expected)
        try:
            await_(when, as_expected)
        except Failed:
            raise Failed("%s: expected the alerts %s, there are %s" % (when, expected, seen))
        print("%s: %s" % (when, seen or "no alert"))


def clients(fleet, end):
    """Asks for leaders under both strategies and produces, over and over, at agents that stay."""
    turn = 0
    while not end.is_set():
        turn += 1
        address = fleet.kafka[turn % (AGENTS - 1)]
        client_id = ("billing", "billing,ws_pas=single_agent")[turn % 2]
        subprocess.run(("kcat", "-b", address, "-L", "-X", "client.id=" + client_id),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60)
        subprocess.run(("kcat", "-b", address, "-P", "-t", "clicks", "-p", "-1"),
                       input=b"a record\n" * 100, stderr=subprocess.DEVNULL, timeout=60)
        end.wait(0.5)


def dashboard_queries():
    for path in observability.DASHBOARDS:
        dashboard = json.loads(path.read_text())
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                label_values = re.match(r"label_values\((.*), \w+\)", variable["query"]["query"])
                yield path.name, "$" + variable["name"], label_values.group(1)
        for title, expression in observability.expressions(dashboard, {"$agent_pool": POOL}):
            yield path.name, title, expression


def check(fleet):
    queries = list(dashboard_queries())
    for dashboard, title, expression in queries:
        await_("%s: %s returns data: %s" % (dashboard, title, expression),
               lambda: fleet.query(expression))
    print("%d queries of %d dashboards return data" % (len(queries), len(observability.DASHBOARDS)))
    fleet.await_alerts("while all is well")
    fleet.agents[-1].kill()
    fleet.await_alerts("one agent killed", ("BellwetherAgentDied", "firing"))
    fleet.control_plane.kill()
    fleet.await_alerts("the control plane killed", ("BellwetherDown", "pending"))


def main():
    end = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        fleet = None
        try:
            fleet = Fleet(folder, sys.argv[1])
            busy = threading.Thread(target=clients, args=(fleet, end))
            busy.start()
            check(fleet)
        except Failed as failure:
            print(failure)
            return 1
        finally:
            end.set()
            if fleet:
                for process in reversed(fleet.processes):
                    process.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
