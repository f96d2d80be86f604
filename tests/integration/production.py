#!/usr/bin/env python3
"""Runs the programs with the settings of deploy/kubernetes/overlays/production, with reference agents, and
certificates of deploy/make_certificates.sh, and sees who gets in: agents as agents, admins as admins, and
nobody else. Then runs what the CronJob and the systemd unit for backups run, and a restore.

  tests/integration/production.py <bazel-bin>     from the root of the checkout, tools on the path

Prints what it found; exits 1 if something is not so.
"""

import json
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.append("tests/support")
from fleet import Failed, Process, await_  # noqa: E402

# The production overlay, with agents and what they need to be let in.
OVERLAY = "tests/style/manifests/production_with_agents"
# The production overlay with backups, and a job that restores one.
RESTORE = "tests/style/manifests/restore"
RESTORE_JOB = "deploy/kubernetes/components/restore/job.yaml"
CRON_JOB = "deploy/kubernetes/components/backup/cron_job.yaml"
BACKUP_UNIT = "deploy/systemd/bellwether-backup.service"
# How many backups stay.
KEEP = 2
PLANE = "/controlplane/server/bellwether"
READY = "the control plane is ready"


def settings(overlay, name):
    """The variables of a config map of the overlay."""
    rendered = subprocess.run(("kustomize", "build", overlay), check=True,
                              stdout=subprocess.PIPE).stdout.decode()
    for document in rendered.split("\n---\n"):
        if "\nkind: ConfigMap\n" in document and re.search(r"\n  name: %s-\w{10}\n" % name, document):
            return dict(re.findall(r"^  ([A-Z_]+): \"?([^\"\n]*)\"?$", document, re.MULTILINE))
    raise Failed("%s has no config map %s" % (overlay, name))


def here(variables, certificates, folder):
    """The same on this machine: free ports of loopback, the secrets of a pod from `certificates`."""
    changed = {}
    for name, value in variables.items():
        value = re.sub(r"^(0\.0\.0\.0):\d+$", "127.0.0.1:0", value)
        value = value.replace("/var/lib/bellwether", folder)
        value = value.replace("/var/backups/bellwether", folder + "/backups")
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


def call(options, address, method, request="{}"):
    """The answer of a call, as JSON."""
    called = subprocess.run(("grpcurl", *options, "-d", request, address, "bellwether.v1." + method),
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if called.returncode != 0:
        raise Failed("%s fails: %s" % (method, called.stdout.decode()))
    return json.loads(called.stdout)


def make_agent_key(folder, options, admins):
    """A folder with the key of an agent of the default virtual cluster, made as deploy/README.md
    says."""
    request = (admins, "AccessService/CreateAgentKey", '{"parent":"virtualClusters/vcn_default"}')
    try:
        call(options, *request)
    except Failed:
        pass
    else:
        raise Failed("an admin's certificate makes keys without a token")
    secret = Path(folder, "key")
    secret.mkdir()
    Path(secret, "key").write_text(call(options + first_token(folder), *request)["key"])
    return str(secret)


def first_token(folder):
    """The options of grpcurl that show the token of the first start."""
    token = Path(folder, "metadata", "first-admin-token").read_text().strip()
    return ("-H", "authorization: Bearer " + token)


def cron_commands():
    """What the containers of the CronJob run, one after the other."""
    text = Path(CRON_JOB).read_text()
    arguments = re.search(r"\n +args:\n((?: +- .*\n)+)", text).group(1)
    script = re.search(r"\n +- \|\n((?: {18}.*\n)+)", text).group(1)
    return [["grpcurl", *(line.strip()[2:].strip('"') for line in arguments.splitlines())],
            ["sh", "-euc", script]]


def unit_commands(options):
    """What systemd runs for the unit, with `options` as the value of $GRPCURL."""
    commands = []
    for line in re.findall(r"^ExecStart=(.*)$", Path(BACKUP_UNIT).read_text(), re.MULTILINE):
        words = shlex.split(line.replace("$$", "$"))
        commands.append([word for given in words
                         for word in (options if given == "$GRPCURL" else [given])])
        commands[-1][0] = Path(words[0]).name
    return commands


def check_backups(folder, certificates, admins):
    """Makes backups as both do, sees that the newest stay, and returns the path of the last one."""
    admin = certificate(certificates, "admin")
    places = {"/etc/bellwether/backup": certificates + "/admin", "bellwether-admin:7421": admins,
              "/var/lib/bellwether-backups": folder + "/backups",
              "/var/backups/bellwether": folder + "/backups"}
    made = []
    for commands in [cron_commands(), unit_commands([*admin, admins]), cron_commands()]:
        # Each is a change too, so that no two backups have the same name.
        token = call(admin + first_token(folder), admins, "AccessService/CreateAdminToken",
                     '{"admin_token":{"role":"ROLE_OPERATOR"}}')["token"]
        for command in commands:
            for there, ours in places.items():
                command = [word.replace(there, ours) for word in command]
            ran = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                 env={**os.environ, "ADMIN_TOKEN": token, "KEEP": str(KEEP)})
            if ran.returncode != 0:
                raise Failed("%s: %s" % (command, ran.stdout.decode()))
            if command[0] == "grpcurl":
                made.append(json.loads(ran.stdout)["path"])
    kept = sorted(str(path) for path in Path(folder, "backups").glob("*/*"))
    if kept != made[-KEEP:]:
        raise Failed("of the backups %s these stay: %s" % (made, kept))
    print("of %d backups the newest %d stay" % (len(made), len(kept)))
    return made[-1]


