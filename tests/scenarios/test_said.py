"""How sentences are taken: alarms, answers to open questions, and numbers, as the user types them."""

import pytest

from models import OpenForm, WorkOrder
from tests.scenarios.saying import DAY, fresh, mended, reported
from tests.school import School

# -- danger


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("着火了", "119"),
        ("有学生被困在电梯里了", "安抚"),
        ("电梯里困了人", "安抚"),
        ("报修 有学生被困在电梯里了", "安抚"),
        ("着火了快来人！", "119"),
    ],
)
async def test_danger_without_a_place_goes_out_at_once(school: School, line: str, first: str) -> None:
    await school.says("li", line)
    assert first in school.channel.said["li"][0]
    order = await school.order()
    assert (order.state, order.urgency) == ("reported", "emergency")
    assert "assign" in school.buttons("hou"), "without a trade it is the lead's"
    assert "在哪里" in school.heard("li")
    await school.says("li", "3号楼302")
    assert (await fresh(order)).place == "J3-302"
    assert await WorkOrder.all().count() == 1
    assert await OpenForm.all().count() == 0


async def test_water_that_nobody_stops_goes_out_at_once(school: School) -> None:
    await school.says("li", "爆管了")
    assert "总阀" in school.channel.said["li"][0]
    assert (await school.order()).state == "reported"
    assert "accept" in school.buttons("wang")


async def test_danger_is_no_answer_to_a_question(school: School) -> None:
    await school.says("li", "水龙头漏水")
    await school.says("li", "302着火了")
    tap, fire = await WorkOrder.all().order_by("id")
    assert (tap.state, tap.place) == ("unconfirmed", "")
    assert (fire.state, fire.place, fire.urgency) == ("reported", "J3-302", "emergency")
    assert any("119" in line for line in school.channel.said["li"])


async def test_the_place_of_an_alarm_may_be_told_as_loudly(school: School) -> None:
    await school.says("li", "着火了")
    await school.says("li", "302着火了")
    assert await WorkOrder.all().count() == 1
    assert (await school.order()).place == "J3-302"


async def test_another_danger_is_another_alarm(school: School) -> None:
    await school.says("li", "有人触电了")
    await school.says("li", "3号楼着火了")
    assert [o.location for o in await WorkOrder.all().order_by("id")] == ["有人触电了", "3号楼"]


async def test_cries_are_not_the_place_of_an_alarm(school: School) -> None:
    await school.says("li", "着火了")
    await school.says("li", "快来人啊")
    assert (await school.order()).location == "着火了"
    await school.says("li", "3号楼302")
    assert (await school.order()).place == "J3-302"


async def test_danger_that_is_ruled_out_is_none(school: School) -> None:
    await school.says("li", "没有着火")
    assert await WorkOrder.all().count() == 0


# -- an open question


@pytest.mark.parametrize("line", ["不用修了", "算了"])
async def test_a_withdrawal_is_not_a_place(school: School, line: str) -> None:
    await school.says("li", "水龙头漏水")
    await school.says("li", line)
    order = await school.order()
    assert (order.state, order.location) == ("cancelled", "")
    assert await OpenForm.all().count() == 0


@pytest.mark.parametrize("line", ["谢谢", "好的", "什么时候来修", "不知道", "我也不清楚", "什么意思？", "怎么还没人来"])
async def test_talk_is_not_a_place(school: School, line: str) -> None:
    await school.says("li", "水龙头漏水")
    await school.says("li", line)
    order = await school.order()
    assert (order.state, order.location, order.place) == ("unconfirmed", "", "")
    await school.says("li", "3号楼201")
    assert (await fresh(order)).place == "J3-201", "the question is still open"


@pytest.mark.parametrize(
    ("line", "place", "words"),
    [
        ("3号楼302，谢谢师傅", "J3-302", "3号楼302"),
        ("食堂后门", "", "食堂"),
        ("录播室", "", "录播室"),
        ("东头", "", "东头"),
        ("窗户旁边", "", "窗户旁边"),
        ("3号楼201水龙头", "J3-201", "3号楼201"),
        ("3号楼201的水龙头漏水", "J3-201", "3号楼201"),
    ],
)
async def test_a_place_is_heard_as_people_say_it(school: School, line: str, place: str, words: str) -> None:
    await school.says("li", "水龙头漏水")
    await school.says("li", line)
    order = await school.order()
    assert (order.state, order.place, order.location) == ("reported", place, words)


async def test_a_new_problem_is_not_a_place(school: School) -> None:
    await school.says("li", "水龙头漏水")
    await school.says("li", "门锁也坏了")
    assert [o.location for o in await WorkOrder.all()] == ["", ""]
    await school.says("li", "3号楼201")
    assert [(o.state, o.place) for o in await WorkOrder.all()] == [("reported", "J3-201")] * 2


