"""Statistics: read from the kept numbers alone, whatever the number of records."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from domain.errors import NotAllowed
from domain.grants import Permission
from domain.statistics import Figures, Period
from domain.tallies import STATE
from services.actor import Actor
from services.clock import Clock
from services.tallies import Tallies

REPORTED, RESOLVED = "report", "resolve"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of the chart: first and last day, and what was reported and resolved in them."""

    first: date
    last: date
    reported: int
    resolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A time, from `first` to `last`: as a whole, by trade, by bar; and how things stand now, by trade and state."""

    period: Period
    first: date
    last: date
    whole: Figures
    trades: Mapping[str, Figures]
    bars: tuple[Bar, ...]
    standing: Mapping[str, Mapping[str, int]]


class Reports:
    """Makes statistics for those who may see them."""

    def __init__(self, tallies: Tallies, clock: Clock, zone: ZoneInfo) -> None:
        """`zone` is the school's: its days are counted."""
        self._tallies = tallies
        self._clock = clock
        self._zone = zone

    async def of(self, reader: Actor, period: Period) -> Statistics:
        """The statistics of a period that ends today; `NotAllowed` for those whose roles do not see them."""
        if not reader.may(Permission.STATISTICS_VIEW):
            raise NotAllowed(step="statistics")
        today = self._clock().astimezone(self._zone).date()
        first = period.first(today)
        sums = await self._tallies.sums(first, today)
        daily = await self._tallies.daily(first, today, (REPORTED, RESOLVED))
        return Statistics(
            period=period,
            first=first,
            last=today,
            whole=Figures(_added(sums.values())),
            trades={trade: Figures(numbers) for trade, numbers in sums.items()},
            bars=tuple(_bar(span, daily) for span in period.spans(today)),
            standing=_standing(await self._tallies.standing()),
        )


def _added(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for part in parts:
        for measure, value in part.items():
            total[measure] = total.get(measure, 0) + value
    return total


def _bar(span: tuple[date, date], daily: Mapping[tuple[str, str], int]) -> Bar:
    days = [date.fromordinal(day).isoformat() for day in range(span[0].toordinal(), span[1].toordinal() + 1)]
    reported, resolved = (sum(daily.get((day, measure), 0) for day in days) for measure in (REPORTED, RESOLVED))
    return Bar(first=span[0], last=span[1], reported=reported, resolved=resolved)


def _standing(now: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, int]]:
    return {
        trade: {measure.removeprefix(f"{STATE}:"): value for measure, value in numbers.items()}
        for trade, numbers in now.items()
    }
