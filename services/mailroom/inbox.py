"""The inbox: events are written down once, lent out under a lease, closed once."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from tortoise.expressions import Subquery
from tortoise.queryset import ExistsQuery, QuerySet, UpdateQuery

from models import InboxEvent
from services.bulk import append_new
from services.clock import Clock
from services.mailroom.leases import beyond, lease_of, lend, ripe, turnstile
from services.mailroom.values import ASIDE, DONE, UNSETTLED, WAITING, Letter, event_key
from services.statements import Statement

NEEDED = ("id", "channel", "event_id", "account", "body", "tries", "braved", "stumbles", "received_at")
"""What a worker looks at: reading the rest of a row costs as much again."""
BORN = "received_at"
NEAREST = 5_000
"""Events among which the sender's last one is looked for: far more than a school sends in half an hour."""


def _any_ripe(now: datetime, late: datetime) -> ExistsQuery:
    return InboxEvent.filter(ripe(now, late, born=BORN), state=WAITING).exists()


def _oldest(now: datetime, late: datetime, limit: int) -> QuerySet[InboxEvent]:
    """All of theirs is due: nothing of theirs is out or put off."""
    waiting = InboxEvent.filter(state=WAITING)
    busy = waiting.filter(~ripe(now, late, born=BORN), due_at__gt=now)  # the second for the index's sake
    return waiting.filter(account__not_in=Subquery(busy.values("account"))).order_by("id").limit(limit).only(*NEEDED)


def _tried(ids: list[int], lease: str, before: int, tries: int) -> UpdateQuery:
    return InboxEvent.filter(UNSETTLED, id__in=ids, lease=lease, tries=before).update(tries=tries)


def _lengthened(ids: list[int], lease: str, until: datetime) -> UpdateQuery:
    return InboxEvent.filter(UNSETTLED, id__in=ids, lease=lease).update(due_at=until)


def _closed(ids: list[int], now: datetime) -> UpdateQuery:
    return InboxEvent.filter(id__in=ids).update(state=DONE, done_at=now)


_ANY_RIPE, _OLDEST = Statement(_any_ripe), Statement(_oldest)
_TRIED, _LENGTHENED, _CLOSED = Statement(_tried), Statement(_lengthened), Statement(_closed)


class Inbox:
    """What came in."""

    def __init__(self, clock: Clock, lease: timedelta) -> None:
        """`lease` is how long a taker that died keeps its rows from others."""
        self._clock = clock
        self.lease = lease

    async def take_in(self, letters: Sequence[Letter]) -> None:
        """Write events down, all in one statement; those that are there already change nothing."""
        now = self._clock()
        rows = [
            {
                "channel": letter.channel,
                "event_id": event_key(letter.event_id),
                "account": letter.account,
                "body": letter.body,
                "due_at": now,
                "received_at": now,
            }
            for letter in letters
        ]
        await append_new(InboxEvent, rows)

    async def before(self, channel: str, account: str, event_id: str, since: datetime) -> list[Letter]:
        """What the same sender has sent before this event, newest first and no longer ago than `since`.

        Looked for among the `NEAREST` before it, by their ids: senders have no index.
        """
        own = await InboxEvent.filter(channel=channel, event_id=event_key(event_id)).only("id").first()
        if own is None:
            return []
        near = InboxEvent.filter(id__lt=own.id, id__gte=own.id - NEAREST, account=account)
        rows = [row for row in await near.order_by("-id").only(*NEEDED) if row.received_at >= since]
        theirs = [row for row in rows if row.channel == channel]
        return [Letter(channel=r.channel, event_id=r.event_id, account=r.account, body=r.body) for r in theirs]

    async def claim_in(self, limit: int, begun: int | None = None) -> list[InboxEvent]:
        """Lease up to `limit` events, oldest first; nobody's while an earlier one of theirs is out or put off.

        The first `begun` of them, or all, count as tried from now on; see `begin_in` for the others.
        """
        now = self._clock()
        if not await _ANY_RIPE.found(now, beyond(now, self.lease)):
            return []
        async with turnstile("inbox"):
            now = self._clock()
            rows = await _OLDEST.objects(InboxEvent, now, beyond(now, self.lease), limit)
            return await lend(InboxEvent, rows, now, self.lease, begun)

    async def begin_in(self, rows: Collection[InboxEvent]) -> None:
        """Count the try of claimed events whose turn has come, unless it was counted: what only waited is no suspect.

        Durable with the transaction in hand, which has to be an earlier one than theirs.
        """
        by_tries = defaultdict(list)
        for row in rows:
            by_tries[row.tries].append(row.id)
        for tries, ids in by_tries.items():
            await _TRIED.changed(ids, lease_of(rows), tries - 1, tries)

    async def keep_in(self, rows: Collection[InboxEvent]) -> None:
        """Lengthen the leases of claimed events that wait for their turn; of those that are still ours."""
        await self._lengthened(rows)

    async def hold_in(self, rows: Collection[InboxEvent]) -> bool:
        """Lock claimed events for this transaction; False when a lease ran out and somebody else took one."""
        return await self._lengthened(rows) == len(rows)

    async def _lengthened(self, rows: Collection[InboxEvent]) -> int:
        ids = [row.id for row in rows]
        return await _LENGTHENED.changed(ids, lease_of(rows), self._clock() + self.lease) if ids else 0

    async def brave(self, row: InboxEvent) -> None:
        """Note, durably, that an event which may have killed its takers is now handled with nothing else in hand."""
        row.braved += 1
        await InboxEvent.filter(id=row.id, lease=row.lease, state=WAITING).update(braved=row.braved)

    async def done_in(self, rows: Collection[InboxEvent]) -> None:
        """Close handled events."""
        if rows:
            await _CLOSED.changed([row.id for row in rows], self._clock())

    async def outcome(self, row: InboxEvent, outcome: dict[str, Any]) -> None:
        """Close an event and keep how it went, for a page that waits for it."""
        await InboxEvent.filter(id=row.id).update(state=DONE, done_at=self._clock(), outcome=outcome)

    async def put_off(self, row: InboxEvent, wait: timedelta, *, stumbled: bool) -> None:
        """Give an event back, to be taken after `wait`; `stumbled` when the database failed over this very one."""
        mine = InboxEvent.filter(id=row.id, lease=row.lease, state=WAITING)
        now, stumbles = self._clock(), row.stumbles + stumbled
        await mine.update(due_at=now + wait, put_off_at=now, lease="", tries=row.tries - 1, braved=0, stumbles=stumbles)

    async def set_aside(self, row: InboxEvent, incident: str) -> None:
        """Keep an event that cannot be handled, under an incident number, out of everybody's way."""
        outcome = {"key": "refusal.broken", "params": {"incident": incident}}
        await InboxEvent.filter(id=row.id).update(
            state=ASIDE, incident=incident, outcome=outcome, done_at=self._clock()
        )

    async def result(self, channel: str, event_id: str) -> dict[str, Any] | None:
        """How an event went: None while it waits, {} when all was well, else the refusal's key and params."""
        row = await InboxEvent.get_or_none(channel=channel, event_id=event_key(event_id))
        return None if row is None or row.state == WAITING else row.outcome or {}
