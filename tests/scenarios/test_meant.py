"""What sentences mean: which record, which correction, which step, how many stars, which day."""

from datetime import UTC, datetime

import pytest

from bot.core.event import FileKind, FileRef, Kind
from models import Attachment, HistoryEntry, InboxEvent, Membership, Person
from tests.scenarios.saying import DAY, fresh, mended, reported
from tests.school import School, announce

# -- which record


async def test_what_a_sentence_names_is_meant(school: School) -> None:
    lamp, door = await reported(school, "3号楼302 灯不亮", "3号楼302 门锁坏了")
    await mended(school, lamp, "wang", "换了灯管")
    await mended(school, door, "zhao", "换了锁芯")
    await school.says("li", "门锁还是坏的，没修好")
    assert [(await fresh(o)).state for o in (lamp, door)] == ["resolved", "reopened"]
    await school.says("li", "灯修好了，谢谢")
    assert (await fresh(lamp)).state == "confirmed"


async def test_a_sentence_about_another_trade_moves_nothing(school: School) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await mended(school, lamp, "wang", "换了灯管")
    await school.says("li", "门锁还是坏的，没修好")
    assert (await fresh(lamp)).state == "resolved"
    assert "哪一单" in school.heard("li")


async def test_a_mender_names_the_room(school: School) -> None:
    tap, lamp = await reported(school, "3号楼201 水龙头漏水", "3号楼302 灯不亮")
    for order in (tap, lamp):
        await school.says("wang", f"接单 {order.number}")
    await school.says("wang", "302的灯修好了")
    assert [(await fresh(o)).state for o in (tap, lamp)] == ["accepted", "resolved"]
    await school.says("wang", "302的灯修好了")
    assert (await fresh(tap)).state == "accepted", "another room is not meant, though it is the only one left"


async def test_what_is_mended_is_said_by_reporters_too(school: School) -> None:
    (socket,) = await reported(school, "3号楼302 插座松了")
    await mended(school, socket, "wang", "紧固")
    await school.says("li", "插座修好了")
    assert (await fresh(socket)).state == "confirmed"


# -- corrections


async def test_a_correction_asks_which_of_several(school: School) -> None:
    orders = await reported(school, "3号楼201 水龙头漏水", "3号楼302 灯不亮")
    await school.says("li", "说错了，是实验楼105")
    assert "哪一单" in school.heard("li")
    assert [(await fresh(o)).place for o in orders] == ["J3-201", "J3-302"]
    await school.says("li", "说错了，不是3号楼302，是实验楼105")
    assert [(await fresh(o)).place for o in orders] == ["J3-201", "S1-105"]


@pytest.mark.parametrize("line", ["3号楼201", "在3号楼201", "我在3号楼201"])
async def test_a_bare_place_moves_no_old_record(school: School, line: str) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.says("li", line)
    assert (await fresh(lamp)).place == "J3-302"
    assert "3号楼201什么坏了" in school.heard("li")


async def test_only_ones_own_is_corrected(school: School) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    for who in ("mei", "hou"):
        await school.says(who, "说错了，是实验楼105")
        assert "没有您现在可以" in school.heard(who)
    assert (await fresh(lamp)).place == "J3-302"


@pytest.mark.parametrize(
    "line", ["改 类别 多媒体", "改 多媒体", "改 类别：计算机", "改 归多媒体", "改 001 类别 多媒体"]
)
async def test_a_trade_may_be_named_in_short(school: School, line: str) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.says("li", line)
    assert ((await fresh(lamp)).category, lamp.item) == ("multimedia", "灯")
    assert "accept" in school.buttons("chen")


@pytest.mark.parametrize(
    ("line", "urgency"),
    [("改 较急", "high"), ("改 紧急程度 紧急", "emergency"), ("改成不急", "low"), (f"改 {DAY}-001 很急", "high")],
)
async def test_an_urgency_may_be_typed(school: School, line: str, urgency: str) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.says("li", line)
    assert (await fresh(lamp)).urgency == urgency


async def test_a_supplement_that_cannot_be_kept_is_said(school: School) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.says("li", "补充：灯管两头发黑")
    assert "记不进单子" in school.heard("li")
    assert ((await fresh(lamp)).item, lamp.version) == ("灯", 0)
    await school.says("li", "补充：地点是3号楼201")
    assert (await fresh(lamp)).place == "J3-201"


# -- steps that a sentence means


@pytest.mark.parametrize("line", ["开工了", "到现场了", "正在修", "开始修了", "正在修，明天能好"])
async def test_beginning_is_not_holding(school: School, line: str) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", line)
    assert (await school.order()).state == "started"
    cards = len(school.channel.sent["wang"])
    await school.says("wang", line)
    assert len(school.channel.sent["wang"]) == cards + 1, "how it stands"
    assert not any(card.submit for card in school.channel.sent["wang"])


@pytest.mark.parametrize("line", ["等配件，明天再来", "缺个阀芯，先关了水"])
async def test_a_reason_holds(school: School, line: str) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", line)
    assert ((await school.order()).state, (await school.order()).hold_reason) == ("held", "parts")
    await school.says("wang", "开工")
    assert (await school.order()).state == "started", "a held job goes on"


async def test_a_day_alone_asks_for_the_reason(school: School) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "明天再来修")
    assert (await school.order()).state == "accepted"
    assert [c.key for c in school.form("wang").choices] == ["reason", "wake"]


async def test_who_names_a_colleague_hands_on(school: School) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "这单转给周师傅吧，我今天请假")
    order = await school.order()
    assert (order.state, order.candidate_id) == ("offered", 4)


async def test_who_names_nobody_sends_back(school: School) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", "我今天请假，去不了")
    order = await school.order()
    assert (order.state, order.refused_by) == ("reported", [3])