async def test_a_new_report_is_not_what_was_done(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工")
    await school.says("wang", "3号楼201门锁坏了")
    assert (await fresh(tap)).state == "accepted"
    assert (await school.order()).category == "furniture"
    await school.says("wang", "换了垫圈")
    assert (await fresh(tap)).note == "换了垫圈", "the question is still open"


async def test_a_new_report_leaves_the_question_open_and_gets_its_place(school: School) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await mended(school, lamp, "wang", "换了灯管")
    await school.says("li", "没修好")
    await school.says("li", "门锁也坏了")
    await school.says("li", "3号楼201")
    door = await school.order()
    assert (door.category, door.state, door.place) == ("furniture", "reported", "J3-201")
    await school.says("li", "灯管一闪一闪的")
    assert ((await fresh(lamp)).state, await WorkOrder.all().count()) == ("reopened", 2)


async def test_a_note_that_names_another_number_is_that_one(school: School) -> None:
    tap, lamp = await reported(school, "3号楼201 水龙头漏水", "3号楼302 灯不亮")
    for order in (tap, lamp):
        await school.says("wang", f"接单 {order.number}")
    await school.says("wang", f"完工 {tap.number}")
    await school.says("wang", f"{lamp.number} 好了，换了灯管")
    assert [(await fresh(o)).state for o in (tap, lamp)] == ["accepted", "resolved"]
    await school.says("wang", f"{tap.number} 换了垫圈")
    assert ((await fresh(tap)).state, tap.note) == ("resolved", "换了垫圈")


@pytest.mark.parametrize("line", ["算了", "谢谢", "等配件，明天再来", "怎么操作", "修好了吗"])
async def test_talk_is_not_what_was_done(school: School, line: str) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工")
    await school.says("wang", line)
    assert (await school.order()).state in {"accepted", "held"}


@pytest.mark.parametrize(
    "line", ["漏了三天了，换了阀芯", "原来没插电源", "拧紧了螺丝", "阀芯坏了", "好了", "插座烧焦了，换了新的"]
)
async def test_what_was_done_is_kept_as_it_was_said(school: School, line: str) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工")
    await school.says("wang", line)
    order = await school.order()
    assert (order.state, order.note) == ("resolved", line)


@pytest.mark.parametrize("line", ["什么时候来修？", "谢谢", "怎么还没来修"])
async def test_talk_does_not_reopen(school: School, line: str) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await mended(school, tap, "wang", "换了垫圈")
    await school.says("li", "没修好")
    await school.says("li", line)
    assert (await fresh(tap)).state == "resolved"
    await school.says("li", "还在漏")
    assert (await fresh(tap)).state == "reopened"


@pytest.mark.parametrize("line", ["插座也坏了", "3号楼201门锁坏了"])
async def test_after_the_button_to_correct_a_new_problem_is_one(school: School, line: str) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.presses("li", "amend")
    await school.says("li", line)
    assert (await fresh(lamp)).place == "J3-302"
    assert await WorkOrder.all().count() == 2


@pytest.mark.parametrize(("line", "place"), [("3号楼201灯不亮", "J3-201"), ("灯不亮", "J3-302"), ("那边", "J3-302")])
async def test_after_the_button_to_correct_only_a_place_is_set(school: School, line: str, place: str) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.presses("li", "amend")
    await school.says("li", line)
    assert (await fresh(lamp)).place == place
    assert await WorkOrder.all().count() == 1


async def test_a_question_about_a_step_that_is_gone_is_closed(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工")
    await WorkOrder.filter(id=tap.id).update(assignee_id=4)
    await school.says("wang", "3号楼302灯不亮")
    assert await OpenForm.all().count() == 0
    assert (await school.order()).raw_text == "3号楼302灯不亮"


# -- numbers


@pytest.mark.parametrize(
    "line",
    [
        f"完工 {DAY}002 换了垫圈",
        "完工 002 换了垫圈",
        "完工 2 换了垫圈",
        "完工 W002 换了垫圈",
        "完工 W…002 换了垫圈",
        "完工 W1123-002 换了垫圈",
        "2号单换好了，换了垫圈",
        "2号单 完工 换了垫圈",
        "002 完工 换了垫圈",
        f"{DAY}-002 好了 换了垫圈",
    ],
)
async def test_numbers_are_read_as_people_write_them(school: School, line: str) -> None:
    tap, lamp = await reported(school, "3号楼201 水龙头漏水", "3号楼302 灯不亮")
    for order in (tap, lamp):
        await school.says("wang", f"接单 {order.number}")
    await school.says("wang", line)
    assert [(await fresh(o)).state for o in (tap, lamp)] == ["accepted", "resolved"]
    assert lamp.note.endswith("换了垫圈")
    assert DAY not in lamp.note


@pytest.mark.parametrize(
    "line", ["完工 W2026112-1 换了", "完工 W007 换了", "完工 302 换了", "7号单好了", "查单 20261123-99"]
)
async def test_a_number_that_fits_nothing_is_not_passed_over(school: School, line: str) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", line)
    assert (await school.order()).state == "accepted"
    assert "没有找到" in school.heard("wang") or "哪一单" in school.heard("wang")


async def test_a_short_number_of_yesterday_is_found(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    school.clock.advance(days=1)
    await school.says("wang", "接单 001")
    assert (await fresh(tap)).state == "accepted"


async def test_one_number_at_a_time(school: School) -> None:
    await reported(school, "3号楼201 水龙头漏水", "3号楼302 灯不亮")
    await school.says("wang", f"接单 {DAY}-001 {DAY}-002")
    assert await WorkOrder.filter(state="accepted").count() == 0
    assert "一单一单" in school.heard("wang")


async def test_the_number_may_stand_first(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", f"{tap.number} 接单")
    await school.says("wang", f"{tap.number}开工")
    assert (await fresh(tap)).state == "started"
    for who in ("wang", "li"):
        cards = len(school.channel.sent[who])
        await school.says(who, tap.number)
        assert len(school.channel.sent[who]) == cards + 1
