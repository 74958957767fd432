"""Corrections in one tap or one sentence, and reports that are told in two halves."""

import pytest

from bot.core.event import Kind
from models import OpenForm, WorkOrder
from services.forms import PATIENCE
from tests.scenarios.saying import fresh, mended, reported
from tests.school import School

STATES: dict[str, tuple[tuple[str, str], ...]] = {
    "reported": (),
    "accepted": (("wang", "接单"),),
    "started": (("wang", "接单"), ("wang", "开工")),
}
SENTENCES: tuple[tuple[str, str, str], ...] = (
    ("说错了是201", "place", "J3-201"),
    ("不是302是201", "place", "J3-201"),
    ("wrong room, it's 201", "place", "J3-201"),
    ("是门窗的", "category", "furniture"),
    ("应该归电脑老师", "category", "multimedia"),
    ("归门窗课桌", "category", "furniture"),
    ("不是水龙头，是角阀", "item", "角阀"),
    ("急，明天公开课要用", "urgency", "high"),
    ("不急", "urgency", "low"),
)


async def _at(school: School, state: str) -> WorkOrder:
    (order,) = await reported(school, "3号楼302 水龙头漏水")
    for who, line in STATES[state]:
        await school.says(who, line)
    return order


async def _tap(school: School, who: str, order: WorkOrder, value: str, cycle: int = 1) -> None:
    name = f"work_order:{order.id}:amend:{cycle}:{value}"
    await school.deliver(school.event(who, Kind.PRESS, name=name))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("line", "field", "value"), SENTENCES)
async def test_one_sentence_corrects(school: School, state: str, line: str, field: str, value: str) -> None:
    order = await _at(school, state)
    await school.says("li", line)
    assert getattr(await fresh(order), field) == value, school.channel.said["li"]
    assert await WorkOrder.all().count() == 1


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    ("value", "field"),
    [("furniture", "category"), ("multimedia", "category"), ("high", "urgency"), ("low", "urgency")],
)
async def test_one_tap_corrects(school: School, state: str, value: str, field: str) -> None:
    order = await _at(school, state)
    assert any(b.name == f"work_order:{order.id}:amend:1:{value}" for b in school.card("li").buttons)
    await _tap(school, "li", order, value)
    assert getattr(await fresh(order), field) == value
    assert all(b.name != f"work_order:{order.id}:amend:1:{value}" for b in school.card("li").buttons)


async def test_another_trade_goes_to_its_owner(school: School) -> None:
    order = await _at(school, "accepted")
    await _tap(school, "li", order, "furniture")
    assert ((await fresh(order)).state, order.assignee_id) == ("reported", None)
    assert "accept" in school.buttons("zhao")


async def test_before_it_is_sent_a_tap_corrects_too(school: School) -> None:
    await school.says("li", "水龙头漏水")
    order = await school.order()
    await _tap(school, "li", order, "furniture")
    assert ((await fresh(order)).state, order.category) == ("unconfirmed", "furniture")
    await school.says("li", "3号楼201")
    assert "accept" in school.buttons("zhao")


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("是门窗的", "category", "furniture"),
        ("应该归电脑老师", "category", "multimedia"),
        ("不是水龙头，是角阀", "item", "角阀"),
        ("不急", "urgency", "low"),
    ],
)
async def test_before_it_is_sent_a_sentence_corrects_too(school: School, line: str, field: str, value: str) -> None:
    await school.says("li", "水龙头漏水")
    await school.says("li", line)
    order = await school.order()
    assert (getattr(order, field), order.state, order.location) == (value, "unconfirmed", "")
    await school.says("li", "3号楼201")
    assert ((await fresh(order)).place, await WorkOrder.all().count()) == ("J3-201", 1)


@pytest.mark.parametrize("who", ["wang", "hou"])
async def test_owner_and_lead_may_tap_too(school: School, who: str) -> None:
    order = await _at(school, "started")
    await _tap(school, who, order, "high")
    assert (await fresh(order)).urgency == "high"


@pytest.mark.parametrize("who", ["mei", "zhao"])
async def test_others_correct_nothing(school: School, who: str) -> None:
    order = await _at(school, "accepted")
    await _tap(school, who, order, "furniture")
    await school.says(who, "不急")
    assert ((await fresh(order)).category, order.urgency) == ("water_electric", "normal")


@pytest.mark.parametrize("value", ["nonsense", "emergency", "", "9" * 40])
async def test_a_value_that_no_button_has_corrects_nothing(school: School, value: str) -> None:
    order = await _at(school, "reported")
    await _tap(school, "li", order, value)
    assert ((await fresh(order)).category, order.urgency, order.version) == ("water_electric", "normal", 0)


async def test_an_old_card_corrects_nothing(school: School) -> None:
    order = await _at(school, "accepted")
    await _tap(school, "li", order, "furniture", cycle=2)
    assert (await fresh(order)).category == "water_electric"


async def test_what_is_done_is_not_corrected(school: School) -> None:
    (order,) = await reported(school, "3号楼302 水龙头漏水")
    await mended(school, order, "wang", "换了垫圈")
    await _tap(school, "li", order, "furniture")
    assert ((await fresh(order)).state, order.category) == ("resolved", "water_electric")


