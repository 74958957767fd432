"""Which event is in hand: what is put on the outbox meanwhile was caused by it, and says so."""

from contextvars import ContextVar

CAUSE: ContextVar[str] = ContextVar("cause", default="")
"""The key of the event that is being handled ("wecom:m:wangfang:17"), "" outside of one."""

LIMIT = 255


def cause_of(channel: str, event_id: str) -> str:
    """The key under which history, outbox and logs name an event; its start where the id is longer than the column."""
    return f"{channel}:{event_id}"[:LIMIT]
