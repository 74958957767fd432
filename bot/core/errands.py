"""Errands: the loads of a round with all that is needed to carry them, read and drawn at its beginning."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import orjson

from bot.core.cards import Card
from bot.core.clerk import FORM, Clerk, Papers
from bot.core.loads import Load
from services.mailroom import LIVE, Mailroom, ShownCard, Wish

BREATH = 8
"""Cards that are drawn in one go: callbacks are not kept waiting for a whole round."""


@dataclass(slots=True, kw_only=True)
class Errand:
    """One load: a `line` to say, or a `card` to show, or the `error` that drawing it raised; else nothing to do.

    A card has a `name`, the same for every try that shows the same `picture` of the same item: under it a vendor shows
    a card only once. What has changed since the last try has another name. The person then sees how things stand, even
    where the older picture did arrive and only the answer was lost. `shown` are its reader's live cards of the same
    key, `worn` those that were pressed and no longer count.
    """

    load: Load
    label: str
    line: str | None = None
    card: Card | None = None
    error: Exception | None = None
    picture: str = ""
    name: str = ""
    shown: list[ShownCard] = field(default_factory=list)
    worn: list[ShownCard] = field(default_factory=list)

    @property
    def fresh(self) -> bool:
        """Is a new card asked for that does not hang there yet?"""
        return self.load.fresh and self.hanging is None

    @property
    def hanging(self) -> ShownCard | None:
        """The card that this errand would show, where it hangs already and was pressed before anybody noted it."""
        return next((card for card in self.shown if card.ref == self.name), None)

    @property
    def replaced(self) -> list[ShownCard]:
        """Live cards beside the one that this errand would show, or that hangs there already."""
        return [card for card in self.shown if card.ref != self.name]

    @property
    def current(self) -> ShownCard | None:
        """The card that is to show this, unless a new one is asked for."""
        return self.hanging or (self.shown[-1] if self.shown else None)

    @property
    def cards(self) -> list[int]:
        """The ids of all cards whose codes may be used for this."""
        return [card.id for card in self.worn + self.shown]

    @property
    def wishes(self) -> list[Wish]:
        """What is surely to be changed."""
        if self.card is None or not (self.shown or self.worn):
            return []
        off = self.shown if self.fresh else self.replaced if self.hanging else []
        changed = [] if self.fresh or not self.current else [Wish(self.current, self.picture)]
        return [*self.off(self.worn + off), *changed]

    def off(self, cards: Sequence[ShownCard]) -> list[Wish]:
        """These cards are to lose their buttons."""
        return [Wish(card, self.label) for card in cards]


async def prepared(loads: Sequence[Load], clerk: Clerk, mailroom: Mailroom) -> dict[int, Errand]:
    """Errands by the id of their last item, read in a fixed number of queries and drawn.

    This is the moment as of which the cards are true: what changes later always posts a later item.
    """
    async with clerk.informed():
        papers = await clerk.gather(load.last for load in loads)
        errands = [await _drawn(load, clerk, papers, number) for number, load in enumerate(loads)]
    await _look_up(errands, mailroom)
    return {errand.load.last.id: errand for errand in errands}


async def _drawn(load: Load, clerk: Clerk, papers: Papers, number: int) -> Errand:
    if number % BREATH == BREATH - 1:
        await asyncio.sleep(0)
    errand = Errand(load=load, label=clerk.retired(load.last, papers))
    try:
        errand.line = clerk.line(load.last, papers)
        errand.card = await clerk.card(load.last, papers) if errand.line is None else None
        if errand.card is not None:
            errand.picture = _picture(errand.card)
            errand.name = _name(load, errand.picture)
    except Exception as error:  # one card that cannot be drawn does not stop the round: it is raised when it is carried
        errand.error = error
    return errand


def _picture(card: Card) -> str:
    """Tells what two cards show apart; links carry the time of signing and do not count."""
    said = (card.key, card.title, card.headline, card.source, card.rows, card.quote)
    return _digest((*said, card.buttons, card.choices, card.submit, bool(card.image)))


def _name(load: Load, picture: str) -> str:
    item = load.last
    return f"{item.subject}-{item.subject_id}-{_digest((load.seed, picture))}"


def _digest(parts: object) -> str:
    return hashlib.blake2s(orjson.dumps(parts), digest_size=10).hexdigest()


async def _look_up(errands: Iterable[Errand], mailroom: Mailroom) -> None:
    """Find the cards that hang in each errand's chat."""
    keys = {key for e in errands if e.card for key in (e.card.key, f"{e.card.key}{FORM}")}
    there: dict[tuple[str, str, str], list[ShownCard]] = defaultdict(list)
    for card in await mailroom.hanging(keys):
        there[card.channel, card.account, card.key].append(card)
    for errand in errands:
        if errand.card:
            here = errand.load.last.lane, errand.load.last.account
            own = there[(*here, errand.card.key)]
            forms = [c for c in there[(*here, f"{errand.card.key}{FORM}")] if c.pressed]
            errand.shown = [c for c in own if c.state == LIVE or c.ref == errand.name]
            errand.worn = [c for c in own if c not in errand.shown] + forms
