#!/usr/bin/env python3
"""A real Prometheus with the alerts of deploy/prometheus scrapes a real control plane and its three
agents, with clients, a certificate and a folder for backups. Checked:

  - every query of every dashboard, and of their variables, returns data;
  - while all is well no alert is pending or firing;
  - after one agent is killed exactly BellwetherAgentDied fires;
  - after its disk is full BellwetherStoreFails fires besides, and BellwetherDiskNearlyFull is
    pending; probes hear that the store does not serve, and that everything else does;
  - after the control plane is killed BellwetherDown is pending, what the store did is
    remembered, and the agents tell that their views get old.

  tests/integration/monitoring.py <bazel-bin>     from the root of the checkout, tools on the path

<bazel-bin> has the programs and tests/support/libfailing_disk.so.

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
import urllib.parse
import urllib.request
from pathlib import Path

sys.path += ["tests/style", "tests/support"]
import observability  # noqa: E402
from fleet import Failed, Fleet, await_  # noqa: E402

AGENTS = 3

PROMETHEUS = """
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: bellwether
    static_configs: [{targets: ["%s"]}]
  - job_name: bellwether-agent
    static_configs: [{targets: %s}]
"""


class Prometheus:
    """A real one, every second, with the alerts that are shipped."""

    def __init__(self, folder, fleet):
        config = Path(folder, "prometheus.yaml")
        agents = [agent.value("serving metrics", "address") for agent in fleet.agents]
        config.write_text(PROMETHEUS % (observability.ALERTS.resolve(), fleet.metrics,
                                        json.dumps(agents)))
        # It has no way to tell a port that it picked itself.
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            address = "127.0.0.1:%d" % free.getsockname()[1]
        fleet.start("prometheus", "prometheus", "--config.file=%s" % config,
                    "--storage.tsdb.path=%s/tsdb" % folder, "--web.listen-address=" + address)
        self._api = "http://%s/api/v1/" % address

    def _get(self, path):
        with urllib.request.urlopen(self._api + path, timeout=10) as answer:
            return json.load(answer)["data"]

    def query(self, expression):
        return self._get("query?" + urllib.parse.urlencode({"query": expression}))["result"]

    def alerts(self):
        return sorted({(alert["labels"]["alertname"], alert["state"])
                       for alert in self._get("alerts")["alerts"]})

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
        subprocess.run(("kcat", "-b", address, "-P", "-t", Fleet.TOPIC, "-p", "-1"),
                       input=b"a record\n" * 100, stderr=subprocess.DEVNULL, timeout=60)
        end.wait(0.5)


def dashboard_queries():
    for path in observability.DASHBOARDS:
        dashboard = json.loads(path.read_text())
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                label_values = re.match(r"label_values\((.*), \w+\)", variable["query"]["query"])
                yield path.name, "$" + variable["name"], label_values.group(1)
        for title, expression in observability.expressions(dashboard, {"$agent_pool": Fleet.POOL}):
            yield path.name, title, expression


def fill_disk(fleet, switch):
    switch.write_text("full")
    refused = subprocess.run(
        ("grpcurl", "-plaintext", "-d", '{"virtual_cluster_id":"too_late"}', fleet.admin,
         "bellwether.v1.VirtualClusterService/CreateVirtualCluster"),
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if b"check that its disk has room" not in refused.stderr:
        raise Failed("a full disk, and an admin is told: %s" % refused.stderr.decode())
    await_("the store is said not to serve",
           lambda: fleet.health("bellwether.store") == "NOT_SERVING")
    for service in ("", "bellwether.v1.VirtualClusterService"):
        if fleet.health(service) != "SERVING":
            raise Failed("a full disk, and '%s' is said not to serve" % service)


def check(fleet, prometheus, switch):
    fleet.call("MaintenanceService/CreateBackup", "{}")
    queries = list(dashboard_queries())
    for dashboard, title, expression in queries:
        await_("%s: %s returns data: %s" % (dashboard, title, expression),
               lambda: prometheus.query(expression))
    print("%d queries of %d dashboards return data" % (len(queries), len(observability.DASHBOARDS)))
    prometheus.await_alerts("while all is well")
    fleet.agents[-1].stop(signal.SIGKILL)
    prometheus.await_alerts("one agent killed", ("BellwetherAgentDied", "firing"))
    fill_disk(fleet, switch)
    prometheus.await_alerts("its disk full", ("BellwetherAgentDied", "firing"),
                            ("BellwetherStoreFails", "firing"),
                            ("BellwetherDiskNearlyFull", "pending"))
    fleet.control_plane.stop(signal.SIGKILL)
    await_("agents tell that nobody tells them of changes any more", lambda: prometheus.query(
        "count(bellwether_reference_agent_view_age_seconds > 0) == %d" % (AGENTS - 1)))
    prometheus.await_alerts("the control plane killed", ("BellwetherDown", "pending"),
                            ("BellwetherStoreFails", "firing"))


def main():
    end = threading.Event()
    with tempfile.TemporaryDirectory() as folder:
        switch = Path(folder, "failing_disk")
        library = Path(sys.argv[1], "tests/support/libfailing_disk.so").resolve()
        certificates = Path(folder, "certificates")
        subprocess.run(("deploy/make_certificates.sh", str(certificates)), check=True,
                       stdout=subprocess.DEVNULL)
        tls = Path(certificates, "bellwether-tls")
        fleet = Fleet(folder, sys.argv[1], AGENTS,
                      flags=("--agent_tls_cert=%s/tls.crt" % tls,
                             "--agent_tls_key=%s/tls.key" % tls,
                             "--backup_dir=%s/backups" % folder),
                      agent_flags=("-metricsAddress=127.0.0.1:0", "-tlsCA=%s/ca.crt" % tls),
                      environment={"LD_PRELOAD": str(library), "FAILING_DISK": str(switch)})
        busy = threading.Thread(target=clients, args=(fleet, end))
        busy.start()
        try:
            check(fleet, Prometheus(folder, fleet), switch)
        except Failed as failure:
            print(failure)
            return 1
        finally:
            end.set()
            busy.join()
            fleet.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
