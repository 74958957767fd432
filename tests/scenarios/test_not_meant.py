"""“不是这个意思”: what a message has opened by mistake is taken back, and what it meant is learnt."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.core.event import Kind
from domain.errors import Stale
from handlers.lessons.again import JUST_NOW
from models import HistoryEntry, InboxEvent, Lesson, Misread, OpenForm, WorkOrder
from services.lessons import examples
from services.mailroom import KEEP_LESSONS
from services.work_orders import Given
from services.work_orders.retracting import Retracted
from tests.scenarios.saying import actor_of, fresh
from tests.school import School

SORRY = "不是这个意思"
LAMP = "3号楼201灯不亮"
TWO = "3号楼201灯不亮，水龙头也漏水"
BUY = "我想买一台打印机"


async def states() -> list[str]:
    """Of all work orders, oldest first."""
    return [row.state for row in await WorkOrder.all().order_by("id")]


async def test_what_nobody_has_begun_is_withdrawn_in_one_reply(school: School) -> None:
    await school.says("li", TWO)
    sent = len(school.channel.sent["li"])
    await school.says("li", SORRY)
    numbers = "、".join([row.number for row in await WorkOrder.all().order_by("id")])
    assert await states() == ["cancelled", "cancelled"]
    assert school.channel.said["li"] == [f"抱歉听错了，已撤单：{numbers}。\n请换个说法，再说一次您想办的事。"]
    assert len(school.channel.sent["li"]) == sent, "no card beside the reply"
    assert school.rows("wang")["状态"] == "已撤单", "the owners hear of it as of any withdrawal"
    assert school.buttons("wang") == set()


async def test_what_somebody_has_begun_is_left_and_named(school: School) -> None:
    await school.says("li", TWO)
    first, second = await WorkOrder.all().order_by("id")
    await school.says("wang", f"接单 {second.number}")
    await school.says("li", SORRY)
    assert await states() == ["cancelled", "accepted"]
    assert f"已撤单：{first.number}。" in school.heard("li")
    assert f"{second.number} 现在是“已接单”（王强），没有动它。不要了请发“撤单 {second.number}”。" in school.heard("li")
    await school.says("li", f"撤单 {second.number}")
    assert await states() == ["cancelled", "cancelled"], "what the reply proposes can be said"


@pytest.mark.parametrize("step", ["拒单 {} 修不了", "开工"])
async def test_any_step_of_somebody_else_begins_it(school: School, step: str) -> None:
    await school.says("li", LAMP)
    order = await school.order()
    if step == "开工":
        await school.says("wang", "接单")
    await school.says("wang", step.format(order.number))
    state = (await fresh(order)).state
    await school.says("li", SORRY)
    assert (await fresh(order)).state == state
    assert f"{order.number} 现在是" in school.heard("li")


async def test_own_corrections_begin_nothing(school: School) -> None:
    await school.says("li", LAMP)
    await school.presses("li", "amend", urgency="high")
    await school.says("li", SORRY)
    assert await states() == ["cancelled"]


async def test_the_answer_to_the_question_where_belongs_to_the_report(school: School) -> None:
    await school.says("li", "灯不亮")
    await school.says("li", "3号楼201")
    await school.says("li", SORRY)
    assert await states() == ["cancelled"]


@pytest.mark.parametrize("line", ["我的", "怎么用", "3号楼302", "采购粉笔"])
async def test_a_message_that_opened_nothing_leaves_earlier_reports(school: School, line: str) -> None:
    await school.says("li", LAMP)
    await school.says("li", line)
    await school.says("li", SORRY)
    assert await states() == ["reported"]
    assert school.heard("li") == "抱歉听错了，刚才那句不算。\n请换个说法，再说一次您想办的事。"


async def test_what_was_asked_is_dropped(school: School) -> None:
    await school.says("li", "3号楼302")
    assert (await OpenForm.get()).subject == "place_told"
    await school.says("li", SORRY)
    assert [row.subject for row in await OpenForm.all()] != ["place_told"]
    await school.says("li", "灯不亮")
    assert (await school.order()).place == "", "the place that was told counts no more"


async def test_a_step_is_not_undone_but_named(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("wang", "接单")
    order = await school.order()
    await school.says("wang", SORRY)
    assert (await fresh(order)).state == "accepted"
    assert f"要退回请发“拒单 {order.number}”" in school.heard("wang")


async def test_nothing_was_said_lately(school: School) -> None:
    await school.says("li", SORRY)
    assert "半小时" in school.heard("li")
    await school.says("li", LAMP)
    school.clock.advance(seconds=JUST_NOW.total_seconds() + 1)
    await school.says("li", SORRY)
    assert "半小时" in school.heard("li")
    assert await states() == ["reported"]


async def test_said_twice_it_takes_nothing_more_back(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("li", "302门锁坏了")
    await school.says("li", SORRY)
    await school.says("li", f"{SORRY} {SORRY}")
    assert await states() == ["reported", "cancelled"]
    assert "刚才那句不算" in school.heard("li")


async def test_a_repeat_of_the_message_changes_nothing(school: School) -> None:
    await school.says("li", LAMP)
    event = school.event("li", Kind.MESSAGE, text=f"{SORRY}，{BUY}")
    await school.deliver(event)
    said = len(school.channel.said["li"])
    await school.deliver(event)
    assert len(school.channel.said["li"]) == said
    assert await InboxEvent.filter(event_id__startswith=event.id).count() == 2


async def test_both_in_one_batch(school: School) -> None:
    for line in (LAMP, SORRY):
        await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text=line))
    await school.settle()
    assert await states() == ["cancelled"]


async def test_nobody_elses_message_is_taken_back(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("mei", SORRY)
    assert await states() == ["reported"]


# -- with what was meant


async def test_with_its_reason_the_rest_is_a_message_of_its_own(school: School) -> None:
    await school.says("li", LAMP)
    order = await school.order()
    await school.says("li", f"{SORRY}，我的意思是{BUY}")
    assert await states() == ["cancelled"]
    assert school.channel.said["li"][-2] == f"抱歉听错了，已撤单：{order.number}。"
    assert "采购" in school.heard("li")


async def test_a_refusal_of_the_rest_undoes_nothing(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("li", f"{SORRY}，撤单 W20200101-001")
    assert await states() == ["cancelled"]
    assert "没有找到" in school.heard("li")


async def test_another_report_takes_its_place(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("li", f"{SORRY}，302门锁坏了")
    assert await states() == ["cancelled", "reported"]
    assert (await school.order()).category == "furniture"


async def test_what_only_corrects_withdraws_nothing(school: School) -> None:
    await school.says("li", "3号楼302水龙头漏水")
    await school.says("li", LAMP)
    await school.says("li", f"{SORRY}，是302")
    rows = await WorkOrder.all().order_by("id")
    assert [row.state for row in rows] == ["reported", "reported"]
    assert rows[1].place == "J3-302"


# -- by a tap


async def test_the_button_takes_back_all_of_the_message(school: School) -> None:
    await school.says("li", TWO)
    await school.presses("li", "not_meant")
    assert await states() == ["cancelled", "cancelled"]
    assert "请换个说法" in school.heard("li")
    assert "not_meant" not in school.buttons("li")


async def test_only_the_reporter_of_a_fresh_one_has_the_button(school: School) -> None:
    await school.says("li", LAMP)
    tap = school.press_event("li", "not_meant")
    assert "not_meant" not in school.buttons("wang")
    await school.deliver(replace(tap, id="m:wang", account="wang", card="", code=""))
    assert await states() == ["reported"]
    assert "没有权限" in school.heard("wang")
    await school.deliver(replace(tap, id="m:mei", account="mei", card="", code=""))
    assert await states() == ["reported"]
    await school.says("wang", "接单")
    assert "not_meant" not in school.buttons("li")
    await school.deliver(tap)
    assert await states() == ["accepted"], "an old card takes nothing out of somebody's hands"
    assert "没有动它" in school.heard("li")


async def test_the_button_pressed_again_changes_nothing_and_forgets_nothing(school: School) -> None:
    await school.says("li", LAMP)
    tap = school.press_event("li", "not_meant")
    await school.deliver(tap)
    await school.says("li", BUY)
    await school.deliver(replace(tap, id="m:again"))
    assert (await Lesson.get()).meant == "purchase"
    assert "现在是“已撤单”" in school.heard("li")


async def test_a_sister_that_is_begun_stays(school: School) -> None:
    await school.says("li", TWO)
    first, second = await WorkOrder.all().order_by("id")
    tap = school.press_event("li", "not_meant")
    await school.says("wang", f"接单 {second.number}")
    await school.deliver(tap)
    assert await states() == ["cancelled", "accepted"]
    assert f"已撤单：{first.number}。" in school.heard("li")
    assert f"撤单 {second.number}" in school.heard("li")


async def test_an_alarm_is_withdrawn_only_for_who_raised_it(school: School) -> None:
    await school.says("li", "3号楼201插座冒烟")
    await school.says("hou", SORRY)
    assert await states() == ["reported"]
    await school.says("li", SORRY)
    assert await states() == ["cancelled"]


async def test_who_accepts_in_the_same_moment_has_it_or_comes_too_late(school: School) -> None:
    await school.says("li", LAMP)
    order, services = await school.order(), school.house.services
    li, wang = await actor_of(school, "li"), await actor_of(school, "wang")
    found, accepted = await asyncio.gather(
        services.retraction.of_record(li, order.id),
        services.work_orders.take(wang, order.id, "accept", Given()),
        return_exceptions=True,
    )
    assert isinstance(found, Retracted), found
    late = isinstance(accepted, Stale)
    assert (await fresh(order)).state == ("cancelled" if late else "accepted")
    assert found.withdrawn == ((order.number,) if late else ())
    assert [one.who for one in found.left] == ([] if late else ["王强"])


# -- what is learnt


async def test_the_next_sentence_tells_what_a_report_meant(school: School) -> None:
    await school.says("li", f"{LAMP}，电话13800001234")
    await school.says("li", SORRY)
    lesson = await Lesson.get()
    assert (lesson.field, lesson.was, lesson.meant, lesson.kind) == ("intent", "repair", "", "not_meant")
    assert lesson.read["confidence"]
    assert await examples() == []
    await school.says("li", BUY)
    (line,) = await examples()
    assert line["text"] == f"{LAMP}，电话某号"
    assert (line["intent"], line["category"], line["urgency"], line["role"]) == ("purchase", None, None, "teacher")


async def test_a_report_of_another_trade_is_one_all_the_same(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("li", f"{SORRY}，3号楼201的门锁坏了")
    (line,) = await examples()
    assert (line["text"], line["intent"], line["category"]) == (LAMP, "repair", "furniture")


async def test_a_sentence_that_opened_nothing_is_learnt_too(school: School) -> None:
    await school.says("li", "梅老师要打印机，电话13800001234")
    await school.says("li", SORRY)
    kept = await Misread.get()
    assert kept.meant == ""
    assert await examples() == []
    await school.says("li", "3号楼201打印机坏了")
    (line,) = await examples()
    assert (line["intent"], line["category"], line["role"]) == ("repair", "multimedia", "teacher")
    assert (line["text"], line["source"]) == ("某老师要打印机，电话某号", "not_meant")


@pytest.mark.parametrize("line", ["我的", "在吗", SORRY])
async def test_words_that_were_not_read_wrongly_are_not_kept(school: School, line: str) -> None:
    await school.says("li", line)
    await school.says("li", SORRY)
    assert await Misread.all().count() == 0


async def test_thanks_tell_of_nothing_and_the_question_waits(school: School) -> None:
    await school.says("li", "采购粉笔")
    await school.says("li", SORRY)
    await school.says("li", "谢谢")
    assert (await Misread.get()).meant == ""
    await school.says("li", LAMP)
    assert (await Misread.get()).meant == "repair"


async def test_the_same_meaning_again_teaches_nothing(school: School) -> None:
    await school.says("li", "采购粉笔")
    await school.says("li", f"{SORRY}，{BUY}")
    assert await examples() == []


async def test_the_report_counts_what_sentences_were_taken_for(school: School) -> None:
    await school.says("li", "采购粉笔")
    await school.says("li", f"{SORRY}，{LAMP}")
    await school.says("hou", "识别报告")
    assert "采购 → 报修：1" in school.heard("hou")


async def test_who_wants_nothing_kept_is_not_and_what_was_is_forgotten(school: School) -> None:
    await school.says("li", "采购粉笔")
    await school.says("li", f"{SORRY}，{LAMP}")
    assert await Misread.all().count() == 1
    await school.says("li", "别记我的话")
    await school.says("li", "采购粉笔")
    await school.says("li", f"{SORRY}，{LAMP}")
    assert (await Misread.all().count(), await Lesson.all().count()) == (0, 0)


async def test_nothing_is_kept_where_learning_is_off(school: School) -> None:
    services = school.house.services
    services.misreadings._on = services.lessons._on = False
    await school.says("li", "采购粉笔")
    await school.says("li", SORRY)
    assert (await Misread.all().count(), await OpenForm.all().count()) == (0, 0)


async def test_sentences_go_after_two_years(school: School) -> None:
    await school.says("li", "采购粉笔")
    await school.says("li", SORRY)
    school.clock.now += KEEP_LESSONS + timedelta(days=8)
    await school.house.services.mailroom.purge()
    assert await Misread.all().count() == 0


async def test_history_says_who_withdrew(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("li", SORRY)
    steps = await HistoryEntry.all().order_by("id")
    assert [row.step for row in steps] == ["report", "cancel"]
    assert steps[0].actor_id == steps[1].actor_id