@pytest.mark.parametrize("line", ["不是报修，是想买一台打印机", "我不是要报修的。", "not a repair"])
@pytest.mark.parametrize("since", ["", "在吗"])
async def test_what_was_no_repair_is_withdrawn(school: School, line: str, since: str) -> None:
    order = await _at(school, "reported")
    if since:
        await school.says("li", since)
    await school.says("li", line)
    assert (await fresh(order)).state == "cancelled"


async def test_what_is_done_already_was_a_repair(school: School) -> None:
    order = await _at(school, "accepted")
    await school.says("li", "不是报修")
    assert (await fresh(order)).state == "accepted"
    assert f"撤单 {order.number}" in school.heard("li")


async def test_a_press_for_a_new_report_is_one(school: School) -> None:
    await _at(school, "reported")
    await school.says("li", "急，3号楼201门锁坏了")
    assert await WorkOrder.all().count() == 2


@pytest.mark.parametrize("open_one", [True, False])
@pytest.mark.parametrize(
    ("line", "business"),
    [("急，采购粉笔", "采购"), ("紧急，广播通知全体师生", "广播"), ("不急，统计一下本月报修", "统计")],
)
async def test_a_press_for_other_business_is_that_business(
    school: School, line: str, business: str, open_one: bool
) -> None:
    before = [await _at(school, "reported")] if open_one else []
    await school.says("li", line)
    assert f"“{business}”" in school.heard("li")
    assert await WorkOrder.all().count() == len(before)
    assert [(await fresh(order)).urgency for order in before] == ["normal"] * len(before)


# -- two halves


async def test_a_place_and_then_its_fault_are_one_report(school: School) -> None:
    await school.says("li", "302")
    assert "什么坏了" in school.heard("li")
    await school.says("li", "灯不亮")
    order = await school.order()
    assert (order.state, order.place, order.item) == ("reported", "J3-302", "灯")
    assert (await WorkOrder.all().count(), await OpenForm.all().count()) == (1, 0)


async def test_a_place_without_a_code_is_kept_in_words(school: School) -> None:
    await school.says("li", "三楼男厕")
    await school.says("li", "漏水了")
    assert ((await school.order()).location, await WorkOrder.all().count()) == ("三楼男厕", 1)


async def test_a_report_with_its_own_place_is_heard_for_itself(school: School) -> None:
    await school.says("li", "302")
    await school.says("li", "3号楼201门锁坏了")
    assert (await school.order()).place == "J3-201"
    assert await OpenForm.all().count() == 0


async def test_who_lets_it_be_is_asked_no_more(school: School) -> None:
    await school.says("li", "302")
    await school.says("li", "算了")
    assert (await WorkOrder.all().count(), await OpenForm.all().count()) == (0, 0)


async def test_another_place_takes_the_first_ones(school: School) -> None:
    await school.says("li", "302")
    await school.says("li", "3号楼201")
    await school.says("li", "灯不亮")
    assert (await school.order()).place == "J3-201"


async def test_a_place_is_forgotten_in_time(school: School) -> None:
    await school.says("li", "302")
    school.clock.advance(seconds=PATIENCE.total_seconds() + 1)
    await school.says("li", "灯不亮")
    assert (await school.order()).place == ""


@pytest.mark.parametrize("line", ["谢谢", "什么时候来修"])
async def test_talk_is_no_fault(school: School, line: str) -> None:
    await school.says("li", "302")
    await school.says("li", line)
    assert await WorkOrder.all().count() == 0
    await school.says("li", "灯不亮")
    assert (await school.order()).place == "J3-302", "the place is still kept"


# -- acts without a record


async def test_again_without_a_record_is_a_new_report(school: School) -> None:
    await school.says("mei", "三楼男厕又漏了")
    order = await school.order()
    assert (order.location, order.category) == ("三楼男厕", "water_electric")


@pytest.mark.parametrize("line", ["还没修好", "怎么还没人来", "不用修了", "修好了，谢谢"])
async def test_a_mere_act_without_a_record_opens_nothing(school: School, line: str) -> None:
    await school.says("mei", line)
    assert await WorkOrder.all().count() == 0


# -- what a press may bring


@pytest.mark.parametrize("cycle", ["", "x", "9" * 40])
async def test_a_tap_without_its_round_corrects_nothing(school: School, cycle: str) -> None:
    order = await _at(school, "reported")
    await school.deliver(school.event("li", Kind.PRESS, name=f"work_order:{order.id}:amend:{cycle}:furniture"))
    assert ((await fresh(order)).category, order.version) == ("water_electric", 0)


async def test_a_repeated_tap_changes_nothing_more(school: School) -> None:
    order = await _at(school, "reported")
    press = school.event("li", Kind.PRESS, name=f"work_order:{order.id}:amend:1:furniture")
    for _ in range(2):
        await school.deliver(press)
    version = (await fresh(order)).version
    await school.deliver(press)
    assert ((await fresh(order)).category, order.version) == ("furniture", version)


async def test_who_mends_it_corrects_it_in_words(school: School) -> None:
    order = await _at(school, "accepted")
    await school.says("wang", "不急")
    assert (await fresh(order)).urgency == "low"


async def test_only_the_reporter_is_offered_taps(school: School) -> None:
    await _at(school, "accepted")
    for who, offered in (("li", True), ("wang", False)):
        assert any(button.name.endswith(":amend:1:furniture") for button in school.card(who).buttons) == offered
