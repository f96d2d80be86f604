"""What the matrix found: a row for each client and check."""

from dataclasses import dataclass, field

# The figures of a row, as columns. One that a check does not take is shown as "-".
COLUMNS = ("sent", "acknowledged", "lost", "errors", "slowest", "removed", "complaints")


@dataclass
class Row:
    client: str
    check: str
    figures: dict = field(default_factory=dict)
    # The most that a figure may be.
    bounds: dict = field(default_factory=dict)
    # What is wrong besides.
    faults: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    # Why there is no result: "n/a: ..." or "not run: ...".
    absent: str = ""

    def missed(self):
        """What is wrong, as text."""
        over = ["%s %s, bound %s" % (name, show(self.figures.get(name)), show(bound))
                for name, bound in self.bounds.items()
                if self.figures.get(name) is None or self.figures[name] > bound]
        return self.faults + over

    def failed(self):
        return not self.absent and bool(self.missed())

    def passed(self):
        return not self.absent and not self.missed()

    def state(self):
        if self.absent:
            return self.absent
        return "FAILED: " + "; ".join(self.missed()) if self.failed() else "ok"


def show(figure):
    if figure is None:
        return "-"
    return "%.2f" % figure if isinstance(figure, float) else str(figure)


def line(row):
    """The row in one line."""
    return "%-16s %-19s " % (row.client, row.check) + " ".join(
        "%*s" % (len(column), show(row.figures.get(column))) for column in COLUMNS) + (
            "  " + "; ".join([row.state(), *row.notes]))


def header():
    return "%-16s %-19s %s" % ("client", "check", " ".join(COLUMNS))
