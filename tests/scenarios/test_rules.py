"""What the rules of the repair promise beyond the plain way: nobody is left waiting, nothing is told that is not so."""

import asyncio
import os
import sys
from datetime import timedelta

import pytest

import handlers
from bot.core.event import Kind
from bot.core.texts import Catalogue
from domain.catalog import Urgency
from domain.errors import Invalid, NotAllowed
from models import Account, HistoryEntry, OpenForm, WorkOrder
from services.database import transaction
from services.forms import Question
from services.work_orders import Given, Problem
from tests.processes import KEY, ROOT
from tests.scenarios.saying import actor_of
from tests.school import School, announce
from tests.visiting import person_of

LAMP, LOCK, TAP = "报修 3号楼302 灯不亮", "报修 3号楼302 门锁坏了", "报修 3号楼201 水龙头漏水"
LATELY = timedelta(days=1)
TEXTS = Catalogue((handlers.FOLDER,))


# -- questions


async def test_of_two_questions_put_at_once_one_stays(school: School) -> None:
    forms, person = school.house.services.forms, await person_of("li")

    async def ask(number: int) -> None:
        async with transaction():
            await forms.ask(person, Question(subject="work_order", subject_id=number, step="amend", field="location"))

    for _ in range(3):
        await asyncio.gather(*(ask(number) for number in range(8)))
        assert await OpenForm.all().count() == 1
        await forms.close(person)


async def test_a_question_does_not_outlive_what_it_is_about(school: School) -> None:
    await school.says("li", "水龙头漏水")
    assert await OpenForm.all().count() == 1
    await school.presses("li", "cancel")
    assert await OpenForm.all().count() == 0
    await school.says("li", "3号楼201水龙头漏水")
    assert (await school.order()).state == "reported"
    assert await WorkOrder.all().count() == 2


async def test_a_question_goes_with_the_job_to_another_hand(school: School) -> None:
    await school.says("li", TAP)
    await school.presses("wang", "accept")
    await school.presses("wang", "resolve")
    assert (await OpenForm.get()).person_id == await person_of("wang")
    await school.says("hou", f"派单 {(await school.order()).number} 周平")
    assert await OpenForm.all().count() == 0, "the work is no longer his to finish"


async def test_a_question_stays_while_it_can_be_answered(school: School) -> None:
    await school.says("li", "水龙头漏水")
    school.clock.advance(minutes=11)
    await school.tick()
    assert (await school.order()).state == "reported"
    await school.says("li", "3号楼201")
    assert (await school.order()).place == "J3-201"


# -- nobody is left without an owner


async def test_who_only_asked_for_the_place_may_take_the_job(school: School) -> None:
    await school.says("li", LOCK)
    await school.says("zhao", "拒单 找不到地点")
    assert (await school.order()).refused_by == []
    assert school.buttons("zhao") == {"accept", "refuse"}
    sent = len(school.channel.sent["zhao"])
    await school.says("li", "3号楼201")
    assert len(school.channel.sent["zhao"]) == sent + 1, "the place is told afresh"
    assert school.rows("zhao")["地点"] == "3号楼 201 初一1班"
    await school.presses("zhao", "accept")
    assert (await school.order()).state == "accepted"


async def test_the_lead_hears_when_the_last_willing_has_refused(school: School) -> None:
    await school.says("li", LOCK)
    await school.presses("zhao", "accept")
    await school.says("zhao", "拒单 请假")
    assert "assign" in school.buttons("hou")


@pytest.mark.parametrize("known_elsewhere", [False, True], ids=["no account", "no lane"])
async def test_a_mender_who_cannot_be_reached_leaves_the_job_to_the_lead(school: School, known_elsewhere: bool) -> None:
    zhao = Account.filter(account="zhao")
    await (zhao.update(channel="dingtalk") if known_elsewhere else zhao.delete())
    await announce()
    await school.says("li", LOCK)
    assert "assign" in school.buttons("hou")


