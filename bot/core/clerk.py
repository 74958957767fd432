"""Clerk: outbox item to card, by subject, for its reader, as things stand when it is delivered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.core.cards import Card
from bot.core.context import SAY
from bot.core.texts import Catalogue, Texts
from domain.errors import NotFound
from services import Services
from services.actor import Actor
from services.mailroom import OutboxItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a card is drawn from: the use cases, the reader and their texts, which record, what has happened to it."""

    services: Services
    reader: Actor
    texts: Texts
    subject_id: int
    step: str
    params: Mapping[str, Any] = field(default_factory=dict)


ASK = "ask:"
"""A step that begins so is the form for what the step behind it needs: a card of its own beside the record's."""
FORM = ":form"
"""What the key of such a card ends with."""
Draw = Callable[[Sheet], Awaitable[Card]]


class Clerk:
    """Draws. `drawers` maps a subject to the function that draws its cards."""

    def __init__(self, services: Services, drawers: Mapping[str, Draw], catalogue: Catalogue) -> None:
        """`catalogue` holds the words of all rooms."""
        self._services = services
        self._drawers = drawers
        self._catalogue = catalogue

    async def line(self, item: OutboxItem) -> str | None:
        """The words of an item that is a plain line, or None for one that is a card."""
        if item.subject != SAY:
            return None
        reader = await self._services.people.actor(item.lane, item.account)
        return self._catalogue[reader.locale if reader else ""](item.step, **item.params)

    async def card(self, item: OutboxItem) -> Card | None:
        """The card as its reader may see it now, or None when there is none, or none for them any more."""
        reader = await self._services.people.actor(item.lane, item.account)
        if reader is None:
            return None
        sheet = Sheet(
            services=self._services,
            reader=reader,
            texts=self._catalogue[reader.locale],
            subject_id=item.subject_id,
            step=item.step,
            params=item.params,
        )
        draw = self._drawers.get(item.subject)
        try:
            return await draw(sheet) if draw else None
        except NotFound:
            return None

    async def retired(self, item: OutboxItem) -> str:
        """What stands on a card that a newer one has replaced."""
        reader = await self._services.people.actor(item.lane, item.account)
        return self._catalogue[reader.locale if reader else ""]("card.retired")
