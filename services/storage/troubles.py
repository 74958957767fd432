"""What can be wrong with a storage, and what its names look like."""

from hashlib import sha256

LENGTH = 64
DIGITS = frozenset("0123456789abcdef")


class StorageError(OSError):
    """The store cannot do its work now. The text says what is wrong, without keys."""


class StorageDeniedError(StorageError):
    """The store answers and refuses: wrong keys, no such bucket. An administrator has to change something."""


class Damaged(Exception):  # noqa: N818 - what the bytes are
    """The store gave other bytes than those that were kept under this hash."""


def place_of(digest: str) -> str:
    """Where bytes lie: two digits make a folder, so that none grows huge. `FileNotFoundError` for what is no hash."""
    if len(digest) != LENGTH or not set(digest) <= DIGITS:
        raise FileNotFoundError(digest)
    return f"{digest[:2]}/{digest}"


def verified(digest: str, body: bytes) -> bytes:
    """The bytes, if they are what was kept; else `Damaged`."""
    if sha256(body).hexdigest() != digest:
        raise Damaged(digest)
    return body
