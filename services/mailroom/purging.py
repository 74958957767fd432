"""Throwing away what was settled long ago, a little at a time: nobody waits behind it."""

from datetime import datetime

from models import InboxEvent, Lesson, Misread, OutboxItem, ShownCard, UsedTicket
from services.mailroom.values import DONE

SLICE = 500
"""Rows that go in one transaction."""


async def purge(before: datetime) -> int:
    """Throw away mail that was done, tickets that were used and cards that were shown before this; how many that were.

    What was given up or set aside stays until somebody decides.
    """
    gone = await UsedTicket.filter(used_at__lt=before).delete()
    return gone + await _mail(InboxEvent, before) + await _mail(OutboxItem, before) + await _cards(before)


async def purge_lessons(before: datetime) -> int:
    """Throw away what was learnt from corrections of weeks before this one; how many rows that were."""
    week = before.date().isoformat()
    return await Lesson.filter(week__lt=week).delete() + await Misread.filter(week__lt=week).delete()


async def _mail(table: type[InboxEvent] | type[OutboxItem], before: datetime) -> int:
    gone = 0
    done = table.filter(state=DONE, done_at__lt=before).order_by("done_at").limit(SLICE)
    while ids := await done.values_list("id", flat=True):
        gone += await table.filter(id__in=ids).delete()
    return gone


async def _cards(before: datetime) -> int:
    """Cards have no index by time and need none: they were shown in the order of their ids."""
    gone, last = 0, 0
    while ids := await _oldest_cards(last, before):
        gone += await ShownCard.filter(id__in=ids).delete()
        last = ids[-1]
    return gone


async def _oldest_cards(after: int, before: datetime) -> list[int]:
    rows = await ShownCard.filter(id__gt=after).order_by("id").limit(SLICE).values_list("id", "shown_at")
    return [card for card, shown_at in rows if shown_at < before]
