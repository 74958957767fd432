"""What is late: who hears of it, when, how often; when nobody is written to; and which waits stop the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from models import HistoryEntry
from tests.school import School

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""Nine o'clock on a day of school."""


async def _at(school: School, moment: datetime) -> None:
    """Go to a moment, and let the clock look every ten minutes on the way."""
    while school.clock() < moment:
        school.clock.advance(seconds=min(600.0, (moment - school.clock()).total_seconds()))
        await school.tick()


async def _nudges() -> list[datetime]:
    return [row.at for row in await HistoryEntry.filter(step="nudge").order_by("id")]


async def test_nobody_accepts_and_the_team_then_the_lead_hear_of_it(school: School) -> None:
    await _at(school, MONDAY)
    await school.says("li", "报修 3号楼201 水龙头滴水")
    order = await school.order()
    assert order.due_at == MONDAY + timedelta(minutes=30)
    await _at(school, MONDAY + timedelta(minutes=29))
    assert await _nudges() == []
    await _at(school, MONDAY + timedelta(minutes=31))
    assert len(await _nudges()) == 1
    assert "超时还没有人接单" in school.card("wang").headline
    assert school.rows("wang")["状态"] == "待接单（已超时）"
    assert "hou" not in school.channel.sent
    await _at(school, MONDAY + timedelta(minutes=50))
    assert "超时还没有人接单" in school.card("hou").headline
    await school.presses("wang", "accept")
    assert (await school.order()).level == 0


async def test_a_night_and_a_weekend_are_no_delay(school: School) -> None:
    friday_evening = datetime(2026, 11, 27, 9, 20, tzinfo=UTC)  # 17:20, ten minutes before the repairers go home
    await _at(school, friday_evening)
    await school.says("li", "报修 3号楼201 水龙头滴水")
    monday = datetime(2026, 11, 29, 23, 50, tzinfo=UTC)
    assert (await school.order()).due_at == monday
    school.clock.advance(days=2)
    await school.tick()
    assert await _nudges() == []
    await _at(school, monday + timedelta(minutes=1))
    assert len(await _nudges()) == 1


async def test_an_emergency_goes_to_the_lead_at_once_and_is_told_again_until_it_is_accepted(school: School) -> None:
    await _at(school, MONDAY + timedelta(hours=14))  # 23:00: nobody works, and nobody is spared
    await school.says("li", "3号楼201插座冒烟了")
    assert "【紧急】" in school.card("hou").headline
    start = school.clock()
    for _ in range(40):
        school.clock.advance(minutes=1)
        await school.tick()
    told = [at - start for at in await _nudges()]
    assert len(told) >= 6
    assert all(later - sooner <= timedelta(minutes=6) for sooner, later in pairwise(told))
    await school.presses("wang", "accept")
    before = len(await _nudges())
    school.clock.advance(minutes=20)
    await school.tick()
    assert len(await _nudges()) == before


async def test_a_wait_for_parts_stops_the_clock_and_one_for_the_reporter_does_not(school: School) -> None:
    await _at(school, MONDAY)
    await school.says("li", "报修 3号楼201 水龙头滴水")
    await school.presses("wang", "accept")
    await school.presses("wang", "start")
    due = (await school.order()).due_at
    assert due is not None
    await school.says("wang", "挂起 等配件")
    assert (await school.order()).due_at is None
    await _at(school, MONDAY + timedelta(hours=3))
    await school.says("wang", "恢复")
    order = await school.order()
    assert order.due_at == due + timedelta(hours=3)
    assert order.paused == 3 * 3600
    await school.says("wang", "挂起 等报修人")
    await _at(school, MONDAY + timedelta(hours=4))
    await school.says("wang", "恢复")
    order = await school.order()
    assert (order.due_at, order.paused) == (due + timedelta(hours=3), 3 * 3600)


async def test_another_urgency_is_another_deadline(school: School) -> None:
    await _at(school, MONDAY)
    await school.says("li", "报修 3号楼201 水龙头滴水")
    await school.presses("li", "amend", urgency="high")
    assert (await school.order()).due_at == MONDAY + timedelta(minutes=10)


async def test_whoever_looks_twice_tells_once(school: School) -> None:
    await _at(school, MONDAY)
    await school.says("li", "报修 3号楼201 水龙头滴水")
    school.clock.advance(minutes=31)
    for _ in range(3):
        await school.tick()
    assert len(await _nudges()) == 1


async def test_a_house_that_was_down_all_day_tells_each_level_one_after_the_other(school: School) -> None:
    await _at(school, MONDAY)
    await school.says("li", "报修 3号楼201 水龙头滴水")
    school.clock.advance(hours=6)
    await school.tick()
    assert len(await _nudges()) == 1
    assert "hou" not in school.channel.sent
    await _at(school, MONDAY + timedelta(hours=6, minutes=6))
    assert "超时还没有人接单" in school.card("hou").headline
