"""Where photos, voices and papers lie: by the hash of their content, behind one small interface chosen by URL."""

import asyncio
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from urllib.parse import urlsplit


class Storage(Protocol):
    """Keeps bytes under their SHA-256 (64 lower-case hex digits). What is there is never changed."""

    async def put(self, body: bytes) -> str:
        """Keep bytes; returns their hash once they are durable. The same bytes again change nothing."""

    async def get(self, digest: str) -> bytes:
        """The bytes; `FileNotFoundError` when there are none of that hash."""


class FolderStorage:
    """A folder: two digits make a sub-folder, so that none grows huge."""

    def __init__(self, root: Path) -> None:
        """`root` is made on first use."""
        self._root = root

    def _path(self, digest: str) -> Path:
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise FileNotFoundError(digest)
        return self._root / digest[:2] / digest

    async def put(self, body: bytes) -> str:
        """See `Storage`."""
        digest = sha256(body).hexdigest()
        await asyncio.to_thread(self._write, self._path(digest), body)
        return digest

    @staticmethod
    def _write(path: Path, body: bytes) -> None:
        if path.exists():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        Path(file.name).replace(path)

    async def get(self, digest: str) -> bytes:
        """See `Storage`."""
        return await asyncio.to_thread(self._path(digest).read_bytes)


STORAGES: dict[str, Callable[[str], Storage]] = {
    "file": lambda url: FolderStorage(Path(url.removeprefix("file://"))),
}


def open_storage(url: str) -> Storage:
    """The storage that the URL's scheme names; file:// with a relative or absolute path."""
    return STORAGES[urlsplit(url).scheme](url)
