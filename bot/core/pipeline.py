"""Pipeline: inbox to handler. What waits together shares one transaction, and each event is undone by itself."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import partial
from secrets import token_hex
from typing import Any

import structlog
from structlog.contextvars import unbind_contextvars

from bot.core import tracing
from bot.core.broker import Broker
from bot.core.context import NO_CHAT, SAY, Context
from bot.core.event import HOUSE, Event, Kind, clean
from bot.core.grouped import Grouped
from bot.core.marks import handling, taking_in
from bot.core.metrics import CLAIMED, HANDLED, TAKEN, Metrics
from bot.core.readers import Readers
from bot.core.router import Router
from bot.core.switchboard import Switchboard
from domain.errors import Refusal
from services import Services
from services.actor import CLOCK, Actor
from services.cause import cause_of
from services.database import passes
from services.mailroom import SHOW, Brought, InboxEvent, Letter, Post, event_key
from services.people import WEB, Address
from services.unit import Unit, batched
from understanding import Reader
from understanding.warming import warm

log = structlog.get_logger(__name__)

INBOX = "inbox"
"""The bell of the inbox."""
CHANGED = "changed"
"""The bell that tells pages that some record has moved."""
BATCH = 64
STRETCH = 0.08
"""Seconds of work after which a transaction takes no further event: letters that come in have to be written, too."""
FEWEST = 8
"""Events that a transaction takes however long they last: on a slow machine each commit must be worth its price."""
ALONE = 2
"""Takers that did not come back, after which an event is handled by itself and after everybody else's."""
ENOUGH = 20
"""Takers that had nothing else in hand and did not come back, after which an event is set aside."""
ID_DIGITS = 9
"""Digits of a record's id that a column holds."""
STUMBLES = 20
"""Times that the database may fail over one event, while it works for others, before the event is set aside."""
HICCUP = timedelta(seconds=1)


class LeaseLostError(OSError):
    """A lease ran out and another worker has an event: a trouble that passes.

    Those of the batch that are still ours are tried each by itself; behind one that is not, nobody is handled.
    """


