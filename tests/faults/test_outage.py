"""The vendor is away for ten minutes, then broken, slow and talking rubbish: what waits is carried when it is back."""

import asyncio

import pytest

from tests.faults.conftest import MakeGround
from tests.faults.people import REPORTERS
from tests.faults.stage import Stage, staged

RATE = 2.0
"""Seconds of the town in a real one; most of an outage is jumped over."""
REPORTS = 48
"""Said while the vendor is away: some 130 cards, and nobody is owed more than the vendor lets through in a minute."""
PROBES = 160
"""Calls in ten minutes of absence: two lanes that look every ten seconds, and those on the way when it began."""
AT_ONCE = 64
"""Calls at once of one bot at most."""
CATCHING_UP = 60.0
"""Seconds of the town from the vendor's return to the last card, with new reports coming in."""


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_after_a_long_outage_everything_arrives_once_within_a_minute(make_ground: MakeGround) -> None:
    async with make_ground(kind="outage", rate=RATE) as ground, staged(ground, seed=1, pause=1.0) as stage:
        world = stage.town.sandbox.world
        await says(stage, 1)
        world.faults.order({"down": True})
        seen = len(world.calls)
        await says(stage, REPORTS)
        await away(stage, 600.0)
        assert len(world.calls) - seen < PROBES, "a stampede against a closed door"
        for bad in ({"down": False, "status": 500, "times": True}, {"clear": True, "slow": 0.5}):
            world.faults.order(bad)
            await away(stage, 60.0)
        world.faults.order({"clear": True, "rubbish": True})
        await away(stage, 60.0)
        world.tokens.kill()
        world.crowding.reset()
        world.faults.order({"clear": True, "lose_answers": 3, "slow": 0.05})
        back = stage.clock.seconds()
        await says(stage, 4)
        problems = await stage.rest()
        assert not problems, problems[:10]
        late = [m.at - back for who in world.directory.members for m in world.chats.of(who) if m.sender == "app"]
        assert max(late) < CATCHING_UP
        assert world.crowding.most <= AT_ONCE * len(stage.town.bots)


async def says(stage: Stage, times: int) -> None:
    """Reports at a steady pace, by everybody in turn."""
    for number in range(times):
        await stage.crowd.report(REPORTERS[number % len(REPORTERS)])


async def away(stage: Stage, seconds: float) -> None:
    """Time passes while nobody gets through: in steps, so that whoever wants to look again does."""
    for _ in range(10):
        stage.clock.jump(seconds / 10 - RATE / 5)
        await asyncio.sleep(0.2)
