#!/usr/bin/env python3
"""Runs the programs with the settings of deploy/kubernetes/overlays/production, with reference agents, and
certificates of deploy/make_certificates.sh, and sees who gets in: agents as agents, admins as admins, and
nobody else.

  tests/integration/production.py <bazel-bin>     from the root of the checkout, tools on the path

Prints what it found; exits 1 if something is not so.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append("tests/support")
from fleet import Failed, Process, await_  # noqa: E402

# The production overlay, with agents and what they need to be let in.
OVERLAY = "tests/style/manifests/production_with_agents"
READY = "the control plane is ready"


def settings(rendered, name):
    """The variables of a rendered config map."""
    for document in rendered.split("\n---\n"):
        if "\nkind: ConfigMap\n" in document and re.search(r"\n  name: %s-\w{10}\n" % name, document):
            return dict(re.findall(r"^  ([A-Z_]+): \"?([^\"\n]*)\"?$", document, re.MULTILINE))
    raise Failed("%s has no config map %s" % (OVERLAY, name))


def here(variables, certificates, folder):
    """The same on this machine: free ports of loopback, the secrets of a pod from `certificates`."""
    changed = {}
    for name, value in variables.items():
        value = re.sub(r"^(0\.0\.0\.0):\d+$", "127.0.0.1:0", value)
        value = value.replace("/var/lib/bellwether", folder)
        for mounted, secret in certificates.items():
            value = value.replace("/etc/bellwether/" + mounted, secret)
        changed[name] = value
    return changed


def admits(certificates, address, service):
    """Whether grpcurl with these options gets an answer from a service of that address."""
    called = subprocess.run(
        ("grpcurl", *certificates, "-connect-timeout", "5", address, "list"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return service in called.stdout.decode()


def certificate(folder, name):
    return ("-cacert", folder + "/admin/ca.crt", "-cert", "%s/%s/tls.crt" % (folder, name),
            "-key", "%s/%s/tls.key" % (folder, name))


def make_agent_key(folder, options, admins):
    """A folder with the key of an agent of the default virtual cluster, made as deploy/README.md
    says."""
    def call(*arguments):
        return subprocess.run(("grpcurl", *options, *arguments), stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT)
    request = ("-d", '{"parent":"virtualClusters/vcn_default"}', admins,
               "bellwether.v1.AccessService/CreateAgentKey")
    if call(*request).returncode == 0:
        raise Failed("an admin's certificate makes keys without a token")
    token = Path(folder, "metadata", "first-admin-token").read_text().strip()
    made = call("-H", "authorization: Bearer " + token, *request)
    if made.returncode != 0:
        raise Failed("the first admin token makes no key: %s" % made.stdout.decode())
    secret = Path(folder, "key")
    secret.mkdir()
    Path(secret, "key").write_text(json.loads(made.stdout)["key"])
    return str(secret)


def check(folder, binaries, processes):
    certificates = folder + "/certificates"
    subprocess.run(("deploy/make_certificates.sh", certificates), check=True,
                   stdout=subprocess.DEVNULL)
    rendered = subprocess.run(("kustomize", "build", OVERLAY), check=True,
                              stdout=subprocess.PIPE).stdout.decode()

    def start(program, name, mounted, more=()):
        variables = here(settings(rendered, name), mounted, folder)
        variables.update(more)
        os.environ.update(variables)
        processes.append(Process(folder, name, binaries + program))
        for variable in variables:
            del os.environ[variable]
        return processes[-1]

    plane = start("/controlplane/server/bellwether", "bellwether",
                  {"tls": certificates + "/bellwether-tls",
                   "admin-ca": certificates + "/bellwether-admin-ca"})
    agents = "localhost:" + plane.value(READY, "agent_port")
    admins = "localhost:" + plane.value(READY, "admin_port")
    key = make_agent_key(folder, certificate(certificates, "admin"), admins)
    agent = start("/agentclient/reference_agent/bellwether-agent", "bellwether-agent",
                  {"tls": certificates + "/bellwether-agent-tls", "key": key},
                  {"BELLWETHER_AGENT_CONTROL_PLANE_ADDRESS": agents,
                   "BELLWETHER_AGENT_AGENT_ID": "agent-0"})
    await_("the agent joins", lambda: "agent registered" in agent.log.read_text())
    print("an agent joins with its key")

    discovery, clusters = "bellwether.v1.DiscoveryService", "bellwether.v1.VirtualClusterService"
    nobody = ("-cacert", certificates + "/admin/ca.crt")
    for who, options, address, service, expected in [
            ("an agent", certificate(certificates, "bellwether-agent-tls"), agents, discovery, True),
            ("an admin", certificate(certificates, "admin"), admins, clusters, True),
            ("an agent", certificate(certificates, "bellwether-agent-tls"), admins, clusters, False),
            ("an admin", certificate(certificates, "admin"), agents, discovery, False),
            ("nobody", nobody, agents, discovery, False),
            ("nobody", nobody, admins, clusters, False),
            ("plain text", ("-plaintext",), agents, discovery, False)]:
        if admits(options, address, service) != expected:
            raise Failed("%s %s to %s" % (who, "cannot talk" if expected else "talks", service))
        print("%s %s to %s" % (who, "talks" if expected else "cannot talk", service))


def main():
    processes = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            check(folder, sys.argv[1], processes)
        except Failed as failure:
            print(failure)
            for process in processes:
                print(process.log.read_text())
            return 1
        finally:
            for process in processes:
                process.stop(9)
    return 0


if __name__ == "__main__":
    sys.exit(main())
