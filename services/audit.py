"""Walking the history: does every row bear the seal that fits behind the row before, up to what its record bears?

A slice of records at a time, so that a million take no more memory than a thousand; all of it as it is at one moment.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from sys import maxsize
from typing import Any

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields import JSONField

from domain.work_orders import REPAIR
from models.canonical import CODECS
from models.copying import snapshot
from models.dialects import DIALECTS
from services.sealing import SEALED, Link, Seals

SLICE = 1_000
"""Records whose history is read at once."""
TABLES = {REPAIR.name: "work_orders"}
"""Where the records of a subject lie."""
ROWS = f"""
SELECT id, subject_id, seal, {", ".join(SEALED)} FROM history
WHERE subject = {{}} AND subject_id > {{}} AND subject_id <= {{}} ORDER BY subject_id, id
"""  # noqa: S608 - the names are our own
"""Past the ORM: it makes a Python object of every value."""
RECORDS = "SELECT id, number, state, seal FROM {} WHERE id > {} ORDER BY id LIMIT {}"
LAST = 2**31 - 1
"""The last id that a record can have."""
FIRST_SEALED = "SELECT id FROM history WHERE seal <> '' ORDER BY id LIMIT 1"
STRANGE = f"""
SELECT id, step, at FROM history WHERE subject NOT IN ({", ".join(f"'{subject}'" for subject in TABLES)})
OR subject_id NOT BETWEEN 1 AND {LAST} ORDER BY id LIMIT 1
"""  # noqa: S608 - the names are our own
"""A row that no walk comes past."""
_document = CODECS[JSONField].read
Row = Mapping[str, Any]
Tell = Callable[[int], None]
"""Hears how many rows have been walked, after each slice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """The first place that does not fit: `why` is the key of its words, `number` the record's ("" where it is gone).

    `row`, `step` and `at` tell the row; without one (`row` 0) it is the record that is not as its last row says.
    """

    why: str
    number: str
    row: int = 0
    step: str = ""
    at: datetime | str = ""


@dataclass(slots=True)
class Walk:
    """How far it went: rows and records that were looked at, rows among them from before there were seals."""

    rows: int = 0
    records: int = 0
    before: int = 0
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class Auditor:
    """Looks the chains through; `since` is the first row that was ever sealed: behind it none may go without."""

    seals: Seals
    since: int

    def flaw(self, record: Row | None, rows: Iterable[Row], walk: Walk) -> Flaw | None:
        """What does not fit in the chain of one record, counting what is walked; `record` None where it is gone."""
        number, end, last = record["number"] if record else "", "", None
        for row in rows:
            walk.rows += 1
            if not row["seal"]:
                if end or row["id"] > self.since:
                    return _at(row, number, "unsealed")
                walk.before += 1
                continue
            link = self._link(end, number, row) if record else None
            if link is None:
                return _at(row, number, "changed" if record else "orphan")
            end, last = link.end, row
        if record is None:
            return None
        walk.records += 1
        if record["seal"] != end:
            return Flaw(why="cut_off", number=number)
        return Flaw(why="moved", number=number) if last and record["state"] != last["target"] else None

    def _link(self, end: str, number: str, row: Row) -> Link | None:
        try:
            return self.seals.known(end, number, {**row, "details": _document(row["details"])})
        except (TypeError, ValueError):  # no moment or no document stands there: SQLite keeps any text in any column
            return None


def _at(row: Row, number: str, why: str) -> Flaw:
    return Flaw(why=why, number=number, row=row["id"], step=row["step"], at=row["at"])


async def verify(seals: Seals, tell: Tell) -> Walk:
    """Walk the history of the open database up to the first flaw; others go on working meanwhile."""
    walk = Walk()
    async with snapshot() as connection:
        found = await connection.execute_query_dict(FIRST_SEALED)
        auditor = Auditor(seals, found[0]["id"] if found else maxsize)
        for subject, table in TABLES.items():
            await _walk(connection, auditor, subject, table, walk, tell)
        if walk.flaw is None and (strange := await connection.execute_query_dict(STRANGE)):
            walk.flaw = _at(strange[0], "", "orphan")
    return walk


async def _walk(
    connection: BaseDBAsyncClient, auditor: Auditor, subject: str, table: str, walk: Walk, tell: Tell
) -> None:
    """The chains of one subject, in the order of its records."""
    mark, last = DIALECTS[connection.capabilities.dialect].placeholder, 0
    while last < LAST and walk.flaw is None:
        records = await connection.execute_query_dict(RECORDS.format(table, mark(1), SLICE), [last])
        upto = records[-1]["id"] if len(records) == SLICE else LAST
        rows = await connection.execute_query_dict(ROWS.format(mark(1), mark(2), mark(3)), [subject, last, upto])
        flaws = (auditor.flaw(record, chain, walk) for record, chain in _chains(records, rows))
        walk.flaw = next(filter(None, flaws), None)
        last = upto
        tell(walk.rows)


def _chains(records: Sequence[Row], rows: Sequence[Row]) -> Iterator[tuple[Row | None, list[Row]]]:
    """Each record with its rows, and what is left of rows whose record is gone."""
    known = {record["id"]: record for record in records}
    chains = {key: list(chain) for key, chain in groupby(rows, key=itemgetter("subject_id"))}
    for key in sorted(known.keys() | chains.keys()):
        yield known.get(key), chains.get(key, [])
