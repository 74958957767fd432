"""Bots beside each other (two on PostgreSQL): everything once, in order, and nobody is forgotten."""

import asyncio

import pytest

from models import HistoryEntry, WorkOrder
from models.schema import open_database
from sandbox.wecom.people import Manner
from tests.faults.conftest import MakeGround
from tests.faults.stage import Stage, staged
from tests.scenarios.quiet import until_quiet

LOST_WAKE_UP = 5.0
"""Real seconds from an acknowledgement to its card at most, also when nobody was woken."""
QUIET = 20.0
"""Real seconds after which a timer that was due has not fired."""
DAY = 24 * 3600.0 + 60.0
TIMERS = ((700.0, "send", 1), (DAY, "remind", 1), (2 * DAY, "remind", 2), (4 * DAY, "lapse", 1))
"""How much later which step is taken by the clock, and how often it has been then."""


@pytest.mark.slow
@pytest.mark.parametrize("away", [False, True], ids=["with a broker", "with the broker away"])
async def test_who_speaks_when_all_is_idle_does_not_wait_long(make_ground: MakeGround, *, away: bool) -> None:
    async with make_ground(kind="wake-ups", rate=1.0) as ground, staged(ground, seed=1, pause=1.0) as stage:
        if away and ground.redis:
            await ground.redis.cut()
        waits = []
        for number, bot in enumerate(stage.town.bots * 3):
            stage.town.call(bot)
            waits.append(await stage.answered("t01", f"报修 1号楼{200 + number} 水龙头漏水"))
        assert max(waits) < LOST_WAKE_UP, waits


@pytest.mark.slow
async def test_timers_that_all_bots_see_fire_once(make_ground: MakeGround) -> None:
    async with make_ground(kind="timers", rate=1.0) as ground, staged(ground, seed=1, pause=1.0) as stage:
        context = await open_database(ground.database_url)
        try:
            await mended_and_unplaced(stage)
            for wait, step, times in TIMERS:
                stage.clock.jump(wait)
                await until_fired(step, times)
                stage.clock.jump(-30.0)
            for number in range(2):
                await stage.answered("t03", f"报修 2号楼{100 + number} 水龙头漏水")
            steps = await HistoryEntry.all().values_list("subject_id", "step")
            timed = sorted((number, step) for number, step in steps if step in {"send", "remind", "lapse"})
            assert timed == [(1, "lapse"), (1, "remind"), (1, "remind"), (2, "send")]
        finally:
            await context.close_connections()


async def mended_and_unplaced(stage: Stage) -> None:
    """One repair that waits for its reporter's word, and one whose place is asked for."""
    people = stage.town.sandbox.people
    await people.say("t01", "报修 1号楼201 门锁坏了", Manner(copies=2, overlap=True))
    await until_quiet(held=True)
    for line in ("接单", "完工 换了锁芯"):
        await people.say("zhao", line)
        await until_quiet(held=True)
    await people.say("t02", "报修 水龙头漏水")
    await until_quiet(held=True)
    assert sorted([order.state for order in await WorkOrder.all()]) == ["resolved", "unconfirmed"]


async def until_fired(step: str, times: int) -> None:
    """Wait for what a timer brings about."""
    async with asyncio.timeout(QUIET):
        while await HistoryEntry.filter(step=step).count() < times:  # noqa: ASYNC110 - another process does the work
            await asyncio.sleep(0.05)
