"""RedisBroker: bells, small shared values and locks over a server that all processes of a school reach."""

import asyncio
import contextlib
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from bot.core.broker import Listener

PATIENCE = 2.0
"""Seconds for one answer of Redis."""
RING = 0.2
"""Seconds for ringing a bell: callbacks are not acknowledged before, and a lost bell costs little."""
REST = 5.0
"""Seconds in which a Redis that did not answer is not rung again."""
SILENCE = 5.0
"""Seconds after which Redis is asked whether it is still there: a machine that is gone does not say goodbye."""


class RedisBroker:
    """For several processes: Redis publish/subscribe, keys with an end, and locks."""

    def __init__(self, url: str, space: str = "") -> None:
        """`url` is redis://, rediss:// or unix://; the path's number is the database.

        `space` keeps schools that share a Redis apart: all names are below it.
        """
        self._space = f"houqin:{space}:"
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
                await self._redis.publish(self._bell(bell), note)
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
        back = False
        while True:
            with contextlib.suppress(RedisError, OSError):
                async with self._ear.pubsub() as subscription:
                    await subscription.psubscribe(f"{_literal(self._bell(''))}*")
                    await self._hear(subscription, back=back)
            back = True
            await asyncio.sleep(1)

    async def _hear(self, subscription: PubSub, *, back: bool) -> None:
        """Pass on until the connection breaks, or says nothing to a question; who comes `back` has missed something."""
        asked = False
        while True:
            message = await subscription.get_message(timeout=SILENCE)
            if message is None and asked:
                raise TimeoutError
            asked = message is None
            if message is None:
                await subscription.ping()
            elif message["type"] == "psubscribe" and back:
                self._all_hear()
            elif message["type"] == "pmessage":
                self._pass_on(message["channel"].removeprefix(self._bell("")), message["data"])

    def _all_hear(self) -> None:
        """Nobody knows what was rung meanwhile: let everybody look."""
        for bell in tuple(self._listeners):
            self._pass_on(bell, "")

    def _bell(self, name: str) -> str:
        return f"{self._space}bell:{name}"

    def _pass_on(self, bell: str, note: str) -> None:
        for listener in tuple(self._listeners.get(bell, ())):
            listener.hear(note)

    async def recall(self, key: str) -> str | None:
        """See `Broker`."""
        with _plain():
            value = await self._redis.get(f"{self._space}{key}")
        return None if value is None else str(value)

    async def remember(self, key: str, value: str, seconds: float) -> None:
        """See `Broker`."""
        with _plain():
            await self._redis.set(f"{self._space}{key}", value, px=max(1, int(seconds * 1000)))

    @contextlib.asynccontextmanager
    async def lock(self, key: str, seconds: float) -> AsyncIterator[None]:
        """See `Broker`. A holder whose time ran out learns at the end, by `OSError`, that he was not alone."""
        with _plain():
            async with self._redis.lock(f"{self._space}lock:{key}", timeout=seconds):
                yield

    async def ping(self) -> None:
        """See `Broker`."""
        with _plain():
            await self._redis.ping()

    async def close(self) -> None:
        """See `Broker`."""
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        await self._redis.aclose()
        await self._ear.aclose()


@contextlib.contextmanager
def _plain() -> Iterator[None]:
    """What the client raises, as what every broker raises."""
    try:
        yield
    except RedisError as error:
        raise OSError(str(error)) from error


def _literal(text: str) -> str:
    """A text as a pattern of Redis that means nothing but itself (Redis: PSUBSCRIBE)."""
    return "".join(f"\\{mark}" if mark in "*?[]^\\-" else mark for mark in text)
