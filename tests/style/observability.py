#!/usr/bin/env python3
"""Checks alerts and dashboards against each other, README.md and the code. Prints each fault.

  tests/style/observability.py            exits 1 where there is a fault
  tests/style/observability.py --record   writes the PrometheusRule of deploy/kubernetes anew

Run from the root of the checkout, with promtool on the path.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ALERTS = Path("deploy/prometheus/alerts.yaml")
ALERTS_TEST = Path("deploy/prometheus/alerts_test.yaml")
RULE = Path("deploy/kubernetes/components/monitoring/prometheus_rule.yaml")
RUNBOOK = Path("deploy/README.md")
DASHBOARDS = sorted(Path("deploy/grafana").glob("*.json"))

RULE_HEAD = """# Made from deploy/prometheus/alerts.yaml by tests/style/observability.py --record.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: bellwether
spec:
"""

METRIC = re.compile(r"\b((?:bellwether|grpc_server)_[a-z_]+)\b")
# Where the metrics of a program are listed, and where its code is.
METRIC_TABLES = {"README.md": "controlplane",
                 "agentclient/reference_agent/README.md": "agentclient"}
# What Prometheus makes of a histogram.
SERIES = re.compile(r"_(bucket|count|sum)$")
# Grafana's own variables, as they are in the middle of a graph of the last hour.
GRAFANA = {"$__rate_interval": "1m", "$__interval": "15s", "$__range": "1h"}


def rule():
    """alerts.yaml as the Prometheus operator wants it."""
    lines = ALERTS.read_text().splitlines()
    return RULE_HEAD + "".join(("  " + line if line else "") + "\n" for line in lines)


def expressions(dashboard, chosen=()):
    """(panel title, expression) of every query of a dashboard, variables filled in: with those of
    the dictionary `chosen`, the others with everything."""
    variables = {"$" + v["name"]: ".*" for v in dashboard["templating"]["list"]}
    variables.update(chosen)
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            expression = target["expr"]
            for name, value in sorted({**variables, **GRAFANA}.items(), reverse=True):
                expression = expression.replace(name, value)
            yield panel["title"], expression


def names(text):
    return {SERIES.sub("", name) for name in METRIC.findall(text)}


def documented(table):
    """The metrics of the table in that file."""
    return set(re.findall(
        r"^\| `((?:bellwether|grpc_server)_[a-z_]+)` \|", Path(table).read_text(), re.MULTILINE))


def in_code(folder):
    """What the program in that folder registers."""
    sources = list(Path(folder).rglob("*.cc"))
    return {name for source in sources if not source.name.endswith("_test.cc")
            for name in re.findall(r'"((?:bellwether|grpc_server)_[a-z_]+)"', source.read_text())}


def promtool(*arguments):
    ran = subprocess.run(("promtool",) + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if ran.returncode == 0 else ran.stdout.decode()


def metric_faults():
    registered = set()
    for table, folder in METRIC_TABLES.items():
        documented_metrics, code_metrics = documented(table), in_code(folder)
        for name in sorted(documented_metrics ^ code_metrics):
            where = table if name in code_metrics else folder
            yield "the metric %s is missing in %s" % (name, where)
        registered |= code_metrics
    for path in [ALERTS, *DASHBOARDS]:
        for name in sorted(names(path.read_text()) - registered):
            yield "%s: there is no metric %s" % (path, name)


def alert_faults():
    if RULE.read_text() != rule():
        yield "%s is not what alerts.yaml says: run tests/style/observability.py --record" % RULE
    yield from filter(None, [promtool("check", "rules", str(ALERTS)),
                             promtool("test", "rules", str(ALERTS_TEST))])
    text, tests = ALERTS.read_text(), ALERTS_TEST.read_text()
    alerts = re.findall(r"- alert: (\w+)", text)
    sections = re.findall(r"^### (Bellwether\w+)$", RUNBOOK.read_text(), re.MULTILINE)
    for name in sorted(set(alerts) ^ set(sections)):
        yield "%s: alerts and runbooks differ in %s" % (RUNBOOK, name)
    for name in alerts:
        if "runbook: deploy/README.md#%s\n" % name.lower() not in text:
            yield "%s: %s does not name its runbook" % (ALERTS, name)
        expected = re.findall(r"alertname: %s\n +exp_alerts:( \[\])?" % name, tests)
        if sorted(set(expected)) != ["", " []"]:
            yield "%s: no case in which %s fires, or none in which it does not" % (ALERTS_TEST, name)


def dashboard_faults(path):
    dashboard = json.loads(path.read_text())
    known = {v["name"] for v in dashboard["templating"]["list"]}
    rules = []
    for panel in dashboard["panels"]:
        if panel["datasource"]["uid"] != "${datasource}":
            yield "%s: %s has a data source of its own" % (path, panel["title"])
    for title, expression in expressions(dashboard):
        if "$" in expression:
            yield "%s: %s uses a variable that is none of %s" % (path, title, sorted(known))
        rules.append({"record": "query:%d" % len(rules), "expr": expression})
    # YAML has JSON in it.
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        json.dump({"groups": [{"name": path.stem, "rules": rules}]}, file)
        file.flush()
        said = promtool("check", "rules", file.name)
        if said:
            yield "%s: %s" % (path, said)


def faults():
    yield from metric_faults()
    yield from alert_faults()
    for path in DASHBOARDS:
        yield from dashboard_faults(path)
    uids = [json.loads(path.read_text())["uid"] for path in DASHBOARDS]
    if len(set(uids)) != len(uids):
        yield "two dashboards have the same uid"


def main():
    if sys.argv[1:] == ["--record"]:
        RULE.write_text(rule())
        return 0
    found = list(faults())
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
