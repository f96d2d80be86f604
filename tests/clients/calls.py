"""The checks of calls: metadata, admin calls, consumers."""

from checks import CRJ, SLOWEST_UNDISTURBED, TOPIC, traffic, undisturbed
from pool import Failed, Pool
from table import Row

# Its answers name one leader alone.
SMALL_TOPIC = "small"
LARGE_TOPIC = "large"
LARGE = 10000
# A client that warns this often floods the log of its user.
FLOOD = 10


def listed(job, pool, agents, topics, partitions):
    """What is wrong with what the client sees of the pool when it is given `agents` alone."""
    with job.client.start(job.folder, "metadata", agents, "matrix", topics) as run:
        seen = run.event("result")
    wrong = []
    if set(seen["brokers"]) != set(pool.kafka):
        wrong.append("%s lists %d of %d agents"
                     % (agents[0], len(set(seen["brokers"])), len(pool.kafka)))
    if seen["partitions"] != partitions or seen["leaderless"] != 0:
        wrong.append("%s lists %d of %d partitions, %d without a leader"
                     % (agents[0], seen["partitions"], partitions, seen["leaderless"]))
    return wrong


def metadata(job):
    """Through each agent: the same full list."""
    with job.pool(topics=SMALL_TOPIC + ":1") as pool:
        faults = [wrong for address in pool.kafka
                  for wrong in listed(job, pool, [address], [SMALL_TOPIC], 1)]
    return Row(job.client.name, "", faults=faults)


def large(job):
    with job.pool(topics="%s:%d" % (LARGE_TOPIC, LARGE)) as pool:
        faults = listed(job, pool, pool.kafka, [LARGE_TOPIC], LARGE)
        row = traffic(job, pool, CRJ, undisturbed(10), SLOWEST_UNDISTURBED,
                      topics=(LARGE_TOPIC,))
    row.faults += faults
    return row


def describe(job, features):
    """Fresh clients, six descriptions of a topic at once, then the other calls."""
    with job.pool(topics="%s,%s:1" % (Pool.TOPICS, SMALL_TOPIC)) as pool:
        with job.client.start(job.folder, "describe", pool.kafka, "matrix" + features,
                              [SMALL_TOPIC],
                              clients=20, calls=6) as run:
            result = run.event("result")
    return Row(job.client.name, "",
               {"sent": result["sent"], "acknowledged": result["acknowledged"],
                "lost": result["sent"] - result["acknowledged"],
                "errors": sum(result["errors"].values()), "slowest": result["slowest"],
                "complaints": len(run.complaints())},
               {"lost": 0, "errors": 0},
               notes=["%d x %s" % (count, text) for text, count in result["errors"].items()])


def consume(job):
    """Explicit partitions, by each isolation level: nothing comes, and no complaint."""
    rows = []
    with job.pool() as pool:
        for isolation in ("read_uncommitted", "read_committed"):
            with job.client.start(job.folder, "consume", pool.kafka, "matrix", [TOPIC],
                                  isolation=isolation, seconds=10) as run:
                result = run.event("result")
            rows.append((result, len(run.complaints())))
    if any(result["records"] for result, _ in rows):
        raise Failed("the consumer got records of an agent that stores none")
    errors = {text: count for result, _ in rows for text, count in result["errors"].items()}
    return Row(job.client.name, "",
               {"errors": sum(errors.values()),
                "complaints": sum(complaints for _, complaints in rows)},
               {"errors": 0, "complaints": FLOOD},
               notes=["%d x %s" % (count, text) for text, count in errors.items()])
