"""Couriers: outbox to world. One a lane; people are served side by side, each person's things in order."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

import structlog

from bot.core.broker import Broker
from bot.core.carrier import Carrier, GiveUp, Spent, TryLater
from bot.core.clerk import Clerk
from bot.core.event import HOUSE, Event, Kind
from bot.core.grouped import Grouped
from bot.core.metrics import Metrics
from services.clock import Clock
from services.files import Files, refusal_of
from services.mailroom import MINUTE, Mailroom, OutboxItem, Settled, Shown, ShownCard
from services.people import Address

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

    async def carry(self, item: OutboxItem) -> Settled:
        """Do it, and say how it ended."""


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
        items = await self._merged(items)
        items = await self._within_limit(account, items)
        for position, item in enumerate(items):
            if self._clock() - start > self._mailroom.lease / 2:
                await self._mailroom.later(items[position:], timedelta(0))
                return
            if not await self._try(item):
                await self._mailroom.later(items[position + 1 :], self._wait(item))
                return

    async def _merged(self, items: Sequence[OutboxItem]) -> list[OutboxItem]:
        """Of several cards of one record only the last is shown: it says all that the others would."""
        last = {(i.subject, i.subject_id): i for i in items if i.subject_id}
        kept = [i for i in items if not i.subject_id or last[i.subject, i.subject_id] is i]
        for item in items:
            if item not in kept:
                last[item.subject, item.subject_id].fresh |= item.fresh
                await self._end(Settled(item=item), "merged")
        return kept

    async def _within_limit(self, account: str, items: list[OutboxItem]) -> list[OutboxItem]:
        """Hold back what the vendor would drop, until the minute has room again."""
        sent, first = (await self._mailroom.sent_lately(self.lane, [account])).get(account, (0, self._clock()))
        room = max(0, PER_MINUTE - sent)
        if len(items) > room:
            log.info("courier.held", lane=self.lane, items=len(items) - room)
            await self._mailroom.later(items[room:], first + MINUTE - self._clock())
        return items[:room]

    async def _try(self, item: OutboxItem) -> bool:
        """Carry one item; False when those behind it have to wait as well."""
        try:
            end = await self._carry.carry(item)
        except TryLater as error:
            return await self._failed(item, str(error), whole_lane=error.whole_lane)
        except GiveUp as error:
            log.error("courier.given_up", lane=self.lane, item=item.id, error=str(error))
            await self._end(Settled(item=item, error=str(error) or "given up"), "dead")
        except Exception as error:
            log.exception("courier.stumbled", lane=self.lane, item=item.id)
            if item.tries < STUMBLES:
                return await self._failed(item, repr(error), whole_lane=False)
            await self._end(Settled(item=item, error=repr(error)), "dead")
        else:
            self._pause = 0
            await self._end(end, "done")
        return True

    async def _failed(self, item: OutboxItem, error: str, *, whole_lane: bool) -> bool:
        if self._clock() - item.created_at > PATIENCE:
            await self._end(Settled(item=item, error=error), "dead")
            return True
        if whole_lane and self._clock() >= self._closed_until:  # others on the way met the same closed door
            self._pause += 1
            self._closed_until = self._clock() + min(WAITS[min(self._pause, len(WAITS)) - 1], WAITS[2])
        wait = timedelta(0) if whole_lane else self._wait(item)
        log.warning("courier.later", lane=self.lane, item=item.id, error=error, whole_lane=whole_lane)
        self._metrics.carried.labels(self.lane, "later").inc()
        await self._mailroom.later([item], wait, error)
        return False

    @staticmethod
    def _wait(item: OutboxItem) -> timedelta:
        return WAITS[min(item.tries, len(WAITS)) - 1]

    async def _end(self, end: Settled, how: str) -> None:
        self._metrics.carried.labels(self.lane, how).inc()
        await self._ends.put(end)


class CardCarry:
    """Shows cards and says lines through a channel."""

    def __init__(self, carrier: Carrier, clerk: Clerk, mailroom: Mailroom) -> None:
        """`carrier` is the channel whose name is the lane."""
        self._carrier = carrier
        self._clerk = clerk
        self._mailroom = mailroom

    async def carry(self, item: OutboxItem) -> Settled:
        """See `Carry`."""
        line = await self._clerk.line(item)
        if line is not None:
            await self._carrier.say(item.account, line)
            return Settled(item=item, counted=True)
        card = await self._clerk.card(item)
        if card is None:
            return Settled(item=item)
        shown = await self._mailroom.shown(Address(item.lane, item.account), card.key)
        if not item.fresh:
            if not shown:
                return Settled(item=item)
            while (code := await self._mailroom.draw_code(shown[-1])) is not None:
                try:
                    await self._carrier.update(item.account, card, code)
                except Spent:
                    continue
                return Settled(item=item)
        receipt = await self._carrier.send(item.account, card)
        for old in shown:
            await self._retire(item, old)
        place = Shown(channel=item.lane, account=item.account, key=card.key, ref=receipt.ref, code=receipt.code)
        return Settled(item=item, counted=True, shown=place)

    async def _retire(self, item: OutboxItem, old: ShownCard) -> None:
        """Take the buttons off a card that has been replaced; a vendor who cannot now leaves it to the next press."""
        code = await self._mailroom.draw_code(old)
        if code is not None:
            with contextlib.suppress(Spent, GiveUp, TryLater):
                await self._carrier.retire(item.account, await self._clerk.retired(item), code)


class FileCarry:
    """Fetches files from a channel into the storage, and reports each as an event."""

    def __init__(
        self, carrier: Carrier, files: Files, deliver: Callable[[Event], Awaitable[None]], clock: Clock
    ) -> None:
        """`deliver` takes the report in."""
        self._carrier = carrier
        self._files = files
        self._deliver = deliver
        self._clock = clock

    async def carry(self, item: OutboxItem) -> Settled:
        """See `Carry`."""
        note = await self._files.get(item.subject_id)
        if note is None or note.sha256:
            return Settled(item=item)
        try:
            fetched = await self._carrier.fetch(note.ref)
        except GiveUp as error:
            await self._report(note.id, {"failed": "file.refusal.gone"})
            return Settled(item=item, error=str(error))
        if refusal := refusal_of(fetched.media_type, len(fetched.body)):
            await self._report(note.id, {"failed": refusal})
            return Settled(item=item)
        digest = await self._files.storage.put(fetched.body)
        size = str(len(fetched.body))
        await self._report(note.id, {"sha256": digest, "media_type": fetched.media_type, "size": size})
        return Settled(item=item)

    async def _report(self, file_id: int, fields: dict[str, str]) -> None:
        """Fetching twice gives the same report; a fetch that works after one that did not gives another."""
        result = fields.get("sha256") or fields["failed"]
        await self._deliver(
            Event(
                id=f"file:{file_id}:{result}",
                channel=HOUSE,
                account=f"file:{file_id}",
                kind=Kind.FETCHED,
                at=self._clock(),
                name=f"file:{file_id}",
                fields=fields,
            )
        )
