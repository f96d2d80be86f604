"""Where a client's own settings make the slowest acknowledgement later than the bound of a check."""

# By client and what stands before the _ of a check: seconds, and the setting they come from.
FRANZ_MINIMUM = (6, "franz-go's MetadataMinAge of 5 s")
OWN_TIME_OUTS = {
    ("franz-go", "kill"): FRANZ_MINIMUM,
    ("franz-go", "topics"): FRANZ_MINIMUM,
    ("franz-go", "zone"): FRANZ_MINIMUM,
}


def allow(row):
    """Sets the bound that the client's own settings allow, and says so in the row."""
    found = OWN_TIME_OUTS.get((row.client, row.check.split("_")[0]))
    if found and "slowest" in row.bounds:
        seconds, setting = found
        row.bounds["slowest"] = max(row.bounds["slowest"], seconds)
        row.notes.append("bound %s s: %s" % (seconds, setting))
