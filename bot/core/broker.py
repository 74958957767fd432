"""Broker: what processes tell and lend each other, and may lose. Nothing durable lives here.

Bells wake a sleeping loop or a page: a lost bell costs a few seconds, never an item. The small shared values (a
vendor's access token, say) can be made again by whoever misses them.
"""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from urllib.parse import urlsplit

QUEUE_LIMIT = 256
"""Notes that wait for one listener; a listener that is slower than that only needs to know that there was something."""


class Listener:
    """One who listens at some bells: notes come out of `next`, the oldest are dropped when too many wait."""

    def __init__(self) -> None:
        """Begin with nothing heard."""
        self._notes: asyncio.Queue[str] = asyncio.Queue(QUEUE_LIMIT)

    def hear(self, note: str) -> None:
        """Put a note down."""
        if self._notes.full():
            self._notes.get_nowait()
        self._notes.put_nowait(note)

    async def next(self, patience: float) -> str | None:
        """The next note, or None when `patience` seconds passed in silence."""
        with contextlib.suppress(TimeoutError):
            return await asyncio.wait_for(self._notes.get(), patience)
        return None


class Broker(Protocol):
    """Bells and small shared values between the processes of one school. Who cannot be reached is an `OSError`."""

    async def ring(self, bell: str, note: str = "") -> None:
        """Tell all who listen at `bell`; never raises."""

    def listen(self, bell: str) -> AbstractAsyncContextManager[Listener]:
        """Hear what is rung at `bell` from now on."""

    async def recall(self, key: str) -> str | None:
        """A shared value, or None when there is none or it is too old."""

    async def remember(self, key: str, value: str, seconds: float) -> None:
        """Share a value for a while."""

    def lock(self, key: str, seconds: float) -> AbstractAsyncContextManager[None]:
        """Let one in at a time, over all processes; a holder that dies is out after `seconds`."""

    async def ping(self) -> None:
        """Raise `OSError` when nobody is there."""

    async def close(self) -> None:
        """Let go of connections."""


class MemoryBroker:
    """For one process: everything in memory."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """`clock` gives seconds; tests bring their own."""
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._values: dict[str, tuple[str, float]] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._clock = clock

    async def ring(self, bell: str, note: str = "") -> None:
        """See `Broker`."""
        for listener in tuple(self._listeners[bell]):
            listener.hear(note)

    @contextlib.asynccontextmanager
    async def listen(self, bell: str) -> AsyncIterator[Listener]:
        """See `Broker`."""
        listener = Listener()
        self._listeners[bell].add(listener)
        try:
            yield listener
        finally:
            self._listeners[bell].discard(listener)

    async def recall(self, key: str) -> str | None:
        """See `Broker`."""
        value, until = self._values.get(key, ("", 0.0))
        return value if until > self._clock() else None

    async def remember(self, key: str, value: str, seconds: float) -> None:
        """See `Broker`."""
        self._values[key] = (value, self._clock() + seconds)

    @contextlib.asynccontextmanager
    async def lock(self, key: str, seconds: float) -> AsyncIterator[None]:  # noqa: ARG002 - a dead holder is a dead process here
        """See `Broker`."""
        async with self._locks[key]:
            yield

    async def ping(self) -> None:
        """See `Broker`."""

    async def close(self) -> None:
        """See `Broker`."""


def _redis(url: str, space: str) -> Broker:
    from bot.core.redis_broker import RedisBroker  # noqa: PLC0415 - a school with one process starts without it

    return RedisBroker(url, space)


BROKERS: dict[str, Callable[[str, str], Broker]] = {
    "memory": lambda _url, _space: MemoryBroker(),
    "redis": _redis,
    "rediss": _redis,
    "unix": _redis,
}


def open_broker(url: str, space: str = "") -> Broker:
    """The broker that the URL's scheme names; `space` is the school's own, the same in all its processes."""
    return BROKERS[urlsplit(url).scheme](url, space)
