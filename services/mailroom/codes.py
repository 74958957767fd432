"""Change codes: each changes a card once. Who wants to use one draws it; until its end is told it stays in the book.

A code that is out has been marked with what it is to put up: should its taker die, the next one finds it when the
lease is over, and the vendor's answer tells whether it was used.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import orjson
from tortoise.transactions import in_transaction

from models import ShownCard
from models.dialects import DIALECTS
from services.clock import Clock
from services.database import connection_in_hand
from services.mailroom.leases import beyond
from services.mailroom.statements import BOOKS, VERSIONS
from services.mailroom.values import RETIRED, Ended

CODE_LIFE = timedelta(hours=71)
"""A change code lives 72 hours at the vendor (更新模版卡片消息); the last hour is not counted on."""
UNSURE = "?"
"""Stands for several pictures: a code was tried with more than one, and nobody knows which of them it put up."""


class Code(NamedTuple):
    """A change code: `issued` in seconds since 1970, `tried` the picture that it may have put up already, or none.

    `until` is when its taker has to be done with it, in seconds since 1970; 0 while nobody has it.
    """

    text: str
    issued: float
    tried: str = ""
    until: float = 0.0

    @classmethod
    def read(cls, entry: Sequence[Any]) -> Self:
        """The code of an entry in `ShownCard.codes`."""
        return cls(*entry)

    def out(self, picture: str, until: datetime) -> Self:
        """The same code in the hands of somebody who puts up this picture."""
        tried = picture if self.tried in {"", picture} else UNSURE
        return self._replace(tried=tried, until=until.timestamp())


class IsOutError(Exception):
    """What is left of a card's codes is in other hands at this moment."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A card that is to show something else: `picture` tells what."""

    card: ShownCard
    picture: str


class Codes:
    """The book of codes."""

    _clock: Clock
    lease: timedelta

    async def draw_codes(self, wishes: Iterable[Wish], until: datetime) -> dict[int, Code]:
        """Take the oldest free code of many cards at once, until then at most: of two takers one gets each code.

        By the card's id, as they were before. Left out are cards without one, and those on which a press is noted at
        this very moment: `draw_code` waits for that.
        """
        drawn = {wish.card.id: (wish, code) for wish in wishes if (code := self._free(wish.card))}
        if not drawn:
            return {}
        async with in_transaction():
            now = {row["id"]: row["version"] for row in await VERSIONS.found(list(drawn))}
            mine = {i: found for i, found in drawn.items() if now.get(i) == found[0].card.version}
            for wish, code in mine.values():
                wish.card.codes = self._with(wish.card, code.out(wish.picture, until))
            await _write({i: {"codes": wish.card.codes} for i, (wish, _) in mine.items()})
        for wish, _ in mine.values():
            wish.card.version += 1
        return {i: code for i, (_, code) in mine.items()}

    async def draw_code(self, wish: Wish, until: datetime, used: Collection[str] = ()) -> Code | None:
        """The same for one card, of which these codes are `used` already; None when no code is left.

        Raises `IsOutError` where somebody else has one.
        """
        card = wish.card
        while code := self._free(card, used):
            codes = self._with(card, code.out(wish.picture, until))
            if await ShownCard.filter(id=card.id, version=card.version).update(codes=codes, version=card.version + 1):
                card.codes, card.version = codes, card.version + 1
                return code
            await card.refresh_from_db()
        if any(other.text not in used for other in self._living(card)):
            raise IsOutError
        return None

    def _free(self, card: ShownCard, used: Collection[str] = ()) -> Code | None:
        now = self._clock()
        late = beyond(now, self.lease).timestamp()
        living = (code for code in self._living(card) if code.text not in used)
        return next((code for code in living if not now.timestamp() < code.until <= late), None)

    def _living(self, card: ShownCard) -> list[Code]:
        oldest = (self._clock() - CODE_LIFE).timestamp()
        return [code for entry in card.codes if (code := Code.read(entry)).issued > oldest]

    def _with(self, card: ShownCard, code: Code) -> list[list[Any]]:
        """The card's living codes, one of them as it is now."""
        return [list(code if one.text == code.text else one) for one in self._living(card)]

    async def end_codes(self, ends: Collection[Ended], away: Collection[ShownCard] = ()) -> None:
        """Tell what became of drawn codes; and that pressed cards which no longer count have been put right.

        Those that were pressed once more meanwhile are not away.
        """
        if not (ends or away):
            return
        by_card: dict[int, dict[str, Ended]] = {}
        for end in ends:
            by_card.setdefault(end.card, {})[end.text] = end
        seen = {card.id: card.version for card in away}
        async with in_transaction():
            fields = {}
            for row in await BOOKS.objects(ShownCard, sorted({*by_card, *seen})):
                mine = by_card.get(row.id, {})
                codes, picture = _ended(row.codes, mine), _shown(row.picture, mine.values())
                gone = seen.get(row.id) == row.version
                state, pressed = (RETIRED, False) if gone else (row.state, row.pressed)
                fields[row.id] = {"codes": codes, "picture": picture, "state": state, "pressed": pressed}
            await _write(fields)


def _ended(codes: Sequence[Sequence[Any]], ends: Mapping[str, Ended]) -> list[list[Any]]:
    """A card's codes without those that are spent; one that comes back is free, unless somebody else has it by now."""
    left = []
    for code in map(Code.read, codes):
        end = ends.get(code.text)
        if end is None or (end.back is not None and code.until != end.until):
            left.append(list(code))
        elif end.back is not None:
            left.append([code.text, code.issued, end.back])
    return left


def _shown(picture: str, ends: Iterable[Ended]) -> str:
    return next((end.picture for end in reversed([*ends]) if end.picture is not None), picture)


async def _write(changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Write columns of cards, the same of each, in one statement for all."""
    if not changes:
        return
    connection = connection_in_hand()
    mark = DIALECTS[connection.capabilities.dialect].placeholder
    names = list(next(iter(changes.values())))
    columns = ", ".join(f"{name} = {mark(place)}" for place, name in enumerate(names, 1))
    rows = [
        [orjson.dumps(value).decode() if name == "codes" else value for name, value in fields.items()] + [number]
        for number, fields in changes.items()
    ]
    statement = f"UPDATE shown_cards SET {columns}, version = version + 1 WHERE id = {mark(len(names) + 1)}"  # noqa: S608 - names and placeholders are our own
    await connection.execute_many(statement, rows)