@pytest.mark.parametrize("line", ["派单 王强", "派给王强", "{number} 派给 王强", "转给 王强", "把这单派给王师傅"])
async def test_the_lead_assigns_in_words(school: School, line: str) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("hou", line.format(number=tap.number))
    assert ((await fresh(tap)).state, tap.assignee_id) == ("accepted", 3)


async def test_whose_trade_it_is_says_why(school: School) -> None:
    (lamp,) = await reported(school, "3号楼302 灯不亮")
    await school.says("wang", "拒单 归多媒体")
    assert (await fresh(lamp)).category == "multimedia"


async def test_who_may_not_assign_is_not_told_who_mends(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    for line in (f"派单 {tap.number} 张三", "派单 张三"):
        await school.says("li", line)
        assert "王强" not in school.heard("li")


async def test_who_mends_beside_teaching_is_heard_as_a_mender(school: School) -> None:
    await Person.filter(name="梅老师").update(roles=["teacher", "repairer"])
    await Membership.create(team="water_electric", person=await Person.get(name="梅老师"))
    await announce()
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("mei", "接单")
    await school.says("mei", "修好了")
    assert (await fresh(tap)).state == "resolved"


# -- stars


@pytest.mark.parametrize(
    ("line", "stars"),
    [
        ("评分 5", 5),
        ("评分 一般", 3),
        ("评价 师傅一会儿就修好了，非常满意", 5),
        ("评价 三分钟就修好了，满意", 4),
        ("评分 10分", None),
        ("评分 100", None),
        ("评分 很满意", 5),
        ("评分 不太满意", 2),
        ("评分 不满意", 1),
        ("评分 差评", 1),
        ("评分 四星", 4),
        ("评分 3分，还行", 3),
        ("评分 4 还行", 4),
        ("评分 还行吧", None),
        ("五星好评", 5),
        ("5星", 5),
    ],
)
async def test_stars_are_heard_or_asked(school: School, line: str, stars: int | None) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await mended(school, tap, "wang", "换了垫圈")
    await school.says("li", "确认")
    await school.says("li", line)
    assert (await fresh(tap)).rating == stars
    assert any(card.submit for card in school.channel.sent["li"]) == (stars is None)


@pytest.mark.parametrize(("line", "stars"), [("修好了，五星", 5), ("5星", 5), ("五星好评", 5), ("确认 4分", 4)])
async def test_stars_within_the_confirmation_count(school: School, line: str, stars: int) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await mended(school, tap, "wang", "换了垫圈")
    await school.says("li", line)
    assert ((await fresh(tap)).state, tap.rating) == ("confirmed", stars)


async def test_rating_waits_for_the_confirmation(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await mended(school, tap, "wang", "换了垫圈")
    await school.says("li", "评分 5")
    assert ((await fresh(tap)).state, tap.rating) == ("resolved", None)
    assert "待确认" in school.heard("li")


# -- what cannot be used


@pytest.mark.parametrize(
    "line", ["转单 给", "转单 转给", "挂起 等配件 9999999天", "挂起 等配件 99999999999天", "转单 " + "9" * 30]
)
async def test_plain_input_never_breaks_anything(school: School, line: str) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    await school.says("wang", line)
    assert await InboxEvent.filter(state="aside").count() == 0
    assert (await school.order()).wake_at is None


async def test_a_form_brings_no_number_that_no_column_holds(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    fields = {"colleague": "9" * 30, "score": "9" * 30}
    for cycle in ("1", "9" * 5000):
        press = school.event("wang", Kind.PRESS, name=f"work_order:{tap.id}:transfer:{cycle}"[:255], fields=fields)
        await school.deliver(press)
    assert (await fresh(tap)).state == "accepted"
    assert await HistoryEntry.filter(step="transfer").count() == 0


@pytest.mark.parametrize(
    ("said", "hour", "wake"),
    [
        ("两周后", 9, (2026, 12, 7, 8)),
        ("十天后", 9, (2026, 12, 3, 8)),
        ("十五天后", 9, (2026, 12, 8, 8)),
        ("3天", 9, (2026, 11, 26, 8)),
        ("半个月后", 9, (2026, 12, 8, 8)),
        ("三五天后", 9, None),
        ("今天", 9, (2026, 11, 23, 14)),
        ("今天", 15, (2026, 11, 23, 17)),
        ("下午", 18, (2026, 11, 24, 8)),
        ("周五", 9, (2026, 11, 27, 8)),
        ("下周一", 9, (2026, 11, 30, 8)),
        ("三天后天晴", 9, (2026, 11, 26, 8)),
    ],
)
async def test_a_day_to_come(school: School, said: str, hour: int, wake: tuple[int, int, int, int] | None) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.says("wang", "接单")
    school.clock.advance(hours=hour - 9)
    await school.says("wang", f"挂起 等配件 {said}")
    order = await school.order()
    assert order.state == "held"
    expected = datetime(*wake[:3], wake[3] - 8, tzinfo=UTC) if wake else None
    assert order.wake_at == expected


# -- files


async def test_a_photo_does_not_go_to_what_was_withdrawn(school: School) -> None:
    (tap,) = await reported(school, "3号楼201 水龙头漏水")
    await school.says("li", "撤单")
    await school.sends_photo("li")
    assert "请再说一句" in school.heard("li")
    assert await Attachment.filter(subject="work_order", subject_id=tap.id).count() == 0


async def test_a_voice_is_not_called_a_photo(school: School) -> None:
    await reported(school, "3号楼201 水龙头漏水")
    await school.deliver(school.event("li", Kind.MESSAGE, files=(FileRef(ref="photo", kind=FileKind.VOICE),)))
    assert "语音已收到" in school.heard("li")
    assert "照片" not in school.heard("li")
