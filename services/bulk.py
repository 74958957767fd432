"""Many rows by one statement each way: inserts that bring their ids back, and changes that look at the version."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pypika_tortoise.terms import Parameter
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields import Field
from tortoise.models import Model

from services.columns import Turn, columns, writers
from services.database import OvertakenError, connection_in_hand

ROWS = 250
"""Rows of one statement: databases bound the number of values in one."""


@dataclass(frozen=True, slots=True)
class Change:
    """Fields of one row that change, and the version that it must still have; the new one is the next."""

    id: int
    version: int
    fields: Mapping[str, Any]


def _language(connection: BaseDBAsyncClient) -> Any:
    """What writes statements for this kind of database."""
    return connection.query_class


async def append(
    model: type[Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    unique: tuple[str, ...] = (),
    renewed: tuple[str, ...] = (),
) -> None:
    """Write new rows, given by their fields, of which nobody needs the ids; what is left out has its default.

    With `unique`, the fields of a unique key, the `renewed` fields of a row that is there already become the new ones.
    """
    if rows:
        connection = connection_in_hand()
        statement = _appending(model, _language(connection), unique, renewed)
        await connection.execute_many(statement, _values(model, rows))


async def append_new(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> None:
    """The same, passing over rows that are there already by a unique key; needs no transaction.

    One statement for many rows: on a busy loop each is a wait, and so are a transaction's beginning and its end.
    """
    connection = connection_in_hand()
    for start in range(0, len(rows), ROWS):
        part = _values(model, rows[start : start + ROWS])
        statement = _newly(model, _language(connection), len(part))
        await connection.execute_query(statement, [value for row in part for value in row])


def _values(model: type[Model], rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    fields = _writable(model)
    return [[write(row[name] if name in row else _default(field)) for name, field, write in fields] for row in rows]


@lru_cache(maxsize=64)
def _writable(model: type[Model]) -> list[tuple[str, Field[Any], Turn]]:
    return [(name, model._meta.fields_map[name], writers(model)[name]) for name in columns(model)]


def _default(field: Field[Any]) -> Any:
    return field.default() if callable(field.default) else field.default


@lru_cache(maxsize=64)
def _appending(model: type[Model], query: Any, unique: tuple[str, ...], renewed: tuple[str, ...]) -> str:
    appending = _rows(model, query, 1)
    if unique:
        appending = appending.on_conflict(*unique)
    for name in renewed:
        appending = appending.do_update(name)
    return str(appending)


async def insert(rows: Sequence[Model], key: str) -> None:
    """Write new rows and give each its id; `key` is a field that is unique among them."""
    for start in range(0, len(rows), ROWS):
        await _insert(rows[start : start + ROWS], key)


async def _insert(rows: Sequence[Model], key: str) -> None:
    model, connection = type(rows[0]), connection_in_hand()
    fields = [(name, write) for name, _, write in _writable(model)]
    values = [write(getattr(row, name)) for row in rows for name, write in fields]
    query = _insertion(model, _language(connection), len(rows), key)
    ids = {found[key]: found["id"] for found in await connection.execute_query_dict(query, values)}
    for row in rows:
        row.pk = ids[getattr(row, key)]
        row._saved_in_db = True


@lru_cache(maxsize=512)
def _insertion(model: type[Model], query: Any, count: int, key: str) -> str:
    return f'{_rows(model, query, count)} RETURNING "id","{key}"'


@lru_cache(maxsize=512)
def _newly(model: type[Model], query: Any, count: int) -> str:
    return str(_rows(model, query, count).on_conflict().do_nothing())


def _rows(model: type[Model], query: Any, count: int) -> Any:
    names = columns(model)
    width = len(names)
    rows = [[Parameter(idx=row * width + column + 1) for column in range(width)] for row in range(count)]
    return query.into(model._meta.basetable).columns(*names).insert(*rows)


async def update(model: type[Model], changes: Sequence[Change]) -> None:
    """Change rows; several changes of one row come in the order of their versions.

    Raises `OvertakenError` when one of them no longer had its version.
    """
    if not changes:
        return
    connection = connection_in_hand()
    expected: dict[int, int] = {}
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for change in _merged(changes):
        fields = dict(change.fields)
        expected[change.id] = fields["version"]
        values = [writers(model)[name](value) for name, value in fields.items()]
        groups[tuple(fields)].append([*values, change.id, change.version])
    for names, rows in groups.items():
        await connection.execute_many(_updating(model, _language(connection), names), rows)
    stands = await model.filter(pk__in=list(expected)).values_list("id", "version")
    if dict(stands) != expected:
        raise OvertakenError(model.__name__)


def _merged(changes: Sequence[Change]) -> list[Change]:
    """One change for each row: the version of the first, the fields of all, and how many versions that makes."""
    merged: dict[int, Change] = {}
    for change in changes:
        first = merged.get(change.id, Change(change.id, change.version, {}))
        fields = {**first.fields, **change.fields, "version": change.version + 1}
        merged[change.id] = Change(change.id, first.version, fields)
    return list(merged.values())


@lru_cache(maxsize=512)
def _updating(model: type[Model], query: Any, names: tuple[str, ...]) -> str:
    table = model._meta.basetable
    updating = query.update(table)
    for position, name in enumerate(names, 1):
        updating = updating.set(name, Parameter(idx=position))
    mine = (table.id == Parameter(idx=len(names) + 1)) & (table.version == Parameter(idx=len(names) + 2))
    return str(updating.where(mine))
