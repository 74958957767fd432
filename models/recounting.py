"""The kept numbers counted anew from the history: what an upgrade begins with, and what proves them right."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from tortoise import Tortoise
from tortoise.transactions import in_transaction

from domain.tallies import Cell, Counts, Row, replay, without_zeros
from domain.work_orders import REPAIR
from models.dialects import DIALECTS
from models.statistics import Tally
from models.work_orders import WorkOrder

SLICE = 2000
"""Work orders whose history is read at once."""
TOLD = 100_000
"""So many work orders are between two words about how far it has come."""
LOCKS = {"postgres": "LOCK TABLE tallies IN EXCLUSIVE MODE"}
"""Who has moved a record and not committed is waited for, and who moves one now waits. SQLite has one writer anyway."""
HISTORY = """
SELECT h.subject_id, w.first_category, w.reported_at, h.step, h.source, h.target, h.at, h.details
FROM history h JOIN work_orders w ON w.id = h.subject_id
WHERE h.subject = {} AND h.subject_id > {} AND h.subject_id <= {}
ORDER BY h.subject_id, h.id
"""
"""Past the ORM: it makes a Python object of every value, and of a million records there are forty million."""
NOTHING: Mapping[str, str] = {}
Tell = Callable[[int], None]
"""Hears how many work orders have been counted, every so many."""


def silent(_: int) -> None:
    """Says nothing."""


async def fill_up(zone: ZoneInfo, tell: Tell = silent) -> None:
    """Count what an older release has left uncounted; nothing where the numbers are kept already."""
    if await WorkOrder.all().exists() and not await Tally.all().exists():
        await recount(zone, tell)


async def recount(zone: ZoneInfo, tell: Tell = silent) -> None:
    """Put the numbers right, whatever they were. Nothing moves meanwhile: a million work orders take a minute."""
    async with in_transaction():
        await _lock()
        counts = await counted(zone, tell)
        await Tally.filter(subject=REPAIR.name).delete()
        await Tally.bulk_create(
            (
                Tally(subject=REPAIR.name, shard=0, value=value, **cell._asdict())
                for cell, value in counts.items()
                if value
            ),
            batch_size=SLICE,
        )


async def kept() -> Counts:
    """All numbers as they are kept, for comparison; those that are 0 left out."""
    found = Counts()
    for day, category, measure, value in await Tally.filter(subject=REPAIR.name).values_list(
        "day", "category", "measure", "value"
    ):
        found[Cell(day, category, measure)] += value
    return without_zeros(found)


async def counted(zone: ZoneInfo, tell: Tell = silent) -> Counts:
    """All numbers as the history gives them; those that are 0 left out."""
    found, last, done = Counts(), 0, 0
    while orders := await WorkOrder.filter(id__gt=last).order_by("id").limit(SLICE).values_list("id"):
        rows = await _history(last, orders[-1][0])
        for _, life in groupby(rows, key=itemgetter(0)):
            steps = list(life)
            _, first_category, reported_at, *_ = steps[0]
            replay(_rows(steps), first_category, _moment(reported_at), zone, found)
        last, done = orders[-1][0], done + len(orders)
        if done % TOLD == 0:
            tell(done)
    return without_zeros(found)


async def _history(after: int, upto: int) -> Sequence[Sequence[Any]]:
    connection = Tortoise.get_connection("default")
    mark = DIALECTS[connection.capabilities.dialect].placeholder
    _, rows = await connection.execute_query(HISTORY.format(mark(1), mark(2), mark(3)), [REPAIR.name, after, upto])
    return [tuple(row) for row in rows]


def _rows(steps: Sequence[Sequence[Any]]) -> Iterator[Row]:
    for _, _, _, step, source, target, at, details in steps:
        yield Row(step, source, target, _moment(at), NOTHING if details == "{}" else orjson.loads(details))


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps text, in UTC."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


async def _lock() -> None:
    connection = Tortoise.get_connection("default")
    if statement := LOCKS.get(connection.capabilities.dialect):
        await connection.execute_query(statement)
