"""Rows by the ten thousand into a database that nobody else uses meanwhile, whichever kind it is."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from itertools import islice
from typing import Any, Protocol, cast

import asyncpg

from bench.rows import Row, Table

MANY = 20_000
"""Rows handed over at once: enough to be quick, few enough for a small machine's memory."""


class Bulk(Protocol):
    """Writes rows by the ten thousand into a database that nobody else uses meanwhile."""

    def moment(self, at: datetime) -> Any:
        """A time as this database's column takes it."""

    async def write(self, table: Table, rows: Iterable[Row]) -> None:
        """Add whole rows."""

    async def run(self, statement: str) -> None:
        """Let the database make rows of those it has."""


class SqliteBulk:
    """SQLite without a journal: whoever fills a file and fails throws it away."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def moment(self, at: datetime) -> str:
        """See `Bulk`: text, as the ORM writes it."""
        return at.isoformat(" ")

    async def write(self, table: Table, rows: Iterable[Row]) -> None:
        """See `Bulk`."""
        marks, columns = ", ".join("?" * len(table.columns)), ", ".join(f'"{name}"' for name in table.columns)
        insert = f'INSERT INTO "{table.name}" ({columns}) VALUES ({marks})'  # noqa: S608 - our own names
        self._connection.executemany(insert, rows)

    async def run(self, statement: str) -> None:
        """See `Bulk`."""
        self._connection.execute(statement)


class PostgresBulk:
    """PostgreSQL by COPY."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def moment(self, at: datetime) -> datetime:
        """See `Bulk`."""
        return at

    async def write(self, table: Table, rows: Iterable[Row]) -> None:
        """See `Bulk`."""
        rest = iter(rows)
        while some := list(islice(rest, MANY)):
            await self._connection.copy_records_to_table(table.name, records=some, columns=table.columns)

    async def run(self, statement: str) -> None:
        """See `Bulk`."""
        await self._connection.execute(statement)


@contextlib.asynccontextmanager
async def sqlite_bulk(url: str) -> Any:
    """A `Bulk` for a migrated SQLite file; indexes are away meanwhile and made again at the end."""
    with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://").partition("?")[0])) as connection:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -200000", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        made = indexes.fetchall()
        with connection:
            for name, _ in made:
                connection.execute(f'DROP INDEX "{name}"')
            yield SqliteBulk(connection)
            for _, sql in made:
                connection.execute(sql)
        connection.execute("PRAGMA journal_mode = WAL")


INDEXES = """
SELECT c.relname AS name, pg_get_indexdef(c.oid) AS sql FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
"""
SEQUENCES = """
SELECT table_name, pg_get_serial_sequence(table_name, 'id') AS sequence FROM information_schema.columns
WHERE table_schema = 'public' AND column_name = 'id'
"""


@contextlib.asynccontextmanager
async def postgres_bulk(url: str) -> Any:
    """The same for PostgreSQL; numbering goes on behind the rows that were written."""
    connection = await asyncpg.connect(url.replace("asyncpg://", "postgresql://", 1))
    try:
        indexes = await connection.fetch(INDEXES)
        async with connection.transaction():
            for row in indexes:
                await connection.execute(f'DROP INDEX "{row["name"]}"')
            yield PostgresBulk(connection)
            for row in indexes:
                await connection.execute(row["sql"])
            for row in await connection.fetch(SEQUENCES):
                await _go_on(connection, row["table_name"], row["sequence"])
        await connection.execute("VACUUM ANALYZE")
    finally:
        await connection.close()


async def _go_on(connection: Any, table: str, sequence: str | None) -> None:
    last = await connection.fetchval(f'SELECT max(id) FROM "{table}"') if sequence else None  # noqa: S608 - our own names
    if last:
        await connection.execute("SELECT setval($1::text::regclass, $2)", sequence, last)


BULKS: dict[str, Callable[[str], AbstractAsyncContextManager[Bulk]]] = {
    "sqlite": cast("Any", sqlite_bulk),
    "asyncpg": cast("Any", postgres_bulk),
}


@contextlib.asynccontextmanager
async def bulk(url: str) -> Any:
    """The `Bulk` of a database, by its address."""
    async with BULKS[url.partition("://")[0]](url) as writer:
        yield writer
