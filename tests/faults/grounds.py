"""What each kind of bad day needs to stand on, for either kind of database."""

import contextlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from models.schema import migrate
from tests.databases import DatabaseShop, PostgresDatabases, SqliteDatabases
from tests.faults.disks import small_disk
from tests.faults.gate import gate_before
from tests.faults.stage import RATE, Ground
from tests.processes import Starter
from tests.servers import PostgresServer, run_postgres, run_valkey

AS_OURS = {"clock", "outage"}
"""Kinds in which the town's time runs as ours, so that nothing is mended by its mere passing."""
ON_REQUEST = {"outage"}
"""Kinds that take long: lived through only when they are named."""
NEED_SERVERS = {"postgres", "redis"}
"""Kinds that need a server to maltreat."""
BOTS = 2
"""Processes of one school, where the database lets there be several."""


@dataclass(frozen=True)
class Servers:
    """What is started once: a shop of databases, and with PostgreSQL its server and a Redis."""

    shop: DatabaseShop
    postgres: PostgresServer | None = None
    redis_port: int = 0


@contextlib.contextmanager
def no_servers(folder: Path) -> Iterator[Servers]:
    """SQLite needs none."""
    yield Servers(DatabaseShop(SqliteDatabases(folder), migrate))


@contextlib.contextmanager
def real_servers(_: Path) -> Iterator[Servers]:
    """A PostgreSQL that loses nothing when it crashes, and a Redis."""
    with run_postgres(durable=True) as server, run_valkey() as url:
        yield Servers(DatabaseShop(PostgresDatabases(server), migrate), server, urlsplit(url).port or 0)


SERVERS: dict[str, Callable[[Path], AbstractContextManager[Servers]]] = {
    "sqlite": no_servers,
    "postgres": real_servers,
}
"""By the name of the kind of database."""


@contextlib.asynccontextmanager
async def ground(
    servers: Servers, kind: str, folder: Path, starter: Starter, *, bots: int = 0, rate: float = 0.0
) -> AsyncIterator[Ground]:
    """A fresh database and what a kind of bad day needs beside it; as many bots as the database allows, or fewer."""
    async with contextlib.AsyncExitStack() as stack:
        disk = stack.enter_context(small_disk(folder)) if kind == "disk" else None
        shop = servers.shop
        if disk and not servers.postgres:
            shop = DatabaseShop(SqliteDatabases(disk.folder), migrate)
        gate = await stack.enter_async_context(gate_before(servers.redis_port)) if servers.redis_port else None
        yield Ground(
            database_url=await stack.enter_async_context(fresh_from(shop)),
            redis_url=f"redis://127.0.0.1:{gate.port}/0" if gate else "memory://",
            folder=folder,
            starter=starter,
            bots=bots or (BOTS if servers.postgres else 1),
            rate=rate or (1.0 if kind in AS_OURS else RATE),
            postgres=servers.postgres,
            redis=gate,
            disk=disk,
        )


@contextlib.asynccontextmanager
async def fresh_from(shop: DatabaseShop) -> AsyncIterator[str]:
    """A database for a while; it stays where something went wrong, to be looked into."""
    name, url = await shop.fresh(migrated=True)
    yield url
    await shop.drop(name)
