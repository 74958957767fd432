"""What is counted of every step: kept numbers, so that statistics are read without looking at the records."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from domain.work_orders import State

NOW = ""
"""The day of numbers that stand now: how many records are in a state. All others belong to a day of the school."""
STEPS = frozenset({"report", "resolve", "confirm", "lapse", "cancel", "reopen", "refuse"})
"""Steps that are counted by their own name."""
STATE, STARS, WAIT, MEND, MINUTES = "state", "stars", "wait", "mend", "minutes"
EDGES = (5, 15, 30, 60, 120, 240, 480, 1440, 2880, 4320, 10080, 20160)
"""Minutes: a time is counted under the first of these that it does not pass, or under `BEYOND`."""
BEYOND = "more"
RANGES = {kind: [f"{kind}:{edge}" for edge in (*EDGES, BEYOND)] for kind in (WAIT, MEND)}
"""How the numbers of a time are called, in the order of the edges."""
QUARTER = 900
"""Seconds of a quarter of an hour."""
RETRADES = frozenset({"amend", "reroute"})
"""Steps whose detail `category` becomes the record's; a refusal only names one."""


class Cell(NamedTuple):
    """Which number: `day` is the school's (2026-11-22) or `NOW`, `measure` a step, or a kind and what it counts."""

    day: str
    category: str
    measure: str


Counts = Counter[Cell]
"""By how much numbers change; those of states also go down."""


class Stand(NamedTuple):
    """Where a record stands, and since when."""

    state: str
    category: str
    since: datetime


class Passage(NamedTuple):
    """A step as it is counted. `before` is None for a new record, `stars` 0 unless the step rates."""

    step: str
    before: Stand | None
    after: Stand
    at: datetime
    reported_at: datetime
    cycle: int = 1
    stars: int = 0


class Row(NamedTuple):
    """A step as the history keeps it."""

    step: str
    source: str
    target: str
    at: datetime
    details: Mapping[str, str]


def count(passage: Passage, zone: ZoneInfo, counts: Counts) -> None:
    """Add the numbers that a step changes.

    `wait` is the time from when a work order waits for somebody to accept it until somebody has; `mend` the time from
    the report until it was first resolved: what was sent back is counted as that, and not twice.
    """
    if passage.before is not None:
        counts[_standing(passage.before)] -= 1
    counts[_standing(passage.after)] += 1
    _happened(passage, zone, counts)


def _standing(stand: Stand) -> Cell:
    return Cell(NOW, stand.category, f"{STATE}:{stand.state}")


def _happened(passage: Passage, zone: ZoneInfo, counts: Counts) -> None:
    if measures := list(_measures(passage)):
        day, category = _day(int(passage.at.timestamp()) // QUARTER, zone), passage.after.category
        for measure, value in measures:
            counts[Cell(day, category, measure)] += value


@lru_cache(maxsize=1024)
def _day(quarter: int, zone: ZoneInfo) -> str:
    """A recount asks for the same days a million times. Every zone's midnight begins a quarter of an hour."""
    return datetime.fromtimestamp(quarter * QUARTER, zone).date().isoformat()


def _measures(passage: Passage) -> Iterator[tuple[str, int]]:
    before = passage.before
    if passage.step in STEPS:
        yield passage.step, 1
    if passage.stars:
        yield f"{STARS}:{passage.stars}", 1
    if before is not None and (before.state, passage.after.state) == (State.REPORTED, State.ACCEPTED):
        yield from _lasted(WAIT, before.since, passage.at)
    if passage.step == "resolve" and passage.cycle == 1:
        yield from _lasted(MEND, passage.reported_at, passage.at)


def _lasted(kind: str, begun: datetime, ended: datetime) -> Iterator[tuple[str, int]]:
    minutes = max(0, int((ended - begun).total_seconds() // 60))
    position = bisect_left(EDGES, minutes)
    yield RANGES[kind][position], 1
    yield f"{kind}:{MINUTES}", minutes


def replay(rows: Iterable[Row], first_category: str, reported_at: datetime, zone: ZoneInfo, counts: Counts) -> None:
    """Add what the whole history of one record counts, oldest row first."""
    stand: Stand | None = None
    cycle = 1
    for row in rows:
        after = _after(row, stand, first_category)
        stars = int(row.details.get("score", 0)) if row.step == "rate" else 0
        passage = Passage(
            step=row.step, before=stand, after=after, at=row.at, reported_at=reported_at, cycle=cycle, stars=stars
        )
        _happened(passage, zone, counts)
        cycle += row.step == "reopen"
        stand = after
    if stand is not None:  # where it stood before was counted and taken back, step by step
        counts[_standing(stand)] += 1


def _after(row: Row, before: Stand | None, first_category: str) -> Stand:
    category = first_category if before is None else before.category
    if row.step in RETRADES:
        category = row.details.get("category", category)
    since = row.at if before is None or row.source != row.target else before.since
    return Stand(state=row.target, category=category, since=since)


def without_zeros(counts: Counts) -> Counts:
    """Numbers that have not changed are nobody's business."""
    return Counts({cell: value for cell, value in counts.items() if value})
