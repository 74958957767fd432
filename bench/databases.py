"""Databases for the bench: made fresh with the bench's school in them, asked with plain SQL, thrown away afterwards."""

import asyncio
import contextlib
import itertools
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from bench.processes import ROOT, BenchError, outer_environment


class Databases(Protocol):
    """A place that holds databases of one kind."""

    kind: str

    async def fresh(self, rows: int = 0) -> str:
        """The address of a new database with the school and so many work orders in it."""
        ...

    async def ask(self, url: str, sql: str) -> list[Sequence[Any]]:
        """What a query brings."""
        ...

    async def close(self) -> None:
        """Throw everything away that was made."""
        ...


async def filled(url: str, rows: int) -> str:
    """Fill a database, in a process of its own: the ORM keeps compiled SQL of one kind of database a process."""
    filling = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.filling", url, str(rows), cwd=ROOT, env=outer_environment()
    )
    if await filling.wait():
        raise BenchError(f"{url.partition('://')[0]}: the database could not be filled, see above")
    return url


class SqliteDatabases:
    """Files in one folder, which goes with the run."""

    kind = "sqlite"

    def __init__(self, folder: Path, name: str = "bench") -> None:
        """Nothing is made yet."""
        self._folder, self._name, self._numbers = folder, name, itertools.count(1)

    async def fresh(self, rows: int = 0) -> str:
        """See `Databases`; one without work orders is a copy of the first such."""
        path = self._path(str(next(self._numbers)))
        if rows:
            return await filled(f"sqlite://{path}", rows)
        if not (empty := self._path("-empty")).exists():
            await filled(f"sqlite://{empty}", 0)
        shutil.copyfile(empty, path)
        return f"sqlite://{path}"

    def _path(self, number: str) -> Path:
        return self._folder / f"{self._name}{number}.db"

    async def ask(self, url: str, sql: str) -> list[Sequence[Any]]:
        """See `Databases`."""
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite://").partition("?")[0])) as connection:
            return connection.execute(sql).fetchall()

    async def close(self) -> None:
        """See `Databases`: the folder is another's."""


class PostgresDatabases:
    """Databases of one server, beside the one that `url` names; whoever gives it may make databases there."""

    kind = "asyncpg"

    def __init__(self, url: str) -> None:
        """Nothing is made yet."""
        self._url, self._made = url, list[str]()

    async def fresh(self, rows: int = 0) -> str:
        """See `Databases`; one without work orders is a copy of the first such."""
        if rows:
            return await filled(await self._create("template0"), rows)
        if not self._made or not self._made[0].endswith("_empty"):
            await filled(await self._create("template0", "houqin_bench_empty"), 0)
            self._made.insert(0, self._made.pop())
        return await self._create("houqin_bench_empty")

    async def _create(self, template: str, name: str = "") -> str:
        name = name or f"houqin_bench_{len(self._made) + 1}"
        await self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await self._command(f"CREATE DATABASE {name} TEMPLATE {template}")
        self._made.append(name)
        front, query = self._url.partition("?")[::2]
        return f"{front.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    async def ask(self, url: str, sql: str) -> list[Sequence[Any]]:
        """See `Databases`."""
        async with _connection(url) as connection:
            return [tuple(row) for row in await connection.fetch(sql)]

    async def close(self) -> None:
        """See `Databases`."""
        for name in self._made:
            await self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    async def _command(self, sql: str) -> None:
        async with _connection(self._url) as connection:
            await connection.execute(sql)


@contextlib.asynccontextmanager
async def _connection(url: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(url.replace("asyncpg://", "postgresql://", 1))
    try:
        yield connection
    finally:
        await connection.close()


def databases_of(url: str, folder: Path) -> Databases:
    """Where databases are made: on the server that `url` names, else as files in `folder`."""
    return PostgresDatabases(url) if url.startswith("asyncpg://") else SqliteDatabases(folder)
