"""The cards that hang in people's chats, and the codes that change them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

import orjson
from tortoise.transactions import in_transaction

from models import ShownCard
from models.dialects import DIALECTS
from services import bulk
from services.clock import Clock
from services.mailroom.pressed import NAMED, Pressed
from services.mailroom.statements import HANGING, LIVE_CARDS, VERSIONS
from services.mailroom.values import LIVE, RETIRED, Shown

CODE_LIFE = timedelta(hours=71)
"""A change code lives 72 hours at the vendor (更新模版卡片消息); the last hour is not counted on."""
UNSURE = "?"
"""Stands for several pictures: a code was tried with more than one, and nobody knows which of them it put up."""


class Code(NamedTuple):
    """A change code: `issued` in seconds since 1970, `tried` the picture that it may have put up already, or none."""

    text: str
    issued: float
    tried: str = ""

    @classmethod
    def read(cls, entry: Sequence[Any]) -> Self:
        """The code of an entry in `ShownCard.codes`."""
        return cls(*entry)

    def tried_with(self, picture: str) -> Self:
        """The same code after a try whose answer did not come."""
        return self._replace(tried=picture if self.tried in {"", picture} else UNSURE)


class Screens(Pressed):
    """What hangs where."""

    def __init__(self, clock: Clock, lease: timedelta) -> None:
        """`lease` is how long a taker that died keeps its rows from others."""
        self._clock = clock
        self.lease = lease

    async def hanging(self, keys: Collection[str]) -> list[ShownCard]:
        """Everybody's cards under these keys that count, or that were pressed since: oldest first."""
        return await HANGING.objects(ShownCard, list(keys)) if keys else []

    async def draw_codes(self, cards: Iterable[ShownCard]) -> dict[int, Code]:
        """Use up the oldest living code of many cards at once: of two takers one gets each code.

        By the card's id. Left out are cards without one, and those on which a press is noted at this very moment:
        `draw_code` waits for that.
        """
        drawn = {card.id: (card, *found) for card in cards if (found := self._next(card))[0]}
        if not drawn:
            return {}
        async with in_transaction() as connection:
            now = {row["id"]: row["version"] for row in await VERSIONS.found(list(drawn))}
            mine = {i: entry for i, entry in drawn.items() if now.get(i) == entry[0].version}
            mark = DIALECTS[connection.capabilities.dialect].placeholder
            await connection.execute_many(
                f"UPDATE shown_cards SET codes = {mark(1)}, version = version + 1 WHERE id = {mark(2)}",  # noqa: S608 - the placeholders are our own
                [[orjson.dumps(rest).decode(), i] for i, (_, _, rest) in mine.items()],
            )
        for card, _, rest in mine.values():
            card.codes, card.version = rest, card.version + 1
        return {i: code for i, (_, code, _) in mine.items() if code}

    async def draw_code(self, card: ShownCard) -> Code | None:
        """The same for one card; None when no code is left."""
        while True:
            code, rest = self._next(card)
            if code is None:
                return None
            if await ShownCard.filter(id=card.id, version=card.version).update(codes=rest, version=card.version + 1):
                card.codes, card.version = rest, card.version + 1
                return code
            await card.refresh_from_db()

    def _next(self, card: ShownCard) -> tuple[Code | None, list[list[Any]]]:
        """The oldest code that still lives, and the entries that are left without it."""
        oldest = (self._clock() - CODE_LIFE).timestamp()
        living = [entry for entry in card.codes if entry[1] > oldest]
        return (Code.read(living[0]), living[1:]) if living else (None, [])

    async def give_back(self, card: ShownCard, code: Code) -> None:
        """A code was drawn and may still be good, because no answer came or it was not tried."""
        row = await ShownCard.get(id=card.id)
        while not await ShownCard.filter(id=row.id, version=row.version).update(
            codes=[list(code), *row.codes], version=row.version + 1
        ):
            await row.refresh_from_db()

    async def _note_cards(self, shown: Sequence[Shown], now: datetime) -> None:
        """What was shown counts from now on, and what it replaced no longer does.

        A press may have been quicker than this: the card is then there already, with the code that the press brought.
        """
        last = {card.place: card.ref for card in shown}
        live = await LIVE_CARDS.found(list({card.key for card in shown}))
        if older := [i for i, *place, ref in live if last.get(tuple(place), ref) != ref]:
            await ShownCard.filter(id__in=older).update(state=RETIRED)
        rows = [
            {
                "channel": card.channel,
                "account": card.account,
                "key": card.key,
                "ref": card.ref,
                "state": LIVE if last[card.place] == card.ref else RETIRED,
                "codes": [Code(card.code, now.timestamp())[:2]] if card.code else [],
                "shown_at": now,
            }
            for card in shown
        ]
        await bulk.append(ShownCard, rows, unique=NAMED, renewed=("state",))

    async def _put_away(self, cards: Collection[ShownCard]) -> None:
        """Pressed cards that no longer count have been put right, unless they were pressed again."""
        for card in cards:
            mine = ShownCard.filter(id=card.id, version=card.version)
            await mine.update(pressed=False, state=RETIRED)