def check_restore(folder, binaries, backup, start_plane, admin, cluster_uid):
    """Restores as the job does. With the identity pinned, the control plane starts on the result and
    on nothing else."""
    job = here(settings(RESTORE, "bellwether-restore"), {}, folder)
    job["BELLWETHER_BACKUP"] = backup
    job.update(here(dict(re.findall(r"\{name: (BELLWETHER_\w+), value: (.*)\}",
                                    Path(RESTORE_JOB).read_text())), {}, folder))
    restored = subprocess.run((binaries + PLANE, "restore"), env={**os.environ, **job},
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if restored.returncode != 0:
        raise Failed("the job cannot restore: %s" % restored.stdout.decode())
    pinned = {"BELLWETHER_CLUSTER_UID": cluster_uid}
    plane = start_plane({**pinned, "BELLWETHER_DATA_DIR": job["BELLWETHER_DATA_DIR"]})
    admins = "localhost:" + plane.value(READY, "admin_port")
    call(admin + first_token(folder), admins, "VirtualClusterService/ListVirtualClusters")
    print("a restored control plane knows the tokens of the backup")
    plane.stop(signal.SIGTERM)
    empty = start_plane({**pinned, "BELLWETHER_DATA_DIR": folder + "/empty"})
    empty.value("start failed", "event")
    print("a control plane with a pinned identity refuses an empty volume")


def check(folder, binaries, processes):
    certificates = folder + "/certificates"
    subprocess.run(("deploy/make_certificates.sh", certificates), check=True,
                   stdout=subprocess.DEVNULL)

    def start(program, overlay, name, mounted, more=()):
        variables = here(settings(overlay, name), mounted, folder)
        variables.update(more)
        processes.append(Process(folder, name, binaries + program, environment=variables))
        return processes[-1]

    def start_plane(more=()):
        return start(PLANE, RESTORE, "bellwether",
                     {"tls": certificates + "/bellwether-tls",
                      "admin-ca": certificates + "/bellwether-admin-ca"}, more)

    plane = start_plane()
    agents = "localhost:" + plane.value(READY, "agent_port")
    admins = "localhost:" + plane.value(READY, "admin_port")
    key = make_agent_key(folder, certificate(certificates, "admin"), admins)
    agent = start("/agentclient/reference_agent/bellwether-agent", OVERLAY, "bellwether-agent",
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

    backup = check_backups(folder, certificates, admins)
    cluster_uid = plane.value(READY, "cluster_uid")
    plane.stop(signal.SIGTERM)
    check_restore(folder, binaries, backup, start_plane, certificate(certificates, "admin"), cluster_uid)


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
