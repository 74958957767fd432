"""How the open database is set up: what it is, how it keeps what it is told, how large it is, what time it has."""

import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tortoise import Tortoise
from tortoise.backends.base.client import BaseDBAsyncClient


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """`durable` says whether a commit has reached the disk when it returns, `keeping` by which settings.

    `pool` is the number of connections that this process may open, `limit` of those that the server lets in (0: there
    is no server), `used` of those that are open. `size` is in bytes, `skew` our clock less the database's, in seconds.
    """

    kind: str
    version: str
    durable: bool
    keeping: str
    pool: int
    limit: int
    used: int
    size: int
    skew: float


async def condition() -> Condition:
    """The condition of the open database; raises what the database raises when it cannot be asked."""
    connection = Tortoise.get_connection("default")
    return await LOOKS[connection.capabilities.dialect](connection)


async def _values(connection: BaseDBAsyncClient, query: str) -> list[Any]:
    return list((await connection.execute_query_dict(query))[0].values())


async def _sqlite(connection: BaseDBAsyncClient) -> Condition:
    level, mode, pages, bytes_each = [
        (await _values(connection, f"PRAGMA {name}"))[0]
        for name in ("synchronous", "journal_mode", "page_count", "page_size")
    ]
    version, now = await _values(connection, "SELECT sqlite_version(), CAST(strftime('%s', 'now') AS REAL)")
    return Condition(
        kind="SQLite",
        version=version,
        durable=level >= 2,  # FULL (SQLite: PRAGMA synchronous)
        keeping=f"synchronous={level}, journal_mode={mode}",
        pool=1,
        limit=0,
        used=1,
        size=pages * bytes_each,
        skew=time.time() - now,
    )


async def _postgres(connection: BaseDBAsyncClient) -> Condition:
    names = ("fsync", "synchronous_commit", "full_page_writes")
    given = {name: (await _values(connection, f"SHOW {name}"))[0] for name in names}
    version, limit, used, size, now = await _values(
        connection,
        "SELECT current_setting('server_version') AS version, current_setting('max_connections')::int AS most, "
        "(SELECT count(*) FROM pg_stat_activity) AS used, pg_database_size(current_database()) AS size, "
        "extract(epoch FROM clock_timestamp())::float8 AS now",
    )
    return Condition(
        kind="PostgreSQL",
        version=version,
        durable="off" not in (given["fsync"], given["synchronous_commit"]),
        keeping=", ".join(f"{name}={value}" for name, value in given.items()),
        pool=int(getattr(connection, "pool_maxsize", 0)),
        limit=limit,
        used=used,
        size=size,
        skew=time.time() - now,
    )


LOOKS: Mapping[str, Callable[[BaseDBAsyncClient], Awaitable[Condition]]] = {"sqlite": _sqlite, "postgres": _postgres}
"""By the name that tortoise gives a database."""
