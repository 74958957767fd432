"""Context: everything that a handler is given."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from bot.core.event import HOUSE, Event
from services import Services
from services.actor import Actor
from services.mailroom import Letter, Post
from services.people import WEB, Address
from understanding import Reader
from understanding.reading import Intent, Reading, Situation

if TYPE_CHECKING:
    from bot.core.router import Router

SAY = "say"
"""The subject of items that are a plain line: their step is the text's key."""
NO_CHAT = frozenset({WEB, HOUSE})
"""Where nobody sits to whom a message could be sent: a page shows the answer by itself, the clock wants none."""


@dataclass(slots=True, kw_only=True)
class Context:
    """One event in hand: who sent it, what it means, and the use cases that may answer it.

    `word` is the command word that the message began with and `rest` what followed it; `role` is the one in which the
    sender speaks. `said` are the lines of the answer: a page shows them, a chat has them sent. `router` knows who would
    take other words.
    """

    event: Event
    actor: Actor
    services: Services
    reader: Reader
    router: "Router"
    word: str = ""
    rest: str = ""
    role: str = ""
    _reading: Reading | None = None
    said: list[dict[str, Any]] = field(default_factory=list)

    async def say(self, key: str, **params: object) -> None:
        """Answer the sender with a line from the catalogue; it goes before any card."""
        self.said.append({"key": key, "params": params})
        if self.event.channel not in NO_CHAT:
            await self.services.mailroom.post([Post(to=self._here, subject=SAY, step=key, params=params, rank=0)])

    async def tell(self, person: int, key: str, **params: object) -> None:
        """Send a line to somebody else, wherever they are reached."""
        addresses = await self.services.people.addresses([person])
        posts = [Post(to=to, subject=SAY, step=key, params=params) for to in addresses.values()]
        await self.services.mailroom.post(posts)

    async def show(self, subject: str, subject_id: int, step: str, **params: object) -> None:
        """Answer the sender with a new card of a subject. A page shows records by itself."""
        if self.event.channel not in NO_CHAT:
            post = Post(to=self._here, subject=subject, subject_id=subject_id, step=step, params=params, fresh=True)
            await self.services.mailroom.post([post])

    async def hear(self, text: str) -> None:
        """Take in the rest of a message as one of its own: what is refused in it undoes nothing of this one."""
        event = replace(self.event, id=f"{self.event.id}:rest", text=text, files=())
        letter = Letter(channel=event.channel, event_id=event.id, account=event.account, body=event.pack())
        await self.services.mailroom.take_in([letter])

    @property
    def reading(self) -> Reading:
        """What the rest of the message means, read once."""
        if self._reading is None:
            self._reading = self.read(self.rest)
        return self._reading

    @property
    def _here(self) -> Address:
        return Address(self.event.channel, self.event.account)

    def read(self, text: str, context: str = "", ruled_out: frozenset[Intent] = frozenset()) -> Reading:
        """What a sentence of this sender means; `context` words the question that it may answer.

        `ruled_out` is what cannot be meant, because no record of the sender stands where it could be done.
        """
        situation = Situation(
            role=self.role or next(iter(self.actor.roles), ""),
            context=context,
            own_place=self.actor.place,
            locale=self.actor.locale,
            now=self.services.clock(),
            ruled_out=ruled_out,
        )
        return self.reader.read(text, situation)
