"""Waiting until another process has nothing left to do."""

import asyncio
from datetime import UTC, datetime, timedelta

from models import InboxEvent, OutboxItem

PATIENCE = 90.0
AT_HAND = timedelta(seconds=10)


async def waiting(*, held: bool) -> bool:
    """Does anything wait on either shelf? With `held`, items that the courier holds back on purpose do not count."""
    items = OutboxItem.filter(state="waiting")
    if held:
        items = items.filter(due_at__lt=datetime.now(UTC) + AT_HAND)
    return await InboxEvent.filter(state="waiting").exists() or await items.exists()


async def until_quiet(*, held: bool = False, patience: float = PATIENCE) -> None:
    """Return when nothing waits any more, in the open database; `TimeoutError` after so many seconds."""
    async with asyncio.timeout(patience):
        while await waiting(held=held):  # noqa: ASYNC110 - another process does the work
            await asyncio.sleep(0.1)
