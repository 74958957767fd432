"""A fresh database for each test, copied from one that was migrated once, and the broker that goes with it.

HOUQIN_TEST_DATABASE names the kind for the whole process (`sqlite` if unset), as the ORM keeps compiled SQL a process.
tests/conftest.py imports these fixtures and adds `migrate` (session-wide, a Migrate), which knows the schema.
"""

import asyncio
import contextlib
import itertools
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import pytest
import redis

from tests.servers import PostgresServer, run_postgres, run_valkey

Migrate = Callable[[str], Coroutine[Any, Any, None]]
"""Brings the empty database at this address up to date and closes every connection to it."""


class Databases(Protocol):
    """A place that holds databases of one kind."""

    def url(self, name: str) -> str:
        """The address of the database of this name, in the form of HOUQIN_DATABASE_URL."""
        ...

    async def create(self, name: str, template: str | None) -> None:
        """Make a database: empty, or a copy of `template`, to which nobody may be connected."""
        ...

    async def drop(self, name: str) -> None:
        """Remove a database if it is there, also while somebody is still connected to it."""
        ...


class SqliteDatabases:
    """Databases that are files in one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        """The address of a file."""
        return f"sqlite://{self._folder / name}.db"

    async def create(self, name: str, template: str | None) -> None:
        """Copy the template's file; an empty database is made by whoever opens it first."""
        if template is not None:
            shutil.copyfile(self._folder / f"{template}.db", self._folder / f"{name}.db")

    async def drop(self, name: str) -> None:
        """Remove the file with its journals."""
        for path in self._folder.glob(f"{name}.db*"):
            path.unlink()


class PostgresDatabases:
    """Databases of one PostgreSQL server."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    def url(self, name: str) -> str:
        """The address over the server's socket."""
        return self._server.url(name)

    async def create(self, name: str, template: str | None) -> None:
        """Let the server copy files, which without fsync is three times as quick as writing a log of them."""
        source = template or "template1"
        await self._server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY file_copy')

    async def drop(self, name: str) -> None:
        """Let the server end the connections first."""
        await self._server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class DatabaseShop:
    """Hands out fresh databases, each under a name of its own; migrates only once."""

    TEMPLATE = "migrated"

    def __init__(self, databases: Databases, migrate: Migrate) -> None:
        self._databases = databases
        self._migrate = migrate
        self._numbers = itertools.count(1)
        self._template_is_made = False

    async def fresh(self, *, migrated: bool) -> tuple[str, str]:
        """Make a database; gives its name and its address."""
        if migrated and not self._template_is_made:
            await self._make_template()
        name = f"test_{next(self._numbers)}"
        await self._databases.create(name, self.TEMPLATE if migrated else None)
        return name, self._databases.url(name)

    async def drop(self, name: str) -> None:
        """Remove a database that was handed out."""
        await self._databases.drop(name)

    async def _make_template(self) -> None:
        await self._databases.drop(self.TEMPLATE)
        await self._databases.create(self.TEMPLATE, None)
        # In a thread with a loop of its own: the ORM's context variables of the migration never reach a test.
        await asyncio.to_thread(asyncio.run, self._migrate(self._databases.url(self.TEMPLATE)))
        self._template_is_made = True


class MakeDatabase(Protocol):
    """Makes a fresh database that lasts until the test ends; gives its address."""

    def __call__(self, *, migrated: bool = True) -> Awaitable[str]:
        """Make one: up to date and without rows, or wholly empty if `migrated` is false."""
        ...


@contextlib.contextmanager
def run_sqlite(folder: Path) -> Iterator[Databases]:
    """SQLite needs no server, only a folder."""
    yield SqliteDatabases(folder)


@contextlib.contextmanager
def run_postgres_databases(_: Path) -> Iterator[Databases]:
    """A PostgreSQL server of this process."""
    with run_postgres() as server:
        yield PostgresDatabases(server)


KINDS: dict[str, Callable[[Path], AbstractContextManager[Databases]]] = {
    "sqlite": run_sqlite,
    "postgres": run_postgres_databases,
}
WITH_MEMORY_BROKER = {"sqlite"}
"""Kinds that are tried together with memory://, as in a small school; the others go with a Redis."""


@pytest.fixture(scope="session")
def database_kind() -> str:
    """The kind of this run, one of KINDS."""
    kind = os.environ.get("HOUQIN_TEST_DATABASE", "sqlite")
    assert kind in KINDS, f"HOUQIN_TEST_DATABASE is {kind!r}, one of {', '.join(KINDS)} is meant"
    return kind


@pytest.fixture(scope="session")
def database_shop(
    database_kind: str, migrate: Migrate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[DatabaseShop]:
    """All databases of this process; its server is started when the first test asks for one."""
    with KINDS[database_kind](tmp_path_factory.mktemp("databases")) as databases:
        yield DatabaseShop(databases, migrate)


@pytest.fixture
async def fresh_database_url(database_shop: DatabaseShop) -> AsyncIterator[MakeDatabase]:
    """Call and await it for the address of a fresh database, as often as databases are needed."""
    names = []

    async def make(*, migrated: bool = True) -> str:
        name, url = await database_shop.fresh(migrated=migrated)
        names.append(name)
        return url

    yield make
    for name in names:
        await database_shop.drop(name)


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[str]:
    """The redis:// address of a real server, whatever the kind of this run; started when first asked for."""
    with run_valkey() as url:
        yield url


@pytest.fixture
def redis_url(valkey_server: str) -> str:
    """The same address, with everything that an earlier test left there removed."""
    with redis.Redis.from_url(valkey_server) as client:
        client.flushall()
    return valkey_server


@pytest.fixture
def broker_url(database_kind: str, request: pytest.FixtureRequest) -> str:
    """The broker that goes with this run's databases, in the form of HOUQIN_REDIS_URL."""
    if database_kind in WITH_MEMORY_BROKER:
        return "memory://"
    return str(request.getfixturevalue("redis_url"))
