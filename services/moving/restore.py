"""Putting a backup into an empty database of either kind: all of it, looked through again, or nothing."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import BaseORMException
from tortoise.transactions import in_transaction

from domain.errors import Invalid
from models.copying import (
    Table,
    applied,
    is_empty,
    known,
    leave_gap,
    opened_connection,
    read,
    tables_at,
    write,
)
from models.schema import ZONE, migrate, open_database
from services.moving import files
from services.moving.manifest import NAME, Manifest, Part
from services.moving.parts import Rows, read_part
from services.moving.progress import Tell
from services.moving.verify import verify
from services.storage import Storage


async def restore(folder: Path, url: str, storage: Storage, tell: Tell, *, zone: ZoneInfo = ZONE) -> Manifest:
    """Look a backup through, load it into the empty database at `url` and its files into the storage.

    The tables are first made as they were when the backup was taken, and brought up to date when it is in (`zone` is
    the school's: what an older release did not count is counted by its days). `Invalid`
    where the backup is damaged or newer than the program, where the database has something in it, or where it does
    not take a row; nothing is loaded then.
    """
    manifest = await verify(folder, tell)
    await load(folder, manifest, url, storage, tell)
    await migrate(url, zone=zone)
    return manifest


async def load(folder: Path, manifest: Manifest, url: str, storage: Storage, tell: Tell) -> None:
    """The same for a backup that has been looked through; leaves the tables as they were when it was taken."""
    if set(manifest.migrations) - set(known()):
        raise Invalid("moving.newer", program=manifest.program)
    if {table.name for table in await tables_at(manifest.migrations)} != set(manifest.tables):
        raise Invalid("moving.damaged", part=NAME)
    async with _opened(url) as connection:
        if not await is_empty(connection) or set(await applied(connection)) - set(manifest.migrations):
            raise Invalid("moving.not_empty")
    await migrate(url, upto=manifest.migrations[-1])
    # Files come first: a row never names what is not there, and files that nobody names do no harm.
    await files.hand_out(storage, folder, tell)
    async with _opened(url), in_transaction() as connection:
        for table in await tables_at(manifest.migrations):
            await _load(connection, table, folder, manifest.tables[table.name], tell)


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[BaseDBAsyncClient]:
    context = await open_database(url)
    try:
        yield opened_connection()
    finally:
        await context.close_connections()


async def _load(connection: BaseDBAsyncClient, table: Table, folder: Path, part: Part, tell: Tell) -> None:
    count = 0
    async for rows in read_part(folder, part):
        try:
            await write(connection, table, rows)
        except (BaseORMException, ValueError, TypeError, LookupError) as error:
            raise Invalid("moving.not_taken", table=table.name, row=rows[0].get(table.key), why=error) from error
        count += len(rows)
        tell(table.name, count)
    await leave_gap(connection, table)
    there = Rows()
    async for rows in read(connection, table):
        there.add(rows)
    if (there.count, there.sha256) != (part.rows, part.rows_sha256):
        raise Invalid("moving.not_the_same", table=table.name)
