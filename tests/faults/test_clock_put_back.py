"""The clock is put back: nobody waits until it has caught up."""

import asyncio

import pytest

from models.schema import open_database
from tests.faults.conftest import MakeGround
from tests.faults.stage import staged
from tests.scenarios.quiet import until_quiet

BACK = -600.0
"""Seconds; what was written down before is from the future then."""
SOON = 30.0
"""Real seconds, of which a lease is a few: far less than the ten minutes."""


@pytest.mark.slow
async def test_what_was_in_hand_when_the_clock_was_put_back_is_finished_soon(make_ground: MakeGround) -> None:
    async with make_ground(kind="clock") as ground, staged(ground, seed=1, pause=1.0) as stage:
        people = stage.town.sandbox.people
        outcomes = await asyncio.gather(*(people.say("t01", f"报修 1号楼{200 + n} 水龙头漏水") for n in range(8)))
        assert all(outcome["delivered"] for outcome in outcomes)
        for bot in stage.alive:
            await bot.kill()
        stage.clock.jump(BACK)
        await stage.revive()
        context = await open_database(ground.database_url)
        try:
            async with asyncio.timeout(SOON):
                await until_quiet()
                await stage.answered("t01", "报修 1号楼300 水龙头漏水")
        finally:
            await context.close_connections()
