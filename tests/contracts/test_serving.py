"""Asked to end, a process ends in peace: also while it is still starting, also when it is asked twice."""

import asyncio
import os
import signal

import pytest

from bot.commands.serving import until_asked


async def ended(*, twice: bool) -> list[str]:
    """What happened in a block that was asked to end in the middle."""
    seen = []
    async with until_asked():
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.Event().wait()
        finally:
            if twice:
                os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.01)
            seen.append("put away")
    seen.append("ended")
    return seen


@pytest.mark.parametrize("twice", [False, True])
async def test_what_was_begun_is_put_away(*, twice: bool) -> None:
    assert await ended(twice=twice) == ["put away", "ended"]


async def test_whoever_else_cancels_is_not_mistaken_for_the_signal() -> None:
    async def block() -> None:
        async with until_asked():
            await asyncio.Event().wait()

    task = asyncio.create_task(block())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
