"""Tables as rows that mean the same in every database: what a backup is made of, and how it is put back.

Which tables there are is read from the migrations that a database has had, so that a table added tomorrow comes along
by itself, and so that a database of an earlier release is read as it is.
"""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.fields import CharField
from tortoise.migrations.loader import MigrationLoader
from tortoise.migrations.recorder import MigrationRecorder
from tortoise.migrations.schema_generator.state import State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model
from tortoise.transactions import in_transaction

from config.database import tortoise_config
from models.canonical import Codec, codec_of
from models.dialects import DIALECTS, Dialect

Row = dict[str, Any]
"""A row in its canonical form: see `models.canonical`."""
APPS = tortoise_config("sqlite://:memory:")["apps"]
LABEL = "models"
PAGE = 1_000
"""Rows that are in memory at a time."""
GAP = 100_000
"""Ids that are left out after a restore: a card of a record that was lost must not press a new one's buttons."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its key, and how each of its columns is read and written."""

    name: str
    key: str
    key_is_text: bool
    generated: bool
    columns: Mapping[str, Codec]

    @property
    def listed(self) -> str:
        """Its columns for a statement."""
        return ", ".join(f'"{name}"' for name in self.columns)


def known() -> list[str]:
    """The names of all migrations of this program, oldest first."""
    loader = MigrationLoader(APPS, MigrationRecorder(None))
    loader.load_disk()
    return sorted(key.name for key in loader.disk_migrations)


async def applied(connection: BaseDBAsyncClient) -> list[str]:
    """The names of the migrations that a database has had, oldest first; none in a database without our tables."""
    if MigrationRecorder(connection).table_name not in await present(connection):
        return []
    return sorted(key.name for key in await MigrationRecorder(connection).applied_migrations())


async def present(connection: BaseDBAsyncClient) -> list[str]:
    """The names of all tables that are there, ours or not."""
    rows = await connection.execute_query_dict(_dialect(connection).tables)
    return sorted(row["name"] for row in rows)


async def is_empty(connection: BaseDBAsyncClient) -> bool:
    """Has no table a row, but for the list of migrations?"""
    for name in set(await present(connection)) - {MigrationRecorder(connection).table_name}:
        if await connection.execute_query_dict(f'SELECT 1 FROM "{name}" LIMIT 1'):  # noqa: S608 - named by itself
            return False
    return True


async def tables_at(names: Collection[str]) -> list[Table]:
    """The tables as these migrations make them, those that others refer to first."""
    loader = MigrationLoader(APPS, MigrationRecorder(None))
    loader.load_disk()
    state = State(models={}, apps=StateApps(default_connections={LABEL: "default"}))
    for key in sorted(loader.disk_migrations, key=lambda key: key.name):
        if key.name in names:
            await loader.disk_migrations[key].apply(state, dry_run=True)
    models = {model._meta.db_table: model for model in state.apps[LABEL].values()}
    order = TopologicalSorter({name: _parents(model) - {name} for name, model in sorted(models.items())})
    return [_table(models[name]) for name in order.static_order()]


def _parents(model: type[Model]) -> set[str]:
    links = (model._meta.fields_map[name] for name in (*model._meta.fk_fields, *model._meta.o2o_fields))
    return {link.related_model._meta.db_table for link in links}  # type: ignore[attr-defined]


def _table(model: type[Model]) -> Table:
    meta = model._meta
    return Table(
        name=meta.db_table,
        key=meta.db_pk_column,
        key_is_text=isinstance(meta.pk, CharField),
        generated=meta.pk.generated,
        columns={column: codec_of(meta.fields_map[name]) for name, column in meta.fields_db_projection.items()},
    )


@asynccontextmanager
async def snapshot() -> AsyncIterator[BaseDBAsyncClient]:
    """The open database as it is at one moment, however long the block lasts; others go on writing."""
    async with in_transaction() as connection:
        for statement in _dialect(connection).snapshot:
            await connection.execute_query(statement)
        yield connection


async def read(connection: BaseDBAsyncClient, table: Table) -> AsyncIterator[list[Row]]:
    """All rows of a table in the order of its key, a page at a time."""
    dialect = _dialect(connection)
    key = f'"{table.key}"' + (dialect.by_bytes if table.key_is_text else "")
    start = f'SELECT {table.listed} FROM "{table.name}"'  # noqa: S608 - the names are our own
    found = await connection.execute_query_dict(f"{start} ORDER BY {key} LIMIT {PAGE}")
    while found:
        yield [{name: codec.read(row[name]) for name, codec in table.columns.items()} for row in found]
        rest = f"{start} WHERE {key} > {dialect.placeholder(1)} ORDER BY {key} LIMIT {PAGE}"
        found = await connection.execute_query_dict(rest, [found[-1][table.key]]) if len(found) == PAGE else []


async def write(connection: BaseDBAsyncClient, table: Table, rows: Sequence[Row]) -> None:
    """Add rows; the database's own errors pass through."""
    places = ", ".join(map(_dialect(connection).placeholder, range(1, len(table.columns) + 1)))
    statement = f'INSERT INTO "{table.name}" ({table.listed}) VALUES ({places})'  # noqa: S608 - the names are our own
    values = [[codec.write(row[name]) for name, codec in table.columns.items()] for row in rows]
    await connection.execute_many(statement, values)


async def leave_gap(connection: BaseDBAsyncClient, table: Table) -> None:
    """Have the table number its next row well after the last one there is."""
    if table.generated:
        rows = await connection.execute_query_dict(f'SELECT max("{table.key}") AS last FROM "{table.name}"')  # noqa: S608
        for statement in _dialect(connection).numbering(table.name, table.key, (rows[0]["last"] or 0) + GAP):
            await connection.execute_query(statement)


def opened_connection() -> BaseDBAsyncClient:
    """The connection of the open database."""
    return Tortoise.get_connection("default")


def _dialect(connection: BaseDBAsyncClient) -> Dialect:
    return DIALECTS[connection.capabilities.dialect]
