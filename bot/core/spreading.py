"""Spreading: of several processes that know the same schools, each school's workers run in one at a time.

Nothing breaks where two overlap for a moment, as every event and item has a lease of its own; one process a school
saves the looking and keeps its caches warm.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Protocol

import structlog

from services.leases import Leases

log = structlog.get_logger(__name__)

LOOKS = 3
"""Times that a process looks while a lease lasts: it is renewed twice before it could end."""
WORKERS = "workers"
"""What is lent."""


class School(Protocol):
    """A school as far as its workers go."""

    @property
    def name(self) -> str:
        """What operators call it."""

    @property
    def leases(self) -> Leases:
        """Where its processes agree: in its own database."""

    def entered(self) -> AbstractContextManager[None]:
        """What runs inside works for this school."""

    def start_workers(self) -> None:
        """Begin to handle and carry."""

    async def stop_workers(self) -> None:
        """Finish what is in hand, and end."""


class Spreading:
    """One process' part: it takes a fair share of the schools, and all of them when it is alone."""

    def __init__(self, holder: str, schools: Sequence[School], length: timedelta) -> None:
        """`holder` names this process, as no other is named; the schools of one that died wait for `length`."""
        self._holder = holder
        self._schools = schools
        self._length = length
        # A database that hangs must not keep us from renewing the leases of the others.
        self._patience = length.total_seconds() / LOOKS / 2
        self._held: dict[int, School] = {}
        self._ending = asyncio.Event()

    @property
    def held(self) -> list[str]:
        """The schools whose workers run here."""
        return [school.name for school in self._held.values()]

    async def run(self) -> None:
        """Look again and again until `end`, then leave everything to the others."""
        while not self._ending.is_set():
            await self.look()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), self._length.total_seconds() / LOOKS)
        await self.leave()

    def end(self) -> None:
        """Have `run` end."""
        self._ending.set()

    async def leave(self) -> None:
        """Give everything up: others take it at their next look."""
        await asyncio.gather(*(self._leave(school) for school in self._schools))
        self._held.clear()

    async def look(self) -> None:
        """Show that we live, keep what we have, take what is free up to our share, and give back what is beyond it."""
        living = await asyncio.gather(*(self._renew(key, school) for key, school in enumerate(self._schools)))
        share = -(-len(self._schools) // max(1, *living))
        for key in list(self._held)[share:]:
            await self._give_back(key)
        for key, school in enumerate(self._schools):
            if len(self._held) >= share:
                return
            if key not in self._held:
                await self._try(key, school)

    async def _renew(self, key: int, school: School) -> int:
        """Keep a school's lease; how many processes it knows, 0 when its database does not answer."""
        try:
            with school.entered():
                async with asyncio.timeout(self._patience):
                    living = await school.leases.live(self._holder, self._length)
                    kept = key not in self._held or await school.leases.take(WORKERS, self._holder, self._length)
        except Exception as error:  # the other schools go on; this one's workers try by themselves
            log.warning("spreading.trouble", school=school.name, error=type(error).__name__)
            return 0
        if not kept:
            log.warning("spreading.lost", school=school.name)
            await self._stop(key)
        return living

    async def _try(self, key: int, school: School) -> None:
        try:
            with school.entered():
                async with asyncio.timeout(self._patience):
                    if not await school.leases.take(WORKERS, self._holder, self._length):
                        return
        except Exception as error:
            log.warning("spreading.trouble", school=school.name, error=type(error).__name__)
            return
        self._held[key] = school
        school.start_workers()
        log.info("spreading.taken", school=school.name)

    async def _give_back(self, key: int) -> None:
        school = self._held[key]
        await self._stop(key)
        with contextlib.suppress(Exception), school.entered():  # otherwise the lease runs out by itself
            await school.leases.give_up(WORKERS, self._holder)
        log.info("spreading.given_back", school=school.name)

    async def _stop(self, key: int) -> None:
        await _stopped(self._held.pop(key))

    async def _leave(self, school: School) -> None:
        await _stopped(school)
        with contextlib.suppress(Exception), school.entered():  # a database that is away forgets us by itself
            await school.leases.leave(self._holder)


async def _stopped(school: School) -> None:
    """End a school's workers; whatever goes wrong with that, the others are still looked after."""
    try:
        await school.stop_workers()
    except Exception:
        log.exception("spreading.not_stopped", school=school.name)
