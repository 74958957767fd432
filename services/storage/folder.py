"""A folder as storage: for one machine, or for several that share a disk."""

import asyncio
import os
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from services.storage.troubles import StorageError, place_of, verified


class FolderStorage:
    """See `Storage`: two digits make a sub-folder, so that none grows huge."""

    def __init__(self, root: Path) -> None:
        """`root` is made on first use."""
        self._root = root

    async def put(self, body: bytes) -> str:
        """See `Storage`."""
        digest = sha256(body).hexdigest()
        try:
            await asyncio.to_thread(_write, self._root / place_of(digest), body)
        except OSError as error:
            raise StorageError(f"{self._root}: {error.strerror}") from error
        return digest

    async def get(self, digest: str) -> bytes:
        """See `Storage`."""
        path = self._root / place_of(digest)
        try:
            body = await asyncio.to_thread(path.read_bytes)
        except FileNotFoundError:
            raise
        except OSError as error:
            raise StorageError(f"{self._root}: {error.strerror}") from error
        return await asyncio.to_thread(verified, digest, body)

    async def check(self) -> None:
        """See `Storage`."""
        try:
            await asyncio.to_thread(_try, self._root)
        except OSError as error:
            raise StorageError(f"{self._root}: {error.strerror}") from error


def _write(path: Path, body: bytes) -> None:
    """Write beside and move into place; durable are the bytes, the name, and the folder's own name."""
    if path.exists():
        return
    new_folder = not path.parent.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as file:
        temporary = Path(file.name)
        try:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            temporary.unlink()
            raise
    temporary.replace(path)
    _sync(path.parent)
    if new_folder:
        _sync(path.parent.parent)


def _sync(folder: Path) -> None:
    """A name is durable only when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _try(root: Path) -> None:
    root.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=root) as file:
        file.write(b"check")
        file.flush()
