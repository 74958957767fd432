"""Clerk: outbox item to card, by subject, for its reader, as things stand when its round begins."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from contextlib import AbstractAsyncContextManager
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
    """What a card is drawn from: the use cases, the reader and their texts, the record, and what has happened to it.

    `record` is what the subject's `gather` found under this item's id.
    """

    services: Services
    reader: Actor
    texts: Texts
    record: Any
    step: str
    params: Mapping[str, Any] = field(default_factory=dict)


ASK = "ask:"
"""A step that begins so is the form for what the step behind it needs: a card of its own beside the record's."""
FORM = ":form"
"""What the key of such a card ends with."""


@dataclass(frozen=True, slots=True)
class Drawer:
    """A subject: `gather` reads many of its records at once, `draw` makes a card of one, or raises `NotFound`."""

    gather: Callable[[Services, Collection[int]], Awaitable[Mapping[int, Any]]]
    draw: Callable[[Sheet], Awaitable[Card]]


@dataclass(frozen=True, slots=True)
class Papers:
    """What a round needs to know: readers by account, records by subject and id."""

    readers: Mapping[str, Actor]
    records: Mapping[tuple[str, int], Any]


class Clerk:
    """Draws. `drawers` maps a subject to how its cards are drawn."""

    def __init__(self, services: Services, drawers: Mapping[str, Drawer], catalogue: Catalogue) -> None:
        """`catalogue` holds the words of all rooms."""
        self._services = services
        self._drawers = drawers
        self._catalogue = catalogue

    def informed(self) -> AbstractAsyncContextManager[object]:
        """Within this block people and places are as they were at its beginning."""
        return self._services.directory.opened()

    async def gather(self, items: Iterable[OutboxItem]) -> Papers:
        """Read what these items are about, in a fixed number of queries a subject."""
        wanted: dict[str, set[int]] = defaultdict(set)
        senders = set()
        for item in items:
            senders.add((item.lane, item.account))
            wanted[item.subject].add(item.subject_id)
        actors = await self._services.people.actors(senders)
        records = {}
        for subject, ids in wanted.items():
            if drawer := self._drawers.get(subject):
                found = await drawer.gather(self._services, ids)
                records.update({(subject, number): record for number, record in found.items()})
        return Papers({account: actor for (_, account), actor in actors.items()}, records)

    def line(self, item: OutboxItem, papers: Papers) -> str | None:
        """The words of an item that is a plain line, or None for one that is a card."""
        return self._texts(item, papers)(item.step, **item.params) if item.subject == SAY else None

    async def card(self, item: OutboxItem, papers: Papers) -> Card | None:
        """The card as its reader may see it now, or None when there is none, or none for them any more."""
        reader = papers.readers.get(item.account)
        record = papers.records.get((item.subject, item.subject_id))
        if reader is None or record is None:
            return None
        sheet = Sheet(
            services=self._services,
            reader=reader,
            texts=self._catalogue[reader.locale],
            record=record,
            step=item.step,
            params=item.params,
        )
        try:
            return await self._drawers[item.subject].draw(sheet)
        except NotFound:
            return None

    def retired(self, item: OutboxItem, papers: Papers) -> str:
        """What stands on a card that a newer one has replaced."""
        return self._texts(item, papers)("card.retired")

    def _texts(self, item: OutboxItem, papers: Papers) -> Texts:
        reader = papers.readers.get(item.account)
        return self._catalogue[reader.locale if reader else ""]
