"""A table as a packed file: one canonical row a line, in the order of the key."""

import asyncio
import gzip
import hashlib
import json
import zlib
from collections.abc import AsyncGenerator, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

from domain.errors import Invalid
from models.canonical import dumped
from models.copying import PAGE, Row
from services.moving.manifest import Part, file_of
from services.moving.owners import private_opener

PACKING = 6
"""How hard gzip tries: beyond this it takes twice the time for a hundredth of the size."""
LONGEST = 1 << 20
"""Characters of one row: none of ours comes near, and a small file may unpack to anything."""


class Rows:
    """Counts rows and adds up their digest, as they pass."""

    def __init__(self) -> None:
        self.count = 0
        self._sum = hashlib.sha256()

    def add(self, rows: Iterable[Row]) -> bytes:
        """Add rows; returns their lines."""
        lines = [dumped(row) + b"\n" for row in rows]
        body = b"".join(lines)
        self.count += len(lines)
        self._sum.update(body)
        return body

    @property
    def sha256(self) -> str:
        """The digest of all rows so far."""
        return self._sum.hexdigest()


class PartWriter:
    """Packs the rows of one table into a file below a backup's folder."""

    def __init__(self, folder: Path, table: str) -> None:
        """`folder` is the backup's; its folder of tables is there."""
        self._name = file_of(table)
        self._path = folder / self._name
        self.rows = Rows()
        self._file = open(self._path, "xb", opener=private_opener)  # noqa: SIM115 - closed by `finished` or `close`
        # No name and no time inside: the same rows are the same file.
        self._packed = gzip.GzipFile("", "wb", PACKING, self._file, mtime=0)

    async def add(self, rows: Sequence[Row]) -> None:
        """Write some more rows; packing is done beside the loop."""
        await asyncio.to_thread(lambda: self._packed.write(self.rows.add(rows)))

    async def finished(self) -> Part:
        """Close the file; returns what the manifest says of it."""
        self.close()
        digest = await asyncio.to_thread(file_sha256, self._path)
        return Part(rows=self.rows.count, rows_sha256=self.rows.sha256, file=self._name, file_sha256=digest)

    def close(self) -> None:
        """Close the file, whole or not."""
        self._packed.close()
        self._file.close()


async def read_part(folder: Path, part: Part) -> AsyncGenerator[list[Row]]:
    """The rows of a part, some at a time; `Invalid` where the file cannot be unpacked."""
    try:
        with gzip.open(folder / part.file, "rt", encoding="utf-8") as lines:
            while page := await asyncio.to_thread(_page, cast("TextIO", lines)):
                yield page
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise Invalid("moving.damaged", part=part.file) from error


def _page(lines: TextIO) -> list[Row]:
    return [_row(line) for line in islice(iter(lambda: lines.readline(LONGEST), ""), PAGE)]


def _row(line: str) -> Row:
    row = json.loads(line) if line.endswith("\n") else None
    if not isinstance(row, dict):
        raise ValueError("no row")
    return row


def file_sha256(path: Path) -> str:
    """The digest of a file; `OSError` when it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