async def test_an_offer_that_reaches_nobody_is_told_to_the_lead(school: School) -> None:
    await school.says("li", TAP)
    await school.presses("wang", "accept")
    await Account.filter(account="zhou").delete()
    await announce()
    await school.says("wang", "转给 周平")
    assert (await school.order()).state == "offered"
    assert "assign" in school.buttons("hou")


async def test_an_emergency_without_trade_and_place_goes_out_at_once(school: School) -> None:
    work_orders, li = school.house.services.work_orders, await actor_of(school, "li")
    (order,) = await work_orders.open_all(li, "着火了", [Problem(urgency=Urgency.EMERGENCY)])
    await school.settle()
    assert order.state == "reported"
    assert "assign" in school.buttons("hou")


async def test_own_work_is_confirmed_by_the_lead_who_is_asked(school: School) -> None:
    await school.says("wang", TAP)
    await school.says("wang", "接单")
    await school.says("wang", "完工 换了垫圈")
    assert "confirm" in school.buttons("hou")
    assert school.card("hou").headline.endswith(" 王强自报自修，请后勤负责人确认")
    assert school.card("wang").headline.endswith(" 王强自报自修，请后勤负责人确认")
    school.clock.advance(days=1, seconds=1)
    sent = len(school.channel.sent["hou"])
    await school.tick()
    assert len(school.channel.sent["hou"]) == sent + 1
    await school.presses("hou", "confirm")
    assert (await school.order()).state == "confirmed"


async def test_the_lead_may_mean_any_open_job(school: School) -> None:
    await school.says("li", TAP)
    await school.says("hou", "派单 王强")
    order = await school.order()
    assert (order.state, order.assignee_id) == ("accepted", await person_of("wang"))
    services, hou = school.house.services.work_orders, await actor_of(school, "hou")
    assert [line.order.id for line in await services.candidates(hou, "hold")] == [order.id]
    assert await services.candidates(hou, "start") == []
    assert await services.candidates(await actor_of(school, "mei"), "hold") == []


# -- who leaves


async def test_what_a_leaver_has_in_hand_goes_back(school: School) -> None:
    for text in (TAP, LAMP, LOCK, "报修 3号楼201 灯不亮"):
        await school.says("li", text)
    tap, lamp, lock, other = await WorkOrder.all().order_by("id")
    await school.says("wang", f"接单 {tap.number}")
    await school.says("wang", f"挂起 {tap.number} 等配件 周五")
    await school.says("zhou", f"接单 {lamp.number}")
    await school.says("zhou", f"转给 {lamp.number} 王强")
    await school.says("zhao", f"接单 {lock.number}")
    await school.says("zhao", f"完工 {lock.number} 换了锁芯")
    services, sent = school.house.services, len(school.channel.sent["hou"])
    for staff_no, count in (("T003", 2), ("T005", 0)):
        assert await services.work_orders.release(await services.people.leaves(staff_no)) == count
    await school.settle()
    for order in (tap, lamp, lock, other):
        await order.refresh_from_db()
    assert (tap.state, tap.assignee_id, tap.hold_reason, tap.wake_at) == ("reported", None, "", None)
    assert (lamp.state, lamp.assignee_id, lamp.candidate_id) == ("accepted", await person_of("zhou"), None)
    assert lock.state == "resolved", "what is finished waits for its reporter"
    assert len(school.channel.sent["hou"]) == sent + 1
    assert school.card("hou").headline == f"{tap.number} 原来的师傅已离校，待接单或派单"
    assert school.card("zhou").headline == f"{tap.number} 原来的师傅已离校，待接单或派单"
    assert (await HistoryEntry.filter(subject_id=tap.id).order_by("-id").first()).step == "release"  # type: ignore[union-attr]
    assert other.state == "reported"


