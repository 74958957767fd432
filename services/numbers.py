"""Record numbers: a letter, the local date and a counter of the day (W20261122-004)."""

from functools import partial
from heapq import heapify, heappop, heappush
from zoneinfo import ZoneInfo

from tortoise.expressions import F

from models import Counter
from services.clock import Clock
from services.database import transaction
from services.unit import unit_in_hand

AHEAD = 4
"""A busy batch takes numbers for so many of its size: one commit then serves several batches."""
BUSY = 8


class Numbers:
    """Hands out numbers. One that was not used, because what it was for was undone, is given again.

    The day's counter is one row for all processes. A busy batch that counted it up would keep it locked until its
    commit, and the other processes' batches waiting. So a pipeline lays in some numbers beforehand (`lay_in`), in a
    transaction of that alone, and gives back at a stop what is left. Only a process that dies leaves a gap.
    """

    def __init__(self, clock: Clock, zone: ZoneInfo) -> None:
        """`zone` is the school's: its midnight begins a new count."""
        self._clock = clock
        self._zone = zone
        self._stock: dict[str, list[int]] = {}

    async def next(self, letter: str) -> str:
        """The next number of today, from the stock; where that is empty the counter moves with the transaction."""
        day = self._day(letter)
        stock = self._stock.get(day)
        if not stock:
            return _number(day, await _count(day, 1))
        value = heappop(stock)
        if unit := unit_in_hand():
            unit.on_undo(partial(heappush, stock, value))
        return _number(day, value)

    async def lay_in(self, letter: str, count: int) -> None:
        """Have numbers of today in stock for a batch that takes up to `count`; not inside another transaction.

        A few are counted with their batch: a commit for them alone would make everybody wait.
        """
        day = self._day(letter)
        stock = self._stock.get(day, [])
        lacking = count * AHEAD if count >= BUSY and len(stock) < count else 0
        if lacking:
            async with transaction():
                last = await _count(day, lacking)
            stock += range(last - lacking + 1, last + 1)
            heapify(stock)
        self._stock = {d: s for d, s in self._stock.items() if d[0] != letter} | {day: stock}

    async def give_back(self) -> None:
        """Return the numbers that were not needed, where nobody else has taken later ones; for a process that stops."""
        for day, stock in self._stock.items():
            left = sorted(stock, reverse=True)
            run = next((i for i, value in enumerate(left) if value != left[0] - i), len(left))
            if run:
                mine = Counter.filter(name=day, value=left[0])
                await mine.update(value=left[0] - run)
        self._stock = {}

    def _day(self, letter: str) -> str:
        today = self._clock().astimezone(self._zone)
        return f"{letter}{today.year}{today.month:02}{today.day:02}"


def _number(day: str, value: int) -> str:
    return f"{day}-{value:03d}"


async def _count(day: str, count: int) -> int:
    """Count the day's numbers up; returns the last one."""
    mine = Counter.filter(name=day)
    if not await mine.update(value=F("value") + count):
        await Counter.get_or_create(name=day)
        await mine.update(value=F("value") + count)
    return (await Counter.get(name=day)).value
