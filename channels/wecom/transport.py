"""Calls to the vendor's server: one exchange, one Reply. Addresses and bodies never reach a log or an error's text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson

from bot.core.carrier import GiveUp, TryLater

Json = dict[str, Any]

PATIENCE = 10.0
"""Seconds for one call, from connecting to the answer's last byte."""

FILE_PATIENCE = 60.0
"""Seconds for a file of up to FILE_LIMIT bytes."""

ANSWER_LIMIT = 4 << 20
FILE_LIMIT = 20 << 20
"""Bytes the vendor gives without `Range` (WeCom: 获取临时素材); a chat's file that is larger is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer: the vendor's `code` (0 is good) and data, or a file's bytes with its header's type and name."""

    code: int = 0
    data: Json = field(default_factory=dict)
    body: bytes = b""
    media_type: str = ""
    name: str = ""


class Transport:
    """One pool of connections to `base`, opened in the loop that first needs it."""

    def __init__(self, base: str) -> None:
        """`base` is the vendor's host, without a path."""
        self._base = base
        self._session: aiohttp.ClientSession | None = None

    async def call(self, path: str, query: Mapping[str, str], body: Json | None = None) -> Reply:
        """GET, or POST with a body. Raises `TryLater` (whole lane) where no proper answer comes in time."""
        raw, _ = await self._exchange(path, query, body, ANSWER_LIMIT, PATIENCE)
        if raw is None:
            raise TryLater(f"{path}: endless answer", whole_lane=True)
        return _read(path, raw)

    async def download(self, path: str, query: Mapping[str, str]) -> Reply:
        """GET a file; the vendor answers JSON where it cannot. Raises `TryLater`, and `GiveUp` for one too large."""
        raw, response = await self._exchange(path, query, None, FILE_LIMIT, FILE_PATIENCE)
        if raw is None:
            raise GiveUp(f"{path}: larger than {FILE_LIMIT} bytes")
        named = response.content_disposition
        if named is None and (response.content_type == "application/json" or raw[:1] == b"{"):
            return _read(path, raw)
        name = named.filename if named and named.filename else ""
        return Reply(body=raw, media_type=response.content_type, name=name)

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()

    async def _exchange(
        self, path: str, query: Mapping[str, str], body: Json | None, limit: int, patience: float
    ) -> tuple[bytes | None, aiohttp.ClientResponse]:
        """The answer's bytes, None for more than `limit`."""
        # Raw UTF-8, not \\u escapes: the vendor counts bytes (WeCom: 发送应用消息).
        sent = None if body is None else orjson.dumps(body)
        method = "GET" if body is None else "POST"
        timeout = aiohttp.ClientTimeout(total=patience)
        try:
            async with self._opened().request(
                method, f"{self._base}/cgi-bin/{path}", params=query, data=sent, timeout=timeout, allow_redirects=False
            ) as response:
                # A file that is too large is refused with HTTP 200 and a code, so any other status is not the vendor's.
                if response.status != 200:
                    raise TryLater(f"{path}: HTTP {response.status}", whole_lane=True)
                return await _bounded(response, limit), response
        except (aiohttp.ClientError, OSError) as error:
            # Its text would name the address, and that holds the token.
            raise TryLater(f"{path}: {type(error).__name__}", whole_lane=True) from None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers={"Content-Type": "application/json"})
        return self._session


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    if (response.content_length or 0) > limit:
        return None
    read = bytearray()
    async for chunk in response.content.iter_chunked(1 << 16):
        read += chunk
        if len(read) > limit:
            return None
    return bytes(read)


def _read(path: str, raw: bytes) -> Reply:
    try:
        data = orjson.loads(raw)
    except ValueError:
        data = None
    code = data.get("errcode", 0) if isinstance(data, dict) else None
    if type(code) is not int:
        raise TryLater(f"{path}: no proper answer", whole_lane=True)
    return Reply(code=code, data=data)