async def test_a_job_that_only_a_leaver_could_take_is_told_to_the_lead(school: School) -> None:
    await school.says("li", LOCK)
    services = school.house.services
    assert await services.work_orders.release(await services.people.leaves("T005")) == 0
    await school.settle()
    assert "assign" in school.buttons("hou")
    back = await services.people.leaves("T005", back=True)
    assert (back.name, back.teams) == ("赵木", frozenset({"furniture"}))
    assert await services.people.actor("wecom", "zhao") is not None


async def test_the_command_gives_back_as_well(school: School) -> None:
    await school.says("li", TAP)
    await school.presses("wang", "accept")
    settings = {
        "HOUQIN_SECRET_KEY": "only for the tests of it",
        "HOUQIN_DATABASE_URL": school.house.settings.database_url,
        "HOUQIN_CHANNELS": "wecom",
        "HOUQIN_WECOM_CORP_ID": "wwtestschool",
        "HOUQIN_WECOM_AGENT_ID": "1000002",
        "HOUQIN_WECOM_SECRET": "only-for-this-test",
        "HOUQIN_WECOM_TOKEN": "token",
        "HOUQIN_WECOM_AES_KEY": KEY,
        "LANG": "zh_CN.UTF-8",
        "PYTHONUTF8": "1",
    }
    for staff_no, code, words in (("T003", 0, "王强已离校"), ("T999", 1, "没有工号为 T999 的人")):
        command = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "leave", staff_no),
            cwd=ROOT,
            env={"PATH": os.environ.get("PATH", os.defpath), **settings},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await command.communicate()
        assert (command.returncode, words in said.decode()) == (code, True), said.decode()
    assert (await school.order()).state == "reported"
    await school.settle()
    assert school.card("zhou").headline.endswith(" 原来的师傅已离校，待接单或派单")
    assert "assign" in school.buttons("hou")


# -- what is told is so


async def test_a_reminder_says_what_it_is_about(school: School) -> None:
    await school.says("li", TAP)
    await school.presses("wang", "accept")
    await school.says("wang", "挂起 等配件 明天")
    school.clock.advance(days=1)
    await school.tick()
    assert school.card("wang").headline.endswith(" 提醒：挂起的这单该看一下了")
    assert school.card("li").headline.endswith(" 还在挂起，已提醒王强")
    await school.says("wang", "完工 换了垫圈")
    school.clock.advance(days=1, seconds=1)
    await school.tick()
    assert school.card("li").headline.endswith(" 师傅已修好，请确认一下")


@pytest.mark.parametrize(
    ("state", "mine", "assignee", "told"),
    [
        ("held", False, "王强", "提醒：挂起的这单该看一下了"),
        ("held", True, "王强", "还在挂起，已提醒王强"),
        ("held", True, "李老师", "提醒：挂起的这单该看一下了"),
        ("resolved", False, "王强", "已修好，已提醒李老师确认"),
        ("resolved", True, "王强", "师傅已修好，请确认一下"),
        ("resolved", False, "李老师", "李老师自报自修，请后勤负责人确认"),
        ("confirmed", False, "王强", "已确认"),
    ],
)
def test_a_reminder_fits_whoever_reads_it(state: str, mine: bool, assignee: str, told: str) -> None:
    values = {"state": state, "mine": mine, "assignee": assignee, "reporter": "李老师"}
    assert TEXTS["zh_CN"]("work_order.step.remind.told", **values) == told
    english = TEXTS["en"]("work_order.step.remind.told", **values)
    assert ("hold" in english, "mended" in english.lower()) == (
        state == "held",
        state == "resolved" and assignee != "李老师",
    )


async def test_a_held_job_is_remembered_at_its_hour(school: School) -> None:
    await school.says("li", TAP)
    await school.presses("wang", "accept")
    await school.presses("wang", "hold", reason="parts", wake="today")
    for hours, reminders in ((4.9, 0), (0.2, 1)):
        school.clock.advance(hours=hours)
        await school.tick()
        assert await HistoryEntry.filter(step="remind").count() == reminders


