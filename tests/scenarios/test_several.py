"""Several problems in one message: linked, one answer, and one visit where the owner is the same."""

import pytest

from bot.core.event import Kind
from models import OutboxItem, WorkOrder
from tests.school import School

TWO_TRADES = "3号楼201灯不亮，还有门锁坏了"
ONE_TRADE = "3号楼201灯不亮，水龙头也漏水"


async def told(school: School, line: str, who: str = "li") -> list[WorkOrder]:
    await school.says(who, line)
    return await WorkOrder.all().order_by("id")


async def test_each_knows_the_others(school: School) -> None:
    lamp, lock = await told(school, TWO_TRADES)
    assert (lamp.category, lock.category) == ("water_electric", "furniture")
    assert lamp.told_with == lock.number
    assert lock.told_with == lamp.number


async def test_a_single_problem_has_no_sister(school: School) -> None:
    (lamp,) = await told(school, "3号楼201灯不亮")
    assert lamp.told_with == ""


async def test_one_answer_tells_of_all(school: School) -> None:
    lamp, lock = await told(school, TWO_TRADES)
    assert len(school.channel.sent["li"]) == 1
    card = school.channel.sent["li"][0]
    assert lamp.number in card.headline
    assert lock.number in card.headline
    assert "门锁" in card.headline


async def test_who_owns_both_accepts_both_in_one_tap(school: School) -> None:
    orders = await told(school, ONE_TRADE)
    assert [order.category for order in orders] == ["water_electric", "water_electric"]
    assert "accept_all" in school.buttons("wang")
    await school.presses("wang", "accept_all")
    rows = await WorkOrder.all().order_by("id")
    assert [(row.state, row.assignee_id) for row in rows] == [("accepted", rows[0].assignee_id)] * 2
    assert rows[0].assignee_id is not None
    assert all(row.number in school.heard("wang") for row in rows)


async def test_it_can_be_typed_as_well(school: School) -> None:
    first, _ = await told(school, ONE_TRADE)
    await school.says("wang", f"一起接单 {first.number}")
    assert {row.state for row in await WorkOrder.all()} == {"accepted"}


async def test_the_second_to_tap_gets_nothing_and_is_told(school: School) -> None:
    await told(school, ONE_TRADE)
    late = school.press_event("zhou", "accept_all")
    await school.presses("wang", "accept_all")
    winner = (await school.order()).assignee_id
    await school.deliver(late)
    assert {row.assignee_id for row in await WorkOrder.all()} == {winner}
    assert "一起接单" not in school.heard("zhou")


async def test_what_another_has_taken_is_left_alone(school: School) -> None:
    first, second = await told(school, ONE_TRADE)
    await school.says("zhou", f"接单 {second.number}")
    await school.says("wang", f"一起接单 {first.number}")
    rows = await WorkOrder.all().order_by("id")
    assert rows[0].assignee_id != rows[1].assignee_id
    assert second.number not in school.heard("wang")


async def test_two_trades_are_no_common_visit(school: School) -> None:
    await told(school, TWO_TRADES)
    assert "accept_all" not in school.buttons("wang")
    assert "accept_all" not in school.buttons("zhao")


async def test_an_alarm_among_them_goes_out_at_once(school: School) -> None:
    orders = await told(school, "3号楼201插座冒烟，还有门锁坏了")
    assert [order.urgency for order in orders] == ["emergency", "normal"]
    assert {order.state for order in orders} == {"reported"}


async def test_a_correction_of_one_leaves_the_other(school: School) -> None:
    lamp, lock = await told(school, TWO_TRADES)
    await school.says("li", f"改 {lock.number} 地点 3号楼302")
    await lamp.refresh_from_db()
    await lock.refresh_from_db()
    assert (lamp.place, lock.place) == ("J3-201", "J3-302")


@pytest.mark.parametrize("line", ["灯不亮，还有门锁坏了", "灯不亮，水龙头也漏水"])
async def test_the_place_is_asked_once_for_all(school: School, line: str) -> None:
    await told(school, line)
    await school.says("li", "3号楼201")
    assert {row.place for row in await WorkOrder.all()} == {"J3-201"}
    assert {row.state for row in await WorkOrder.all()} == {"reported"}


async def test_a_repeated_message_opens_nothing_twice(school: School) -> None:
    event = school.event("li", Kind.MESSAGE, text=ONE_TRADE)
    await school.deliver(event)
    await school.deliver(event)
    assert await WorkOrder.all().count() == 2
    assert await OutboxItem.filter(account="li").count() == 1
