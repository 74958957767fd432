"""Switchboard: whose event this is. A button, a command word, the answer to a question, or a sentence to be read."""

from bot.core.context import Context
from bot.core.event import Kind
from bot.core.metrics import Metrics
from bot.core.router import Handler, Router
from domain.errors import Unknown
from domain.grants import Permission
from services import Services
from services.actor import Actor
from understanding.reading import Intent

MENDER = "repairer"
"""How the reader of sentences calls the role of those who mend."""


class Switchboard:
    """Finds the handler of an event."""

    def __init__(self, services: Services, router: Router, metrics: Metrics) -> None:
        """`router` holds the names that lead to handlers."""
        self._services = services
        self._router = router
        self._metrics = metrics

    async def handler(self, context: Context, *, known: bool) -> Handler:
        """Whose event this is; `Unknown` when a stranger sent it."""
        event, router = context.event, self._router
        if event.kind is Kind.TICK:
            return router.ticks[event.name.partition(":")[0]]
        if event.kind in {Kind.FETCHED, Kind.NOTICE, Kind.CHECK}:
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
        with self._metrics.reading.time():
            reading = context.reading
        return router.meant(reading)

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
