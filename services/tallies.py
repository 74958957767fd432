"""The kept numbers: added to in the transaction of every step, read by the statistics."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from secrets import randbelow
from typing import Protocol
from zoneinfo import ZoneInfo

from tortoise.functions import Sum

from domain.tallies import NOW, Counts, Passage, Stand, count, without_zeros
from models import Tally
from models.dialects import DIALECTS
from services.database import connection_in_hand
from services.unit import Stage, Unit

SHARDS = 64
"""Rows that one number may have. Two processes with the same shard only wait for each other's commit."""
ROWS = 120
"""Rows of one statement: databases bound the number of values in one."""
COLUMNS = ("subject", "day", "category", "measure", "shard", "value")


class Counted(Protocol):
    """What a record needs to be counted."""

    state: str
    category: str
    cycle: int
    moved_at: datetime
    reported_at: datetime


def stand_of(record: Counted) -> Stand:
    """Where a record stands now: to be asked for before it is moved."""
    return Stand(state=str(record.state), category=record.category, since=record.moved_at)


class Tallies:
    """Numbers of one workflow. Each step that the desk takes is counted here, in the very transaction that moves it."""

    def __init__(self, subject: str, zone: ZoneInfo) -> None:
        """`subject` is the workflow's name, `zone` the school's: its midnight begins a new day."""
        self._subject = subject
        self._zone = zone
        self._shard = randbelow(SHARDS)

    def note(self, unit: Unit, record: Counted, before: Stand | None, step: str, at: datetime, stars: int = 0) -> None:
        """Count a step with the unit: `record` has been moved, `before` says where it stood (None: it is new).

        `at` is the moment that the history keeps. `cycle` is the record's after the step: what counts by it, resolving,
        leaves it as it was.
        """
        passage = Passage(
            step=step,
            before=before,
            after=stand_of(record),
            at=at,
            reported_at=record.reported_at,
            cycle=record.cycle,
            stars=stars,
        )
        unit.add(Stage.TALLIES, self._add, passage)

    async def _add(self, passages: Sequence[Passage]) -> None:
        """One statement for all steps of a batch, in the order of the cells: two batches never wait in a circle."""
        counts = Counts()
        for passage in passages:
            count(passage, self._zone, counts)
        cells = sorted(without_zeros(counts).items())
        for start in range(0, len(cells), ROWS):
            rows = [(self._subject, *cell, self._shard, change) for cell, change in cells[start : start + ROWS]]
            await _upsert(rows)

    async def standing(self) -> dict[str, dict[str, int]]:
        """How many records stand in each state now, by trade and measure."""
        return await self._sums(day=NOW)

    async def sums(self, first: date, last: date) -> dict[str, dict[str, int]]:
        """What happened from one day to another, by trade and measure."""
        return await self._sums(day__gte=first.isoformat(), day__lte=last.isoformat())

    async def _sums(self, **days: str) -> dict[str, dict[str, int]]:
        rows = Tally.filter(subject=self._subject, **days).annotate(total=Sum("value"))
        found: dict[str, dict[str, int]] = {}
        for category, measure, total in await rows.group_by("category", "measure").values_list(
            "category", "measure", "total"
        ):
            if total:
                found.setdefault(category, {})[measure] = int(total)
        return found

    async def daily(self, first: date, last: date, measures: Collection[str]) -> dict[tuple[str, str], int]:
        """Some measures from one day to another, each day for itself."""
        rows = Tally.filter(
            subject=self._subject, day__gte=first.isoformat(), day__lte=last.isoformat(), measure__in=list(measures)
        ).annotate(total=Sum("value"))
        found = await rows.group_by("day", "measure").values_list("day", "measure", "total")
        return {(day, measure): int(total) for day, measure, total in found}


async def _upsert(rows: Sequence[tuple[str | int, ...]]) -> None:
    connection = connection_in_hand()
    mark, width = DIALECTS[connection.capabilities.dialect].placeholder, len(COLUMNS)
    marks = (f"({', '.join(mark(row * width + column + 1) for column in range(width))})" for row in range(len(rows)))
    await connection.execute_query(
        f"INSERT INTO tallies ({', '.join(COLUMNS)}) VALUES {', '.join(marks)} "  # noqa: S608 - all names are our own
        "ON CONFLICT (subject, day, category, measure, shard) DO UPDATE SET value = tallies.value + excluded.value",
        [value for row in rows for value in row],
    )
