"""Leave and duty by one sentence: jobs go over, come back, and nobody away is left with one."""

import pytest

from models import Absence, HistoryEntry, Person, WorkOrder
from services import Services
from tests.school import School, announce

WANG, ZHOU, ZHAO, HOU = 3, 4, 5, 7


async def reported(school: School, text: str = "3号楼201 水龙头漏水") -> WorkOrder:
    """A teacher reports something."""
    await school.says("li", text)
    return await school.order()


async def in_hand(school: School, who: str = "wang") -> WorkOrder:
    """A job that somebody has accepted."""
    order = await reported(school)
    await school.says(who, f"接单 {order.number}")
    return await school.order()


async def fresh(order: WorkOrder) -> WorkOrder:
    """The row as it stands now."""
    return await WorkOrder.get(id=order.id)


def services(school: School) -> Services:
    """The use cases of the house."""
    return school.house.services


async def steps(order: WorkOrder) -> list[tuple[str, int | None, dict[str, str]]]:
    """What the history keeps: step, who, with what."""
    rows = await HistoryEntry.filter(subject_id=order.id).order_by("id")
    return [(row.step, row.actor_id, row.details) for row in rows]


async def test_leave_hands_open_jobs_over(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "我今天请假，活给周平")
    order = await fresh(order)
    assert (order.state, order.assignee_id, order.instead_of_id) == ("accepted", ZHOU, WANG)
    assert "由周平代" in school.heard("wang")
    assert "已转过去 1 单" in school.heard("wang")
    assert "王强" in school.heard("zhou")
    assert "代不了" in school.heard("zhou")
    assert school.rows("zhou")["责任人"] == "周平（代王强）"
    assert (await steps(order))[-1] == ("stand_in", WANG, {"colleague": str(ZHOU), "instead_of": str(WANG)})


async def test_new_jobs_go_to_the_stand_in_only(school: School) -> None:
    await school.says("wang", "我今天请假，活给赵木")
    before = len(school.channel.sent["wang"])
    order = await reported(school)
    assert len(school.channel.sent["wang"]) == before
    assert "accept" in school.buttons("zhao")
    await school.presses("zhao", "accept")
    order = await fresh(order)
    assert (order.assignee_id, order.instead_of_id) == (ZHAO, WANG)
    assert school.rows("zhao")["责任人"] == "赵木（代王强）"
    assert ("accept", ZHAO, {"instead_of": str(WANG)}) in await steps(order)


async def test_what_waits_is_shown_to_a_stand_in_of_another_team(school: School) -> None:
    order = await reported(school)
    await school.says("wang", "我今天请假，活给赵木")
    assert order.number in school.card("zhao").headline
    assert "accept" in school.buttons("zhao")


async def test_without_a_stand_in_jobs_go_to_the_team_and_the_lead_hears(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "我今天请假")
    order = await fresh(order)
    assert (order.state, order.assignee_id) == ("reported", None)
    assert "accept" in school.buttons("zhou")
    assert "没有人代班" in school.heard("hou")
    assert "1 单已退回班组" in school.heard("wang")


async def test_where_nobody_is_there_a_new_job_is_the_leads(school: School) -> None:
    await school.says("zhao", "我今天请假")
    order = await reported(school, "3号楼302 门锁坏了")
    assert order.category == "furniture"
    assert order.number in school.card("hou").headline
    assert not school.channel.sent["zhao"]


async def test_coming_back_brings_back_what_was_not_begun(school: School) -> None:
    first, second = await in_hand(school), await in_hand(school)
    await school.says("wang", "我今天请假，活给周平")
    await school.says("zhou", f"开工 {first.number}")
    await school.says("wang", "我回来了")
    first, second = await fresh(first), await fresh(second)
    assert (first.state, first.assignee_id) == ("started", ZHOU)
    assert (second.state, second.assignee_id, second.instead_of_id) == ("accepted", WANG, None)
    assert "1 单已还给您" in school.heard("wang")
    assert "王强回来了" in school.heard("zhou")
    assert (await steps(second))[-1][:2] == ("stand_in", WANG)


async def test_the_stand_in_of_who_stands_in(school: School) -> None:
    order = await in_hand(school)
    await school.says("zhou", "我今天请假，活给赵木")
    await school.says("wang", "我今天请假，活给周平")
    assert ((await fresh(order)).assignee_id, (await fresh(order)).instead_of_id) == (ZHAO, WANG)


