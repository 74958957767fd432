"""A job changes hands, gets help, is restored for now, rejected, appealed, closed: who may, who hears, what is kept."""

from models import HistoryEntry
from tests.school import School


async def _accepted(school: School) -> str:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.presses("wang", "accept")
    return (await school.order()).number


async def test_a_colleague_takes_over_what_has_not_begun(school: School) -> None:
    number = await _accepted(school)
    assert school.buttons("zhou") == set(), "it is typed: a card that cannot change again shows no such button"
    await school.says("zhou", f"接手 {number}")
    order = await school.order()
    assert (order.state, order.former_id) == ("accepted", 3)
    assert school.card("wang").headline.endswith(" 周平接手了这一单")
    assert school.buttons("wang") == set()
    assert "start" in school.buttons("zhou")


async def test_what_has_begun_is_taken_over_only_when_it_lies_idle(school: School) -> None:
    number = await _accepted(school)
    await school.presses("wang", "start")
    await school.says("zhou", f"接手 {number}")
    assert "一天没有动静才能接手" in school.heard("zhou")
    assert (await school.order()).assignee_id == 3
    school.clock.advance(hours=24)
    await school.says("zhou", f"接手 {number}")
    order = await school.order()
    assert (order.state, order.former_id) == ("accepted", 3)
    assert order.assignee_id != 3


async def test_a_stranger_to_the_trade_takes_nothing_over(school: School) -> None:
    number = await _accepted(school)
    before = (await school.order()).assignee_id
    await school.says("zhao", f"接手 {number}")
    assert (await school.order()).assignee_id == before


async def test_a_helper_is_asked_sees_the_job_and_leaves(school: School) -> None:
    number = await _accepted(school)
    await school.says("wang", f"协同 {number} 周师傅")
    assert school.rows("zhou")["责任人"] == "王强（协同：周平）"
    assert school.buttons("zhou") == {"leave", "amend"}
    await school.says("wang", f"协同 {number} 周师傅")
    assert "已经在协同了" in school.heard("wang")
    await school.presses("zhou", "leave")
    assert (await school.order()).helpers == []
    assert school.rows("wang")["责任人"] == "王强"


async def test_restored_for_now_gives_the_lesson_back_and_stays_open(school: School) -> None:
    number = await _accepted(school)
    await school.says("wang", f"临时恢复 {number}")
    assert "先怎么弄的" in school.heard("wang") or "临时恢复：请回复一句" in school.heard("wang")
    await school.says("wang", "先把总阀关小了，水池能用")
    order = await school.order()
    assert (order.state, order.note) == ("restored", "先把总阀关小了，水池能用")
    restored = order.restored_at
    assert restored is not None
    assert school.card("li").headline.endswith("已临时恢复，可以先用，师傅还会来修好")
    school.clock.advance(hours=2)
    await school.presses("wang", "resume")
    await school.says("wang", f"完工 {number} 换了阀芯")
    order = await school.order()
    assert (order.state, order.restored_at) == ("resolved", restored)


async def test_the_lead_rejects_and_hears_an_appeal_once(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    number = (await school.order()).number
    await school.says("hou", f"不予受理 {number} 下周整层换新")
    assert (await school.order()).state == "rejected"
    assert "下周整层换新" in school.rows("li")["说明"]
    assert school.buttons("li") == {"appeal"}
    await school.says("wang", f"不予受理 {number} 不修")
    await school.says("li", f"申诉 {number} 现在就漏到楼下了")
    order = await school.order()
    assert (order.state, order.appealed, order.settled_at) == ("reported", True, None)
    assert "申诉了" in school.card("hou").headline
    assert "accept" in school.buttons("wang")
    await school.says("hou", f"不予受理 {number} 已安排")
    await school.says("li", f"申诉 {number} 还漏")
    assert "已经申诉过一次" in school.heard("li")
    assert (await school.order()).state == "rejected"


async def test_only_the_lead_rejects_or_closes(school: School) -> None:
    number = await _accepted(school)
    for who in ("li", "wang", "zhou"):
        for word in ("不予受理", "强制关闭"):
            await school.says(who, f"{word} {number} 不修了")
    assert (await school.order()).state == "accepted"
    await school.says("hou", f"强制关闭 {number} 楼要拆了")
    order = await school.order()
    assert (order.state, order.note) == ("lapsed", "楼要拆了")
    assert "已关闭此单" in school.card("li").headline


async def test_what_nobody_had_in_hand_comes_back_to_its_team(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    number = (await school.order()).number
    await school.says("hou", f"强制关闭 {number} 重复")
    await school.says("li", f"没修好 {number} 还漏")
    order = await school.order()
    assert (order.state, order.cycle, order.assignee_id) == ("reported", 2, None)
    assert "accept" in school.buttons("wang")


async def test_no_longer_needed_after_the_work_began_is_done_and_nobodys_fault(school: School) -> None:
    number = await _accepted(school)
    await school.presses("wang", "start")
    await school.says("li", f"撤单 {number}")
    order = await school.order()
    assert order.state == "confirmed"
    assert order.settled_at is not None
    assert "不用修了，此单已结" in school.card("wang").headline
    assert [e.step for e in await HistoryEntry.all().order_by("id")][-1] == "withdraw"


async def test_the_fourth_hold_is_for_the_lead(school: School) -> None:
    number = await _accepted(school)
    for _ in range(3):
        await school.says("wang", f"挂起 {number} 等配件")
        await school.says("wang", f"恢复 {number}")
    await school.says("wang", f"挂起 {number} 等配件")
    assert "再挂起请后勤负责人来定" in school.heard("wang")
    assert (await school.order()).state == "started"
    await school.says("hou", f"挂起 {number} 等配件")
    assert (await school.order()).state == "held"


async def test_two_colleagues_who_decline_bring_the_lead_in(school: School) -> None:
    number = await _accepted(school)
    told = len(school.channel.sent.get("hou", []))
    for _ in range(2):
        await school.says("wang", f"转给 {number} 周师傅")
        await school.presses("zhou", "decline")
    assert (await school.order()).declines == 2
    assert len(school.channel.sent.get("hou", [])) == told + 1
    await school.says("hou", f"派单 {number} 周师傅")
    assert (await school.order()).declines == 0


async def test_the_third_round_is_the_leads_as_well(school: School) -> None:
    number = await _accepted(school)
    told = len(school.channel.sent.get("hou", []))
    for _ in range(2):
        await school.says("wang", f"完工 {number} 换了垫圈")
        await school.says("li", f"没修好 {number} 还漏")
    assert (await school.order()).cycle == 3
    assert len(school.channel.sent.get("hou", [])) == told + 1
