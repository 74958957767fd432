"""Grouped: many who wait for one commit. What piles up while a write runs is written together by the next."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Grouped(Generic[T]):
    """Collects items and writes them in batches, one batch at a time."""

    def __init__(self, write: Callable[[list[T]], Awaitable[None]], limit: int = 256) -> None:
        """`write` makes a batch of at most `limit` durable, or raises and leaves nothing of it."""
        self._write = write
        self._limit = limit
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, item: T) -> None:
        """Return when the item is durable; raises what writing it raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
                await self._together(batch)
        finally:
            self._writer = None

    async def _together(self, batch: Sequence[tuple[T, asyncio.Future[None]]]) -> None:
        """Write a batch; when it fails, each by itself, so that a bad one does not take the others with it."""
        try:
            await self._write([item for item, _ in batch])
        except Exception as error:
            if len(batch) == 1:
                _settle(batch[0][1], error)
            else:
                for one in batch:
                    await self._together([one])
        else:
            for _, done in batch:
                _settle(done, None)


def _settle(done: asyncio.Future[None], error: Exception | None) -> None:
    """Tell whoever waits, if they still do."""
    if done.done():
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
