"""Leases: what one of several processes does for the school at a time, and which processes there are."""

from datetime import timedelta

from tortoise.exceptions import IntegrityError

from models import Lease
from services.clock import Clock

PROCESS = "process:"
FORGOTTEN = timedelta(hours=1)
"""After which nobody asks any more whether a process lives."""


class Leases:
    """Lends by compare-and-swap: of two who ask at once, one gets it. Clocks that differ by seconds do no harm."""

    def __init__(self, clock: Clock) -> None:
        """A lease ends by this clock."""
        self._clock = clock

    async def take(self, name: str, holder: str, length: timedelta) -> bool:
        """Take something that is free or has run out, or keep what one has; False when it is another's."""
        now = self._clock()
        until = now + length
        if await Lease.filter(name=name, holder=holder).update(until=until):
            return True
        if await Lease.filter(name=name, until__lte=now).update(holder=holder, until=until):
            return True
        if await Lease.exists(name=name):
            return False
        try:
            await Lease.create(name=name, holder=holder, until=until)
        except IntegrityError:
            return False
        return True

    async def give_up(self, name: str, holder: str) -> None:
        """Let another have it at once."""
        await Lease.filter(name=name, holder=holder).delete()

    async def live(self, holder: str, length: timedelta) -> int:
        """Give a sign of life; returns how many processes live, this one counted."""
        now = self._clock()
        await self.take(PROCESS + holder, holder, length)
        await Lease.filter(name__startswith=PROCESS, until__lt=now - FORGOTTEN).delete()
        return await Lease.filter(name__startswith=PROCESS, until__gt=now).count()

    async def leave(self, holder: str) -> None:
        """This process ends."""
        await Lease.filter(holder=holder).delete()
