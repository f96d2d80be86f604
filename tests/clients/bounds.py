"""Where a client's own setting makes the slowest acknowledgement later than the bound of a check."""

# franz-go asks again at the earliest so long after its last question: after an answer that still
# returns an agent that is gone, and after a refusal that came soon after a question.
FRANZ_GO = (5, "franz-go's MetadataMinAge")

# By client and what stands before the _ of a check: how many seconds it adds, and the setting.
OWN_DELAYS = {("franz-go", check): FRANZ_GO
              for check in ("kill", "end", "restart", "topics", "zone", "unreachable", "upgrade")}


def allow(row):
    """Adds to the bound what the client's own settings take, and says so in the row."""
    seconds, setting = OWN_DELAYS.get((row.client, row.check.split("_")[0]), (0, ""))
    if seconds:
        row.bounds["slowest"] += seconds
        row.notes.append("slowest: %d s more for %s" % (seconds, setting))
