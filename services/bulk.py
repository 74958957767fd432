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
    return [_line(model, row) for row in rows]


def _line(model: type[Model], row: Mapping[str, Any]) -> list[Any]:
    """The values of a row in the order of the columns."""
    blank, turns = _blank(model, tuple(row))
    line = blank.copy()
    for position, name, write in turns:
        line[position] = write(row[name])
    return line


@lru_cache(maxsize=256)
def _blank(model: type[Model], given: tuple[str, ...]) -> tuple[list[Any], Sequence[tuple[int, str, Turn]]]:
    """The line of a row that gives these fields: its defaults, as they are written, and where the given ones go."""
    blank, turns = [], []
    for position, name in enumerate(columns(model)):
        write = writers(model)[name]
        blank.append(None if name in given else write(_default(model._meta.fields_map[name])))
        if name in given:
            turns.append((position, name, write))
    return blank, turns


def _default(field: Field[Any]) -> Any:
    """A default that is made anew for each object is an empty list or dictionary, and always written the same."""
    if not callable(field.default):
        return field.default
    if field.default not in {dict, list}:
        raise TypeError(f"{field.model_field_name}: rows of their own defaults are the ORM's to write")
    return field.default()


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
    turns = [(name, writers(model)[name]) for name in columns(model)]
    values = [write(fields[name]) for fields in map(vars, rows) for name, write in turns]
    query = _insertion(model, _language(connection), len(rows), key)
    ids = {found[key]: found["id"] for found in await connection.execute_query_dict(query, values)}
    for fields in map(vars, rows):  # past what the ORM does at each setting of a field: it looks for relations
        fields.update({model._meta.pk_attr: ids[fields[key]], "_saved_in_db": True})


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
