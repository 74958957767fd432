"""What is asked of the shelves and the screens, batch after batch and round after round."""

from datetime import datetime
from typing import Literal

from tortoise.expressions import Q, Subquery
from tortoise.functions import Count, Min
from tortoise.queryset import ExistsQuery, QuerySet, UpdateQuery, ValuesListQuery, ValuesQuery

from models import OutboxItem, ShownCard
from services.mailroom.leases import ripe
from services.mailroom.values import DONE, LIVE, UNSETTLED, WAITING
from services.statements import Statement

CARRIED = (
    "id", "lane", "account", "subject", "subject_id", "step", "params", "fresh", "tries", "lease", "cause",
    "created_at",
)  # fmt: skip
"""What is read of an item that is to be carried."""
BORN = "created_at"


def _any_ripe(lane: str, now: datetime, late: datetime) -> ExistsQuery:
    return OutboxItem.filter(ripe(now, late, born=BORN), lane=lane, state=WAITING).exists()


def _next(lane: str, now: datetime, late: datetime, people: int, limit: int) -> QuerySet[OutboxItem]:
    waiting = OutboxItem.filter(lane=lane, state=WAITING)
    put_off = waiting.filter(~ripe(now, late, born=BORN), due_at__gt=now)  # the second for the index's sake
    free = waiting.filter(account__not_in=Subquery(put_off.values("account")))
    first = free.order_by("rank", "id").limit(people).values("account")
    return _oldest(waiting.filter(account__in=Subquery(first)), limit)


def _theirs(lane: str, accounts: list[str], limit: int) -> QuerySet[OutboxItem]:
    return _oldest(OutboxItem.filter(lane=lane, state=WAITING, account__in=accounts), limit)


def _oldest(items: QuerySet[OutboxItem], limit: int) -> QuerySet[OutboxItem]:
    """Pressing ones first."""
    return items.order_by("rank", "id").limit(limit).only(*CARRIED)


def _waiting_for(lane: str, accounts: list[str]) -> ValuesQuery[Literal[False]]:
    theirs = OutboxItem.filter(lane=lane, state=WAITING, account__in=accounts)
    return theirs.annotate(items=Count("id")).group_by("account").values("account", "items")


def _sent_since(lane: str, accounts: list[str], since: datetime, now: datetime) -> ValuesQuery[Literal[False]]:
    """What was sent in what is the future now was sent before the clock was put back: nobody waits for it."""
    sent = OutboxItem.filter(lane=lane, account__in=accounts, state=DONE, counted=True)
    sent = sent.filter(done_at__gt=since, done_at__lte=now)
    return (
        sent.annotate(messages=Count("id"), first=Min("done_at"))
        .group_by("account")
        .values("account", "messages", "first")
    )


def _closed(counted: bool) -> Statement:
    def closed(ids: list[int], lease: str, now: datetime) -> UpdateQuery:
        mine = OutboxItem.filter(UNSETTLED, id__in=ids, lease=lease)
        return mine.update(state=DONE, done_at=now, counted=counted, error="")

    return Statement(closed)


def _hanging(keys: list[str]) -> QuerySet[ShownCard]:
    return ShownCard.filter(Q(state=LIVE) | Q(pressed=True), key__in=keys).order_by("id")


def _versions(ids: list[int]) -> QuerySet[ShownCard]:
    return ShownCard.filter(id__in=ids).select_for_update(skip_locked=True).only("id", "version")


def _books(ids: list[int]) -> QuerySet[ShownCard]:
    cards = ShownCard.filter(id__in=ids).order_by("id").select_for_update()
    return cards.only("id", "version", "codes", "state", "pressed", "picture")


def _pressed(refs: list[str]) -> QuerySet[ShownCard]:
    return ShownCard.filter(ref__in=refs).order_by("id").select_for_update()


def _live(keys: list[str]) -> ValuesListQuery[Literal[False]]:
    return ShownCard.filter(key__in=keys, state=LIVE).values_list("id", "channel", "account", "key", "ref")


def _coming(subject: str, ids: list[int]) -> ValuesListQuery[Literal[False]]:
    coming = OutboxItem.filter(subject=subject, subject_id__in=ids, state=WAITING)
    return coming.values_list("subject_id", "lane", "account")


ANY_RIPE = Statement(_any_ripe)
"""Lane, now, the moment beyond all leases: is anything due?"""
NEXT = Statement(_next)
"""The same and two numbers: what waits for those to whom the first so many items go, up to so many items.

With nothing put off or out, all of theirs is due.
"""
THEIRS = Statement(_theirs)
"""Lane, accounts, a number: what waits for them."""
WAITING_FOR = Statement(_waiting_for)
"""Lane, accounts: how many items wait for each."""
SENT_SINCE = Statement(_sent_since)
"""Lane, accounts, a moment and now: how many messages each got between, and when the first."""
CLOSED = {counted: _closed(counted) for counted in (True, False)}
"""Ids, lease, now: items that were carried, as messages that count or not."""
HANGING = Statement(_hanging)
"""Keys: cards that count, or that were pressed since, oldest first."""
COMING = Statement(_coming)
"""Subject and ids of records: what is still to be carried of them; id, lane, account."""
VERSIONS = Statement(_versions)
"""Ids: cards that nobody is writing to, with their versions, locked."""
BOOKS = Statement(_books)
"""Ids: cards with their codes, locked one after the other."""
PRESSED = Statement(_pressed)
"""The vendor's names of cards: these, locked one after the other."""
LIVE_CARDS = Statement(_live)
"""Keys: cards that count; id, channel, account, key, ref."""
