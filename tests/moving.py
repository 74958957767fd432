"""Backups in tests: the command as an operator runs it, the fixtures of releases, and hands that damage and forge."""

import asyncio
import contextlib
import gzip
import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from models.canonical import dumped
from models.copying import Row
from models.schema import open_database
from services.clock import utc_now
from services.moving import Manifest, back_up, restore
from services.storage import FolderStorage, Storage

ROOT = Path(__file__).parents[1]
RELEASES = sorted((Path(__file__).parent / "fixtures" / "releases").glob("[0-9]*"))
PATIENCE = 120.0


def quiet(_: str, __: int) -> None:
    """Nobody is told."""


def environment(url: str, folder: Path) -> dict[str, str]:
    """What the command needs for a database, with its files below a folder."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LC_ALL": "en_GB.UTF-8",
        "HOUQIN_SECRET_KEY": "only for the tests of it",
        "HOUQIN_DATABASE_URL": url,
        "HOUQIN_DATA_DIR": str(folder),
    }


@dataclass(frozen=True)
class Done:
    """How a command ended and everything it said."""

    code: int
    said: str


async def houqin(environ: dict[str, str], *arguments: object) -> Done:
    """Run a command in a process of its own."""
    process = await begun(environ, *arguments)
    try:
        async with asyncio.timeout(PATIENCE):
            said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Done(process.returncode, said.decode())


async def begun(environ: dict[str, str], *arguments: object) -> asyncio.subprocess.Process:
    """Start a command; both its outputs come in one pipe."""
    command = [sys.executable, "-m", "bot", *map(str, arguments)]
    pipe, out = asyncio.subprocess.PIPE, asyncio.subprocess.STDOUT
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environ, stdout=pipe, stderr=out)


@contextlib.asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """A database open."""
    context = await open_database(url)
    try:
        yield
    finally:
        await context.close_connections()


async def taken(url: str, folder: Path, storage: Storage) -> Manifest:
    """A backup of a database that nobody has open here."""
    async with opened(url):
        return await back_up(folder, storage, utc_now, "test", quiet)


async def filled(url: str, files: Path) -> FolderStorage:
    """The life of a school, as the latest release left it, in an empty database; returns where its files lie."""
    storage = FolderStorage(files)
    await restore(RELEASES[-1], url, storage, quiet)
    return storage


def rows_of(folder: Path, table: str) -> list[Row]:
    """The rows of a table in a backup."""
    with gzip.open(folder / "tables" / f"{table}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def forge(folder: Path, **changes: Any) -> None:
    """Change a manifest and seal it again, as only this program does."""
    body = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    body |= changes
    body.pop("seal")
    seal = sha256(dumped(body)).hexdigest()
    (folder / "manifest.json").write_bytes(dumped({**body, "seal": seal}))


def forge_rows(folder: Path, table: str, change: Callable[[list[Row]], list[Row]]) -> None:
    """Change the rows of a table in a backup, so that all its digests fit."""
    lines = b"".join(dumped(row) + b"\n" for row in change(rows_of(folder, table)))
    path = folder / "tables" / f"{table}.jsonl.gz"
    path.write_bytes(gzip.compress(lines))
    tables = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["tables"]
    tables[table] |= {
        "rows": lines.count(b"\n"),
        "rows_sha256": sha256(lines).hexdigest(),
        "file_sha256": sha256(path.read_bytes()).hexdigest(),
    }
    forge(folder, tables=tables, history_sha256=tables["history"]["rows_sha256"])
