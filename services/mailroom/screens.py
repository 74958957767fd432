"""The cards that hang in people's chats."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from models import ShownCard
from services import bulk
from services.clock import Clock
from services.mailroom.codes import Codes
from services.mailroom.pressed import NAMED, Pressed
from services.mailroom.statements import HANGING, LIVE_CARDS
from services.mailroom.values import LIVE, RETIRED, Shown


class Screens(Pressed, Codes):
    """What hangs where."""

    def __init__(self, clock: Clock, lease: timedelta) -> None:
        """`lease` is how long a taker that died keeps its rows from others."""
        self._clock = clock
        self.lease = lease

    async def hanging(self, keys: Collection[str]) -> list[ShownCard]:
        """Everybody's cards under these keys that count, or that were pressed since: oldest first."""
        return await HANGING.objects(ShownCard, list(keys)) if keys else []

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
                "codes": [[card.code, now.timestamp()]] if card.code else [],
                "picture": card.picture,
                "shown_at": now,
            }
            for card in shown
        ]
        await bulk.append(ShownCard, rows, unique=NAMED, renewed=("state", "picture"))
