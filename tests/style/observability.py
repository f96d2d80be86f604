#!/usr/bin/env python3
"""Checks alerts and dashboards against each other, the metrics pages and the code. Prints each fault.

  tests/style/observability.py            exits 1 where there is a fault
  tests/style/observability.py --record   writes the PrometheusRule of deploy/kubernetes anew
  tests/style/observability.py --scraped <pool> <file>...
                                          prints each series that an alert or a dashboard reads and
                                          that is in none of the files, which are answers of
                                          /metrics; exits 1 where there is one. <pool> is the agent
                                          pool that dashboards are looked at for

Run from the root of the checkout; the first form needs promtool on the path.
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
RUNBOOK_URL = """runbook_url: '{{ or $externalLabels.bellwether_runbooks "%s" }}#%%s'\n""" % RUNBOOK
DASHBOARDS = sorted(Path("deploy/grafana").glob("*.json"))

RULE_HEAD = """# Made from deploy/prometheus/alerts.yaml by tests/style/observability.py --record.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: bellwether
spec:
"""

METRIC_NAME = r"(?:bellwether|grpc_server|process)_[a-z_]+"
METRIC = re.compile(r"\b(%s)\b" % METRIC_NAME)
# Where the metrics of a program are listed, and where its code is.
METRIC_TABLES = {
    "controlplane/METRICS.md": ["controlplane"],
    "agentclient/reference_agent/README.md":
        ["agentclient", "controlplane/server/process_collector.cc"]}
# What Prometheus makes of a histogram.
SERIES = re.compile(r"_(bucket|count|sum)$")
# A series, or what a query wants of it.
SELECTOR = re.compile(r"\b(%s)\b(?:\{([^}]*)\})?" % METRIC_NAME)
LABEL = re.compile(r'(\w+)(=~|!~|!=|=)"([^"]*)"')
# Labels that Prometheus adds when it scrapes.
TARGET_LABELS = ("job", "instance")
# Grafana's own variables, as they are in the middle of a graph of the last hour.
GRAFANA = {"$__rate_interval": "1m", "$__interval": "15s", "$__range": "1h"}


def alert_queries():
    """alerts.yaml without what looks like a metric and is none."""
    return re.sub(r"(?m)#.*$|\$externalLabels\.\w+", "", ALERTS.read_text())


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
    return {name for names in re.findall(r"^\| ((?:`%s`(?:, )?)+) \|" % METRIC_NAME,
                                         Path(table).read_text(), re.MULTILINE)
            for name in METRIC.findall(names)}


def in_code(places):
    """What the program in these folders and files registers."""
    sources = [source for place in map(Path, places)
               for source in ([place] if place.is_file() else place.rglob("*.cc"))]
    return {name for source in sources if not source.name.endswith("_test.cc")
            for name in re.findall(r'"(%s)"' % METRIC_NAME, source.read_text())}


def wanted(selector):
    """What has to exist for a selector, as dictionaries from label to regular expression: one, or
    one for each alternative of a matcher such as code=~"A|B"."""
    wishes = [{}]
    for label, operator, value in LABEL.findall(selector or ""):
        if label in TARGET_LABELS or operator in ("!=", "!~"):
            continue
        alternatives = [value]
        if operator == "=":
            alternatives = [re.escape(value)]
        elif re.fullmatch(r"[\w|]+", value):
            alternatives = value.split("|")
        wishes = [{**wish, label: one} for wish in wishes for one in alternatives]
    return wishes


def unscraped(expression, series):
    """What `expression` reads and is not in `series`: pairs of a name and its labels."""
    for name, selector in SELECTOR.findall(expression):
        for wish in wanted(selector):
            if not any(name == have and all(re.fullmatch(value, labels.get(label, ""))
                                            for label, value in wish.items())
                       for have, labels in series):
                yield "%s %s" % (name, wish)


def scrape_faults(pool, answers):
    series = [(name, {label: value for label, _, value in LABEL.findall(labels)})
              for answer in answers
              for name, labels in SELECTOR.findall(re.sub("(?m)^#.*$", "", answer))]
    read = {str(ALERTS): [alert_queries()]}
    for path in DASHBOARDS:
        dashboard = json.loads(path.read_text())
        read[str(path)] = [expression for _, expression
                           in expressions(dashboard, {"$agent_pool": pool})]
    for path, queries in read.items():
        for missing in sorted({missing for query in queries for missing in unscraped(query, series)}):
            yield "%s reads %s, which a fresh start does not show" % (path, missing)


def promtool(*arguments):
    ran = subprocess.run(("promtool",) + arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return "" if ran.returncode == 0 else ran.stdout.decode()


def metric_faults():
    registered = set()
    for table, places in METRIC_TABLES.items():
        documented_metrics, code_metrics = documented(table), in_code(places)
        for name in sorted(documented_metrics ^ code_metrics):
            where = table if name in code_metrics else " and ".join(places)
            yield "the metric %s is missing in %s" % (name, where)
        registered |= code_metrics
    for path, text in [(ALERTS, alert_queries()),
                       *((path, path.read_text()) for path in DASHBOARDS)]:
        for name in sorted(names(text) - registered):
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
        if RUNBOOK_URL % name.lower() not in text:
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
    if sys.argv[1:2] == ["--scraped"]:
        found = list(scrape_faults(sys.argv[2], [Path(path).read_text() for path in sys.argv[3:]]))
    else:
        found = list(faults())
    for fault in found:
        print(fault)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