async def test_two_who_stand_in_for_each_other_are_nobody(school: School) -> None:
    order = await in_hand(school)
    await school.says("zhou", "我今天请假，活给王强")
    await school.says("wang", "我今天请假，活给周平")
    assert (await fresh(order)).state == "reported"
    assert order.number in school.card("hou").headline


async def test_who_goes_after_taking_over_hands_on(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "我今天请假，活给周平")
    await school.says("zhou", "我今天请假，活给赵木")
    order = await fresh(order)
    assert (order.assignee_id, order.instead_of_id) == (ZHAO, WANG)
    await school.says("wang", "销假")
    assert (await fresh(order)).assignee_id == WANG


async def test_the_stand_in_may_decline(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "我今天请假，活给周平")
    await school.says("zhou", "代不了")
    assert (await fresh(order)).state == "reported"
    assert "不用您代了" in school.heard("zhou")
    assert "代不了" in school.heard("wang")
    assert "代不了" in school.heard("hou")
    await school.says("zhou", "代不了")
    assert "现在没有请您代班" in school.heard("zhou")


async def test_no_job_stays_with_who_is_away(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", f"完工 {order.number} 换了垫圈")
    await school.says("wang", "我今天请假，活给周平")
    assert (await fresh(order)).assignee_id == WANG
    await school.says("li", f"没修好 {order.number} 还在漏")
    order = await fresh(order)
    assert (order.state, order.assignee_id, order.instead_of_id) == ("accepted", ZHOU, WANG)


async def test_the_lead_assigns_and_the_stand_in_gets_it(school: School) -> None:
    await school.says("wang", "我今天请假，活给赵木")
    order = await reported(school)
    await school.says("hou", f"派单 {order.number} 王强")
    assert ((await fresh(order)).assignee_id, (await fresh(order)).instead_of_id) == (ZHAO, WANG)


async def test_nobody_is_given_a_job_who_is_away_without_a_stand_in(school: School) -> None:
    await school.says("wang", "我今天请假")
    order = await reported(school)
    await school.says("hou", f"派单 {order.number} 王强")
    assert "王强请假了" in school.heard("hou")
    assert (await fresh(order)).assignee_id is None


async def test_who_is_away_does_not_accept_what_another_does_for_them(school: School) -> None:
    await school.says("wang", "我今天请假，活给赵木")
    order = await reported(school)
    await school.says("wang", f"接单 {order.number}")
    assert "销假" in school.heard("wang")
    assert (await fresh(order)).assignee_id is None


async def test_the_clock_brings_it_about_once(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "周三到周四请假，活给周平")
    assert (await fresh(order)).assignee_id == WANG
    await school.tick()
    assert (await fresh(order)).assignee_id == WANG
    school.clock.advance(days=2)
    said = len(school.channel.said["zhou"])
    await school.tick()
    await school.tick()
    assert (await fresh(order)).assignee_id == ZHOU
    assert len(school.channel.said["zhou"]) == said + 1
    school.clock.advance(days=2)
    await school.tick()
    await school.tick()
    assert (await fresh(order)).assignee_id == WANG
    assert len(school.channel.said["zhou"]) == said + 2
    assert [step for step, *_ in await steps(order)].count("stand_in") == 2


async def test_a_standstill_is_caught_up(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "周三到周四请假，活给周平")
    school.clock.advance(days=9)
    for _ in range(3):
        await school.tick()
    assert (await fresh(order)).assignee_id == WANG
    assert await Absence.filter(ended_at=None).count() == 0


async def test_the_lead_enters_it_for_others(school: School) -> None:
    order = await in_hand(school)
    await school.says("hou", "王师傅今天病了，活给老周")
    assert (await fresh(order)).assignee_id == ZHOU
    assert "已登记王强请假" in school.heard("hou")
    assert "由周平代班" in school.heard("wang")
    await school.says("hou", "销假 王强")
    assert (await fresh(order)).assignee_id == WANG


@pytest.mark.parametrize(
    ("who", "line", "told"),
    [
        ("zhou", "王师傅今天病了，活给老赵", "由本人或后勤负责人登记"),
        ("wang", "我今天请假，活给王强", "不能自己代自己"),
        ("wang", "我今天请假，活给孙师傅", "没有“孙师傅”"),
        ("wang", "请假 11月20号", "已经过去"),
        ("wang", "我回来了", "没有登记过请假"),
        ("li", "请假 今天", "只登记维修师傅"),
        ("wang", "我今天请假，活给李老师", "没有“李老师”"),
        ("wang", "下周我出差，审批请刘校长代", "审批目前"),
    ],
)
async def test_refusals_change_nothing(school: School, who: str, line: str, told: str) -> None:
    await school.says(who, line)
    assert told in school.heard(who)
    assert await Absence.all().count() == 0


async def test_a_name_of_two_is_asked(school: School) -> None:
    await Person.create(staff_no="T100", name="周正", roles=["repairer"])
    await announce()
    await school.says("wang", "我今天请假，活给周师傅")
    assert "哪一位" in school.heard("wang")
    assert "周平" in school.heard("wang")
    assert await Absence.all().count() == 0


async def test_two_that_meet_are_one(school: School) -> None:
    await school.says("wang", "今天请假")
    await school.says("wang", "今天到周三请假，活给周平")
    (told,) = await services(school).absences.of_person(WANG)
    assert (told.stand_in, told.begun) == (ZHOU, True)
    await school.says("wang", "明天请假，活给赵木")
    assert "另一位" in school.heard("wang")
    (told,) = await services(school).absences.of_person(WANG)
    assert told.stand_in == ZHOU


async def test_the_short_command(school: School) -> None:
    await school.says("wang", "请假 周三 周五 周平")
    (told,) = await services(school).absences.of_person(WANG)
    assert (f"{told.since:%m-%d}", f"{told.until:%m-%d}", told.stand_in) == ("11-24", "11-27", ZHOU)
    assert "11-25到 11-27" in school.heard("wang")
    await school.says("zhou", "谁请假")
    assert "现在没有人请假" in school.heard("zhou")


async def test_one_trade_of_two(school: School) -> None:
    await school.says("wang", "周三到周五去培训，水电找小周")
    (told,) = await services(school).absences.of_person(WANG)
    assert (told.teams, told.stand_in) == (frozenset({"water_electric"}), ZHOU)


async def test_duty(school: School) -> None:
    await school.says("hou", "本周值班：水电王师傅")
    assert "王强" in school.heard("hou")
    assert "请您值班" in school.heard("wang")
    await school.says("li", "值班")
    assert "11-23 到 11-29 水电王强" in school.heard("li")
    await school.says("wang", "本周值班：水电周师傅")
    assert "后勤负责人安排" in school.heard("wang")


async def test_every_act_says_in_whose_place(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", "我今天请假，活给周平")
    await school.says("zhou", f"开工 {order.number}")
    await school.says("zhou", f"完工 {order.number} 换了垫圈")
    kept = await steps(order)
    assert kept[-2:] == [("start", ZHOU, {}), ("resolve", ZHOU, {})]
    assert ("accept", WANG, {}) in kept
    rows = await HistoryEntry.filter(subject_id=order.id).order_by("id")
    assert [row.on_behalf_id for row in rows[-2:]] == [WANG, WANG]
    assert rows[0].on_behalf_id is None
    assert "代王强" in school.card("li").headline + school.rows("li")["责任人"]


async def test_a_lead_who_stands_in_gives_back(school: School) -> None:
    await Person.filter(id=ZHOU).update(roles=["repairer", "logistics_head"])
    await announce()
    order = await in_hand(school)
    await school.says("wang", "我今天请假，活给周平")
    await school.says("zhou", "王师傅回来了")
    order = await fresh(order)
    assert (order.assignee_id, order.instead_of_id) == (WANG, None)


async def test_an_offer_that_lapses_comes_to_the_stand_in(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", f"转给 周平 {order.number}")
    await school.says("wang", "我今天请假，活给赵木")
    assert (await fresh(order)).state == "offered"
    await school.says("zhou", f"不接 {order.number}")
    assert ((await fresh(order)).assignee_id, (await fresh(order)).instead_of_id) == (ZHAO, WANG)


async def test_an_offer_to_who_goes_away_comes_back(school: School) -> None:
    order = await in_hand(school)
    await school.says("wang", f"转给 周平 {order.number}")
    await school.says("zhou", "我今天请假，活给赵木")
    order = await fresh(order)
    assert (order.state, order.assignee_id, order.candidate_id) == ("accepted", WANG, None)


async def test_leave_until_further_notice(school: School) -> None:
    await school.says("wang", "我从今天起病假，什么时候回来再说，活给周平")
    (told,) = await services(school).absences.of_person(WANG)
    assert (told.until, told.begun) == (None, True)
    school.clock.advance(days=60)
    await school.tick()
    assert [one.person for one in await services(school).absences.current()] == [WANG]


async def test_called_off_before_it_begins(school: School) -> None:
    await school.says("wang", "下周一请假，活给周平")
    await school.says("wang", "销假")
    assert "已取消" in school.heard("wang")
    school.clock.advance(days=8)
    await school.tick()
    assert await services(school).absences.current() == []
