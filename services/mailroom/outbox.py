"""The outbox: what has to be shown, said or fetched, lent out under a lease, each person's in order."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models import OutboxItem, ShownCard
from services.mailroom.leases import beyond, lease_of, lend, turnstile
from services.mailroom.posting import Posting
from services.mailroom.screens import Screens
from services.mailroom.statements import ANY_RIPE, CLOSED, NEXT, SENT_SINCE, THEIRS, WAITING_FOR
from services.mailroom.values import DEAD, LIVE, MINUTE, SHOW, UNSETTLED, Ended, Post, Settled
from services.people import Address

COMPANY = 64
"""Items that may come with those that were asked for."""


class Outbox(Posting, Screens):
    """What has to go out; whatever is carried is noted on the screens."""

    async def claim_out(self, lane: str, limit: int) -> list[OutboxItem]:
        """Lease up to `limit` items of a lane, pressing ones first, each person's in order.

        What else waits for the same people comes with them, so that one card answers all of it: the same card at every
        try. Only who has more than a round may carry gets a part of it.
        """
        now = self._clock()
        if not await ANY_RIPE.found(lane, now, beyond(now, self.lease)):
            return []
        async with turnstile(f"outbox:{lane}"):
            now = self._clock()
            theirs = await NEXT.objects(OutboxItem, lane, now, beyond(now, self.lease), limit, limit + COMPANY)
            whole = await _whole(lane, theirs, limit + COMPANY)
            for item in whole:
                item.orphaned = item.lease != ""  # whoever gives an item back takes the token off
            return await lend(OutboxItem, whole, now, self.lease)

    async def sent_lately(self, lane: str, accounts: Collection[str]) -> dict[str, tuple[int, datetime]]:
        """For each account that got messages in the last minute: how many, and when the first of them was sent."""
        if not accounts:
            return {}
        now = self._clock()
        rows = await SENT_SINCE.found(lane, list(accounts), now - MINUTE, now)
        return {row["account"]: (row["messages"], _aware(row["first"])) for row in rows}

    async def settle(self, settled: Sequence[Settled]) -> list[Settled]:
        """Close items, and note the cards that they put up, all in one transaction and in few statements.

        Who has lost the lease closes nothing; returned are those who showed a card that does not count, therefore.
        """
        now = self._clock()
        async with in_transaction():
            mine = await _closed(settled, now)
            await self.end_codes(_codes(settled, mine), [card for end in settled for card in end.away])
            if shown := [end.shown for end in settled if end.shown and end.item.id in mine]:
                await self._note_cards(shown, now)
            late = [end for end in settled if end.item.id not in mine]
            return await self._too_late(late) if late else []

    async def _too_late(self, settled: Sequence[Settled]) -> list[Settled]:
        """Somebody else has these items; gives those whose card does not count.

        Where the very same card counts it gets the code that has come at last: what changed meanwhile could not be put
        up without one. A changed card may show something older than what the other has put there. Both are drawn once
        more.
        """
        refs = [end.shown.ref for end in settled if end.shown]
        there = ShownCard.filter(ref__in=refs, state=LIVE)
        live = {str(ref) for ref in await there.values_list("ref", flat=True)} if refs else set()
        coded = [end for end in settled if end.shown and end.shown.ref in live and end.shown.code]
        for card in [end.shown for end in coded if end.shown]:
            await self.add_code(Address(card.channel, card.account), card.key, card.ref, card.code)
        stale = [end.item for end in settled if end.changed] + [end.item for end in coded]
        records = {(Address(item.lane, item.account), item.subject, item.subject_id) for item in stale}
        await self.post([Post(to=to, subject=subject, subject_id=i, step=SHOW) for to, subject, i in records])
        return [end for end in settled if end.shown and end.shown.ref not in live]

    async def later(
        self, items: Collection[OutboxItem], wait: timedelta, error: str = "", *, tried: bool = True
    ) -> None:
        """Give items back, to be carried after `wait`; one that was not even `tried` does not count the taking."""
        mine = OutboxItem.filter(UNSETTLED, id__in=[i.id for i in items], lease=lease_of(items))
        tries = {} if tried else {"tries": F("tries") - 1}
        if items:
            now = self._clock()
            await mine.update(due_at=now + wait, put_off_at=now, lease="", error=error[:200], **tries)


async def _whole(lane: str, theirs: list[OutboxItem], most: int) -> list[OutboxItem]:
    """All that waits for these people, if they are fewer than `most`; else all for the first of them."""
    if len(theirs) < most:
        return theirs
    some = list(dict.fromkeys(item.account for item in theirs))
    waiting = {row["account"]: row["items"] for row in await WAITING_FOR.found(lane, some)}
    sums = itertools.accumulate(waiting[account] for account in some)
    whole = [account for account, items in zip(some, sums, strict=True) if items <= most] or some[:1]
    return await THEIRS.objects(OutboxItem, lane, whole, most)


def _codes(settled: Sequence[Settled], mine: Collection[int]) -> list[Ended]:
    """What became of codes. Of a card that was changed too late nobody knows what it shows."""
    ends = []
    for end in settled:
        sure = end.item.id in mine
        ends += [code if sure or code.picture is None else replace(code, picture="") for code in end.codes]
    return ends


async def _closed(settled: Sequence[Settled], now: datetime) -> set[int]:
    """Close items of one claim; gives the ids of those that were still lent out to it."""
    lease = lease_of([end.item for end in settled])

    closed = 0
    for counted, statement in CLOSED.items():
        if ends := [end.item.id for end in settled if not end.error and end.counted is counted]:
            closed += await statement.changed(ends, lease, now)
    for end in settled:
        if end.error:
            mine = OutboxItem.filter(UNSETTLED, id=end.item.id, lease=lease)
            closed += await mine.update(state=DEAD, done_at=now, error=end.error[:200])
    ids = {end.item.id for end in settled}
    if closed == len(ids):
        return ids
    return set(await OutboxItem.filter(id__in=list(ids), lease=lease).values_list("id", flat=True))  # type: ignore[arg-type]


def _aware(moment: datetime | str) -> datetime:
    """SQLite hands an aggregate of times back as text."""
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment
