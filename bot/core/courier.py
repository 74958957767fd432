"""Couriers: outbox to world. One a lane; people are served side by side, each person's things in order."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.core.broker import Broker
from bot.core.carrier import GiveUp, TryLater
from bot.core.carrying import Carrying
from bot.core.ledger import Ledger
from bot.core.loads import Load, packed
from bot.core.marks import carrying
from bot.core.metrics import Metrics
from bot.core.valve import Valve
from bot.core.worker import TROUBLE
from services.clock import Clock
from services.database import passes
from services.mailroom import MINUTE, Mailroom, OutboxItem, Settled

log = structlog.get_logger(__name__)

WAITS = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3600))
"""How long an item waits after its first, second, … failure of its own."""
PATIENCE = timedelta(hours=24)
"""After this an item is given up, kept and shown to the administrator."""
STUMBLES = 3
"""Failures of our own making (not the vendor's) after which an item is given up: it must not stand before others."""
ROUND = 128
"""Items that are read and drawn together."""
MOST = 2 * ROUND
"""Items on the way at once: while one round waits for the vendor, the next is drawn."""
PACE = 0.1
"""Seconds after which those of a round who are done are settled, while others still wait for the vendor."""
BREATH = 4
"""People who are begun with in one go: callbacks are not kept waiting while a whole round is put on the wire."""
PER_MINUTE = 28
"""Messages a person gets in a minute: the vendor drops the thirty-first without a word (发送应用消息, 频率限制)."""


class Carry(Protocol):
    """Carries what a lane holds."""

    at_once: int
    """Calls to the vendor side by side."""

    def round(self, loads: Sequence[Load]) -> AbstractAsyncContextManager[Carrying]:
        """Get ready for all of these; gives what carries one of them, with a new card if it is fresh."""

    async def replaced(self, ends: Sequence[Settled]) -> None:
        """Put away what was shown after the lease had run out: somebody else's counts."""


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
        self._valve = Valve(clock, MOST)
        self._hands = asyncio.Semaphore(carry.at_once)
        self._rounds: set[asyncio.Task[None]] = set()
        self._out = 0

    @property
    def bell(self) -> str:
        """The bell that wakes this courier."""
        return f"outbox:{self.lane}"

    async def work(self) -> bool:
        """Send out a round for what is due; False when nothing is, or enough is on the way."""
        size = self._valve.takes(self._out, ROUND)
        items = await self._mailroom.claim_out(self.lane, size) if size else []
        if items:
            self._out += len(items)
            task = asyncio.create_task(self._round(items))
            self._rounds.add(task)
            task.add_done_callback(self._back)
        return bool(items)

    def _back(self, task: asyncio.Task[None]) -> None:
        self._rounds.discard(task)
        self._wake = asyncio.create_task(self._broker.ring(self.bell))

    async def finish(self) -> None:
        """Wait for those who are on the way."""
        while self._rounds:
            await asyncio.gather(*self._rounds, return_exceptions=True)

    async def _round(self, items: Sequence[OutboxItem]) -> None:
        """Carry a round: everybody side by side. What could not even be begun goes back."""
        ledger = Ledger(self.lane, self._mailroom, self._clock, self._metrics)
        written = 0
        try:
            people = await self._within_limits(items, ledger)
            async with self._carry.round([load for loads in people for load in loads]) as carry:
                written = await self._side_by_side(people, carry, ledger, self._half_over(items))
        except Exception:
            log.exception("courier.round_failed", lane=self.lane, items=len(items))
            ledger.back([item for item in items if item.id not in ledger.noted], WAITS[0], tried=False)
        finally:
            self._out -= len(items) - written
            await ledger.write()

    def _half_over(self, items: Sequence[OutboxItem]) -> datetime:
        """When half of the lease is over, however long the round took to be prepared.

        Nothing is begun after that: the other half is for what was begun, and for settling it. Who comes back later
        than this, having stood still, finds that others say and show the same, and count other messages than theirs.
        """
        return min(item.due_at for item in items) - self._mailroom.lease / 2

    async def _side_by_side(
        self, people: Sequence[Sequence[Load]], carry: Carrying, ledger: Ledger, over: datetime
    ) -> int:
        """Serve everybody. Who is done is settled together, without waiting for the slowest."""
        serving, written = set(), 0
        for number, loads in enumerate(people):
            if loads:
                serving.add(asyncio.create_task(self._serve(loads, carry, ledger, over)))
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        while serving or ledger.open:
            _, serving = await asyncio.wait(serving, timeout=PACE) if serving else ((), serving)
            done = await ledger.write()
            self._out -= done
            written += done
            if ledger.open:
                await asyncio.sleep(TROUBLE)
            elif serving and done:
                await self._broker.ring(self.bell)
        if ledger.late:
            await self._carry.replaced(ledger.late)
        return written

    async def _within_limits(self, items: Sequence[OutboxItem], ledger: Ledger) -> list[list[Load]]:
        """Everybody's loads in order, without those that the vendor would drop: they wait until the minute has room.

        What a taker that did not come back may have sent counts as sent just now: nobody has written down what it was.
        """
        by_account: dict[str, list[OutboxItem]] = defaultdict(list)
        for item in items:
            by_account[item.account].append(item)
        lately = await self._mailroom.sent_lately(self.lane, by_account)
        people = []
        for account, theirs in by_account.items():
            loads, now = packed(theirs), self._clock()
            sent, first = lately.get(account, (0, now))
            if lost := sum(load.orphaned for load in loads):
                sent, first = sent + lost, now
            room = max(0, PER_MINUTE - sent)
            if held := [item for load in loads[room:] for item in load.items]:
                log.info("courier.held", lane=self.lane, items=len(held))
                ledger.back(held, min(first + MINUTE - now, MINUTE), tried=False)
            people.append(loads[:room])
        return people

    async def _serve(self, loads: Sequence[Load], carry: Carrying, ledger: Ledger, over: datetime) -> None:
        """Carry one person's loads, one after the other; none is begun when it is late, or the vendor away."""
        for position, load in enumerate(loads):
            async with self._hands:
                late = self._valve.shut or self._clock() > over
                wait = timedelta(0) if late else await self._try(load, carry, ledger)
            if wait is not None:
                behind = loads[position if late else position + 1 :]
                try:
                    await carry.leave(loads[position:])
                finally:
                    ledger.back([item for later in behind for item in later.items], wait, tried=False)
                return

    async def _try(self, load: Load, carry: Carrying, ledger: Ledger) -> timedelta | None:
        """Carry one load; returns how long those behind it have to wait when it has to be tried again."""
        with carrying(load.last):
            return await self._carried(load, carry, ledger)

    async def _carried(self, load: Load, carry: Carrying, ledger: Ledger) -> timedelta | None:
        try:
            end = await carry.carry(load)
        except TryLater as error:
            return self._failed(load, ledger, str(error), whole_lane=error.whole_lane)
        except GiveUp as error:
            log.error("courier.given_up", lane=self.lane, error=str(error))
            ledger.ended(load, Settled(item=load.last, error=str(error) or "given up"), "dead")
        except Exception as error:
            if passes(error):  # the database's trouble, or the storage's: the next item would meet it as well
                return self._failed(load, ledger, repr(error), whole_lane=True)
            log.exception("courier.stumbled", lane=self.lane)
            if load.last.tries < STUMBLES:
                return self._failed(load, ledger, repr(error), whole_lane=False)
            ledger.ended(load, Settled(item=load.last, error=repr(error)), "dead")
        else:
            ledger.ended(load, end, "done")
        self._valve.arrived()
        return None

    def _failed(self, load: Load, ledger: Ledger, error: str, *, whole_lane: bool) -> timedelta | None:
        own = WAITS[min(load.last.tries, len(WAITS)) - 1]
        wait = self._valve.failed() if whole_lane else own
        if self._clock() - load.last.created_at > PATIENCE:
            ledger.ended(load, Settled(item=load.last, error=error), "dead")
            return None
        log.warning("courier.later", lane=self.lane, error=error, whole_lane=whole_lane)
        self._metrics.carried.labels(self.lane, "later").inc()
        ledger.back(load.items, wait, error, tried=not whole_lane)
        return wait
