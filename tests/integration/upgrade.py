#!/usr/bin/env python3
"""Replaces the control plane under a fleet that works, and goes back. While real Kafka clients ask
who leads, over and over, and new ones come, it is stopped with SIGTERM and another version starts on
its data: the new one, the old one again, and the new one after a SIGKILL. Checked:

  - no leader moves, whoever is asked, and no agent joins anew;
  - every client gets its answer, some after they tried again.

  tests/integration/upgrade.py <bazel-bin of the old version> [<of the new one, if another>]

From the root of the checkout, tools on the path. Prints what it found; exits 1 if something is not so.
"""

import json
import signal
import subprocess
import sys
import tempfile
import threading

sys.path.append("tests/support")
from fleet import Failed, Fleet, await_  # noqa: E402

AGENTS = 3


class Client(threading.Thread):
    """Asks one agent after the other who leads, under one id for ever or a new one each time."""

    def __init__(self, fleet, client_id, new_each_time):
        super().__init__()
        self._fleet = fleet
        self._client_id = client_id
        self._new_each_time = new_each_time
        self._end = threading.Event()
        self.answers = 0
        self.retries = 0
        self.fault = None

    def leaders(self, client_id):
        """The leader of each partition by one answer; none if there is no whole answer."""
        address = self._fleet.kafka[(self.answers + self.retries) % AGENTS]
        asked = subprocess.run(
            ("kcat", "-b", address, "-L", "-J", "-t", Fleet.TOPIC, "-m", "5",
             "-X", "client.id=" + client_id),
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        if asked.returncode != 0:
            return None
        topics = json.loads(asked.stdout)["topics"]
        leaders = {p["partition"]: p["leader"] for topic in topics for p in topic["partitions"]}
        return leaders if leaders and min(leaders.values()) >= 0 else None

    def ask(self, client_id):
        """As a client does: again, until there is an answer."""
        def answered():
            found = self.leaders(client_id)
            self.retries += found is None
            return found
        found = await_("client %s gets an answer" % client_id, answered)
        self.answers += 1
        return found

    def run(self):
        try:
            first = self.ask(self._client_id)
            while not self._end.is_set():
                client_id = self._client_id
                if self._new_each_time:
                    client_id += "-%d" % self.answers
                now = self.ask(client_id)
                if now != first:
                    raise Failed("client %s: leaders moved from %s to %s"
                                 % (client_id, first, now))
        except Failed as failure:
            self.fault = failure

    def finish(self):
        self._end.set()
        self.join()
        print("client %s: %d answers, %d times tried again"
              % (self._client_id, self.answers, self.retries))
        if self.fault:
            raise self.fault


def epochs(fleet):
    """The epoch of each active agent: it changes when an agent joins anew."""
    agents = json.loads(fleet.call("AgentPoolService/ListAgents",
                                   '{"parent":"agentPools/%s"}' % Fleet.POOL)).get("agents", [])
    return {agent["agent_id"]: agent["agent_epoch"] for agent in agents
            if agent["state"] == "STATE_ACTIVE"}


def replace(fleet, number, binaries, clients):
    answers = [client.answers for client in clients]
    status = fleet.control_plane.stop(number)
    if status != (0 if number == signal.SIGTERM else -number):
        raise Failed("the control plane ended with status %d" % status)
    # Nobody is there to ask, and clients that are known get answers all the same.
    await_("a client is answered meanwhile", lambda: clients[0].answers >= answers[0] + AGENTS)
    fleet.start_control_plane(binaries)
    answers = [client.answers for client in clients]
    await_("clients are answered after it",
           lambda: all(c.fault or c.answers > n + AGENTS for c, n in zip(clients, answers)))


def check(fleet, old, new):
    await_("all agents are active", lambda: len(epochs(fleet)) == AGENTS)
    before = epochs(fleet)
    clients = [Client(fleet, "settled", False), Client(fleet, "new", True)]
    for client in clients:
        client.start()
    try:
        await_("clients have begun", lambda: all(c.answers > AGENTS for c in clients))
        for name, number, binaries in [("upgraded", signal.SIGTERM, new),
                                       ("rolled back", signal.SIGTERM, old),
                                       ("killed, and upgraded", signal.SIGKILL, new)]:
            replace(fleet, number, binaries, clients)
            if epochs(fleet) != before:
                raise Failed("%s: agents joined anew: %s, before %s"
                             % (name, epochs(fleet), before))
            print("%s: every agent goes on" % name)
    finally:
        for client in clients:
            client.finish()


def main():
    old, new = sys.argv[1], sys.argv[-1]
    with tempfile.TemporaryDirectory() as folder:
        fleet = Fleet(folder, old, AGENTS)
        try:
            check(fleet, old, new)
        except Failed as failure:
            print(failure)
            return 1
        finally:
            fleet.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
