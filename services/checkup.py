"""What an administrator wants to know of a school at a glance: queues, what was given up, who cannot be reached."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tortoise.functions import Count, Min

from domain.catalog import Catalog
from domain.grants import Permission
from models import Account, InboxEvent, Lease, OutboxItem, Person
from services.clock import Clock
from services.leases import Leases
from services.mailroom.values import ASIDE, DEAD, WAITING, event_key
from services.people import People

__all__ = ["Checkup", "Gaps", "GivenUp", "Queue"]

INBOX, OUTBOX = "inbox", "outbox"
WORKER = "worker:"
"""How the leases begin that are signs of life of processes that handle and carry."""
ALIVE = timedelta(seconds=60)
"""For so long a sign of life counts."""
FORGOTTEN = timedelta(days=1)
"""After this a process that shows none is history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """How full one queue is: `items`, and the age of the oldest in seconds. `lane` is "" for the inbox."""

    queue: str
    lane: str
    state: str
    items: int = 0
    oldest: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """Something that was not handled or not carried, and waits for somebody to decide.

    `about` says what it is ("work_order:12 accept", or the kind of an event), `why` the last error or the incident.
    """

    queue: str
    id: int
    lane: str
    account: str
    about: str
    why: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Whom and what the school's lists lack: names of people without an account, categories that nobody mends."""

    people: int
    unreachable: Sequence[str]
    unmended: Sequence[str]
    headless: bool
    unadministered: bool


class Checkup:
    """Looks and changes nothing, but for the signs of life."""

    def __init__(self, people: People, catalog: Catalog, clock: Clock) -> None:
        """`catalog` names the categories that somebody has to mend."""
        self._people = people
        self._catalog = catalog
        self._clock = clock
        self._leases = Leases(clock)

    async def queues(self, lanes: Collection[str] = ()) -> list[Queue]:
        """The inbox and every lane of the outbox; empty ones as well, for the lanes that are named."""
        found = {(q.queue, q.lane, q.state): q for q in [*await self._inbox(), *await self._outbox()]}
        named = [(INBOX, "", state) for state in (WAITING, ASIDE)]
        named += [(OUTBOX, lane, state) for lane in lanes for state in (WAITING, DEAD)]
        return [found.pop(key, Queue(queue=key[0], lane=key[1], state=key[2])) for key in named] + [*found.values()]

    async def _inbox(self) -> list[Queue]:
        rows = InboxEvent.filter(state__in=(WAITING, ASIDE)).annotate(items=Count("id"), since=Min("received_at"))
        return [self._queue(INBOX, row) for row in await rows.group_by("state").values("state", "items", "since")]

    async def _outbox(self) -> list[Queue]:
        rows = OutboxItem.filter(state__in=(WAITING, DEAD)).annotate(items=Count("id"), since=Min("created_at"))
        found = await rows.group_by("lane", "state").values("lane", "state", "items", "since")
        return [self._queue(OUTBOX, row) for row in found]

    def _queue(self, queue: str, row: dict[str, Any]) -> Queue:
        since = row["since"]
        if isinstance(since, str):  # SQLite hands an aggregate of times back as text
            since = datetime.fromisoformat(since)
        age = max(0.0, (self._clock() - since).total_seconds())
        return Queue(queue=queue, lane=row.get("lane", ""), state=row["state"], items=row["items"], oldest=age)

    async def given_up(self, limit: int = 50) -> list[GivenUp]:
        """The newest items that were given up and events that were set aside, at most `limit` of each."""
        items = await OutboxItem.filter(state=DEAD).order_by("-id").limit(limit)
        events = await InboxEvent.filter(state=ASIDE).order_by("-id").limit(limit)
        return [_item(row) for row in items] + [_event(row) for row in events]

    async def state_of(self, channel: str, event_id: str) -> str:
        """The state of an event in the inbox (waiting, done or aside), "" when it is not there."""
        row = await InboxEvent.get_or_none(channel=channel, event_id=event_key(event_id))
        return row.state if row else ""

    async def gaps(self) -> Gaps:
        """Whom the bot cannot reach, and which posts of the school are empty."""
        reached = set(await Account.all().values_list("person_id", flat=True))
        people = await Person.filter(active=True).order_by("id").values_list("id", "name")
        return Gaps(
            people=len(people),
            unreachable=[str(name) for number, name in people if number not in reached],
            unmended=[trade.key for trade in self._catalog if not await self._people.team(trade.key)],
            headless=not await self._people.holding(Permission.WORK_ORDER_DISPATCH),
            unadministered=not await self._people.holding(Permission.SCHOOL_ADMIN),
        )

    async def beat(self, name: str) -> None:
        """Note that the process of this name is at work; forget those that have long been silent."""
        holder = name[:80]
        await self._leases.take(WORKER + holder, holder, ALIVE)
        await Lease.filter(name__startswith=WORKER, until__lt=self._clock() - FORGOTTEN).delete()

    async def pulses(self) -> dict[str, float]:
        """Seconds since each process that handles and carries was last seen."""
        rows = await Lease.filter(name__startswith=WORKER).order_by("name")
        return {row.holder: (self._clock() + ALIVE - row.until).total_seconds() for row in rows}


def _item(row: OutboxItem) -> GivenUp:
    about = f"{row.subject}:{row.subject_id} {row.step}" if row.subject_id else f"{row.subject} {row.step}"
    at = row.done_at or row.created_at
    return GivenUp(
        queue=OUTBOX, id=row.id, lane=row.lane, account=row.account, about=about, why=row.error, at=at
    )  # fmt: skip


def _event(row: InboxEvent) -> GivenUp:
    kind = str(row.body.get("kind", ""))
    at = row.done_at or row.received_at
    return GivenUp(
        queue=INBOX, id=row.id, lane=row.channel, account=row.account, about=kind, why=row.incident, at=at
    )  # fmt: skip
