"""Calls to the vendor's server: one exchange, one Reply. Addresses and bodies never reach a log or an error's text."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import aiohttp
import orjson
from yarl import URL

from bot.core import tracing
from bot.core.carrier import GiveUp, TryLater
from channels.base import Note
from channels.wecom.wire import NAME

Json = dict[str, Any]

PATIENCE = 10.0
"""Seconds for one call, from connecting to the answer's last byte."""

FILE_PATIENCE = 60.0
"""Seconds for a file of up to FILE_LIMIT bytes."""

CONNECTIONS = 64
"""Kept open at most; more calls than that wait for one."""

ANSWER_LIMIT = 4 << 20
FILE_LIMIT = 20 << 20
"""Bytes the vendor gives without `Range` (WeCom: 获取临时素材); a chat's file that is larger is refused."""

NO_FILE = frozenset({"application/json", "text/html", "text/plain"})
"""Types of an answer without a file's name: the vendor's refusal, or a page of whatever stands in its place."""


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
        """`base` is the vendor's host, without a path; `note` is told of every call."""
        self._base = base
        self.note: Note = lambda *_: None
        self._session: aiohttp.ClientSession | None = None

    async def call(self, path: str, query: Mapping[str, str], body: Json | None = None) -> Reply:
        """GET, or POST with a body. Raises `TryLater` (whole lane) where no proper answer comes in time."""
        with self._watched(path) as ended:
            raw, _ = await self._exchange(path, query, body, ANSWER_LIMIT, PATIENCE)
            if raw is None:
                raise TryLater(f"{path}: endless answer", whole_lane=True)
            return ended(_read(path, raw))

    async def download(self, path: str, query: Mapping[str, str]) -> Reply:
        """GET a file; the vendor answers JSON where it cannot. Raises as `call` does, `GiveUp` for one too large."""
        with self._watched(path) as ended:
            raw, response = await self._exchange(path, query, None, FILE_LIMIT, FILE_PATIENCE)
            if raw is None:
                raise GiveUp(f"{path}: larger than {FILE_LIMIT} bytes")
            named = response.content_disposition
            if named is None and (response.content_type in NO_FILE or raw[:1] == b"{"):
                return ended(_read(path, raw))
            name = named.filename if named and named.filename else ""
            return ended(Reply(body=raw, media_type=response.content_type, name=name))

    @contextlib.contextmanager
    def _watched(self, path: str) -> Iterator[Callable[[Reply], Reply]]:
        """Note how long a call took and how it ended: with the vendor's code, or without an answer."""
        begun, outcome = time.perf_counter(), "no_answer"

        def ended(reply: Reply) -> Reply:
            nonlocal outcome
            outcome = str(reply.code) if reply.code else "ok"
            return reply

        try:
            with tracing.under("vendor call", channel=NAME, call=path):
                yield ended
        finally:
            self.note(NAME, path, outcome, time.perf_counter() - begun)

    async def close(self) -> None:
        """Let go of connections."""
        if self._session is not None:
            await self._session.close()

    async def _exchange(
        self, path: str, query: Mapping[str, str], body: Json | None, limit: int, patience: float
    ) -> tuple[bytes | None, aiohttp.ClientResponse]:
        """The answer's bytes, None for more than `limit`."""
        # Raw UTF-8, not \\u escapes: the vendor counts bytes (WeCom: 发送应用消息).
        sent = None if body is None else aiohttp.BytesPayload(orjson.dumps(body), content_type="application/json")
        method = "GET" if body is None else "POST"
        address = _address(f"{self._base}/cgi-bin/{path}", tuple(query.items()))
        try:
            async with self._opened().request(
                method, address, data=sent, timeout=_limit(patience), allow_redirects=False
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
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


@lru_cache(maxsize=32)
def _address(url: str, query: tuple[tuple[str, str], ...]) -> URL:
    """A call's address: the same for thousands of calls, and dear to put together."""
    return URL(url).with_query(query)


@lru_cache(maxsize=4)
def _limit(patience: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=patience)


async def _bounded(response: aiohttp.ClientResponse, limit: int) -> bytes | None:
    size = response.content_length
    if size is not None and "Content-Encoding" not in response.headers:  # no more than was announced will come
        return await response.read() if size <= limit else None
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
