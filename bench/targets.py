"""What must be reached, and whether this run did. Ratios are of things measured in the same rounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """One line of the table: where its figure lies, and the bound of the first pass and of the goal.

    `path` leads through a job's JSON. Where `most` is true the figure must stay below its bound, else reach it.
    """

    what: str
    job: str
    path: tuple[str, ...]
    first: float
    goal: float
    unit: str = ""
    most: bool = True

    def figure(self, jobs: Mapping[str, Figures]) -> float | None:
        """The figure of a run; None where its job was not measured."""
        found: Any = jobs.get(self.job)
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return float(found) if found is not None else None

    def reached(self, figure: float, bound: float) -> bool:
        """Is it good enough?"""
        return figure <= bound if self.most else figure >= bound


TARGETS = (
    Target("accept, 32 at a time ÷ floor", "accept", ("ratio",), 0.25, 0.6, most=False),
    Target("report ÷ floor", "report", ("ratio",), 0.08, 0.25, most=False),
    Target("report ÷ Roundup, of the floor", "report", ("times_the_quickest_other",), 3.0, 5.0, most=False),
    Target("report: PostgreSQL, 2 processes ÷ SQLite, 1", "scaleout", ("ratio",), 1.0, 1.6, most=False),
    Target("press ÷ report", "press", ("press_to_report",), 0.8, 1.0, most=False),
    Target("20/s: message → owner's card, p50", "latency_20", ("p50_ms",), 50, 15, "ms"),
    Target("20/s: message → owner's card, p99", "latency_20", ("p99_ms",), 250, 60, "ms"),
    Target("200/s: message → 200, p99", "latency_200", ("ack", "p99_ms"), 200, 50, "ms"),
    Target("memory, demo school", "serve", ("value",), 200, 120, "MB"),
    Target("start to ready", "serve", ("start_s",), 3.0, 1.0, "s"),
    Target("slowest page, many ÷ 1000 rows", "scale", ("value",), 3.0, 1.5),
    Target("understand, median", "understand", ("p50_ms",), 3.0, 0.5, "ms"),
    Target("understand, load", "understand", ("load_ms",), 300, 300, "ms"),
)


def judged(jobs: Mapping[str, Figures]) -> list[dict[str, Any]]:
    """Each target that was measured, with its figure and whether first pass and goal are reached."""
    lines = []
    for target in TARGETS:
        figure = target.figure(jobs)
        if figure is not None:
            bounds = {"first_pass": target.first, "goal": target.goal}
            reached = {f"{name}_ok": target.reached(figure, bound) for name, bound in bounds.items()}
            kind = "<=" if target.most else ">="
            lines.append({"what": target.what, "value": figure, "unit": target.unit, "kind": kind, **bounds, **reached})
    return lines
