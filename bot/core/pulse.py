"""Pulse: a process that handles and carries shows from time to time that it is alive, and how late its loop wakes."""

import asyncio
import os
import socket
import time

from bot.core.metrics import Metrics
from services.checkup import Checkup

BELL = "pulse"
"""Nobody rings it: the pulse goes by itself."""
BEAT = 15.0
"""Seconds between two signs of life; four of them may be missed before somebody asks."""
NAP = 0.02
"""Seconds of sleep by which the loop's lag is measured."""


class Pulse:
    """The sign of life of this process."""

    def __init__(self, checkup: Checkup, metrics: Metrics) -> None:
        """It shows at its first look."""
        self._checkup = checkup
        self._metrics = metrics
        self._name = f"{socket.gethostname()}:{os.getpid()}"
        self._due = 0.0

    async def work(self) -> bool:
        """Look once; always False, so that the loop sleeps."""
        begun = time.perf_counter()
        await asyncio.sleep(NAP)
        self._metrics.lag.observe(max(0.0, time.perf_counter() - begun - NAP))
        if time.monotonic() >= self._due:
            await self._checkup.beat(self._name)
            self._due = time.monotonic() + BEAT
        return False
