"""The change codes of one round: drawn together before it, given back after it where they were not used."""

from collections.abc import Collection

from services.mailroom import Code, Mailroom, ShownCard


class Purse:
    """Holds one code a card; who needs another gets it from the shelf."""

    def __init__(self, mailroom: Mailroom) -> None:
        """Begin empty."""
        self._mailroom = mailroom
        self._held: dict[int, tuple[ShownCard, Code]] = {}

    async def fill(self, cards: Collection[ShownCard]) -> None:
        """Draw a code of each card that has one, in a few statements for all."""
        by_id = {card.id: card for card in cards}
        drawn = await self._mailroom.draw_codes(by_id.values())
        self._held = {number: (by_id[number], code) for number, code in drawn.items()}

    async def take(self, card: ShownCard) -> Code | None:
        """A code for this card, or None when none is left."""
        _, code = self._held.pop(card.id, (card, None))
        return code or await self._mailroom.draw_code(card)

    async def put_back(self, card: ShownCard, code: Code, picture: str) -> None:
        """A code was tried with this picture and no answer came."""
        await self._mailroom.give_back(card, code.tried_with(picture))

    async def leave(self, cards: Collection[ShownCard]) -> None:
        """Give back what nobody took for these cards."""
        for card in cards:
            if held := self._held.pop(card.id, None):
                await self._mailroom.give_back(*held)

    async def empty(self) -> None:
        """Give back what nobody took."""
        await self.leave([card for card, _ in self._held.values()])
