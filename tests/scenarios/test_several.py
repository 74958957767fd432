"""Several problems in one message: linked, one answer, and one visit where the owner is the same."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.core.event import Kind
from domain.errors import Stale
from models import Membership, OutboxItem, Person, WorkOrder
from services.records import hold
from services.work_orders import Given
from services.work_orders.visiting import Visit, Why
from tests.scenarios.saying import actor_of
from tests.school import School, announce

THREE = "灯不亮，水龙头漏水，还有门锁坏了"
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
    assert dict(card.rows)["同时报的"] == f"{lock.number} 门锁 · 门窗课桌 · 3号楼 201 初一1班"


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
    assert school.heard("zhou") == f"{(await WorkOrder.get(id=2)).number} 现在是“已接单”（王强 09:00），不能再“接单”。"


async def test_what_another_has_taken_is_left_alone(school: School) -> None:
    first, second = await told(school, ONE_TRADE)
    await school.says("zhou", f"接单 {second.number}")
    await school.says("wang", f"一起接单 {first.number}")
    rows = await WorkOrder.all().order_by("id")
    assert rows[0].assignee_id != rows[1].assignee_id
    assert school.heard("wang") == f"已一起接单：{first.number}。\n{second.number} 水龙头 没有接：周平已接单。"


async def test_a_repeated_tap_changes_nothing_and_says_so(school: School) -> None:
    first, second = await told(school, ONE_TRADE)
    tap = school.press_event("wang", "accept_all")
    await school.deliver(tap)
    versions = await WorkOrder.all().order_by("id").values_list("version", flat=True)
    await school.deliver(replace(tap, id="m:again"))
    assert await WorkOrder.all().order_by("id").values_list("version", flat=True) == versions
    assert school.heard("wang") == f"已经在您手里：{second.number}、{first.number}。"


async def test_what_is_done_is_not_accepted_again(school: School) -> None:
    first, second = await told(school, ONE_TRADE)
    await school.says("wang", f"接单 {first.number}")
    await school.says("wang", f"完工 {first.number} 换了灯管")
    await school.says("wang", f"一起接单 {first.number}")
    assert f"{first.number} 现在是“待确认”" in school.heard("wang")
    assert [row.state for row in await WorkOrder.all().order_by("id")] == ["resolved", "reported"]
    await school.says("wang", f"一起接单 {second.number}")
    assert f"{first.number} 灯 没有接：现在是“待确认”。" in school.heard("wang")


async def test_another_trade_and_what_was_sent_back_are_named(school: School) -> None:
    lamp, tap, lock = await told(school, f"3号楼201{THREE}")
    await school.says("wang", f"拒单 {tap.number} 修不了")
    await school.says("wang", f"一起接单 {lamp.number}")
    assert f"{tap.number} 水龙头 没有接：您退回过这一单。" in school.heard("wang")
    assert f"{lock.number} 门锁 没有接：不归您这一组。" in school.heard("wang")
    assert [row.state for row in await WorkOrder.all().order_by("id")] == ["accepted", "reported", "reported"]


async def test_what_was_withdrawn_is_named(school: School) -> None:
    lamp, tap = await told(school, ONE_TRADE)
    await school.says("li", f"撤单 {tap.number}")
    await school.says("wang", f"一起接单 {lamp.number}")
    assert f"{tap.number} 水龙头 没有接：现在是“已撤单”。" in school.heard("wang")


async def test_another_trade_of_ones_own_is_accepted_by_itself(school: School) -> None:
    await Membership.create(team="furniture", person=await Person.get(name="王强"))
    await announce()
    lamp, _, lock = await told(school, f"3号楼201{THREE}")
    await school.says("wang", f"一起接单 {lamp.number}")
    assert f"{lock.number} 门锁 没有接：不是一个类别，请单独接单。" in school.heard("wang")


@pytest.mark.parametrize("who", ["li", "zhao"])
async def test_who_may_accept_none_accepts_none(school: School, who: str) -> None:
    first, _ = await told(school, ONE_TRADE)
    await school.says(who, f"一起接单 {first.number}")
    assert "没有权限" in school.heard(who)
    await school.says(who, "全接")
    assert "没有您现在可以“接单”的报修单" in school.heard(who)
    assert {row.state for row in await WorkOrder.all()} == {"reported"}


async def test_a_sister_that_another_takes_meanwhile(
    school: School, monkeypatch: pytest.MonkeyPatch, database_kind: str
) -> None:
    """Between Wang's look at the two and his hold of them Zhou comes; on SQLite he is too late for both."""
    first, second = await told(school, ONE_TRADE)
    services = school.house.services
    wang, zhou = await actor_of(school, "wang"), await actor_of(school, "zhou")
    looked, go_on = asyncio.Event(), asyncio.Event()

    async def late(*arguments: Any) -> None:
        looked.set()
        await go_on.wait()
        await hold(*arguments)

    monkeypatch.setattr("services.work_orders.visiting.hold", late)
    mine = asyncio.create_task(services.visits.accept_all(wang, first.id))
    await looked.wait()
    theirs = asyncio.create_task(services.work_orders.take(zhou, second.id, "accept", Given()))
    if database_kind == "sqlite":
        go_on.set()
        with pytest.raises(Stale):
            await theirs
        assert (await mine).taken == (first.number, second.number)
    else:
        await theirs
        go_on.set()
        visit = await mine
        assert visit.taken == (first.number,)
        assert [(one.number, one.why, one.who) for one in visit.passed] == [(second.number, Why.TAKEN, "周平")]
        assert [row.assignee_id for row in await WorkOrder.all().order_by("id")] == [wang.id, zhou.id]