async def test_a_job_sent_back_shows_what_its_reporter_says(school: School) -> None:
    await school.says("li", LAMP)
    await school.says("wang", "接单")
    await school.says("wang", "完工 换了灯管")
    await school.says("li", f"没修好 {(await school.order()).number} 还在闪")
    assert school.rows("wang")["说明"] == "还在闪"


@pytest.mark.parametrize("step", ["transfer", "assign"])
async def test_a_hold_ends_when_the_job_changes_hands(school: School, step: str) -> None:
    await school.says("li", TAP)
    await school.presses("wang", "accept")
    await school.presses("wang", "start")
    await school.presses("wang", "hold", reason="parts", wake="week")
    started = (await school.order()).started_at
    if step == "transfer":
        await school.says("wang", "转给 周平")
        await school.says("zhou", "不接")
        assert school.card("wang").headline.endswith(" 转单未成，回到已接单，仍由王强负责")
    else:
        await school.says("hou", f"派单 {(await school.order()).number} 周平")
    order = await school.order()
    assert (order.state, order.hold_reason, order.wake_at) == ("accepted", "", None)
    assert order.started_at == started


async def test_only_an_open_job_is_being_talked_about(school: School) -> None:
    await school.says("li", TAP)
    latest, li = school.house.services.work_orders.latest, await actor_of(school, "li")
    assert await latest(li, LATELY) == await school.order()
    await school.presses("li", "cancel")
    assert await latest(li, LATELY) is None


# -- what nobody may


async def test_a_reason_or_trade_that_there_is_not_is_refused(school: School) -> None:
    await school.says("li", TAP)
    order, work_orders = await school.order(), school.house.services.work_orders
    wang, li = await actor_of(school, "wang"), await actor_of(school, "li")
    with pytest.raises(Invalid) as no:
        await work_orders.take(wang, order.id, "refuse", Given(reason="wrong_trade", category="nonsense"))
    assert (no.value.key, no.value.params["names"]) == (
        "work_order.refusal.no_trade",
        "水电、门窗课桌、计算机多媒体",
    )
    with pytest.raises(Invalid):
        await work_orders.amend(li, order.id, Problem(category="nonsense"))
    await school.presses("wang", "accept")
    for reason in ("xyz", "wrong_trade"):
        await school.presses("wang", "hold", reason=reason, wake="today")
        assert "等配件" in school.heard("wang")
    order = await school.order()
    assert (order.state, order.category, order.hold_reason) == ("accepted", "water_electric", "")


async def test_what_a_step_does_not_ask_for_is_not_kept(school: School) -> None:
    await school.says("li", TAP)
    order = await school.order()
    fields = {"reason": "xyz", "category": "nonsense", "colleague": "999", "score": "9"}
    await school.deliver(school.event("wang", Kind.PRESS, name=f"work_order:{order.id}:accept:1", fields=fields))
    assert (await HistoryEntry.get(step="accept")).details == {}


@pytest.mark.parametrize(
    ("who", "step"), [("li", "reroute"), ("wang", "reroute"), ("hou", "send"), ("hou", "release"), ("li", "remind")]
)
async def test_what_the_house_does_nobody_presses(school: School, who: str, step: str) -> None:
    await school.says("li", TAP)
    order = await school.order()
    await school.deliver(school.event(who, Kind.PRESS, name=f"work_order:{order.id}:{step}:1"))
    assert (await school.order()).version == 0
    assert "没有权限" in school.heard(who)


async def test_who_may_not_assign_is_not_told_who_mends(school: School) -> None:
    await school.says("li", TAP)
    with pytest.raises(NotAllowed):
        await school.house.services.work_orders.take(
            await actor_of(school, "mei"), (await school.order()).id, "assign", Given(colleague=1)
        )
