"""Couriers: rounds of few statements, one true card whatever was lost, a single probe while the vendor is away."""

import asyncio
from datetime import timedelta

import pytest
from tortoise.log import db_client_logger

import bot.core.courier
from bot.core.clerk import Clerk
from bot.core.courier import PER_MINUTE, Courier
from bot.core.event import Kind
from models import Attachment, OutboxItem, Person, ShownCard
from services.mailroom import Post
from services.people import Address
from services.storage import StorageError
from tests.school import School, announce, crowd


async def show(school: School, accounts: list[str], **parts: object) -> None:
    """Put a card of the first work order on the shelf for each of them."""
    wanted = {"subject": "work_order", "subject_id": 1, "step": "report", "fresh": True, **parts}
    await school.house.services.mailroom.post([Post(to=Address("wecom", a), **wanted) for a in accounts])  # type: ignore[arg-type]


async def statements(school: School, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many statements one round takes, claim and settling with it."""
    said: list[object] = []
    with monkeypatch.context() as patch:
        patch.setattr(db_client_logger, "debug", lambda *line: said.append(line))
        patch.setattr(bot.core.courier, "PACE", 60.0)
        await school.house.couriers[0].work()
        await school.house.couriers[0].finish()
    assert not await OutboxItem.filter(state="waiting").exists()
    return len(said)


@pytest.mark.parametrize("fresh", [True, False], ids=["shown", "changed"])
async def test_a_round_takes_as_many_statements_for_many_as_for_few(
    school: School, monkeypatch: pytest.MonkeyPatch, fresh: bool
) -> None:
    people = await crowd(100)
    await school.says("hou", "报修 3号楼302 灯不亮")
    await Person.filter(staff_no__startswith="C").update(roles=["logistics_head"])
    await announce()
    await show(school, people)
    await school.settle()
    counts = []
    for some in (people[:4], people[4:]):
        await show(school, some, fresh=fresh)
        before = len(school.channel.asked)
        counts.append(await statements(school, monkeypatch))
        assert len(school.channel.asked) - before >= len(some)
    assert counts[0] == counts[1]
    assert max(counts) <= 18


async def test_a_card_whose_answer_was_lost_is_shown_once_and_can_be_pressed(school: School) -> None:
    school.channel.losing = True
    await school.says("li", "报修 3号楼302 灯不亮")
    for _ in range(3):
        school.clock.advance(seconds=40)
        await school.settle()
    school.channel.losing = False
    school.clock.advance(seconds=40)
    await school.settle()
    assert {who: len(cards) for who, cards in school.channel.sent.items()} == {"li": 1, "wang": 1, "zhou": 1}
    await school.presses("wang", "accept")
    assert "start" in school.buttons("wang")
    assert len(school.channel.sent["wang"]) == 1, "the press has changed the card that hangs there"


async def test_a_change_whose_answer_was_lost_is_not_shown_beside_itself(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    await school.house.pipeline.deliver(school.press_event("wang", "accept"))
    await school.house.pipeline.work()
    school.channel.losing = True
    for _ in range(2):
        await school.settle()
        school.clock.advance(seconds=40)
    school.channel.losing = False
    await school.settle()
    assert {who: len(cards) for who, cards in school.channel.sent.items()} == {"li": 1, "wang": 1, "zhou": 1}
    assert "start" in school.buttons("wang")
    assert school.buttons("zhou") == set()
    assert not await OutboxItem.exclude(state="done").exists()


async def test_what_has_changed_since_a_lost_answer_is_seen(school: School) -> None:
    school.channel.losing = True
    await school.says("li", "报修 3号楼302 灯不亮")
    school.channel.losing = False
    await school.says("li", "改 地点 3号楼201")
    school.clock.advance(seconds=40)
    await school.settle()
    assert school.rows("wang")["地点"].startswith("3号楼 201"), "the newest card is true"
    await school.presses("wang", "accept")
    assert "start" in school.buttons("wang")


async def test_a_press_on_a_card_whose_answer_was_lost_is_kept(school: School) -> None:
    school.channel.losing = True
    await school.says("li", "报修 3号楼302 灯不亮")
    while "accept" not in school.buttons("wang"):
        school.clock.advance(seconds=1)
        await school.settle()
    press = school.press_event("wang", "accept")
    school.channel.losing = False
    await school.deliver(press)
    school.clock.advance(seconds=40)
    await school.settle()
    live = await ShownCard.filter(account="wang", state="live")
    assert len(live) == 1
    assert "start" in school.buttons("wang")
    assert not await OutboxItem.exclude(state="done").exists()


async def test_while_the_vendor_is_away_one_probe_goes_out_and_then_nobody_waits_long(school: School) -> None:
    people = await crowd(300)
    await school.says("hou", "报修 3号楼302 灯不亮")
    await show(school, people)
    school.channel.asked.clear()
    school.channel.down = True
    minutes = 10
    for _ in range(minutes * 60):
        await school.settle()
        school.clock.advance(seconds=1)
    first, probes = 256, minutes * 60 / 10 + 5
    assert len(school.channel.asked) <= first + probes
    late = await OutboxItem.filter(state="waiting").order_by("-due_at").first()
    assert late is not None
    assert late.due_at <= school.clock() + timedelta(seconds=20)
    assert {item.tries for item in await OutboxItem.filter(state="waiting")} == {0}
    school.channel.down = False
    for _ in range(60):
        await school.settle()
        school.clock.advance(seconds=1)
    assert all(len(school.channel.sent[account]) == 1 for account in people)
    assert not await OutboxItem.filter(state="waiting").exists()


async def test_one_over_whom_the_vendor_breaks_down_does_not_stop_the_others(school: School) -> None:
    people = await crowd(40)
    await school.says("hou", "报修 3号楼302 灯不亮")
    school.channel.cursed = {people[0]}
    await show(school, people)
    for _ in range(60):
        await school.settle()
        school.clock.advance(seconds=1)
    assert all(len(school.channel.sent[account]) == 1 for account in people[1:])
    assert [item.account for item in await OutboxItem.filter(state="waiting")] == [people[0]]


async def test_two_processes_keep_everybodys_order_and_the_minute(school: School) -> None:
    people = await crowd(12)
    mailroom = school.house.services.mailroom
    for number in range(PER_MINUTE + 6):
        await mailroom.post(
            [
                Post(to=Address("wecom", a), subject="say", step="work_order.photo_kept", params={"number": number})
                for a in people
            ]
        )
    both = school.rivals(2)

    async def empty(courier: Courier) -> None:
        while await courier.work():
            await courier.finish()

    for _ in range(2):
        await asyncio.gather(*(empty(courier) for courier in both))
        assert {len(school.channel.said[a]) for a in people} == {PER_MINUTE}
    school.clock.advance(seconds=61)
    await asyncio.gather(*(empty(courier) for courier in both))
    for account in people:
        assert school.channel.said[account] == sorted(school.channel.said[account], key=_number)
        assert len(school.channel.said[account]) == PER_MINUTE + 6


def _number(line: str) -> int:
    return int("".join(filter(str.isdigit, line)))


async def test_a_round_that_cannot_be_prepared_is_carried_later(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OSError("the database went away")

    with monkeypatch.context() as patch:
        patch.setattr(Clerk, "gather", broken)
        await school.says("li", "报修 3号楼302 灯不亮")
    assert {item.tries for item in await OutboxItem.filter(state="waiting")} == {0}
    school.clock.advance(seconds=2)
    await school.settle()
    assert len(school.channel.sent["wang"]) == 1


async def test_a_card_that_cannot_be_drawn_does_not_stop_the_round(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Clerk.card

    async def broken(clerk: Clerk, item: OutboxItem, papers: object) -> object:
        if item.account == "wang":
            raise ZeroDivisionError
        return await whole(clerk, item, papers)  # type: ignore[arg-type]

    monkeypatch.setattr(Clerk, "card", broken)
    await school.says("li", "报修 3号楼302 灯不亮")
    for _ in range(3):
        school.clock.advance(seconds=60)
        await school.settle()
    assert len(school.channel.sent["zhou"]) == 1
    assert (await OutboxItem.get(account="wang")).state == "dead"


async def test_trouble_of_the_storage_is_no_fault_of_the_item(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    storage = school.house.services.files.storage

    async def full(*_: object) -> str:
        raise StorageError("no space left")

    with monkeypatch.context() as patch:
        patch.setattr(storage, "put", full)
        await school.says("li", "报修 3号楼302 灯不亮")
        await school.sends_photo("li")
        for _ in range(6):
            school.clock.advance(seconds=30)
            await school.settle()
    assert {item.state for item in await OutboxItem.filter(lane="wecom:files")} == {"waiting"}
    school.clock.advance(seconds=30)
    await school.settle()
    assert not await OutboxItem.exclude(state="done").exists()
    assert (await Attachment.get()).sha256


async def test_a_slow_answer_does_not_keep_others_from_being_settled(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered, gone = asyncio.Event(), asyncio.Event()
    quick = school.channel.send

    async def slow(account: str, *rest: object) -> object:
        if account == "wang":
            gone.set()
            await answered.wait()
        return await quick(account, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(school.channel, "send", slow)
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="报修 3号楼302 灯不亮"))
    await school.house.pipeline.work()
    courier = school.house.couriers[0]
    assert await courier.work()
    await gone.wait()
    async with asyncio.timeout(30):
        while await OutboxItem.filter(account="zhou", state="waiting").exists():  # noqa: ASYNC110 - the courier works
            await asyncio.sleep(0)
    assert await OutboxItem.filter(account="wang", state="waiting").exists()
    answered.set()
    await courier.finish()
    assert not await OutboxItem.filter(state="waiting").exists()


@pytest.mark.parametrize(("picture", "more"), [("known", 0), ("", 1)])
async def test_a_card_without_a_code_is_not_shown_again_while_it_shows_the_same(
    school: School, picture: str, more: int
) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    shown = len(school.channel.sent["wang"])
    card = await ShownCard.get(account="wang")
    assert card.picture
    await ShownCard.filter(id=card.id).update(codes=[], picture=card.picture if picture else "")
    await show(school, ["wang"], fresh=False)
    await school.settle()
    assert len(school.channel.sent["wang"]) == shown + more


async def test_what_a_changed_card_shows_is_noted(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    before = await ShownCard.get(account="zhou")
    await school.presses("wang", "accept")
    after = await ShownCard.get(account="zhou")
    assert before.ref == after.ref
    assert after.picture not in {"", before.picture}
