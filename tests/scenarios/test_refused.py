"""Who may not, is refused at every entry; what comes late or twice changes nothing and says so."""

import asyncio
from dataclasses import replace

import pytest

from bot.core.event import Kind
from models import HistoryEntry, InboxEvent, OutboxItem, Person, WorkOrder
from tests.school import School, announce


async def test_a_stranger_is_told_how_to_be_added(school: School) -> None:
    await school.says("nobody", "报修 3号楼201 水龙头漏水")
    assert "nobody" in school.heard("nobody")
    assert await WorkOrder.all().count() == 0


async def test_who_has_left_is_a_stranger(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    assert "gone" not in school.channel.sent
    await school.says("gone", f"接单 {(await school.order()).number}")
    assert "不在本校的名单" in school.heard("gone")
    await Person.filter(staff_no="T003").update(active=False)
    await announce()
    await school.presses("wang", "accept")
    assert (await school.order()).state == "reported"
    assert "不在本校的名单" in school.heard("wang")


@pytest.mark.parametrize("step", ["accept", "start", "resolve", "assign", "confirm", "cancel", "amend", "rate"])
async def test_another_trade_may_not_press_what_was_never_on_its_card(school: School, step: str) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    order = await school.order()
    fields = {"note": "x", "colleague": "3", "score": "5", "category": "furniture"}
    press = school.event("zhao", Kind.PRESS, name=f"work_order:{order.id}:{step}:1", fields=fields)
    await school.deliver(press)
    await order.refresh_from_db()
    assert (order.state, order.category, order.version) == ("reported", "water_electric", 0)
    assert "没有权限" in school.heard("zhao")


async def test_another_trade_may_not_type_it_either(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    number = (await school.order()).number
    for line in ("接单", "完工", "派单", "撤单", "确认"):
        await school.says("zhao", f"{line} {number} 王强")
        assert "没有权限" in school.heard("zhao"), line
    assert await HistoryEntry.all().count() == 1


async def test_the_second_to_accept_is_told_who_was_first_and_when(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    first, second = school.press_event("wang", "accept"), school.press_event("zhou", "accept")
    await asyncio.gather(school.house.pipeline.deliver(first), school.house.pipeline.deliver(second))
    await school.settle()
    assert await HistoryEntry.filter(step="accept").count() == 1
    winner, loser = ("wang", "zhou") if (await school.order()).assignee_id == 3 else ("zhou", "wang")
    name = {"wang": "王强", "zhou": "周平"}[winner]
    assert name in school.heard(loser)
    assert "09:00" in school.heard(loser)
    assert "start" in school.buttons(winner)
    assert school.buttons(loser) == set()


async def test_a_repeat_changes_nothing(school: School) -> None:
    event = school.event("li", Kind.MESSAGE, text="报修 3号楼201 水龙头漏水")
    await asyncio.gather(*(school.house.pipeline.deliver(event) for _ in range(4)))
    await school.settle()
    await school.deliver(event)
    assert await WorkOrder.all().count() == 1
    assert len(school.channel.sent["wang"]) == 1
    assert await InboxEvent.all().count() == 1


async def test_a_press_on_a_card_of_an_earlier_cycle_says_so(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工 换了垫圈")
    old = school.press_event("li", "confirm")
    await school.presses("li", "reopen")
    await school.says("li", "还漏")
    await school.says("wang", "完工 换了龙头")
    await school.deliver(replace(old, id="late"))
    assert (await school.order()).state == "resolved"
    assert "待确认" in school.heard("li")


async def test_nonsense_is_answered_and_changes_nothing(school: School) -> None:
    for text in ("报修", "\u0000\u202e", "😀😀😀", "a" * 4000, "'; DROP TABLE work_orders; --", "{{ 7*7 }}"):
        before = len(school.channel.said["li"])
        await school.says("li", text)
        assert len(school.channel.said["li"]) == before + 1, text
        assert "49" not in school.heard("li")
    assert await WorkOrder.all().count() == 0
    assert await InboxEvent.filter(state="aside").count() == 0


@pytest.mark.parametrize(
    "name",
    ["work_order", "work_order:x:accept", "work_order:99999:accept:1", "work_order:" + "9" * 30, "???", "", ":::"],
)
async def test_a_button_that_nobody_drew_is_refused(school: School, name: str) -> None:
    await school.deliver(school.event("wang", Kind.PRESS, name=name))
    assert len(school.channel.said["wang"]) == 1
    assert await InboxEvent.filter(state="aside").count() == 0


async def test_a_poisonous_event_is_set_aside_with_a_number_and_does_not_stop_others(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = school.house.services.work_orders.open_all

    async def sometimes(actor: object, text: str, *rest: object) -> object:
        if "毒" in text:
            raise RuntimeError("a mistake in our code")
        return await real(actor, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(school.house.services.work_orders, "open_all", sometimes)
    poison = school.event("li", Kind.MESSAGE, text="报修 3号楼201 毒水龙头漏水")
    healthy = school.event("mei", Kind.MESSAGE, text="报修 3号楼302 灯不亮")
    await school.house.pipeline.deliver(poison)
    await school.house.pipeline.deliver(healthy)
    await school.settle()
    aside = await InboxEvent.get(state="aside")
    assert aside.incident in school.heard("li")
    assert await WorkOrder.all().count() == 1
    monkeypatch.undo()
    assert await school.house.services.mailroom.replay() == 1
    await school.settle()
    assert await WorkOrder.all().count() == 2


async def test_nothing_is_lost_while_the_channel_is_down(school: School) -> None:
    school.channel.down = True
    await school.says("li", "报修 3号楼201 水龙头漏水")
    assert school.channel.sent == {}
    school.channel.down = False
    await school.settle()
    assert school.channel.sent == {}, "not before the wait is over"
    school.clock.advance(seconds=2)
    await school.settle()
    school.clock.advance(seconds=6)
    await school.settle()
    assert school.buttons("wang") == {"accept", "refuse"}
    assert school.buttons("li") == {"amend", "urge", "cancel", "not_meant"}


async def test_what_the_vendor_would_drop_is_held_and_merged(school: School) -> None:
    for number in range(40):
        await school.house.pipeline.deliver(
            school.event("li", Kind.MESSAGE, text=f"报修 3号楼{number + 100} 水龙头漏水")
        )
    await school.settle()
    assert await WorkOrder.all().count() == 40
    assert len(school.channel.sent["wang"]) <= 28
    for _ in range(4):
        school.clock.advance(seconds=61)
        await school.settle()
    assert len(school.channel.sent["wang"]) == 40
    assert await OutboxItem.filter(state="waiting").count() == 0


async def test_an_account_that_the_vendor_refuses_does_not_stand_before_others(school: School) -> None:
    school.channel.unknown.add("wang")
    await school.says("li", "报修 3号楼201 水龙头漏水")
    assert school.buttons("zhou") == {"accept", "refuse"}
    assert (await OutboxItem.get(state="dead")).account == "wang"
