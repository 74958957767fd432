"""Taking a backup: one moment of the database, then the files it names, in a folder that appears when it is whole."""

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient

from domain.errors import Invalid
from models.copying import Table, applied, known, read, snapshot, tables_at
from services.clock import Clock
from services.moving import files
from services.moving.manifest import FOLDER, FORMAT, HISTORY, FilesPart, Manifest, Part
from services.moving.owners import private_folder
from services.moving.parts import PartWriter
from services.moving.progress import Tell
from services.storage import Storage

UNFINISHED = ".partial"
"""How the folder's name ends while it is being filled: a killed backup is never taken for a whole one."""
NO_FILES = FilesPart(count=0, bytes=0, missing=())


async def back_up(folder: Path, storage: Storage, clock: Clock, program: str, tell: Tell) -> Manifest:
    """Write the open database and its files into a new folder; others go on working meanwhile.

    `program` is the version that is running. `Invalid` where the folder has something in it, where another backup is
    writing there, or where the database is newer than the program; `OSError` where it cannot be written.
    """
    with _unfinished(folder) as place:
        async with snapshot() as connection:
            migrations = await _migrations(connection)
            tables = {t.name: await _dump(connection, t, place, tell) for t in await tables_at(migrations)}
            kind = connection.capabilities.dialect
        manifest = Manifest(
            format=FORMAT,
            program=program,
            made_at=clock(),
            database=kind,
            migrations=tuple(migrations),
            tables=tables,
            history_sha256=tables[HISTORY].rows_sha256,
            files=NO_FILES,
        )
        taken = await files.collect(storage, place, manifest, tell)
        manifest = manifest.model_copy(update={"files": taken})
        manifest.write(place)
        await asyncio.to_thread(os.sync)  # what has its name must be whole, also after a power cut
    return manifest


@contextlib.contextmanager
def _unfinished(folder: Path) -> Iterator[Path]:
    """A folder of its own to fill, which gets its name at the end; after an error nothing of it is left."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Invalid("moving.folder_in_use", folder=folder)
    place = private_folder(folder.with_name(folder.name + UNFINISHED).absolute())
    gate = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)  # a link may lead to what is somebody else's
    try:
        try:
            fcntl.flock(gate, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Invalid("moving.folder_in_use", folder=place) from error
        try:
            _emptied(place)
            yield place
            place.rename(folder.absolute())
        except BaseException:
            shutil.rmtree(place)
            raise
    finally:
        os.close(gate)


def _emptied(place: Path) -> None:
    """Throw away what a killed backup has left, and make the folder of tables."""
    for left in place.iterdir():
        shutil.rmtree(left) if left.is_dir() else left.unlink()
    private_folder(place / FOLDER)


async def _migrations(connection: BaseDBAsyncClient) -> list[str]:
    migrations = await applied(connection)
    if not migrations:
        raise Invalid("moving.no_tables")
    if set(migrations) - set(known()):
        raise Invalid("moving.newer", program=migrations[-1])
    return migrations


async def _dump(connection: BaseDBAsyncClient, table: Table, place: Path, tell: Tell) -> Part:
    writer = PartWriter(place, table.name)
    try:
        async for rows in read(connection, table):
            await writer.add(rows)
            tell(table.name, writer.rows.count)
    finally:
        writer.close()
    return await writer.finished()
