"""The unit of work: what the events of one batch write is collected, and written together at its end.

A batch costs a fixed number of statements and not so many an event. Use cases ask for the unit with `together()`: in a
batch they get the batch's, elsewhere one of their own, which is written at the end of their block.
"""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextvars import ContextVar
from enum import IntEnum
from typing import Any, TypeVar

from models.dialects import DIALECTS
from services.database import connection_in_hand, transaction
from services.undoable import Postponed, Undoable

T = TypeVar("T")
Write = Callable[[Sequence[Any]], Awaitable[None]]
"""Writes many items of one kind, in their order."""


class Stage(IntEnum):
    """In which order a unit writes: what others refer to goes first."""

    RECORDS = 1
    MOVES = 2
    HISTORY = 3
    TALLIES = 4
    OUTBOX = 5
    SCREENS = 6


class Unit:
    """What has been collected and not yet written, and what the batch has read once for all of its events."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._items: list[tuple[Stage, Write, Any]] = []
        self._earlier = 0
        self._backs: list[Callable[[], None]] = []
        self._rooms: dict[type, Any] = {}
        self._event: Undoable | None = None

    def add(self, stage: Stage, write: Write, item: object) -> None:
        """Have an item written at the end of the unit, or at the next `flush`."""
        self._items.append((stage, write, item))

    def on_undo(self, back: Callable[[], None]) -> None:
        """Say how to take back a change in memory, should the event in hand be undone."""
        self._backs.append(back)

    def room(self, kind: type[T]) -> T:
        """What one use case remembers in this unit: made empty on first use, emptied when what it saw was undone."""
        found: T = self._rooms.setdefault(kind, kind())
        return found

    async def flush(self) -> None:
        """Write what has been collected: whatever is read next sees it."""
        if self._event is None:
            await self._write()
        elif len(self._items) > self._earlier:
            await self._event.begin()
            await self._write()
        else:
            await self._event.beneath(self._write)

    async def _write(self) -> None:
        await self._write_first(len(self._items))

    async def _write_first(self, count: int) -> None:
        items, self._items = self._items[:count], self._items[count:]
        self._earlier = 0
        groups: dict[tuple[Stage, Write], list[Any]] = defaultdict(list)
        for stage, write, item in items:
            groups[stage, write].append(item)
        for (_, write), group in sorted(groups.items(), key=lambda group: group[0][0]):
            await write(group)

    @contextlib.asynccontextmanager
    async def event(self, *, alone: bool) -> AsyncIterator[None]:
        """One event of a batch: on an error all that it wrote, collected and changed in memory is undone.

        `alone`: there is no other event that could be harmed, and what it has collected is written within the block, so
        that a mistake in that is its own.
        """
        self._earlier, backs = len(self._items), len(self._backs)
        self._event = event = Undoable(connection_in_hand(), lambda: self._write_first(self._earlier))
        try:
            async with event:
                if alone:
                    await event.begin()
                yield
                if alone:
                    await self.flush()
        except BaseException:
            del self._items[self._earlier :]
            self._undo(backs)
            if event.begun:
                self._rooms.clear()
            raise
        finally:
            self._event = None

    def _undo(self, first: int) -> None:
        while len(self._backs) > first:
            self._backs.pop()()

    @contextlib.asynccontextmanager
    async def _opened(self) -> AsyncIterator[None]:
        """The whole unit: everything is written at its end, and taken back on an error."""
        token = _UNIT.set(self)
        try:
            yield
            await self.flush()
        except BaseException:
            self._undo(0)
            raise
        finally:
            _UNIT.reset(token)


_UNIT: ContextVar[Unit | None] = ContextVar("unit", default=None)


def unit_in_hand() -> Unit | None:
    """The unit of the batch that this task is in."""
    return _UNIT.get()


@contextlib.asynccontextmanager
async def batched(first: Callable[[], Awaitable[None]]) -> AsyncIterator[Unit]:
    """A new unit for a batch, in a transaction of its own, in which `first` is done before anything is written.

    Where a database has one connection, that is left to others until the first writing: only this process writes there.
    """
    connection = connection_in_hand()
    if DIALECTS[connection.capabilities.dialect].one_connection:
        async with Postponed(connection, first), (unit := Unit())._opened():
            yield unit
    else:
        async with transaction(), (unit := Unit())._opened():
            await first()
            yield unit


def together() -> contextlib.AbstractAsyncContextManager[Unit]:
    """The unit in hand; where there is none, one in a transaction of its own, that commits at the end of the block."""
    unit = _UNIT.get()
    return _alone() if unit is None else contextlib.nullcontext(unit)


@contextlib.asynccontextmanager
async def _alone() -> AsyncIterator[Unit]:
    unit = Unit()
    async with transaction(), unit._opened():
        yield unit
