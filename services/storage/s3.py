"""An S3-compatible store: for several machines that share their files (AWS S3, MinIO, Alibaba OSS, Tencent COS, …)."""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from obstore.exceptions import BaseError, NotFoundError, PermissionDeniedError, UnauthenticatedError
from obstore.store import S3Store

from services.storage.troubles import StorageDeniedError, StorageError, place_of, verified

PATIENCE = "30s"
"""For one request; a file has 20 MB at most."""
TRIES = 2
"""Times that a request is made again before the trouble is ours to handle: the courier has longer waits."""
IN_ALL = timedelta(seconds=20)
"""After which no further try begins."""
CONNECT = "5s"
REGION = "us-east-1"
"""What most S3-compatible stores call theirs when nobody asked."""
SIGN = "houqin-check"
REFUSED = (PermissionDeniedError, UnauthenticatedError)
NAMES = ("NoSuchBucket", "InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied", "InvalidBucketName")
"""Codes with which the store says that its settings are wrong (Amazon S3: error responses)."""
SILENT = "error sending request"
"""What the library says where nobody took the request, whatever the reason."""


class S3Storage:
    """See `Storage`: an object a file, in two-digit folders below the URL's prefix."""

    def __init__(self, url: str, keys: tuple[str, str]) -> None:
        """`url` is s3://bucket/prefix?endpoint=https://host&region=name&style=path|host; nothing is asked yet.

        `style` says where the bucket's name goes: into the path (what most compatible stores want, and our default),
        or into the host's name.
        """
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        self._prefix = parts.path.strip("/")
        self._where = f"s3://{parts.netloc}/{self._prefix}"
        self._store = S3Store(parts.netloc, **_options(query, keys))

    async def put(self, body: bytes) -> str:
        """See `Storage`. The store answers when the object is durable (Amazon S3: data consistency model)."""
        digest = sha256(body).hexdigest()
        key = self._key(digest)
        if await self._size(key) != len(body):
            try:
                await self._store.put_async(key, body)
            except (BaseError, OSError) as error:
                raise self._trouble(error) from error
        return digest

    async def get(self, digest: str) -> bytes:
        """See `Storage`."""
        key = self._key(digest)
        try:
            answer = await self._store.get_async(key)
            body = bytes(await answer.bytes_async())
        except (BaseError, OSError) as error:
            if _is_missing(error):
                raise FileNotFoundError(digest) from None
            raise self._trouble(error) from error
        return verified(digest, body)

    async def check(self) -> None:
        """See `Storage`."""
        sign = "/".join(part for part in (self._prefix, SIGN) if part)
        try:
            await self._store.put_async(sign, b"check")
            await self._store.get_async(sign)
        except (BaseError, OSError) as error:
            raise self._trouble(error) from error

    def _key(self, digest: str) -> str:
        return "/".join(part for part in (self._prefix, place_of(digest)) if part)

    async def _size(self, key: str) -> int | None:
        """How long the object is that lies there; None when there is none."""
        try:
            return int((await self._store.head_async(key))["size"])
        except (BaseError, OSError) as error:
            if _is_missing(error):
                return None
            raise self._trouble(error) from error

    def _trouble(self, error: Exception) -> StorageError:
        """What is wrong in one line; the answer's code, never the request."""
        said = str(error)
        code = next((name for name in NAMES if name in said), "")
        if code or isinstance(error, REFUSED):
            return StorageDeniedError(f"{self._where}: {code or type(error).__name__}")
        return StorageError(f"{self._where}: {'no answer' if SILENT in said else type(error).__name__}")


def _is_missing(error: Exception) -> bool:
    """Is it the file that is not there, rather than its bucket?"""
    return isinstance(error, (NotFoundError, FileNotFoundError)) and "NoSuchBucket" not in str(error)


def _options(query: Mapping[str, str], keys: tuple[str, str]) -> dict[str, Any]:
    endpoint = query.get("endpoint", "")
    return {
        **({"endpoint": endpoint} if endpoint else {}),
        "region": query.get("region", REGION),
        "access_key_id": keys[0],
        "secret_access_key": keys[1],
        "virtual_hosted_style_request": query.get("style", "path") == "host",
        "client_options": {
            "allow_http": endpoint.startswith("http://"),
            "timeout": PATIENCE,
            "connect_timeout": CONNECT,
        },
        "retry_config": {"max_retries": TRIES, "retry_timeout": IN_ALL},
    }
