"""Where rows are kept: what stands in the tables, in the words of the columns, and how changes get there in bulk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from tortoise.models import Model

from services.loading.checks import Record
from services.loading.columns import COLUMNS, Kind
from services.loading.report import Problem

BATCH = 500
"""Rows of one statement: databases bound the number of values in one."""
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A row as it was (None for a new one) and as it is to be, every column of it."""

    old: Values | None
    new: Values


class Shelf(Protocol):
    """The rows of one kind."""

    async def rows(self) -> dict[str, Values]:
        """Every row by its key."""
        ...

    async def exported(self) -> list[Values]:
        """The rows that a sheet shows, in the order of their keys."""
        ...

    async def objections(self, records: Sequence[Record]) -> list[Problem]:
        """What speaks against records that are right by themselves, seen from the rows that are there already."""
        ...

    async def write(self, changes: Sequence[Change]) -> None:
        """Make these changes, inside the caller's transaction."""
        ...


class TableShelf:
    """Rows that are one table. `fields` maps columns to fields where the names differ."""

    def __init__(self, kind: Kind, model: type[Model], fields: Mapping[str, str] | None = None) -> None:
        """The first column of the kind is the key, in the table as well."""
        names = [column.name for column in COLUMNS[kind]]
        self._key, self._model = names[0], model
        self._fields = {name: (fields or {}).get(name, name) for name in names}

    async def rows(self) -> dict[str, Values]:
        """See `Shelf`."""
        found = await self._model.all().order_by(self._key).values(**self._fields)
        return {row[self._key]: row for row in found}

    async def exported(self) -> list[Values]:
        """See `Shelf`."""
        return list((await self.rows()).values())

    async def objections(self, records: Sequence[Record]) -> list[Problem]:  # noqa: ARG002 - nothing can object
        """See `Shelf`."""
        return []

    async def write(self, changes: Sequence[Change]) -> None:
        """See `Shelf`."""
        rows = [self._model(**{self._fields[name]: value for name, value in c.new.items()}) for c in changes]
        await store(self._model, self._key, rows, [field for name, field in self._fields.items() if name != self._key])


async def store(model: type[Model], key: str, rows: Sequence[Model], fields: Sequence[str]) -> None:
    """Add rows, or change these fields of those whose key is there already."""
    await model.bulk_create(rows, batch_size=BATCH, on_conflict=[key], update_fields=fields)


def changes(kind: Kind, records: Sequence[Record], rows: Mapping[str, Values]) -> list[Change]:
    """What the records say of the rows: a column that a file does not have stays as it is, or begins empty."""
    columns = COLUMNS[kind]
    result = []
    for record in records:
        old = rows.get(str(record.values[columns[0].name]))
        before = old if old is not None else {column.name: column.read("") for column in columns}
        result.append(Change(old, {**before, **record.values}))
    return result