class Pipeline:
    """Takes events in and hands them to their handlers: the only writer of records."""

    def __init__(
        self, services: Services, router: Router, broker: Broker, metrics: Metrics, lanes: Iterable[str] = ()
    ) -> None:
        """One pipeline a process and school; `lanes` of the outbox are woken when something may have been posted."""
        self._lanes = [f"outbox:{lane}" for lane in lanes]
        self._services = services
        self._mailroom = services.mailroom
        self._router = router
        self._switchboard = Switchboard(services, router, metrics)
        self._broker = broker
        self._metrics = metrics
        self._readers = Readers(services.places, services.days)
        self._shelf: Grouped[Letter] = Grouped(self._take_in)
        self._since = services.clock()
        self._kept = self._since
        self._pace = FEWEST

    async def warm_up(self) -> None:
        """Make ready what the first sentence would otherwise wait for."""
        warm(await self._readers.current())

    async def deliver(self, event: Event) -> None:
        """Write an event down; return when it is durable. A repeat changes nothing."""
        event_id, account = clean(event.id), clean(event.account)[:80]
        letter = Letter(channel=event.channel, event_id=event_id, account=account, body=event.pack())
        begun = time.perf_counter()
        with taking_in(cause_of(event.channel, event_key(event_id))):
            await self._shelf.put(letter)
            log.info("pipeline.taken_in", kind=event.kind.value)
        self._metrics.stage(TAKEN, time.perf_counter() - begun)
        self._metrics.taken_in.labels(event.channel).inc()

    async def _take_in(self, letters: Sequence[Letter]) -> None:
        unbind_contextvars("event_id", "request")  # the writer was started by one of many
        self._metrics.group.observe(len(letters))
        with self._metrics.group_seconds.time(), tracing.begin("db transaction", "", events=len(letters)):
            await self._mailroom.take_in(letters)
        await self._broker.ring(INBOX)

    async def work(self) -> bool:
        """Handle what waits; False when nothing did."""
        rows = await self._mailroom.claim_in(BATCH, self._pace)
        self._claimed(rows)
        await self._lay_in(rows)
        suspects = {row.account for row in rows if row.tries > ALONE}
        if sound := [row for row in rows if row.account not in suspects]:
            if suspects:
                await self._mailroom.begin_in(sound[: self._pace])
            await self._together(sound)
        await self._singly([row for row in rows if row.account in suspects], suspect=True)
        return bool(rows)

    async def _lay_in(self, rows: Sequence[InboxEvent]) -> None:
        """Have numbers ready. Without them they are counted with the batch: what is claimed must not be left lying."""
        try:
            await self._services.lay_in(sum(row.body.get("kind") == Kind.MESSAGE for row in rows))
        except Exception as error:
            if not passes(error):
                raise
            log.warning("pipeline.no_numbers", error=type(error).__name__)

    def _claimed(self, rows: Sequence[InboxEvent]) -> None:
        """Note how long events waited for a worker."""
        self._since = self._kept = self._services.clock()
        for row in rows:
            self._metrics.stage(CLAIMED, (self._since - row.received_at).total_seconds())

    def _committed(self, rows: Sequence[InboxEvent]) -> None:
        """Note what is done for good: a batch that is undone has handled nothing."""
        self._metrics.batch.observe(len(rows))
        seconds = (self._services.clock() - self._since).total_seconds()
        for row in rows:
            self._metrics.stage(HANDLED, seconds)
            log.info("pipeline.handled", event_id=_key(row), inbox=row.id)

    async def _together(self, rows: Sequence[InboxEvent]) -> None:
        """Handle rows in as few transactions as are short; when one does not work, each of its rows by itself."""
        while rows:
            taken, behind = rows[: self._pace], rows[self._pace :]
            handled = await self._tried(taken, behind)
            if not handled:
                await self._mailroom.begin_in(rows)
                await self._singly(rows)
                return
            rows = rows[handled:]
            await self._keep(rows)

    async def _singly(self, rows: Sequence[InboxEvent], *, suspect: bool = False) -> None:
        """Handle each row in a transaction of its own; who has to wait is not overtaken by what they sent later.

        A `suspect` may kill this process: that it is tried is written down first.
        """
        waiting: set[str] = set()
        for position, row in enumerate(rows):
            await self._keep(rows[position:])
            behind = row.account in waiting
            if suspect and not behind:
                await self._mailroom.brave(row)
            if behind or not await self._tried([row]):
                waiting.add(row.account)
                await self._mailroom.put_off(row, HICCUP, stumbled=not behind)

    async def _keep(self, rows: Sequence[InboxEvent]) -> None:
        """Those that wait for their turn stay ours, however long the ones before them take."""
        now = self._services.clock()
        if rows and abs(now - self._kept) > self._mailroom.lease / 3:
            self._kept = now
            await self._mailroom.keep_in(rows)

    async def _tried(self, rows: Sequence[InboxEvent], behind: Sequence[InboxEvent] = ()) -> int:
        """Handle rows in one transaction, and say how many; 0 when it could not be done, and nothing has happened.

        Those of the rows `behind` that come next are counted as tried with it.
        """
        begun = time.perf_counter()
        try:
            with tracing.under("batch", events=len(rows)):
                handled = await self._batch(rows, behind)
        except Exception as error:
            self._metrics.transaction.labels("failed").observe(time.perf_counter() - begun)
            if len(rows) == 1 and not passes(error):
                raise
            log.warning("pipeline.hiccup", events=[r.id for r in rows], error=type(error).__name__)
            return 0
        self._metrics.transaction.labels("done").observe(time.perf_counter() - begun)
        self._committed(rows[:handled])
        for bell in (CHANGED, *self._lanes):
            await self._broker.ring(bell)
        return handled

    async def _batch(self, rows: Sequence[InboxEvent], behind: Sequence[InboxEvent]) -> int:
        """Everybody's rights are those of this moment: who has left since is a stranger to this batch."""
        async with self._services.directory.opened():
            people = await self._services.people.actors((row.channel, row.account) for row in rows)
            reader = await self._readers.current()
            async with batched(partial(self._held, rows)) as unit:
                letters = [(row, _unpacked(row)) for row in rows]
                await self._expect([event for _, event in letters if event], people)
                handled = await self._all(unit, letters, people, reader)
                if len(letters) > 1:
                    self._pace = min(BATCH, 2 * (self._pace if handled == len(rows) else handled))
                await self._mailroom.begin_in([*rows[handled:], *behind][: self._pace])
                return handled

    async def _held(self, rows: Sequence[InboxEvent]) -> None:
        if not await self._mailroom.hold_in(rows):
            raise LeaseLostError

    async def _all(
        self,
        unit: Unit,
        letters: Sequence[tuple[InboxEvent, Event | None]],
        people: Mapping[tuple[str, str], Actor],
        reader: Reader,
    ) -> int:
        """Handle one after the other while the time lasts; returns how many."""
        loop, done = asyncio.get_running_loop(), []
        end, handled = loop.time() + STRETCH, 0
        while handled < len(letters) and (handled < FEWEST or loop.time() < end):
            row, event = letters[handled]
            handled += 1
            actor = people.get((row.channel, row.account))
            if await self._one(unit, row, event, actor, reader, alone=len(letters) == 1):
                done.append(row)
            await asyncio.sleep(0)  # who calls meanwhile is listened to
        await self._mailroom.done_in(done)
        return handled

    async def _expect(self, events: Sequence[Event], people: Mapping[tuple[str, str], Actor]) -> None:
        """What many events of a batch need is read once, and codes that came with presses are kept."""
        writers = {people.get((e.channel, e.account)) for e in events if e.kind is Kind.MESSAGE}
        named: dict[str, set[int]] = defaultdict(set)
        for event in events:
            if record := _record(event):
                named[record[0]].add(record[1])
        await self._mailroom.add_codes([code for event in events if (code := _code(event))])
        await self._services.expect({actor.person for actor in writers if actor}, named)

    async def _one(
        self, unit: Unit, row: InboxEvent, event: Event | None, actor: Actor | None, reader: Reader, *, alone: bool
    ) -> bool:
        """Handle one event; True when nothing more has to be written about it.

        A mistake in a batch is raised, so that its events are tried each `alone`: there it is set aside.
        """
        if event is None or row.braved > ENOUGH or row.stumbles > STUMBLES:
            with handling(_key(row)):
                await self._set_aside(row, "too many tries" if event else "cannot be read")
            return False
        with handling(_key(row)):
            return await self._handled(
                unit, row, event, CLOCK if event.channel == HOUSE else actor, reader, alone=alone
            )

    async def _handled(
        self, unit: Unit, row: InboxEvent, event: Event, actor: Actor | None, reader: Reader, *, alone: bool
    ) -> bool:
        """See `_one`."""
        context = self._context(event, actor or Actor(id=None), reader)
        end = "done"
        try:
            async with unit.event(alone=alone):
                await self._put_right(event)
                await (await self._switchboard.handler(context, known=actor is not None))(context)
        except Refusal as no:
            end = "refused"
            await self._refuse(context, no)
        except Exception as error:
            if not alone or passes(error):
                raise
            await self._set_aside(row, type(error).__name__)
            return False
        self._metrics.handled.labels(event.channel, end).inc()
        if event.channel != WEB:
            return True
        await self._mailroom.outcome(row, {"ok": end == "done", **(context.said[-1] if context.said else {})})
        return False

    def _context(self, event: Event, actor: Actor, reader: Reader) -> Context:
        typed = event.kind is Kind.MESSAGE
        acting = actor.acting(event=cause_of(event.channel, event.id), typed=typed)
        return Context(event=event, actor=acting, services=self._services, reader=reader, router=self._router)

    async def _refuse(self, context: Context, no: Refusal) -> None:
        """Say why not, and let a pressed card show how things really stand."""
        context.said.clear()
        await context.say(no.key, **no.params)
        await self._put_right(context.event)

    async def _put_right(self, event: Event) -> None:
        """Whoever pressed a button sees how things stand; what the step itself says comes behind this and wins."""
        if event.kind is Kind.PRESS and event.channel not in NO_CHAT and (record := _record(event)):
            here = Address(event.channel, event.account)
            await self._mailroom.post([Post(to=here, subject=record[0], subject_id=record[1], step=SHOW)])

    async def _set_aside(self, row: InboxEvent, why: str) -> None:
        """Keep an event that cannot be handled, tell its sender a number, and go on with the others."""
        incident = f"E{row.id}-{token_hex(2)}"
        log.exception("pipeline.set_aside", incident=incident, why=why)
        self._metrics.handled.labels(row.channel, "aside").inc()
        await self._mailroom.set_aside(row, incident)
        if row.channel not in NO_CHAT:
            params: dict[str, Any] = {"incident": incident}
            here = Address(row.channel, row.account)
            await self._mailroom.post([Post(to=here, subject=SAY, step="refusal.broken", params=params)])


def _unpacked(row: InboxEvent) -> Event | None:
    """The event of a row; None for one that another version wrote, or nobody."""
    try:
        return Event.unpack(row.channel, row.event_id, row.account, row.body)
    except (KeyError, ValueError, TypeError):
        return None


def _key(row: InboxEvent) -> str:
    """What logs, history and outbox call this event."""
    return cause_of(row.channel, row.event_id)


def _record(event: Event) -> tuple[str, int] | None:
    """Subject and id of the record that the event names: a button's, or one for which time has passed."""
    subject, number, *_ = [*event.name.split(":"), ""]
    return (subject, int(number)) if number.isdecimal() and len(number) <= ID_DIGITS else None


def _code(event: Event) -> Brought | None:
    """The code that a press has brought, with which the pressed card can be changed once."""
    if not (event.kind is Kind.PRESS and event.channel not in NO_CHAT and event.card and event.code):
        return None
    here, record = Address(event.channel, event.account), _record(event)
    return Brought(to=here, key=f"{record[0]}:{record[1]}", ref=event.card, code=event.code) if record else None
