"""Change codes that presses bring: kept with the cards that were pressed, all of a batch together."""

from collections.abc import Iterable, Sequence

from models import ShownCard
from services import bulk
from services.clock import Clock
from services.mailroom.statements import PRESSED
from services.mailroom.values import RETIRED, Brought
from services.people import Address
from services.unit import Stage, together

NAMED = ("channel", "account", "ref")
"""What tells one card from all others."""


class Pressed:
    """The side of the screens on which people press."""

    _clock: Clock

    async def add_code(self, address: Address, key: str, ref: str, code: str) -> None:
        """Keep the change code that a press on a card has brought."""
        await self.add_codes([Brought(to=address, key=key, ref=ref, code=code)])

    async def add_codes(self, brought: Iterable[Brought]) -> None:
        """The same for many; written with the unit in hand, so that the cards are locked only for a moment.

        A card that nobody noted (the process died just after showing it) is noted as replaced.
        """
        async with together() as unit:
            for code in brought:
                unit.add(Stage.SCREENS, self._keep, code)

    async def _keep(self, brought: Sequence[Brought]) -> None:
        rows = await PRESSED.objects(ShownCard, sorted({b.ref for b in brought}))
        cards = {(row.channel, row.account, row.ref): row for row in rows}
        now = self._clock()
        for one in brought:
            card = cards.setdefault((one.to.lane, one.to.account, one.ref), _unnoted(one))
            if one.code not in {entry[0] for entry in card.codes}:
                card.codes = [*card.codes, [one.code, now.timestamp()]]
                card.pressed = True
        pressed = [cards[b.to.lane, b.to.account, b.ref] for b in brought]
        known = {card.id: card for card in pressed if card.pk is not None}
        changes = [bulk.Change(c.id, c.version, {"codes": c.codes, "pressed": True}) for c in known.values()]
        await bulk.update(ShownCard, changes)
        if new := {card.ref: card for card in pressed if card.pk is None}:
            for card in new.values():
                card.shown_at = now
            await ShownCard.bulk_create(new.values(), on_conflict=NAMED, update_fields=("codes", "pressed"))


def _unnoted(brought: Brought) -> ShownCard:
    return ShownCard(
        channel=brought.to.lane, account=brought.to.account, key=brought.key, ref=brought.ref, state=RETIRED, codes=[]
    )
