"""The schema: opening a database, bringing it up to date, and seeing whether the tables and the migrations agree."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

from tortoise import Tortoise
from tortoise.apps import Apps
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.writer import MigrationWriter
from tortoise.transactions import in_transaction

from config.database import tortoise_config
from models.copies import copy_before
from models.copying import LABEL, applied, opened_connection
from models.dialects import PATIENT
from models.recounting import Tell, fill_up, silent

LOCK = 7_202_611_22
"""The number under which PostgreSQL keeps two migrations apart."""
ZONE = ZoneInfo("Asia/Shanghai")
"""Where a school is that has not said otherwise."""


async def open_database(url: str) -> TortoiseContext:
    """Connect. The caller closes with `close_connections`, and tasks started after this see the connection."""
    return await Tortoise.init(config=tortoise_config(url))


@contextlib.asynccontextmanager
async def _copied(url: str) -> AsyncIterator[None]:
    """SQLite: one process has the file. What it holds is copied first: its script commits as it goes."""
    context = await open_database(url)
    try:
        steps, is_new = await behind(), not await applied(opened_connection())
    finally:
        await context.close_connections()
    if not steps or is_new:
        yield
        return
    path = Path(url.removeprefix("sqlite://").partition("?")[0])
    copy = await asyncio.to_thread(copy_before, path, steps[0].rpartition(".")[2], datetime.now(UTC))
    try:
        yield
    except Exception as error:
        error.add_note(f"升级前的数据库在 / the database as it was: {copy}")
        raise


@contextlib.asynccontextmanager
async def _locked(url: str) -> AsyncIterator[None]:
    """PostgreSQL: of several processes that start together, one migrates and the others wait."""
    context = await open_database(url)
    try:
        async with in_transaction() as connection:
            await connection.execute_query(PATIENT)
            await connection.execute_query("SELECT pg_advisory_xact_lock($1)", [LOCK])
            yield
    finally:
        await context.close_connections()


GUARDS: dict[str, Callable[[str], AbstractAsyncContextManager[None]]] = {"sqlite": _copied, "asyncpg": _locked}


async def migrate(url: str, *, upto: str = "", zone: ZoneInfo = ZONE, tell: Tell = silent) -> None:
    """Bring the schema up to date; safe to run again, and by several processes at once.

    With the name of a migration, `upto`, an empty database gets the schema as it was with that one. A SQLite file with
    rows in it is copied beside itself before it changes (see `models.copies`). Numbers that an older release did not
    keep are counted from its history, by the days of the school's `zone`; with very many work
    orders that takes a minute, and `tell` hears how far it has come.
    """
    async with GUARDS[url.partition("://")[0]](url):
        with contextlib.ExitStack() as stack:
            context = stack.enter_context(TortoiseContext())
            try:
                await run_migrations(config=tortoise_config(url), target=f"{LABEL}.{upto}" if upto else None)
                if not upto:
                    await fill_up(zone, tell)
            finally:
                await Tortoise.close_connections()
                await context.close_connections()


async def behind() -> list[str]:
    """Names of migrations that the open database still lacks; the driver's own error when it does not answer."""
    context = Tortoise.get_connection("default")
    await context.execute_query("SELECT 1")  # the recorder takes any error for a database without migrations
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
