"""The whole way of learning from use, as people type it."""

import pytest

from models import Lesson, PlaceWord
from tests.scenarios.saying import fresh
from tests.school import School

WORD = "老图书馆"


async def taught(school: School, who: str, place: str = "实验楼105") -> None:
    """Somebody reports at a place that nobody knows, and corrects it."""
    await school.says(who, f"报修 {WORD}灯不亮")
    order = await school.order()
    assert (order.place, order.location) == ("", WORD)
    await school.says(who, f"改 {order.number} 地点 {place}")
    assert (await fresh(order)).place


async def test_what_two_teachers_correct_the_third_is_understood_by(school: School) -> None:
    await taught(school, "li")
    assert not school.channel.cards["hou"] or WORD not in school.card("hou").title
    await taught(school, "mei")
    assert WORD in school.card("hou").title
    await school.says("wang", f"报修 {WORD}水龙头漏水")
    assert (await school.order()).place == "S1-105"


async def test_the_same_teacher_twice_teaches_nothing(school: School) -> None:
    await taught(school, "li")
    await taught(school, "li")
    assert await PlaceWord.all().count() == 1
    await school.says("mei", f"报修 {WORD}水龙头漏水")
    assert (await school.order()).place == ""


@pytest.mark.parametrize("typed", [True, False])
async def test_the_lead_undoes_and_the_same_people_do_not_bring_it_back(school: School, typed: bool) -> None:
    await taught(school, "li")
    await taught(school, "mei")
    if typed:
        await school.says("hou", f"撤销别名 {WORD}")
    else:
        await school.presses("hou", "undo")
    assert "已撤销" in school.heard("hou")
    await taught(school, "li")
    await taught(school, "mei")
    assert await PlaceWord.filter(undone=False).count() == 0


async def test_two_rooms_stay_proposals(school: School) -> None:
    await taught(school, "li")
    await taught(school, "mei", "3号楼302")
    await taught(school, "wang")
    await school.says("hou", "别名")
    assert "说法不一" in school.heard("hou")
    await school.says("zhou", f"报修 {WORD}水龙头漏水")
    assert (await school.order()).place == ""


async def test_only_who_leads_or_administers_sees_and_undoes(school: School) -> None:
    await taught(school, "li")
    await taught(school, "mei")
    for line in ("别名", f"撤销别名 {WORD}", "识别报告"):
        await school.says("li", line)
        assert "后勤负责人" in school.heard("li")
    assert await PlaceWord.filter(undone=False).count() == 2


async def test_the_report_in_chat(school: School) -> None:
    await taught(school, "li")
    await school.says("hou", "识别报告")
    assert "更正 1 单（100%）" in school.heard("hou")
    assert WORD in school.heard("hou")


async def test_who_says_no_is_kept_out_and_forgotten(school: School) -> None:
    await taught(school, "li")
    assert await Lesson.all().count() == 1
    await school.says("li", "别记我的话")
    await school.says("li", "别记我的话")
    assert (await Lesson.all().count(), await PlaceWord.all().count()) == (0, 0)
    await taught(school, "li")
    assert await Lesson.all().count() == 0
    await school.says("li", "记我的话")
    await taught(school, "li")
    assert await Lesson.all().count() == 1


async def test_a_refused_trade_teaches_the_right_one(school: School) -> None:
    await school.says("li", "报修 3号楼302灯不亮，电话13800001234")
    await school.presses("wang", "refuse", reason="wrong_trade", category="furniture")
    lesson = await Lesson.get()
    assert (lesson.was, lesson.meant, lesson.kind) == ("water_electric", "furniture", "refusal")
    assert "1380" not in lesson.sentence
