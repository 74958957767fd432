"""A full disk: the vendor hears no yes that is not written down, and comes again until there is room."""

import asyncio

import pytest

from models import WorkOrder
from models.schema import open_database
from tests.faults.conftest import MakeGround
from tests.faults.stage import Stage, staged
from tests.scenarios.quiet import until_quiet


def everybody(stage: Stage) -> list[int]:
    """Numbers of the bots' processes."""
    return [bot.process.pid for bot in stage.alive if bot.process]


@pytest.mark.slow
async def test_what_cannot_be_written_down_is_not_acknowledged(make_ground: MakeGround, database_kind: str) -> None:
    if database_kind != "sqlite":
        pytest.skip("the disk of PostgreSQL is PostgreSQL's affair")
    async with make_ground(kind="disk") as ground, staged(ground, seed=1, pause=1.0) as stage:
        people, disk = stage.town.sandbox.people, ground.disk
        assert disk
        disk.fill(everybody(stage))
        outcome = await people.say("t01", "报修 1号楼201 水龙头漏水")
        assert not outcome["delivered"]
        assert all(attempt["status"] >= 500 for attempt in outcome["attempts"]), outcome
        disk.free(everybody(stage))
        assert (await people.say("t01", "报修 1号楼202 水龙头漏水"))["delivered"]
        context = await open_database(ground.database_url)
        try:
            await until_quiet()
            assert [order.raw_text for order in await WorkOrder.all()] == ["1号楼202 水龙头漏水"]
        finally:
            await context.close_connections()


@pytest.mark.slow
async def test_photos_that_find_no_room_are_kept_when_there_is_some(make_ground: MakeGround) -> None:
    async with make_ground(kind="disk") as ground, staged(ground, seed=1, pause=1.0) as stage:
        assert ground.disk
        for who in ("t01", "t02", "t03"):
            await stage.crowd.report(who)
        ground.disk.fill(everybody(stage))
        sending = [asyncio.create_task(stage.crowd.photo(who)) for who in ("t01", "t02", "t03")]
        await asyncio.sleep(1.5)
        ground.disk.free(everybody(stage))
        await asyncio.gather(*sending)
        assert all(one.acknowledged for one in stage.crowd.sent)
        assert not (problems := await stage.rest()), problems
