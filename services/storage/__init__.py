"""Where photos, voices and papers lie: by the hash of their content, behind one small interface chosen by URL."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from services.storage.folder import FolderStorage
from services.storage.troubles import Damaged, StorageDeniedError, StorageError

__all__ = [
    "STORAGES",
    "Damaged",
    "FolderStorage",
    "Keys",
    "Storage",
    "StorageDeniedError",
    "StorageError",
    "open_storage",
]

Keys = tuple[str, str]
"""Access key and secret key of a store that asks for them."""


class Storage(Protocol):
    """Keeps bytes under their SHA-256 (64 lower-case hex digits). What is there is never changed.

    Every method raises `StorageError` when the store cannot do its work now: later the same may succeed.
    """

    async def put(self, body: bytes) -> str:
        """Keep bytes; returns their hash once they are durable. The same bytes again change nothing."""

    async def get(self, digest: str) -> bytes:
        """The bytes; `FileNotFoundError` when there are none of that hash, `Damaged` when they are others."""

    async def check(self) -> None:
        """Return when files can be kept and read; `StorageDeniedError` when the keys or the name are wrong."""


def _folder(url: str, _: Keys) -> Storage:
    return FolderStorage(Path(url.removeprefix("file://")))


def _s3(url: str, keys: Keys) -> Storage:
    from services.storage.s3 import S3Storage  # noqa: PLC0415 - seven megabytes that a school with a folder never needs

    return S3Storage(url, keys)


STORAGES: dict[str, Callable[[str, Keys], Storage]] = {"file": _folder, "s3": _s3}


def open_storage(url: str, keys: Keys = ("", "")) -> Storage:
    """The storage that the URL's scheme names: file:// with a path, or s3://bucket/prefix?endpoint=…&region=…."""
    return STORAGES[urlsplit(url).scheme](url, keys)
