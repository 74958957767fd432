"""A repair from the teacher's sentence to the closed work order, as people say and press it."""

import pytest

from bot.core.carrier import Fetched
from models import Attachment, HistoryEntry, WorkOrder
from tests.school import School


async def test_a_dripping_tap_is_mended(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    assert school.rows("wang")["类别"].startswith("水电")
    assert school.rows("wang")["地点"] == "3号楼 201 初一1班"
    assert school.card("wang").quote == "3号楼201 水龙头漏水"
    assert "水龙头" in school.card("wang").title
    assert "zhao" not in school.channel.sent, "furniture is not told of water"
    assert school.buttons("wang") == school.buttons("zhou") == {"accept", "refuse"}
    assert school.buttons("li") == {"amend", "urge", "cancel", "not_meant"}

    await school.presses("wang", "accept")
    assert school.card("li").headline.endswith(" 王强已接单")
    assert school.card("zhou").headline.endswith(" 王强已接单")
    assert school.buttons("zhou") == set()

    await school.presses("wang", "start")
    await school.presses("wang", "resolve")
    assert "完工" in school.heard("wang"), "a line is asked for"
    await school.says("wang", "换了垫圈")
    assert school.buttons("li") == {"confirm", "reopen"}
    assert school.rows("li")["说明"] == "换了垫圈"

    await school.presses("li", "confirm")
    assert school.rows("wang")["状态"] == "已确认"
    assert school.buttons("wang") == set()
    assert school.buttons("li") == {"rate", "reopen"}
    await school.presses("li", "rate")
    await school.presses("li", "rate", score="5")
    assert (await school.order()).rating == 5
    steps = [entry.step for entry in await HistoryEntry.all().order_by("id")]
    assert steps == ["report", "accept", "start", "resolve", "confirm", "rate"]


async def test_the_bare_sentence_is_enough(school: School) -> None:
    await school.says("li", "3号楼201水龙头漏水")
    assert school.buttons("wang") == {"accept", "refuse"}


async def test_everything_can_be_typed(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    number = (await school.order()).number
    await school.says("wang", f"接单 {number}")
    assert school.card("wang").headline.endswith(" 王强已接单"), "the answer is a card of one's own"
    await school.says("wang", f"挂起 {number} 等配件 周五")
    order = await school.order()
    assert (order.state, order.hold_reason) == ("held", "parts")
    assert order.wake_at is not None
    assert order.wake_at.isoformat() == "2026-11-27T00:00:00+00:00"
    await school.says("wang", "恢复")
    await school.says("wang", f"完工 {number} 换了垫圈")
    await school.says("li", f"没修好 {number} 还漏")
    assert (await school.order()).cycle == 2
    await school.says("wang", "完工 换了整个龙头")
    await school.says("li", f"确认 {number.lower()}")
    await school.says("li", "评分 4")
    order = await school.order()
    assert (order.state, order.rating, order.note) == ("confirmed", 4, "换了整个龙头")


async def test_a_missing_place_is_asked_once_and_the_answer_completes_it(school: School) -> None:
    await school.says("li", "水龙头漏水")
    assert (await school.order()).state == "unconfirmed"
    assert "在哪里坏了" in school.card("li").title
    assert "wang" not in school.channel.sent
    await school.says("li", "3号楼201")
    order = await school.order()
    assert (order.state, order.place) == ("reported", "J3-201")
    assert school.buttons("wang") == {"accept", "refuse"}
    assert await WorkOrder.all().count() == 1


async def test_an_unanswered_question_does_not_lose_the_report(school: School) -> None:
    await school.says("li", "水龙头漏水")
    school.clock.advance(minutes=11)
    await school.tick()
    assert (await school.order()).state == "reported"
    assert school.rows("wang")["地点"] == "地点待核"


async def test_two_problems_make_two_work_orders(school: School) -> None:
    await school.says("li", "3号楼302灯不亮，还有门锁也坏了")
    assert await WorkOrder.all().count() == 2
    assert {order.category for order in await WorkOrder.all()} == {"water_electric", "furniture"}
    assert school.buttons("zhao") == {"accept", "refuse"}
    assert "同时报的" in school.rows("li")


async def test_the_reading_is_corrected_in_one_tap(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.presses("li", "amend")
    assert [c.key for c in school.form("li").choices] == ["category", "urgency"]
    await school.presses("li", "amend", category="multimedia", urgency="high")
    order = await school.order()
    assert (order.category, order.first_category) == ("multimedia", "water_electric")
    assert school.buttons("chen") == {"accept", "refuse"}
    assert school.buttons("wang") == set(), "who no longer owns it sees so"


async def test_a_sentence_corrects_the_place(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.says("li", "说错了，是3号楼201")
    assert (await school.order()).place == "J3-201"


async def test_the_wrong_trade_sends_it_on_at_once(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.presses("wang", "refuse")
    assert [c.key for c in school.form("wang").choices] == ["reason", "category"]
    await school.presses("wang", "refuse", reason="wrong_trade", category="multimedia")
    assert (await school.order()).category == "multimedia"
    assert school.buttons("chen") == {"accept", "refuse"}
    assert school.buttons("wang") == set()


async def test_who_refuses_leaves_it_to_the_others_and_the_last_to_the_lead(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.says("wang", "拒单 请假")
    assert school.buttons("wang") == set()
    assert school.buttons("zhou") == {"accept", "refuse"}
    assert "hou" not in school.channel.sent
    await school.says("zhou", "拒单 修不了")
    assert "assign" in school.buttons("hou")
    await school.presses("hou", "assign")
    chosen = next(o.id for o in school.form("hou").choices[0].options if o.text == "周平")
    await school.presses("hou", "assign", colleague=chosen)
    assert (await school.order()).state == "accepted"
    assert "start" in school.buttons("zhou")


async def test_an_unclear_place_is_asked_of_the_reporter(school: School) -> None:
    await school.says("li", "报修 三楼东头 灯不亮")
    await school.says("wang", "拒单 找不到地点")
    assert "找不到地点" in school.card("li").headline
    await school.says("li", "3号楼302")
    assert (await school.order()).place == "J3-302"


async def test_a_transfer_needs_consent_and_finds_its_way_back(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.presses("wang", "accept")
    await school.says("wang", "转给 周师傅")
    assert (await school.order()).state == "offered"
    assert school.buttons("zhou") == {"accept", "decline"}
    school.clock.advance(minutes=16)
    await school.tick()
    order = await school.order()
    assert (order.state, order.candidate_id) == ("accepted", None)
    assert school.buttons("zhou") == set()
    await school.says("wang", "转给 周平")
    await school.presses("zhou", "accept")
    assert school.card("wang").headline.endswith(" 周平已接单")
    assert school.buttons("wang") == set()


async def test_nobody_confirms_their_own_work(school: School) -> None:
    await school.says("wang", "报修 3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工 换了垫圈")
    await school.says("wang", f"确认 {(await school.order()).number}")
    assert (await school.order()).state == "resolved"
    assert "不能由自己确认" in school.heard("wang")
    await school.says("hou", f"确认 {(await school.order()).number}")
    assert (await school.order()).state == "confirmed"


async def test_urging_is_heard_once_in_four_hours(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.presses("wang", "accept")
    sent = len(school.channel.sent["wang"])
    await school.says("li", "催")
    assert len(school.channel.sent["wang"]) == sent + 1
    await school.says("li", f"催 {(await school.order()).number}")
    assert "四小时" in school.heard("li")


async def test_a_reporter_withdraws(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.presses("li", "cancel")
    assert (await school.order()).state == "cancelled"
    assert school.buttons("wang") == set()
    assert school.card("wang").headline.endswith(" 已撤单")


async def test_silence_closes_after_reminders_and_is_kept_apart(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "完工 换了垫圈")
    for day, reminded in ((1, 1), (2, 1), (3, 2), (5, 2)):
        school.clock.now = (await school.order()).resolved_at or school.clock.now
        school.clock.advance(days=day, seconds=1)
        await school.tick()
        assert await HistoryEntry.filter(step="remind").count() == reminded
    school.clock.advance(days=3)
    await school.tick()
    assert (await school.order()).state == "lapsed"
    await school.says("li", f"没修好 {(await school.order()).number} 又漏了")
    assert (await school.order()).state == "reopened"
    school.clock.advance(days=1)
    await school.says("wang", "完工 换了")
    await school.says("li", "确认")
    school.clock.advance(days=8)
    await school.says("li", f"没修好 {(await school.order()).number} 又漏了")
    assert "超过 7 天" in school.heard("li")


async def test_photos_belong_to_what_is_talked_about(school: School) -> None:
    await school.sends_photo("li")
    assert "请再说一句" in school.heard("li")
    await school.says("li", "报修 3号楼201 水龙头漏水")
    order = await school.order()
    view = await school.house.services.people.actor("wecom", "wang")
    assert view is not None
    files = await school.house.services.work_orders.files(view, order.id)
    assert [f.media_type for f in files] == ["image/jpeg"]
    await school.says("wang", "接单")
    await school.presses("wang", "resolve")
    await school.sends_photo("wang")
    assert order.number in school.channel.said["wang"][-2]
    assert "请回复一句做了什么" in school.heard("wang"), "a picture does not say what was done"
    await school.says("wang", "换了垫圈")
    assert len(await school.house.services.work_orders.files(view, order.id)) == 2
    assert (await school.order()).note == "换了垫圈"


async def test_danger_is_answered_with_what_to_do_first(school: School) -> None:
    await school.says("li", "3号楼201插座冒火花了")
    assert "断电" in school.heard("li") or "119" in school.heard("li")
    assert (await school.order()).urgency == "emergency"


async def test_my_list_and_a_single_card(school: School) -> None:
    await school.says("li", "我的")
    assert "没有未完成" in school.heard("li")
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.says("li", "报修 3号楼302 门锁坏了")
    await school.says("li", "我的")
    assert school.heard("li").count("W20261123-") == 2
    before = len(school.channel.sent["li"])
    await school.says("li", "查单 W20261123-1")
    assert len(school.channel.sent["li"]) == before + 1


async def test_which_one_is_asked_where_it_is_not_certain(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.says("wang", "接单")
    assert "哪一单" in school.heard("wang")
    assert school.heard("wang").count("W20261123-") == 2
    assert await WorkOrder.filter(state="accepted").count() == 0


@pytest.mark.parametrize("line", ["接单 W20261123-099", "完工 W19990101-001 好了"])
async def test_an_unknown_number_is_said(school: School, line: str) -> None:
    await school.says("wang", line)
    assert "没有找到" in school.heard("wang")


async def test_urgency_can_be_set_and_set_back(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    for urgency in ("high", "normal"):
        await school.presses("li", "amend")
        await school.presses("li", "amend", category="water_electric", urgency=urgency)
        assert (await school.order()).urgency == urgency


@pytest.mark.parametrize(
    ("ref", "words"), [("gone", "再发一次"), ("program", "不能保存"), ("huge", "太大")], ids=["gone", "type", "size"]
)
async def test_a_file_that_cannot_be_kept_is_said(school: School, ref: str, words: str) -> None:
    school.channel.files["program"] = Fetched(body=b"MZ", media_type="application/x-dosexec")
    school.channel.files["huge"] = Fetched(body=bytes(20 * 1024 * 1024 + 1), media_type="image/jpeg")
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.sends_photo("li", ref)
    assert words in school.heard("li")
    assert all(not row.sha256 for row in await Attachment.all())
