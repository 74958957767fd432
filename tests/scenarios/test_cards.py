"""What hangs on people's screens: one true card a record, whatever is late, lost, merged or pressed twice."""

from bot.core.event import Kind
from models import OutboxItem, ShownCard
from services.mailroom import Mailroom
from tests.school import School


async def test_a_new_card_that_was_merged_with_a_change_survives_an_outage(school: School) -> None:
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="报修 3号楼302 灯不亮"))
    await school.house.pipeline.work()
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="改 地点 3号楼201"))
    await school.house.pipeline.work()
    school.channel.down = True
    await school.settle()
    school.channel.down = False
    school.clock.advance(seconds=40)
    await school.settle()
    assert school.buttons("wang") == school.buttons("zhou") == {"accept", "refuse"}
    assert len(school.channel.sent["wang"]) == 1
    assert await OutboxItem.exclude(state="done").count() == 0


async def test_a_form_is_not_swallowed_by_a_card_of_the_same_record(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.presses("wang", "accept")
    await school.house.pipeline.deliver(school.press_event("wang", "hold"))
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="催"))
    await school.settle()
    assert [c.key for c in school.form("wang").choices] == ["reason", "wake"]
    assert school.card("wang").headline.endswith("在催，请尽快")


async def test_a_form_goes_when_it_has_been_sent(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.presses("wang", "accept")
    await school.presses("wang", "hold")
    await school.presses("wang", "hold", reason="parts", wake="tomorrow")
    assert not [c for c in school.channel.cards["wang"].values() if c.submit], "the form no longer has buttons"
    assert school.rows("wang")["状态"] == "挂起"


async def test_who_chose_the_trade_gets_the_card_of_the_record(school: School) -> None:
    await school.says("li", "报修 3号楼302 东西坏了")
    if (await school.order()).state == "unconfirmed":
        await school.presses("li", "amend", category="furniture", urgency="normal")
    assert (await school.order()).state == "reported"
    assert "cancel" in school.buttons("li")


async def test_a_press_on_a_card_that_was_replaced_takes_its_buttons_off(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    (ref, _), *_ = school.channel.cards["li"].items()
    old = school.press_event("li", "cancel")
    await school.presses("wang", "accept")
    await school.presses("wang", "start")
    await school.says("wang", "完工 换了灯管")
    await school.deliver(old)
    assert "不能再" in school.heard("li")
    assert ref in school.channel.retired["li"]
    assert school.buttons("li") == {"confirm", "reopen"}


async def test_a_card_that_was_shown_but_not_noted_is_put_right_when_it_is_pressed(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    press = school.press_event("wang", "accept")
    await ShownCard.filter(account="wang").delete()  # the process died between showing and noting
    await school.deliver(press)
    assert press.card in school.channel.retired["wang"]
    assert "start" in school.buttons("wang")


async def test_who_can_press_nothing_is_not_disturbed_by_every_step(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.presses("wang", "accept")
    await school.presses("wang", "start")
    await school.says("wang", "完工 换了灯管")
    await school.presses("li", "confirm")
    assert len(school.channel.sent["zhou"]) == 1
    assert school.buttons("zhou") == set()


async def test_a_code_that_could_not_be_tried_is_tried_again(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    school.channel.down = True
    await school.presses("wang", "accept")
    school.channel.down = False
    school.clock.advance(seconds=40)
    await school.settle()
    assert len(school.channel.sent["zhou"]) == len(school.channel.sent["wang"]) == 1, "changed, not shown anew"
    assert school.buttons("zhou") == set()


async def test_what_was_given_up_has_its_full_time_again_when_it_is_replayed(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await OutboxItem.all().update(state="dead", tries=6)
    school.clock.advance(days=3)
    mailroom: Mailroom = school.house.services.mailroom
    assert await mailroom.replay() > 0
    school.channel.down = True
    await school.settle()
    assert not await OutboxItem.filter(state="dead").exists()


async def test_a_stranger_who_only_looks_in_is_left_in_peace(school: School) -> None:
    for _ in range(3):
        await school.deliver(school.event("nobody", Kind.VISIT, name="enter_agent"))
    assert school.channel.said == {}


async def test_a_photo_of_the_reporter_reaches_who_has_to_mend(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.sends_photo("li")
    assert "1 张图片" in school.rows("wang")["说明"]
    assert "有新图片" in school.card("wang").headline
    await school.presses("wang", "accept")
    assert school.buttons("zhou") == set(), "nobody's code was wasted"
    sent = {who: len(cards) for who, cards in school.channel.sent.items()}
    await school.sends_photo("wang")
    assert {who: len(cards) for who, cards in school.channel.sent.items()} == sent
