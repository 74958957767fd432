"""Photos and papers on the move: each under the hash of its bytes, and checked against it on either side."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Iterable, Iterator
from contextlib import aclosing
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from domain.errors import Invalid
from services.moving.manifest import FilesPart, Manifest
from services.moving.owners import private_folder, write_private
from services.moving.parts import file_sha256, read_part
from services.moving.progress import FILES, Tell
from services.storage import Damaged, Storage

Got = TypeVar("Got")
FOLDER = "files"
COLUMN = "sha256"
"""A column of this name, in whatever table, says which bytes of the storage belong to its row ("": none yet)."""
AT_ONCE = 4
"""Files that are carried at a time: a far storage answers late, and each may have 20 MB."""


def _place(folder: Path, digest: str) -> Path:
    return folder / FOLDER / digest[:2] / digest


async def named(folder: Path, manifest: Manifest) -> AsyncGenerator[list[str]]:
    """The hashes that the rows of a backup name, some at a time; one that is named twice comes twice."""
    for part in manifest.tables.values():
        async with aclosing(read_part(folder, part)) as pages:
            async for rows in pages:
                if COLUMN not in rows[0]:
                    break
                yield [row[COLUMN] for row in rows if row[COLUMN]]


async def collect(storage: Storage, folder: Path, manifest: Manifest, tell: Tell) -> FilesPart:
    """Copy what the rows name out of the storage; what it has not, or not as it was, is noted and left out."""
    count = size = 0
    missing: set[str] = set()
    async for digests in named(folder, manifest):
        waiting = iter(dict.fromkeys(d for d in digests if d not in missing and not _place(folder, d).exists()))
        while some := list(islice(waiting, AT_ONCE)):
            sizes = await _all(_fetch(storage, folder, digest) for digest in some)
            missing |= {digest for digest, got in zip(some, sizes, strict=True) if got is None}
            count += sum(got is not None for got in sizes)
            size += sum(got or 0 for got in sizes)
            tell(FILES, count)
    return FilesPart(count=count, bytes=size, missing=tuple(sorted(missing)))


async def _all(carried: Iterable[Coroutine[Any, Any, Got]]) -> list[Got]:
    """Do some at a time; after an error of one the others have ended too, so that nobody writes behind our back."""
    ends = await asyncio.gather(*carried, return_exceptions=True)
    for end in ends:
        if isinstance(end, BaseException):
            raise end
    return [end for end in ends if not isinstance(end, BaseException)]


async def _fetch(storage: Storage, folder: Path, digest: str) -> int | None:
    try:
        body = await storage.get(digest)
    except (FileNotFoundError, Damaged):
        return None
    await asyncio.to_thread(_keep, _place(folder, digest), body)
    return len(body)


def _keep(path: Path, body: bytes) -> None:
    private_folder(path.parent)
    write_private(path, body)


def _there(folder: Path) -> Iterator[Path]:
    return (path for path in sorted((folder / FOLDER).glob("*/*")) if path.is_file())


async def check(folder: Path, manifest: Manifest, tell: Tell) -> None:
    """Is every file there that rows name, and each what its name says? `Invalid` with the first that is not."""
    for count, path in enumerate(_there(folder), 1):
        if await asyncio.to_thread(file_sha256, path) != path.name:
            raise Invalid("moving.damaged", part=path.relative_to(folder))
        tell(FILES, count)
    async for digests in named(folder, manifest):
        for digest in digests:
            if digest not in manifest.files.missing and not _place(folder, digest).exists():
                raise Invalid("moving.damaged", part=_place(folder, digest).relative_to(folder))


async def hand_out(storage: Storage, folder: Path, tell: Tell) -> None:
    """Put all files of a backup into the storage; those that are there already change nothing."""
    count = 0
    paths = _there(folder)
    while some := list(islice(paths, AT_ONCE)):
        await _all(_put(storage, path) for path in some)
        count += len(some)
        tell(FILES, count)


async def _put(storage: Storage, path: Path) -> None:
    await storage.put(await asyncio.to_thread(path.read_bytes))
