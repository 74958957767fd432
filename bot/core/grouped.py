"""Grouped: many who wait for one commit. What piles up while a write runs is written together by the next."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Grouped(Generic[T]):
    """Collects items and writes them in batches, one batch at a time."""

    def __init__(self, write: Callable[[list[T]], Awaitable[None]], limit: int = 256) -> None:
        """`write` makes a batch of at most `limit` durable, or raises for all of it."""
        self._write = write
        self._limit = limit
        self._waiting: list[tuple[T, asyncio.Future[None]]] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, item: T) -> None:
        """Return when the item is durable; raises what the write of its batch raised."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._run())
        await done

    async def _run(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            error: Exception | None = None
            try:
                await self._write([item for item, _ in batch])
            except Exception as failure:
                error = failure
            for _, done in batch:
                if done.cancelled():
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
        self._writer = None
