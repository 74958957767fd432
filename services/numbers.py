"""Record numbers: a letter, the local date and a counter of the day (W20261122-004)."""

from zoneinfo import ZoneInfo

from tortoise.expressions import F

from models import Counter
from services.clock import Clock


class Numbers:
    """Hands out numbers. Inside a transaction: a number that was not used is given again."""

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        """`zone` is the school's: its midnight begins a new count."""
        self._clock = clock
        self._zone = zone

    async def next(self, letter: str) -> str:
        """The next number of today."""
        day = f"{letter}{self._clock().astimezone(self._zone):%Y%m%d}"
        await Counter.get_or_create(name=day)
        await Counter.filter(name=day).update(value=F("value") + 1)
        return f"{day}-{(await Counter.get(name=day)).value:03d}"
