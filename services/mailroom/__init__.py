"""The mailroom: write down once, lend out under a lease, settle once."""

from datetime import timedelta

from models import InboxEvent, OutboxItem, ShownCard
from services.mailroom import purging
from services.mailroom.codes import Code, IsOutError, Wish
from services.mailroom.inbox import Inbox
from services.mailroom.outbox import Outbox
from services.mailroom.values import (
    ASIDE,
    DEAD,
    LIVE,
    MINUTE,
    SHOW,
    WAITING,
    Brought,
    Ended,
    Letter,
    Post,
    Settled,
    Shown,
    Telling,
    event_key,
)

__all__ = [
    "LIVE",
    "MINUTE",
    "SHOW",
    "Brought",
    "Code",
    "Ended",
    "InboxEvent",
    "IsOutError",
    "Letter",
    "Mailroom",
    "OutboxItem",
    "Post",
    "Settled",
    "Shown",
    "ShownCard",
    "Telling",
    "Wish",
    "event_key",
]

KEEP = timedelta(days=30)
KEEP_LESSONS = timedelta(days=730)
"""How long examples from corrections are kept."""


class Mailroom(Inbox, Outbox):
    """Both shelves and the screens, as one object for those who use them."""

    async def purge(self) -> int:
        """Throw away what was settled thirty days ago; what was given up or set aside stays until somebody decides."""
        now = self._clock()
        return await purging.purge(now - KEEP) + await purging.purge_lessons(now - KEEP_LESSONS)

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
