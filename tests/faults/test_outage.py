"""The vendor is away for ten minutes, then broken, slow and talking rubbish: what waits is carried when it is back."""

import asyncio
import itertools
from collections import Counter
from datetime import UTC, datetime

import pytest

from models import OutboxItem
from models.schema import open_database
from tests.faults.conftest import MakeGround
from tests.faults.people import REPORTERS
from tests.faults.stage import Stage, staged

RATE = 2.0
"""Seconds of the town in a real one; most of an outage is jumped over."""
REPORTS = 48
"""Said while the vendor is away: some 130 cards, and nobody is owed more than the vendor lets through in a minute."""
AWAY = 600.0
"""Seconds of absence; so many reports in them are the normal rate."""
PROBES = 160
"""Calls in ten minutes of absence: two lanes that look every ten seconds, and those on the way when it began."""
AT_ONCE = 32 + 4 + 1
"""Calls at once of one bot at most: cards, files, and one for a token."""
SLOW = 0.1
"""Real seconds that the vendor takes for an answer when it is back: with `AT_ONCE`, 370 calls a second of a bot."""
CATCHING_UP = 60.0
"""Seconds of the town from the vendor's return until what had piled up is carried, while reports come in at twice the
normal rate, and until these have their cards, too."""
PACE = AWAY / REPORTS / 2
"""Seconds of the town between two reports at twice the normal rate."""


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_after_a_long_outage_everything_arrives_once_within_a_minute(make_ground: MakeGround) -> None:
    async with make_ground(kind="outage", rate=RATE) as ground, staged(ground, seed=1, pause=1.0) as stage:
        world = stage.town.sandbox.world
        await says(stage, 1)
        world.faults.order({"down": True})
        seen = len(world.calls)
        await says(stage, REPORTS)
        await away(stage, AWAY)
        assert len(world.calls) - seen < PROBES, "a stampede against a closed door"
        for bad in ({"down": False, "status": 500, "times": True}, {"clear": True, "slow": 0.5}):
            world.faults.order(bad)
            await away(stage, 60.0)
        world.faults.order({"clear": True, "rubbish": True})
        await away(stage, 60.0)
        world.tokens.kill()
        world.crowding.reset()
        world.faults.order({"clear": True, "lose_answers": 3, "slow": SLOW})
        back, before = stage.clock.seconds(), len(world.calls)
        await comes_up(stage, back)
        problems = await stage.rest()
        assert not problems, problems[:10]
        late = [m.at - back for who in world.directory.members for m in world.chats.of(who) if m.sender == "app"]
        assert max(late) < CATCHING_UP
        assert world.crowding.most <= AT_ONCE * len(stage.town.bots)
        seconds = Counter(int((call["at"] - back) / RATE) for call in itertools.islice(world.calls, before, None))
        assert max(seconds.values()) <= AT_ONCE / SLOW * len(stage.town.bots), "a stampede through the opened door"


async def comes_up(stage: Stage, back: float) -> None:
    """People go on at twice the normal rate until nothing is left of what had piled up."""
    context = await open_database(stage.ground.database_url)
    try:
        old = OutboxItem.filter(state="waiting", created_at__lte=datetime.fromtimestamp(back, UTC))
        while await old.exists():
            await says(stage, 1)
            await asyncio.sleep(PACE / RATE)
            assert stage.clock.seconds() - back < CATCHING_UP, f"{await old.count()} still wait"
    finally:
        await context.close_connections()


async def says(stage: Stage, times: int) -> None:
    """Reports at a steady pace, by everybody in turn."""
    for number in range(times):
        await stage.crowd.report(REPORTERS[number % len(REPORTERS)])


async def away(stage: Stage, seconds: float) -> None:
    """Time passes while nobody gets through: in steps, so that whoever wants to look again does."""
    for _ in range(10):
        stage.clock.jump(seconds / 10 - RATE / 5)
        await asyncio.sleep(0.2)
