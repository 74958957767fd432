"""Couriers: outbox to world. One a lane; people are served side by side, each person's things in order."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import structlog

from bot.core.broker import Broker
from bot.core.carrier import GiveUp, TryLater
from bot.core.clerk import ASK
from bot.core.grouped import Grouped
from bot.core.metrics import Metrics
from services.clock import Clock
from services.mailroom import MINUTE, Mailroom, OutboxItem, Settled

log = structlog.get_logger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3600))
"""How long an item waits after its first, second, … failure."""
PATIENCE = timedelta(hours=24)
"""After this an item is given up, kept and shown to the administrator."""
STUMBLES = 3
"""Failures of our own making (not the vendor's) after which an item is given up: it must not stand before others."""
AT_ONCE = 16
PER_MINUTE = 28
"""Messages a person gets in a minute: the vendor drops the thirty-first without a word (发送应用消息, 频率限制)."""


class Carry(Protocol):
    """Carries one item; raises `TryLater` or `GiveUp`."""

    async def carry(self, item: OutboxItem, *, fresh: bool) -> Settled:
        """Do it, with a new card if `fresh`, and say how it ended."""


@dataclass(frozen=True, slots=True)
class Load:
    """Items that one card answers: the last one says all that the earlier ones would. They end together, or wait so."""

    items: tuple[OutboxItem, ...]

    @property
    def last(self) -> OutboxItem:
        """The one that is carried."""
        return self.items[-1]

    @property
    def fresh(self) -> bool:
        """Does any of them ask for a new card?"""
        return any(item.fresh for item in self.items)


def packed(items: Sequence[OutboxItem]) -> list[Load]:
    """One person's items as loads, each at the place of its last item; a form stands by itself."""
    groups: dict[object, list[OutboxItem]] = {}
    for item in items:
        form = item.step if item.step.startswith(ASK) else ""
        key: object = (item.subject, item.subject_id, form) if item.subject_id else item.id
        groups[key] = [*groups.pop(key, []), item]
    return [Load(tuple(group)) for group in groups.values()]


class Courier:
    """Empties one lane of the outbox."""

    def __init__(
        self, lane: str, carry: Carry, mailroom: Mailroom, broker: Broker, clock: Clock, metrics: Metrics
    ) -> None:
        """`carry` knows what the items of this lane are."""
        self.lane = lane
        self._carry = carry
        self._mailroom = mailroom
        self._broker = broker
        self._clock = clock
        self._metrics = metrics
        self._rounds: set[asyncio.Task[None]] = set()
        self._ends: Grouped[Settled] = Grouped(mailroom.settle)
        self._pause = 0
        self._closed_until = clock()

    @property
    def bell(self) -> str:
        """The bell that wakes this courier."""
        return f"outbox:{self.lane}"

    async def work(self) -> bool:
        """Send out rounds for what is due; False when nothing is, or everybody is on the way."""
        room = AT_ONCE - len(self._rounds)
        if room <= 0 or self._clock() < self._closed_until:
            return False
        items = await self._mailroom.claim_out(self.lane, 1 if self._pause else room * 4)
        by_account: dict[str, list[OutboxItem]] = defaultdict(list)
        for item in items:
            by_account[item.account].append(item)
        for account, theirs in by_account.items():
            task = asyncio.create_task(self._round(account, theirs))
            self._rounds.add(task)
            task.add_done_callback(self._back)
        return bool(items)

    def _back(self, task: asyncio.Task[None]) -> None:
        self._rounds.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("courier.round_failed", lane=self.lane, error=repr(error))
        self._wake = asyncio.create_task(self._broker.ring(self.bell))

    async def finish(self) -> None:
        """Wait for those who are on the way."""
        while self._rounds:
            await asyncio.gather(*self._rounds, return_exceptions=True)

    async def _round(self, account: str, items: Sequence[OutboxItem]) -> None:
        """Carry one person's items, one after the other."""
        start = self._clock()
        loads = await self._within_limit(account, packed(items))
        for position, load in enumerate(loads):
            old = self._clock() - start > self._mailroom.lease / 2
            wait = timedelta(0) if old else await self._try(load)
            if wait is not None:
                rest = loads[position if old else position + 1 :]
                await self._mailroom.later([item for later in rest for item in later.items], wait)
                return

    async def _within_limit(self, account: str, loads: list[Load]) -> list[Load]:
        """Hold back what the vendor would drop, until the minute has room again."""
        sent, first = (await self._mailroom.sent_lately(self.lane, [account])).get(account, (0, self._clock()))
        room = max(0, PER_MINUTE - sent)
        if held := [item for load in loads[room:] for item in load.items]:
            log.info("courier.held", lane=self.lane, items=len(held))
            await self._mailroom.later(held, first + MINUTE - self._clock())
        return loads[:room]

    async def _try(self, load: Load) -> timedelta | None:
        """Carry one load; returns how long those behind it have to wait when it has to be tried again."""
        try:
            end = await self._carry.carry(load.last, fresh=load.fresh)
        except TryLater as error:
            return await self._failed(load, str(error), whole_lane=error.whole_lane)
        except GiveUp as error:
            log.error("courier.given_up", lane=self.lane, item=load.last.id, error=str(error))
            await self._end(load, Settled(item=load.last, error=str(error) or "given up"), "dead")
        except Exception as error:
            log.exception("courier.stumbled", lane=self.lane, item=load.last.id)
            if load.last.tries < STUMBLES:
                return await self._failed(load, repr(error), whole_lane=False)
            await self._end(load, Settled(item=load.last, error=repr(error)), "dead")
        else:
            self._pause = 0
            await self._end(load, end, "done")
        return None

    async def _failed(self, load: Load, error: str, *, whole_lane: bool) -> timedelta | None:
        if self._clock() - load.last.created_at > PATIENCE:
            await self._end(load, Settled(item=load.last, error=error), "dead")
            return None
        if whole_lane and self._clock() >= self._closed_until:  # others on the way met the same closed door
            self._pause += 1
            self._closed_until = self._clock() + min(WAITS[min(self._pause, len(WAITS)) - 1], WAITS[2])
        wait = timedelta(0) if whole_lane else self._wait(load.last)
        log.warning("courier.later", lane=self.lane, item=load.last.id, error=error, whole_lane=whole_lane)
        self._metrics.carried.labels(self.lane, "later").inc()
        await self._mailroom.later(load.items, wait, error)
        return wait

    @staticmethod
    def _wait(item: OutboxItem) -> timedelta:
        return WAITS[min(item.tries, len(WAITS)) - 1]

    async def _end(self, load: Load, end: Settled, how: str) -> None:
        """Close a load: the item that was carried, and those for which it stood."""
        self._metrics.carried.labels(self.lane, how).inc()
        self._metrics.carried.labels(self.lane, "merged").inc(len(load.items) - 1)
        merged = [Settled(item=item) for item in load.items[:-1]]
        await asyncio.gather(*(self._ends.put(one) for one in (end, *merged)))
