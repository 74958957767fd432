"""The schema: opening a database, bringing it up to date, and seeing whether the tables and the migrations agree."""

import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import cast

from tortoise import Tortoise
from tortoise.apps import Apps
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.writer import MigrationWriter
from tortoise.transactions import in_transaction

from config.database import tortoise_config

LOCK = 7_202_611_22
"""The number under which PostgreSQL keeps two migrations apart."""


async def open_database(url: str) -> TortoiseContext:
    """Connect. The caller closes with `close_connections`, and tasks started after this see the connection."""
    return await Tortoise.init(config=tortoise_config(url))


@contextlib.asynccontextmanager
async def _alone(_: str) -> AsyncIterator[None]:
    """SQLite: one process has the file, and a migration is one transaction: a failed one leaves nothing behind."""
    yield


@contextlib.asynccontextmanager
async def _locked(url: str) -> AsyncIterator[None]:
    """PostgreSQL: of several processes that start together, one migrates and the others wait."""
    context = await open_database(url)
    try:
        async with in_transaction() as connection:
            await connection.execute_query("SELECT pg_advisory_xact_lock($1)", [LOCK])
            yield
    finally:
        await context.close_connections()


GUARDS: dict[str, Callable[[str], AbstractAsyncContextManager[None]]] = {"sqlite": _alone, "asyncpg": _locked}


async def migrate(url: str) -> None:
    """Bring the schema up to date; safe to run again, and by several processes at once."""
    async with GUARDS[url.partition("://")[0]](url):
        with contextlib.ExitStack() as stack:
            context = stack.enter_context(TortoiseContext())
            try:
                await run_migrations(config=tortoise_config(url))
            finally:
                await Tortoise.close_connections()
                await context.close_connections()


async def behind() -> list[str]:
    """Names of migrations that the open database still lacks."""
    context = Tortoise.get_connection("default")
    apps = tortoise_config("sqlite://:memory:")["apps"]
    plan = await MigrationExecutor(context, apps).plan(None)
    return [f"{step.migration.app_label}.{step.migration.name}" for step in plan]


async def changes() -> list[MigrationWriter]:
    """Migrations that are still to be written: what the tables have and the migrations do not."""
    context = await open_database("sqlite://:memory:")
    try:
        return list(
            await MigrationAutodetector(
                cast("Apps", context.apps), tortoise_config("sqlite://:memory:")["apps"]
            ).changes()
        )
    finally:
        await context.close_connections()
