"""What the kept numbers tell: sums, and how long things took as far as the numbers can honestly say it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from domain.tallies import BEYOND, EDGES, MEND, MINUTES, STARS, WAIT

TERMS = (2, 9)
"""Months in which a term begins."""
WEEK = timedelta(days=7)


class Period(StrEnum):
    """The time that a statistic is about; each ends today."""

    WEEK = "week"
    MONTH = "month"
    TERM = "term"

    def first(self, today: date) -> date:
        """Its first day: Monday, the first of the month, the first of February or September."""
        if self is Period.WEEK:
            return today - timedelta(days=today.weekday())
        if self is Period.MONTH:
            return today.replace(day=1)
        months = [month for month in TERMS if month <= today.month]
        return date(today.year, months[-1], 1) if months else date(today.year - 1, TERMS[-1], 1)

    def spans(self, today: date) -> Iterator[tuple[date, date]]:
        """What one bar of its chart stands for, first and last day: days, or the weeks of a term."""
        first = self.first(today)
        while first <= today:
            last = first if self is not Period.TERM else first + timedelta(days=6 - first.weekday())
            yield first, min(last, today)
            first = last + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Between:
    """Minutes: more than `over`, at most `upto` (None: nobody knows)."""

    over: int
    upto: int | None


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: how often, minutes altogether, and how often in each range that ends at an edge."""

    minutes: int
    ranges: Mapping[str, int]

    @property
    def count(self) -> int:
        """How often."""
        return sum(self.ranges.values())

    def within(self, share: float) -> Between | None:
        """The range in which this share of them was done (0.5: the median); None where there is none."""
        rest, over = share * self.count, 0
        for edge in (*EDGES, BEYOND):
            rest -= self.ranges.get(str(edge), 0)
            if self.count and rest <= 0:
                return Between(over, None if edge == BEYOND else int(edge))
            over = int(edge) if edge != BEYOND else over
        return None


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of a time: measures as domain/tallies.py names them."""

    sums: Mapping[str, int] = field(default_factory=dict)

    def of(self, measure: str) -> int:
        """One sum."""
        return self.sums.get(measure, 0)

    def _ranges(self, kind: str) -> Mapping[str, int]:
        prefix = f"{kind}:"
        found = {name.removeprefix(prefix): value for name, value in self.sums.items() if name.startswith(prefix)}
        found.pop(MINUTES, None)
        return found

    @property
    def waits(self) -> Times:
        """From when a work order waits for somebody until somebody has accepted it."""
        return Times(self.of(f"{WAIT}:{MINUTES}"), self._ranges(WAIT))

    @property
    def mends(self) -> Times:
        """From the report until it was first resolved."""
        return Times(self.of(f"{MEND}:{MINUTES}"), self._ranges(MEND))

    @property
    def ratings(self) -> int:
        """How many have rated."""
        return sum(self._ranges(STARS).values())

    @property
    def stars(self) -> float | None:
        """Stars on average, one to five; None where nobody has rated."""
        total = sum(int(stars) * count for stars, count in self._ranges(STARS).items())
        return total / self.ratings if self.ratings else None
