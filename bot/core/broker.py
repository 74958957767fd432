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

from redis.asyncio import Redis
from redis.exceptions import RedisError

PATIENCE = 2.0
"""Seconds for one answer of Redis."""
RING = 0.2
"""Seconds for ringing a bell: callbacks are not acknowledged before, and a lost bell costs little."""
REST = 5.0
"""Seconds in which a Redis that did not answer is not rung again."""
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
    """Bells and small shared values between the processes of one school."""

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


class RedisBroker:
    """For several processes: Redis publish/subscribe, keys with an end, and locks."""

    def __init__(self, url: str) -> None:
        """`url` is redis://, rediss:// or unix://; the path's number is the database."""
        self._redis: Redis = Redis.from_url(
            url, decode_responses=True, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE
        )
        self._ear: Redis = Redis.from_url(url, decode_responses=True, socket_connect_timeout=PATIENCE)
        self._deaf_until = 0.0
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._reader: asyncio.Task[None] | None = None

    async def ring(self, bell: str, note: str = "") -> None:
        """See `Broker`. Our own listeners hear it even while Redis is away."""
        self._pass_on(bell, note)
        if time.monotonic() < self._deaf_until:
            return
        try:
            async with asyncio.timeout(RING):
                await self._redis.publish(f"bell:{bell}", note)
        except (RedisError, OSError):
            self._deaf_until = time.monotonic() + REST

    @contextlib.asynccontextmanager
    async def listen(self, bell: str) -> AsyncIterator[Listener]:
        """See `Broker`."""
        listener = Listener()
        self._listeners[bell].add(listener)
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        try:
            yield listener
        finally:
            self._listeners[bell].discard(listener)

    async def _read(self) -> None:
        """Pass on what other processes ring; whatever breaks the connection, come back."""
        while True:
            with contextlib.suppress(RedisError, OSError):
                async with self._ear.pubsub() as subscription:
                    await subscription.psubscribe("bell:*")
                    async for message in subscription.listen():
                        if message["type"] == "pmessage":
                            self._pass_on(message["channel"].removeprefix("bell:"), message["data"])
            await asyncio.sleep(1)

    def _pass_on(self, bell: str, note: str) -> None:
        for listener in tuple(self._listeners.get(bell, ())):
            listener.hear(note)

    async def recall(self, key: str) -> str | None:
        """See `Broker`."""
        value = await self._redis.get(key)
        return None if value is None else str(value)

    async def remember(self, key: str, value: str, seconds: float) -> None:
        """See `Broker`."""
        await self._redis.set(key, value, px=max(1, int(seconds * 1000)))

    @contextlib.asynccontextmanager
    async def lock(self, key: str, seconds: float) -> AsyncIterator[None]:
        """See `Broker`."""
        async with self._redis.lock(f"lock:{key}", timeout=seconds):
            yield

    async def ping(self) -> None:
        """See `Broker`."""
        try:
            await self._redis.ping()
        except RedisError as error:
            raise OSError(str(error)) from error

    async def close(self) -> None:
        """See `Broker`."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        await self._redis.aclose()
        await self._ear.aclose()


BROKERS: dict[str, Callable[[str], Broker]] = {
    "memory": lambda _url: MemoryBroker(),
    "redis": RedisBroker,
    "rediss": RedisBroker,
    "unix": RedisBroker,
}


def open_broker(url: str) -> Broker:
    """The broker that the URL's scheme names."""
    return BROKERS[urlsplit(url).scheme](url)
