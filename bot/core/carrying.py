"""What the items of a lane are: cards and lines for people, or files to be fetched."""

import contextlib
from collections.abc import Awaitable, Callable

from bot.core.cards import Card
from bot.core.carrier import Carrier, GiveUp, Spent, TryLater
from bot.core.clerk import Clerk
from bot.core.event import HOUSE, Event, Kind
from services.clock import Clock
from services.files import Files, refusal_of
from services.mailroom import Mailroom, OutboxItem, Settled, Shown, ShownCard
from services.people import Address


class CardCarry:
    """Shows cards and says lines through a channel. See `Carry`."""

    def __init__(self, carrier: Carrier, clerk: Clerk, mailroom: Mailroom) -> None:
        """`carrier` is the channel whose name is the lane."""
        self._carrier = carrier
        self._clerk = clerk
        self._mailroom = mailroom

    async def carry(self, item: OutboxItem, *, fresh: bool) -> Settled:
        """A line is said; a card changes the one that hangs there, or is shown anew."""
        line = await self._clerk.line(item)
        if line is not None:
            await self._carrier.say(item.account, line)
            return Settled(item=item, counted=True)
        card = await self._clerk.card(item)
        if card is None:
            return Settled(item=item)
        here = Address(item.lane, item.account)
        shown, worn = await self._mailroom.shown(here, card.key), await self._mailroom.worn(here, card.key)
        await self._retire(item, worn)
        await self._mailroom.put_away(worn)
        if not (fresh or await self._wants_new(item, card, shown, worn)):
            return Settled(item=item)
        receipt = await self._carrier.send(item.account, card)
        await self._retire(item, shown)
        place = Shown(channel=item.lane, account=item.account, key=card.key, ref=receipt.ref, code=receipt.code)
        return Settled(item=item, counted=True, shown=place)

    async def _wants_new(self, item: OutboxItem, card: Card, shown: list[ShownCard], worn: list[ShownCard]) -> bool:
        """Is a new card needed so that somebody sees how things stand?

        Who has none that counts gets one if they have just pressed an old one. Where the shown one cannot be changed
        any more, a new one is worth the disturbance only to those who can press something on it.
        """
        if not shown:
            return bool(worn)
        return not await self._changed(item, card, shown[-1]) and bool(card.buttons)

    async def _changed(self, item: OutboxItem, card: Card, old: ShownCard) -> bool:
        """Let a shown card show this; False when there is no code left that would."""
        while (code := await self._mailroom.draw_code(old)) is not None:
            try:
                await self._carrier.update(item.account, card, code)
            except Spent:
                continue
            except TryLater:
                await self._mailroom.give_back(old, code)
                raise
            return True
        return False

    async def _retire(self, item: OutboxItem, cards: list[ShownCard]) -> None:
        """Take the buttons off cards that no longer count; one that has no code keeps them until it is pressed."""
        for old in cards:
            code = await self._mailroom.draw_code(old)
            if code is not None:
                with contextlib.suppress(Spent, GiveUp, TryLater):
                    await self._carrier.retire(item.account, await self._clerk.retired(item), code)


class FileCarry:
    """Fetches files from a channel into the storage, and reports each as an event."""

    def __init__(
        self, carrier: Carrier, files: Files, deliver: Callable[[Event], Awaitable[None]], clock: Clock
    ) -> None:
        """`deliver` takes the report in."""
        self._carrier = carrier
        self._files = files
        self._deliver = deliver
        self._clock = clock

    async def carry(self, item: OutboxItem, *, fresh: bool) -> Settled:  # noqa: ARG002 - a file has no age
        """See `Carry`."""
        note = await self._files.get(item.subject_id)
        if note is None or note.sha256:
            return Settled(item=item)
        try:
            fetched = await self._carrier.fetch(note.ref)
        except GiveUp as error:
            await self._report(note.id, {"failed": "file.refusal.gone"})
            return Settled(item=item, error=str(error))
        if refusal := refusal_of(fetched.media_type, len(fetched.body)):
            await self._report(note.id, {"failed": refusal})
            return Settled(item=item)
        digest = await self._files.storage.put(fetched.body)
        size = str(len(fetched.body))
        await self._report(note.id, {"sha256": digest, "media_type": fetched.media_type, "size": size})
        return Settled(item=item)

    async def _report(self, file_id: int, fields: dict[str, str]) -> None:
        """Fetching twice gives the same report; a fetch that works after one that did not gives another."""
        result = fields.get("sha256") or fields["failed"]
        await self._deliver(
            Event(
                id=f"file:{file_id}:{result}",
                channel=HOUSE,
                account=f"file:{file_id}",
                kind=Kind.FETCHED,
                at=self._clock(),
                name=f"file:{file_id}",
                fields=fields,
            )
        )
