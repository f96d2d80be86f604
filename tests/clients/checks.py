"""The checks that watch a client produce while something happens to the agents."""

import signal
import time
from dataclasses import dataclass
from pathlib import Path

from clients import PATIENCE, Client
from pool import PRODUCT_PACE, Pool
from table import Row

TOPIC = Pool.TOPIC
CRJ = ""
SINGLE = ",ws_pas=single_agent"

# How long a client produces before something happens, and after it, in seconds.
BEFORE = 5
AFTER = 20

# The slowest acknowledgement that is right, in seconds.
SLOWEST_UNDISTURBED = 1
SLOWEST_END = 1
SLOWEST_KILL = {CRJ: 2, SINGLE: 5}
SLOWEST_ZONE = 5
# Peers find out by themselves that an agent is gone.
SLOWEST_UNREACHABLE = 10


@dataclass(frozen=True)
class Job:
    """One client under one check."""
    client: Client
    folder: Path
    binaries: str
    # The programs of the version before, if given.
    old: str

    def pool(self, **options):
        return Pool(self.folder, self.binaries, **options)


def traffic(job, pool, features, happen, slowest, topics=(TOPIC,), **options):
    """The row of a client that produces while `happen()` does its work, which lasts until the client is
    to stop. It returns how many agents ended for good."""
    with job.client.start(job.folder, "produce", pool.kafka, "matrix" + features, topics,
                          patience=PATIENCE, **options) as run:
        run.event("ready")
        gone = happen()
        result = run.finish()
    sent, acknowledged, errors = (result[name] for name in ("sent", "acknowledged", "errors"))
    figures = {"sent": sent, "acknowledged": acknowledged, "lost": sent - acknowledged,
               "errors": sum(errors.values()), "slowest": result["slowest"],
               "complaints": len(run.complaints())}
    bounds = {"lost": 0, "errors": 0, "slowest": slowest}
    if "removed" in result:
        figures["removed"] = result["removed"]
        bounds["removed"] = gone
    return Row(figures=figures, bounds=bounds, client=job.client.name, check="",
               notes=["%d x %s" % (count, text) for text, count in errors.items()])


def undisturbed(seconds):
    def happen():
        time.sleep(seconds)
        return 0
    return happen


def after_a_while(act):
    """`act()` after some traffic, and some more after it."""
    def happen():
        time.sleep(BEFORE)
        gone = act()
        time.sleep(AFTER)
        return gone
    return happen


def stop_busiest(pool, number):
    pool.agents[pool.busiest()].stop(number)
    return 1


def produce(job, features):
    with job.pool() as pool:
        return traffic(job, pool, features, undisturbed(10), SLOWEST_UNDISTURBED)


def refresh(job, milliseconds, seconds):
    """A client of single_agent gets another agent with each refresh."""
    with job.pool() as pool:
        return traffic(job, pool, SINGLE, undisturbed(seconds), SLOWEST_UNDISTURBED,
                       refresh_ms=milliseconds)


def kill(job, features):
    with job.pool() as pool:
        return traffic(job, pool, features,
                       after_a_while(lambda: stop_busiest(pool, signal.SIGKILL)),
                       SLOWEST_KILL[features])


def end(job, features):
    with job.pool() as pool:
        return traffic(job, pool, features,
                       after_a_while(lambda: stop_busiest(pool, signal.SIGTERM)), SLOWEST_END)


def zone(job, features):
    """Every agent of the client's zone ends."""
    with job.pool(zones=("west", "west", "east", "east")) as pool:
        def end_west():
            for agent in pool.agents[:2]:
                agent.stop(signal.SIGKILL)
            return 2
        return traffic(job, pool, features + ",ws_az=west", after_a_while(end_west),
                       SLOWEST_ZONE)


def topics(job, features):
    """Many topics of one partition: clients that ask for one topic at a time see one leader."""
    names = ["single-%d" % i for i in range(20)]
    with job.pool(agents=8, topics=",".join(name + ":1" for name in names)) as pool:
        return traffic(job, pool, features,
                       after_a_while(lambda: stop_busiest(pool, signal.SIGKILL)),
                       SLOWEST_KILL[features], topics=names)


def roll(pool, binaries):
    for index in range(len(pool.agents)):
        pool.restart(index, binaries)
    return len(pool.agents)


def restart(job, features):
    with job.pool(pace=PRODUCT_PACE, agent_flags=("-announceRestart",)) as pool:
        return traffic(job, pool, features,
                       after_a_while(lambda: roll(pool, job.binaries)), SLOWEST_END)


def upgrade(job, features):
    """The control plane first, then one agent after the other."""
    with Pool(job.folder, job.old, pace=PRODUCT_PACE,
              agent_flags=("-announceRestart",)) as pool:
        def replace():
            pool.replace_control_plane(job.binaries)
            return roll(pool, job.binaries)
        # The old agents do not ask their clients to move: they close, as if they were killed.
        return traffic(job, pool, features, after_a_while(replace), SLOWEST_KILL[features])


def unreachable(job, features):
    """The control plane does not answer for a minute, and an agent ends meanwhile."""
    with job.pool() as pool:
        def pause():
            pool.control_plane.send(signal.SIGSTOP)
            time.sleep(20)
            gone = stop_busiest(pool, signal.SIGKILL)
            time.sleep(40)
            pool.control_plane.send(signal.SIGCONT)
            return gone
        return traffic(job, pool, features, after_a_while(pause), SLOWEST_UNREACHABLE)
