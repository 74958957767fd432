"""The schema: opening a database, bringing it up to date, and seeing whether the tables and the migrations agree."""

import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from tortoise import Tortoise
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.migrations.autodetector import MigrationAutodetector
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.writer import MigrationWriter
from tortoise.transactions import in_transaction

from config.database import sqlite_path, tortoise_config

LOCK = 7_202_611_22
"""The number under which PostgreSQL keeps two migrations apart."""


async def open_database(url: str) -> TortoiseContext:
    """Connect. The caller closes with `close_connections`, and tasks started after this see the connection."""
    return await Tortoise.init(config=tortoise_config(url))


@contextlib.asynccontextmanager
async def _copied(url: str) -> AsyncIterator[None]:
    """SQLite: keep a copy of the file beside it while its schema changes, put it back when that fails."""
    path = sqlite_path(url)
    copy = path.with_suffix(path.suffix + ".before-migration")
    existed = path.exists() and path.stat().st_size > 0
    if existed:
        await _vacuum_into(url, copy)
    try:
        yield
    except Exception:
        if existed:
            shutil.copyfile(copy, path)
        raise
    finally:
        copy.unlink(missing_ok=True)


async def _vacuum_into(url: str, copy: Path) -> None:
    copy.unlink(missing_ok=True)
    context = await open_database(url)
    try:
        await context.db().execute_query("VACUUM INTO ?", [str(copy)])
    finally:
        await context.close_connections()


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


GUARDS: dict[str, Callable[[str], AbstractAsyncContextManager[None]]] = {"sqlite": _copied, "asyncpg": _locked}


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
        assert context.apps is not None
        return list(await MigrationAutodetector(context.apps, tortoise_config("sqlite://:memory:")["apps"]).changes())
    finally:
        await context.close_connections()
