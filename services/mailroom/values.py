"""What goes onto the shelves and onto people's screens."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import Any, Protocol, Self

from tortoise.expressions import Q

from models import OutboxItem, ShownCard
from services.cause import CAUSE
from services.people import Address

WAITING, DONE, ASIDE, DEAD = "waiting", "done", "aside", "dead"
UNSETTLED = Q(state__not_in=(DONE, ASIDE, DEAD))
"""Rows that wait, where their ids are known: said so that SQLite looks these up, not everything that waits."""
LIVE, RETIRED = "live", "retired"
SHOW = "show"
"""The step of an item with which a card shows how things stand and no more."""
ID_LIMIT = 200
MINUTE = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A code that a press has brought: `ref` is the vendor's name of the pressed card, `key` what that shows."""

    to: Address
    key: str
    ref: str
    code: str


class Numbered(Protocol):
    """Anything that has an id, or will have one."""

    id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An event on its way into the inbox."""

    channel: str
    event_id: str
    account: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An item on its way into the outbox: see `OutboxItem` for what the parts mean. `cause` is the event in hand."""

    to: Address
    subject: str
    subject_id: int = 0
    step: str
    params: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False
    rank: int = 1
    cause: str = field(default_factory=CAUSE.get)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """News of a record: new cards for `fresh`, and changed ones for all others who hold one, if `silent`.

    The record may be so new that it gets its id only when the unit in hand is written.
    """

    record: Numbered
    subject: str
    step: str
    fresh: frozenset[Address]
    silent: bool
    rank: int = 1
    params: Mapping[str, Any] = field(default_factory=dict)
    cause: str = field(default_factory=CAUSE.get)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a courier has put on somebody's screen: a new card, with the code for changing it and what it shows."""

    channel: str
    account: str
    key: str
    ref: str
    code: str
    picture: str = ""

    @classmethod
    def of(cls, card: ShownCard, picture: str) -> Self:
        """A card that hangs there already and shows this now, to be noted as the one that counts."""
        return cls(channel=card.channel, account=card.account, key=card.key, ref=card.ref, code="", picture=picture)

    @property
    def place(self) -> tuple[str, str, str]:
        """Channel, account and key: of the cards in one place the newest counts."""
        return self.channel, self.account, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of a change code that was drawn: it is spent, or comes `back` with the picture it may have put up.

    `card` is the id of the shown card, `until` the moment until which the code was drawn, in seconds since 1970;
    `picture` is what the card shows now, "" where nobody knows, None where it shows what it did.
    """

    card: int
    text: str
    until: float
    back: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How an outbox item ended: carried (`counted` when it was a message), or dead with an `error`.

    `changed` says that a card that hung there shows something else now; `away` are pressed cards that no longer count
    and were put right on the way; `codes` are those that were drawn for it.
    """

    item: OutboxItem
    counted: bool = False
    shown: Shown | None = None
    changed: bool = False
    away: tuple[ShownCard, ...] = ()
    codes: tuple[Ended, ...] = ()
    error: str = ""


def event_key(event_id: str) -> str:
    """An id of any length as one that fits its column and is still unique."""
    return event_id if len(event_id) <= ID_LIMIT else "sha256:" + sha256(event_id.encode()).hexdigest()
