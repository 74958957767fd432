"""What the items of a lane are: cards and lines for people, or files to be fetched."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.core.carrier import Carrier, GiveUp, Spent, TryLater
from bot.core.clerk import Clerk
from bot.core.errands import Errand, prepared
from bot.core.event import HOUSE, Event, Kind
from bot.core.loads import Load
from bot.core.purse import Purse
from services.clock import Clock
from services.files import Files, refusal_of
from services.mailroom import Mailroom, Settled, Shown, ShownCard, Wish


@dataclass(frozen=True, slots=True)
class Carrying:
    """A round that is ready to go.

    `carry` carries one load and says how it ended, or raises `TryLater` or `GiveUp`; `leave` gives back what was kept
    ready for loads that are not carried after all: whoever takes them next will need it.
    """

    carry: Callable[[Load], Awaitable[Settled]]
    leave: Callable[[Sequence[Load]], Awaitable[None]]


class CardCarry:
    """Shows cards and says lines through a channel. See `Carry`."""

    at_once = 32

    def __init__(self, carrier: Carrier, clerk: Clerk, mailroom: Mailroom, clock: Clock) -> None:
        """`carrier` is the channel whose name is the lane."""
        self._clock = clock
        self._carrier = carrier
        self._clerk = clerk
        self._mailroom = mailroom

    @contextlib.asynccontextmanager
    async def round(self, loads: Sequence[Load]) -> AsyncIterator[Carrying]:
        """A line is said; a card changes the one that hangs there, or is shown anew."""
        errands = await prepared(loads, self._clerk, self._mailroom)
        over = min(load.last.due_at for load in loads)
        purse = Purse(self._mailroom, over)
        await purse.fill([wish for errand in errands.values() for wish in errand.wishes])

        async def carry(load: Load) -> Settled:
            errand = errands[load.last.id]
            end = await self._carry(errand, purse, over)
            return replace(end, codes=purse.ended(errand.cards))

        async def leave(loads: Sequence[Load]) -> None:
            await purse.leave([card for load in loads for card in errands[load.last.id].cards])

        try:
            yield Carrying(carry, leave)
        finally:
            await purse.empty()

    async def _carry(self, errand: Errand, purse: Purse, over: datetime) -> Settled:
        item = errand.load.last
        if errand.error is not None:
            raise errand.error
        if errand.line is not None:
            await self._carrier.say(item.account, errand.line)
            return Settled(item=item, counted=True)
        if errand.card is None:
            return Settled(item=item)
        await self._retire(errand, errand.worn, purse)
        away = tuple(errand.worn)
        if errand.hanging:
            await self._retire(errand, errand.replaced, purse)
        if not errand.fresh and not await self._wants_new(errand, purse):
            noted = Shown.of(errand.hanging, errand.picture) if errand.hanging else None
            return Settled(item=item, shown=noted, changed=True, away=away)
        await self._retire(errand, errand.replaced, purse)
        if self._clock() > over:
            raise TryLater("somebody else may have shown it by now")
        receipt = await self._carrier.send(item.account, errand.card, errand.name)
        shown = Shown(
            channel=item.lane,
            account=item.account,
            key=errand.card.key,
            ref=receipt.ref,
            code=receipt.code,
            picture=errand.picture,
        )
        return Settled(item=item, counted=True, shown=shown, away=away)

    async def replaced(self, ends: Sequence[Settled]) -> None:
        """See `Carry`: their buttons are taken off."""
        papers = await self._clerk.gather(end.item for end in ends)
        for end in ends:
            if end.shown and end.shown.code:
                with contextlib.suppress(Spent, GiveUp, TryLater):
                    label = self._clerk.retired(end.item, papers)
                    await self._carrier.retire(end.item.account, label, end.shown.code)

    async def _wants_new(self, errand: Errand, purse: Purse) -> bool:
        """Is a new card needed so that somebody sees how things stand?

        Who has none that counts gets one if they have just pressed an old one. Where the shown one cannot be changed
        any more, a new one is worth the disturbance only to those who can press something on it, and only when it shows
        something else.
        """
        if errand.card is None or errand.current is None:
            return bool(errand.worn)
        if await self._changed(errand, Wish(errand.current, errand.picture), purse):
            return False
        return bool(errand.card.buttons) and errand.current.picture != errand.picture

    async def _changed(self, errand: Errand, wish: Wish, purse: Purse) -> bool:
        """Let a shown card show this; False when there is no code left that would.

        A code that is spent although no answer ever came has done its work: with the same picture all is well.
        """
        while errand.card is not None and (code := await purse.take(wish)) is not None:
            try:
                await self._carrier.update(errand.load.last.account, errand.card, code.text)
            except Spent:
                purse.spent(wish, code)
                if code.tried != wish.picture:
                    continue
            purse.spent(wish, code, wish.picture)
            return True
        return False

    async def _retire(self, errand: Errand, cards: Sequence[ShownCard], purse: Purse) -> None:
        """Take the buttons off cards that no longer count; one that has no code keeps them until it is pressed.

        While the vendor is away nothing else would work, either: then all of it is tried again.
        """
        for wish in errand.off(cards):
            while (code := await purse.take(wish)) is not None:
                try:
                    await self._carrier.retire(errand.load.last.account, errand.label, code.text)
                except Spent:
                    purse.spent(wish, code)
                    continue
                except TryLater as error:
                    if error.whole_lane:
                        raise
                except GiveUp:
                    pass
                purse.spent(wish, code)
                break


class FileCarry:
    """Fetches files from a channel into the storage, and reports each as an event."""

    at_once = 4
    """Each may be 20 MB large, and is in memory while it is fetched."""

    def __init__(
        self, carrier: Carrier, files: Files, deliver: Callable[[Event], Awaitable[None]], clock: Clock
    ) -> None:
        """`deliver` takes the report in."""
        self._carrier = carrier
        self._files = files
        self._deliver = deliver
        self._clock = clock

    @contextlib.asynccontextmanager
    async def round(self, loads: Sequence[Load]) -> AsyncIterator[Carrying]:  # noqa: ARG002 - files have nothing in common
        """See `Carry`."""
        yield Carrying(self._carry, self._leave)

    async def _leave(self, loads: Sequence[Load]) -> None:
        """Nothing was kept ready."""

    async def replaced(self, ends: Sequence[Settled]) -> None:
        """See `Carry`; nobody sees a file twice."""

    async def _carry(self, load: Load) -> Settled:
        item = load.last
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
