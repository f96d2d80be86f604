"""The pool of agents that a check runs clients against."""

import json
import re
import signal
import sys
import time
import urllib.request
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "support"))
from fleet import Failed, Fleet, await_  # noqa: E402

# The product's defaults hold but for this one, and only where no agent joins after the start: an agent
# that joins a running pool leads nothing for ten seconds.
QUICK_START = ("--slow_start=1s",)
PRODUCT_PACE = ()


class Pool(Fleet):
    """A control plane and agents, all of them active. Stops them when its context ends."""

    def __init__(self, folder, binaries, agents=4, zones=(), topics=Fleet.TOPICS,
                 pace=QUICK_START, agent_flags=()):
        """`zones` are those of the first agents; the others have none."""
        self._zones = zones
        self.control_plane = None
        try:
            super().__init__(folder, binaries, agents, pace=pace, topics=topics,
                             agent_flags=("-metricsAddress=127.0.0.1:0", *agent_flags))
            self._await_active(agents)
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.stop()

    def stop(self):
        for process in [*self._others, self.control_plane]:
            if process is not None:
                process.stop(signal.SIGKILL)

    def flags_of(self, index):
        zone = self._zones[index:index + 1]
        return ["-availabilityZone=" + name for name in zone]

    def busiest(self):
        """The agent that clients send the most to, by a second's traffic."""
        before = [self._bytes_in(agent) for agent in self.agents]
        time.sleep(1)
        after = [self._bytes_in(agent) for agent in self.agents]
        grown = [now - then for now, then in zip(after, before)]
        if max(grown) <= 0:
            raise Failed("no client sends anything to any agent")
        return grown.index(max(grown))

    def restart(self, index, binaries):
        """Ends an agent by SIGTERM, starts it at its address, and returns when it leads again."""
        epoch = self._epochs()["agent-%d" % index]
        self.agents[index].stop(signal.SIGTERM)
        self.agents[index] = self.start_agent(binaries, index, self.kafka[index])
        await_("agent-%d is active again" % index,
               lambda: self._epochs().get("agent-%d" % index, epoch) != epoch)
        self._await_active(len(self.agents))

    def replace_control_plane(self, binaries):
        """Ends it by SIGTERM, starts it at its address, and returns when all agents are connected again: an
        agent that ends before cannot say that it leaves, and counts as alive for one lease."""
        self.control_plane.stop(signal.SIGTERM)
        self.start_control_plane(binaries)
        started = time.monotonic()

        def all_heard():
            # An agent that was not heard yet has the age of the control plane.
            running = time.monotonic() - started
            return all(float(agent["last_heartbeat_age"].rstrip("s")) < running
                       for agent in self._listed())
        await_("all agents are connected again", all_heard)

    def _await_active(self, count):
        await_("all agents are active", lambda: len(self._epochs()) == count)

    def _epochs(self):
        """The epoch of each active agent: it changes when an agent starts again."""
        return {agent["agent_id"]: agent["agent_epoch"] for agent in self._listed()
                if agent["state"] == "STATE_ACTIVE"}

    def _listed(self):
        return json.loads(self.call("AgentPoolService/ListAgents",
                                    '{"parent":"agentPools/%s"}' % self.POOL)).get("agents", [])

    @staticmethod
    def _bytes_in(agent):
        address = agent.value("serving metrics", "address")
        with urllib.request.urlopen("http://%s/metrics" % address, timeout=10) as answer:
            text = answer.read().decode()
        return float(re.search(r'agent_bytes_total\{direction="in"\} (\S+)', text).group(1))
