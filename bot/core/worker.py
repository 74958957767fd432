"""The loop behind every queue: work while there is some, then sleep until a bell rings or some seconds have passed."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from structlog.contextvars import bind_contextvars

from bot.core.broker import Broker

log = structlog.get_logger(__name__)
LOST_BELL = 1.0
"""Seconds after which a sleeper looks by itself: a lost bell costs no more."""
TROUBLE = 1.0


class Worker:
    """Runs `work` again and again; `work` says whether there may be more to do."""

    def __init__(self, name: str, broker: Broker, bell: str, work: Callable[[], Awaitable[bool]]) -> None:
        """`bell` is rung by whoever puts something into the queue."""
        self.name = name
        self._broker = broker
        self._bell = bell
        self._work = work
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Go on until `stop`; what is in hand is finished. Nothing that `work` raises ends the loop."""
        bind_contextvars(worker=self.name)  # for this task, and for those that it starts
        async with self._broker.listen(self._bell) as listener:
            while not self._stopping.is_set():
                if not await self._once():
                    await listener.next(LOST_BELL)

    async def _once(self) -> bool:
        try:
            return await self._work()
        except Exception:
            log.exception("worker.trouble")
            await asyncio.sleep(TROUBLE)
            return True

    async def stop(self) -> None:
        """Ask it to end after what it has in hand."""
        self._stopping.set()
        await self._broker.ring(self._bell)
