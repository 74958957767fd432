"""The change codes of one round: drawn together before it; what became of each is told with the end of its load."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from bot.core.carrier import TryLater
from services.mailroom import Code, Ended, IsOutError, Mailroom, Wish


class Purse:
    """Holds one code a card; who needs another gets it from the shelf."""

    def __init__(self, mailroom: Mailroom, until: datetime) -> None:
        """Begin empty; what is drawn is this round's `until` then."""
        self._mailroom = mailroom
        self._until = until
        self._held: dict[int, tuple[Wish, Code]] = {}
        self._ends: dict[int, dict[str, Ended]] = defaultdict(dict)

    async def fill(self, wishes: Iterable[Wish]) -> None:
        """Draw a code of each card that has one, in a few statements for all."""
        by_id = {wish.card.id: wish for wish in wishes}
        drawn = await self._mailroom.draw_codes(by_id.values(), self._until)
        self._held = {number: (by_id[number], code) for number, code in drawn.items()}

    async def take(self, wish: Wish) -> Code | None:
        """A code for this card, to be used at once, or None when none is left; `TryLater` while others have it."""
        number = wish.card.id
        held, code = self._held.pop(number, (wish, None))
        if code is None:
            try:
                code = await self._mailroom.draw_code(wish, self._until, self._ends[number])
            except IsOutError as error:
                raise TryLater("the change code is in other hands") from error
        if code is not None:
            self._end(held, code, back=code.out(held.picture, self._until).tried, picture="")
        return code

    def spent(self, wish: Wish, code: Code, shows: str = "") -> None:
        """A code that was taken has done its work, here or elsewhere; until this is said it may be good still.

        The card `shows` this picture now; "" where nobody knows, or it counts no longer.
        """
        self._end(wish, code, back=None, picture=shows)

    def _end(self, wish: Wish, code: Code, *, back: str | None, picture: str | None) -> None:
        until = self._until.timestamp()
        ended = Ended(card=wish.card.id, text=code.text, until=until, back=back, picture=picture)
        self._ends[wish.card.id][code.text] = ended

    def ended(self, cards: Iterable[int]) -> tuple[Ended, ...]:
        """What became of the codes of these cards, by their ids; nobody is asked about them again."""
        ends: list[Ended] = []
        for number in cards:
            if held := self._held.pop(number, None):
                wish, code = held
                self._end(wish, code, back=code.tried, picture=None)
            ends += self._ends.pop(number, {}).values()
        return tuple(ends)

    async def leave(self, cards: Iterable[int]) -> None:
        """The same, written down at once."""
        await self._mailroom.end_codes(self.ended(cards))

    async def empty(self) -> None:
        """Write down whatever is not written yet."""
        await self.leave({*self._held, *self._ends})
