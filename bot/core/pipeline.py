"""Pipeline: inbox to handler. One event is one savepoint, and what waits together shares one commit."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from secrets import token_hex
from typing import Any

import structlog

from bot.core.broker import Broker
from bot.core.context import NO_CHAT, SAY, Context
from bot.core.event import HOUSE, Event, Kind, clean
from bot.core.grouped import Grouped
from bot.core.metrics import Metrics
from bot.core.readers import Readers
from bot.core.router import Handler, Router
from domain.errors import Refusal, Unknown
from domain.grants import Permission
from services import Services
from services.actor import CLOCK, Actor
from services.database import passes, transaction
from services.mailroom import InboxEvent, Letter, Post
from services.people import WEB, Address
from understanding import Reader
from understanding.reading import Intent

log = structlog.get_logger(__name__)

INBOX = "inbox"
"""The bell of the inbox."""
CHANGED = "changed"
"""The bell that tells pages that some record has moved."""
BATCH = 32
ALONE = 2
"""Takers that did not come back, after which an event is handled by itself and after everybody else's."""
ENOUGH = 20
"""Takers that had nothing else in hand and did not come back, after which an event is set aside."""
ID_DIGITS = 9
"""Digits of a record's id that a column holds."""
STUMBLES = 20
"""Times that the database may fail over one event, while it works for others, before the event is set aside."""
HICCUP = timedelta(seconds=1)
MENDER = "repairer"
"""How the reader of sentences calls the role of those who mend."""


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
        self._broker = broker
        self._metrics = metrics
        self._readers = Readers(services.places)
        self._shelf: Grouped[Letter] = Grouped(self._mailroom.take_in)

    async def warm_up(self) -> None:
        """Make ready what the first sentence would otherwise wait for."""
        (await self._readers.current()).read("")

    async def deliver(self, event: Event) -> None:
        """Write an event down; return when it is durable. A repeat changes nothing."""
        event_id, account = clean(event.id), clean(event.account)[:80]
        letter = Letter(channel=event.channel, event_id=event_id, account=account, body=event.pack())
        await self._shelf.put(letter)
        self._metrics.taken_in.labels(event.channel).inc()
        await self._broker.ring(INBOX)

    async def work(self) -> bool:
        """Handle what waits; False when nothing did."""
        rows = await self._mailroom.claim_in(BATCH)
        suspects = {row.account for row in rows if row.tries > ALONE}
        if sound := [row for row in rows if row.account not in suspects]:
            await self._together(sound)
        await self._singly([row for row in rows if row.account in suspects], suspect=True)
        return bool(rows)

    async def _together(self, rows: Sequence[InboxEvent]) -> None:
        """Handle rows in one transaction; when the database stumbles over them, each by itself."""
        if not await self._tried(rows):
            await self._singly(rows)

    async def _singly(self, rows: Sequence[InboxEvent], *, suspect: bool = False) -> None:
        """Handle each row in a transaction of its own; who has to wait is not overtaken by what they sent later.

        A `suspect` may kill this process: that it is tried is written down first.
        """
        waiting: set[str] = set()
        for row in rows:
            behind = row.account in waiting
            if suspect and not behind:
                await self._mailroom.brave(row)
            if behind or not await self._tried([row]):
                waiting.add(row.account)
                await self._mailroom.put_off(row, HICCUP, stumbled=not behind)

    async def _tried(self, rows: Sequence[InboxEvent]) -> bool:
        """Handle rows in one transaction; False when the database could not, and nothing of it has happened."""
        self._metrics.batch.observe(len(rows))
        try:
            await self._batch(rows)
        except Exception as error:
            if not passes(error):
                raise
            log.warning("pipeline.hiccup", events=[r.id for r in rows], error=type(error).__name__)
            return False
        for bell in (CHANGED, *self._lanes):
            await self._broker.ring(bell)
        return True

    async def _batch(self, rows: Sequence[InboxEvent]) -> None:
        async with transaction():
            if not await self._mailroom.hold_in(rows):
                return  # a lease ran out: another worker has them
            people = await self._services.people.actors((row.channel, row.account) for row in rows)
            reader = await self._readers.current()
            done = [row for row in rows if await self._one(row, people, reader)]
            await self._mailroom.done_in(done)

    async def _one(self, row: InboxEvent, people: Mapping[tuple[str, str], Actor], reader: Reader) -> bool:
        """Handle one event; True when nothing more has to be written about it."""
        try:
            event = Event.unpack(row.channel, row.event_id, row.account, row.body)
        except (KeyError, ValueError, TypeError):
            await self._set_aside(row, "cannot be read")
            return False
        if row.braved > ENOUGH or row.stumbles > STUMBLES:
            await self._set_aside(row, "too many tries")
            return False
        actor = CLOCK if event.channel == HOUSE else people.get((event.channel, event.account))
        context = self._context(event, actor or Actor(id=None), reader)
        end = "done"
        try:
            await self._keep_code(event)
            async with transaction():
                await self._put_right(event)
                await (await self._resolve(context, known=actor is not None))(context)
        except Refusal as no:
            end = "refused"
            await self._refuse(context, no)
        except Exception as error:
            if passes(error):
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
        acting = actor.acting(event=f"{event.channel}:{event.id}"[:255], typed=typed)
        return Context(event=event, actor=acting, services=self._services, reader=reader)

    async def _resolve(self, context: Context, *, known: bool) -> Handler:
        """Whose event this is; `Unknown` when a stranger sent it."""
        event, router = context.event, self._router
        if event.kind is Kind.TICK:
            return router.ticks[event.name.partition(":")[0]]
        if event.kind in {Kind.FETCHED, Kind.NOTICE}:
            return router.kinds[event.kind]
        if not known and event.kind is Kind.VISIT:  # they are told when they want something
            return router.kinds[Kind.NOTICE]
        if not known:
            raise Unknown(account=event.account)
        if event.kind is Kind.PRESS:
            return router.presses.get(event.name.partition(":")[0], router.intents[Intent.OTHER])
        if event.kind is Kind.VISIT or not event.text.strip():
            return router.kinds[event.kind]
        return await self._sentence(context)

    async def _sentence(self, context: Context) -> Handler:
        """A command word, the answer to an open question, or a sentence to be read."""
        router, text = self._router, context.event.text.strip()
        context.role = await self._role(context.actor)
        if command := router.split(text):
            handler, context.word, context.rest = command
            return handler
        context.rest = text
        if answer := await self._answer(context):
            return answer
        lost = router.intents[Intent.OTHER]
        intent = context.reading.intent
        if intent is Intent.OTHER and context.reading.record:
            intent = Intent.STATUS  # whoever names a record is shown it, and what can be done with it
        return router.intents.get(intent, lost)

    async def _answer(self, context: Context) -> Handler | None:
        """Who takes a sentence as the answer to the open question, if it is one."""
        question = await self._services.forms.open(context.actor.person)
        return await self._router.answers[question.subject](context, question) if question else None

    async def _role(self, actor: Actor) -> str:
        """Who mends beside something else speaks as a repairer while there is a job in hand."""
        mends = len(actor.roles) > 1 and actor.may(Permission.WORK_ORDER_MEND)
        if mends and await self._services.work_orders.candidates(actor, "resolve"):
            return MENDER
        return next(iter(actor.roles), "")

    async def _refuse(self, context: Context, no: Refusal) -> None:
        """Say why not, and let a pressed card show how things really stand."""
        context.said.clear()
        await context.say(no.key, **no.params)
        await self._put_right(context.event)

    async def _keep_code(self, event: Event) -> None:
        """A press brings a code with which the pressed card can be changed once."""
        if event.card and event.code and (record := _record(event)):
            here = Address(event.channel, event.account)
            await self._mailroom.add_code(here, f"{record[0]}:{record[1]}", event.card, event.code)

    async def _put_right(self, event: Event) -> None:
        """Whoever pressed a button sees how things stand; what the step itself says comes behind this and wins."""
        if record := _record(event):
            here = Address(event.channel, event.account)
            await self._mailroom.post([Post(to=here, subject=record[0], subject_id=record[1], step="show")])

    async def _set_aside(self, row: InboxEvent, why: str) -> None:
        """Keep an event that cannot be handled, tell its sender a number, and go on with the others."""
        incident = f"E{row.id}-{token_hex(2)}"
        log.exception("pipeline.set_aside", incident=incident, event_id=row.event_id, channel=row.channel, why=why)
        self._metrics.handled.labels(row.channel, "aside").inc()
        await self._mailroom.set_aside(row, incident)
        if row.channel not in NO_CHAT:
            params: dict[str, Any] = {"incident": incident}
            here = Address(row.channel, row.account)
            await self._mailroom.post([Post(to=here, subject=SAY, step="refusal.broken", params=params)])


def _record(event: Event) -> tuple[str, int] | None:
    """Subject and id of the record whose button was pressed in a chat."""
    subject, number, *_ = [*event.name.split(":"), ""]
    pressed = event.kind is Kind.PRESS and event.channel not in NO_CHAT
    return (subject, int(number)) if pressed and number.isdecimal() and len(number) <= ID_DIGITS else None
