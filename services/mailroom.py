"""The inbox and the outbox: write down once, lend out under a lease, settle once."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_hex
from typing import Any, TypeVar

from tortoise.expressions import F, Q
from tortoise.functions import Count, Min
from tortoise.transactions import in_transaction

from models import Counter, InboxEvent, OutboxItem, ShownCard, UsedTicket
from services.clock import Clock
from services.people import Address

__all__ = ["InboxEvent", "Letter", "Mailroom", "OutboxItem", "Post", "Settled", "Shown", "ShownCard", "event_key"]

WAITING, DONE, ASIDE, DEAD = "waiting", "done", "aside", "dead"
LIVE, RETIRED = "live", "retired"
ID_LIMIT = 200
MINUTE = timedelta(seconds=60)
CODE_LIFE = timedelta(hours=71)
"""A change code lives 72 hours at the vendor (更新模版卡片消息); the last hour is not counted on."""
KEEP = timedelta(days=30)

Row = TypeVar("Row", InboxEvent, OutboxItem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """An event on its way into the inbox."""

    channel: str
    event_id: str
    account: str
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An item on its way into the outbox: see `OutboxItem` for what the parts mean."""

    to: Address
    subject: str
    subject_id: int = 0
    step: str
    params: dict[str, Any] = field(default_factory=dict)
    fresh: bool = False
    rank: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a courier has put on somebody's screen: a new card, with the code for changing it."""

    channel: str
    account: str
    key: str
    ref: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How an outbox item ended: carried (`counted` when it was a message), or dead with an `error`."""

    item: OutboxItem
    counted: bool = False
    shown: Shown | None = None
    error: str = ""


def event_key(event_id: str) -> str:
    """An id of any length as one that fits its column and is still unique."""
    return event_id if len(event_id) <= ID_LIMIT else "sha256:" + sha256(event_id.encode()).hexdigest()


class Mailroom:
    """Both shelves. A lease is a token on the row and a `due_at` in the future; whoever finds it over may take it."""

    def __init__(self, clock: Clock, lease: timedelta) -> None:
        """`lease` is how long a taker that died keeps its rows from others."""
        self._clock = clock
        self.lease = lease

    # -- in

    async def take_in(self, letters: Sequence[Letter]) -> None:
        """Write events down, all in one transaction; those that are there already change nothing."""
        now = self._clock()
        rows = [
            InboxEvent(
                channel=letter.channel,
                event_id=event_key(letter.event_id),
                account=letter.account,
                body=letter.body,
                due_at=now,
                received_at=now,
            )
            for letter in letters
        ]
        async with in_transaction():
            await InboxEvent.bulk_create(rows, ignore_conflicts=True)

    async def claim_in(self, limit: int) -> list[InboxEvent]:
        """Lease up to `limit` events, oldest first; nobody's while an earlier one of theirs is out or put off."""
        now = self._clock()
        waiting = InboxEvent.filter(state=WAITING)
        if not await waiting.filter(due_at__lte=now).exists():
            return []
        async with in_transaction():
            await self._turnstile("inbox")
            busy = await waiting.filter(due_at__gt=now).distinct().values_list("account", flat=True)
            rows = await waiting.filter(due_at__lte=now, account__not_in=busy).order_by("id").limit(limit)
            return await self._lend(InboxEvent, rows, now)

    async def hold_in(self, rows: Collection[InboxEvent]) -> bool:
        """Lock claimed events for this transaction; False when a lease ran out and somebody else took one."""
        mine = InboxEvent.filter(id__in=[r.id for r in rows], lease=_lease(rows), state=WAITING)
        return await mine.update(due_at=self._clock() + self.lease) == len(rows)

    async def brave(self, row: InboxEvent) -> None:
        """Note, durably, that an event which may have killed its takers is now handled with nothing else in hand."""
        row.braved += 1
        await InboxEvent.filter(id=row.id, lease=row.lease, state=WAITING).update(braved=row.braved)

    async def done_in(self, rows: Collection[InboxEvent]) -> None:
        """Close handled events."""
        if rows:
            await InboxEvent.filter(id__in=[r.id for r in rows]).update(state=DONE, done_at=self._clock())

    async def outcome(self, row: InboxEvent, outcome: dict[str, Any]) -> None:
        """Close an event and keep how it went, for a page that waits for it."""
        await InboxEvent.filter(id=row.id).update(state=DONE, done_at=self._clock(), outcome=outcome)

    async def put_off(self, row: InboxEvent, wait: timedelta, *, stumbled: bool) -> None:
        """Give an event back, to be taken after `wait`; `stumbled` when the database failed over this very one."""
        mine = InboxEvent.filter(id=row.id, lease=row.lease, state=WAITING)
        stumbles = row.stumbles + stumbled
        await mine.update(due_at=self._clock() + wait, lease="", tries=row.tries - 1, braved=0, stumbles=stumbles)

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

    # -- out

    async def post(self, posts: Iterable[Post]) -> None:
        """Put items on the shelf, in the transaction of the event that caused them."""
        now = self._clock()
        rows = [
            OutboxItem(
                lane=post.to.lane,
                account=post.to.account,
                subject=post.subject,
                subject_id=post.subject_id,
                step=post.step,
                params=post.params,
                fresh=post.fresh,
                rank=post.rank,
                due_at=now,
                created_at=now,
            )
            for post in posts
        ]
        if rows:
            await OutboxItem.bulk_create(rows)

    async def holders(self, subject: str, subject_id: int) -> set[Address]:
        """Where a card of this record hangs or is about to.

        The shelf is read before the cards: an item leaves the shelf in the very transaction in which its card is
        noted, so that no holder can be missed between the two.
        """
        coming = await OutboxItem.filter(subject=subject, subject_id=subject_id, state=WAITING).values_list(
            "lane", "account"
        )
        shown = await ShownCard.filter(key=f"{subject}:{subject_id}", state=LIVE).values_list("channel", "account")
        return {Address(lane, account) for lane, account in (*coming, *shown)}

    async def claim_out(self, lane: str, limit: int) -> list[OutboxItem]:
        """Lease up to `limit` items of a lane, pressing ones first, each person's in order."""
        now = self._clock()
        waiting = OutboxItem.filter(lane=lane, state=WAITING)
        if not await waiting.filter(due_at__lte=now).exists():
            return []
        async with in_transaction():
            await self._turnstile(f"outbox:{lane}")
            busy = await waiting.filter(due_at__gt=now).distinct().values_list("account", flat=True)
            free = waiting.filter(due_at__lte=now, account__not_in=busy)
            return await self._lend(OutboxItem, await free.order_by("rank", "id").limit(limit), now)

    async def sent_lately(self, lane: str, accounts: Collection[str]) -> dict[str, tuple[int, datetime]]:
        """For each account that got messages in the last minute: how many, and when the first of them was sent."""
        rows = (
            await OutboxItem.filter(
                lane=lane, account__in=list(accounts), state=DONE, counted=True, done_at__gt=self._clock() - MINUTE
            )
            .annotate(messages=Count("id"), first=Min("done_at"))
            .group_by("account")
            .values("account", "messages", "first")
        )
        return {row["account"]: (row["messages"], _aware(row["first"])) for row in rows}

    async def settle(self, settled: Sequence[Settled]) -> None:
        """Close items, and note the cards that they put up, all in one transaction."""
        now = self._clock()
        async with in_transaction():
            for end in settled:
                mine = OutboxItem.filter(id=end.item.id, state=WAITING)
                state = DEAD if end.error else DONE
                await mine.update(state=state, done_at=now, counted=end.counted, error=end.error[:200])
            await self._note_cards([end.shown for end in settled if end.shown], now)

    async def _note_cards(self, shown: Sequence[Shown], now: datetime) -> None:
        for card in shown:
            older = ShownCard.filter(channel=card.channel, account=card.account, key=card.key, state=LIVE)
            await older.update(state=RETIRED)
        await ShownCard.bulk_create(
            ShownCard(
                channel=card.channel,
                account=card.account,
                key=card.key,
                ref=card.ref,
                codes=[[card.code, now.timestamp()]] if card.code else [],
                shown_at=now,
            )
            for card in shown
        )

    async def later(self, items: Collection[OutboxItem], wait: timedelta, error: str = "") -> None:
        """Give items back, to be carried after `wait`."""
        mine = OutboxItem.filter(id__in=[i.id for i in items], lease=_lease(items), state=WAITING)
        await mine.update(due_at=self._clock() + wait, lease="", error=error[:200])

    # -- the cards that hang in chats

    async def shown(self, address: Address, key: str) -> list[ShownCard]:
        """The live cards of this key in one chat, newest last."""
        rows = ShownCard.filter(channel=address.lane, account=address.account, key=key, state=LIVE)
        return await rows.order_by("id")

    async def worn(self, address: Address, key: str) -> list[ShownCard]:
        """Cards of a record that were pressed and no longer count: replaced ones, and forms that have been sent."""
        mine = ShownCard.filter(channel=address.lane, account=address.account, pressed=True)
        return await mine.filter(Q(key=key, state=RETIRED) | Q(key=f"{key}:form")).order_by("id")

    async def put_away(self, cards: Collection[ShownCard]) -> None:
        """Pressed cards that no longer count have been put right, as far as that was possible."""
        if cards:
            await ShownCard.filter(id__in=[c.id for c in cards]).update(pressed=False, state=RETIRED)

    async def add_code(self, address: Address, key: str, ref: str, code: str) -> None:
        """Keep the change code that a press on a card has brought.

        A card that nobody noted (the process died just after showing it) is noted now, as replaced.
        """
        card = await ShownCard.get_or_none(channel=address.lane, account=address.account, ref=ref)
        if card is None:
            now = self._clock()
            await ShownCard.create(
                channel=address.lane, account=address.account, key=key, ref=ref, state=RETIRED, pressed=True,
                codes=[[code, now.timestamp()]], shown_at=now,
            )  # fmt: skip
        elif code not in {c for c, _ in card.codes}:
            codes = [*card.codes, [code, self._clock().timestamp()]]
            await ShownCard.filter(id=card.id).update(codes=codes, pressed=True, version=F("version") + 1)

    async def give_back(self, card: ShownCard, code: str) -> None:
        """A code was drawn and could not be tried: it may still be good."""
        codes = [[code, self._clock().timestamp()], *card.codes]
        await ShownCard.filter(id=card.id).update(codes=codes, version=F("version") + 1)

    async def draw_code(self, card: ShownCard) -> str | None:
        """Use up the oldest code that still lives; None when there is none. Of two takers one gets each code."""
        oldest = (self._clock() - CODE_LIFE).timestamp()
        while codes := [c for c in card.codes if c[1] > oldest]:
            mine = ShownCard.filter(id=card.id, version=card.version)
            if await mine.update(codes=codes[1:], version=card.version + 1):
                card.codes, card.version = codes[1:], card.version + 1
                return str(codes[0][0])
            await card.refresh_from_db()
        return None

    # -- upkeep

    async def purge(self) -> int:
        """Throw away what was settled thirty days ago; what was given up or set aside stays until somebody decides."""
        before = self._clock() - KEEP
        gone = await InboxEvent.filter(state=DONE, done_at__lt=before).delete()
        gone += await OutboxItem.filter(state=DONE, done_at__lt=before).delete()
        gone += await UsedTicket.filter(used_at__lt=before).delete()
        return gone + await ShownCard.filter(shown_at__lt=before).delete()

    async def replay(self) -> int:
        """Let everything that was given up or set aside try again; returns how many."""
        now = self._clock()
        again = await OutboxItem.filter(state=DEAD).update(state=WAITING, due_at=now, created_at=now, tries=0, error="")
        return again + await InboxEvent.filter(state=ASIDE).update(
            state=WAITING, due_at=now, tries=0, braved=0, stumbles=0, incident="", outcome=None
        )

    async def ages(self) -> dict[str, float]:
        """Seconds that the oldest waiting event and item have waited: {"inbox": …, "outbox": …}, 0 when none waits."""
        now = self._clock()
        event = await InboxEvent.filter(state=WAITING).order_by("id").first()
        item = await OutboxItem.filter(state=WAITING).order_by("id").first()
        return {
            "inbox": (now - event.received_at).total_seconds() if event else 0.0,
            "outbox": (now - item.created_at).total_seconds() if item else 0.0,
        }

    async def _turnstile(self, name: str) -> None:
        """Let one claimer of a queue in at a time, over all processes: the row is locked until the claim commits."""
        await Counter.get_or_create(name=name)
        await Counter.filter(name=name).update(value=F("value") + 1)

    async def _lend(self, table: type[Row], rows: Sequence[Row], now: datetime) -> list[Row]:
        lease = token_hex(16)
        for row in rows:
            row.lease, row.tries = lease, row.tries + 1
        if rows:
            mine = table.filter(id__in=[r.id for r in rows])
            await mine.update(lease=lease, due_at=now + self.lease, tries=F("tries") + 1)
        return list(rows)


def _lease(rows: Collection[InboxEvent] | Collection[OutboxItem]) -> str:
    return next((row.lease for row in rows), "")


def _aware(moment: datetime | str) -> datetime:
    """SQLite hands an aggregate of times back as text."""
    return datetime.fromisoformat(moment) if isinstance(moment, str) else moment