@pytest.mark.parametrize("turn", [1, -1])
async def test_two_visits_at_once_have_one_winner(school: School, turn: int) -> None:
    """Each begins at another of the two: they hold both in one order, and do not wait for each other."""
    orders = [order.id for order in await told(school, ONE_TRADE)]
    visits = school.house.services.visits
    both = [await actor_of(school, name) for name in ("wang", "zhou")]
    ends = await asyncio.gather(
        *(visits.accept_all(actor, order) for actor, order in zip(both, orders[::turn], strict=True)),
        return_exceptions=True,
    )
    assert {type(end) for end in ends} == {Visit, Stale}, ends
    (winner,) = [actor for actor, end in zip(both, ends, strict=True) if isinstance(end, Visit)]
    assert {row.assignee_id for row in await WorkOrder.all()} == {winner.id}


async def test_two_trades_are_no_common_visit(school: School) -> None:
    await told(school, TWO_TRADES)
    assert "accept_all" not in school.buttons("wang")
    assert "accept_all" not in school.buttons("zhao")


async def test_an_alarm_among_them_goes_out_at_once(school: School) -> None:
    orders = await told(school, "3号楼201插座冒烟，还有门锁坏了")
    assert [order.urgency for order in orders] == ["emergency", "normal"]
    assert {order.state for order in orders} == {"reported"}


async def test_three_problems_of_which_one_is_an_alarm(school: School) -> None:
    orders = await told(school, "3号楼201插座冒烟，灯不亮，还有门锁坏了")
    assert [order.urgency for order in orders] == ["emergency", "normal", "normal"]
    assert {order.state for order in orders} == {"reported"}
    assert "断电" in school.heard("li")
    (card,) = school.channel.sent["li"]
    assert "【紧急】" in card.headline
    assert len(dict(card.rows)["同时报的"].splitlines()) == 2
    await school.presses("wang", "accept_all")
    assert [row.state for row in await WorkOrder.all().order_by("id")] == ["accepted", "accepted", "reported"]


async def test_an_alarm_and_others_get_their_place_by_one_answer(school: School) -> None:
    await told(school, "插座冒烟，灯不亮，还有门锁坏了")
    assert school.rows("li")["同时报的"].count("地点待核") == 2
    await school.says("li", "3号楼302")
    assert {row.place for row in await WorkOrder.all()} == {"J3-302"}
    assert len(school.channel.sent["li"]) == 2
    assert school.rows("li")["同时报的"].count("3号楼 302") == 2


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


async def test_the_place_of_three_is_answered_by_one_card(school: School) -> None:
    await told(school, THREE)
    assert len(school.channel.sent["li"]) == 1
    await school.says("li", "3号楼201")
    assert len(school.channel.sent["li"]) == 2
    assert all("3号楼 201" in line for line in school.rows("li")["同时报的"].splitlines())
    assert {row.state for row in await WorkOrder.all()} == {"reported"}


async def test_reports_of_their_own_have_each_their_answer(school: School) -> None:
    await school.says("li", "灯不亮")
    await school.says("li", "门锁坏了")
    await school.says("li", "3号楼201")
    assert {row.place for row in await WorkOrder.all()} == {"J3-201"}
    assert [card.headline[-7:] for card in school.channel.sent["li"][2:]] == ["已登记，等待接单"[-7:]] * 2


async def test_a_repeated_message_opens_nothing_twice(school: School) -> None:
    event = school.event("li", Kind.MESSAGE, text=ONE_TRADE)
    await school.deliver(event)
    await school.deliver(event)
    assert await WorkOrder.all().count() == 2
    assert await OutboxItem.filter(account="li").count() == 1
