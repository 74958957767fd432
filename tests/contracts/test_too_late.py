"""A courier that comes too late: dead, or so slow that its lease ran out and another has carried its items."""

import asyncio
from typing import Any

import pytest

import bot.core.courier
from bot.core.clerk import Clerk
from bot.core.courier import PER_MINUTE, Courier
from bot.core.event import Kind
from bot.core.loads import Load
from models import OutboxItem, ShownCard
from services.mailroom import Mailroom, Post
from services.people import Address
from tests.school import School

ALL = {"li": 1, "wang": 1, "zhou": 1}


class Slow:
    """A vendor's method that hangs, before or after it has done its work, until `on` is set."""

    def __init__(self, school: School, monkeypatch: pytest.MonkeyPatch, name: str, *, done: bool) -> None:
        self.on = asyncio.Event()
        self.hanging = 0
        self._quick, self._done = getattr(school.channel, name), done
        monkeypatch.setattr(school.channel, name, self)

    async def __call__(self, *arguments: Any) -> Any:
        """In the place of the method."""
        answer = await self._quick(*arguments) if self._done else None
        self.hanging += 1
        await self.on.wait()
        return answer if self._done else await self._quick(*arguments)


async def says(school: School, text: str) -> None:
    """Li says something, and nothing is carried yet."""
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text=text))
    await school.house.pipeline.work()


async def presses(school: School, card: ShownCard, step: str) -> None:
    """Wang presses a button of this card, which brings a code, and nothing is carried yet."""
    code = school.channel.new_code("wang", card.ref)
    name = f"work_order:1:{step}:1"
    await school.house.pipeline.deliver(school.event("wang", Kind.PRESS, name=name, card=card.ref, code=code))
    await school.house.pipeline.work()


async def hangs(slow: Slow, courier: Courier, count: int) -> None:
    """A courier goes out and comes to a halt at the vendor's, with so many calls."""
    assert await courier.work()
    async with asyncio.timeout(30):
        while slow.hanging < count:  # noqa: ASYNC110 - the courier works
            await asyncio.sleep(0)


async def another_carries(school: School) -> None:
    """The lease runs out, and another courier takes what is due."""
    school.clock.advance(seconds=school.house.services.mailroom.lease.total_seconds() + 1)
    (other,) = school.rivals(1)
    while await other.work():
        await other.finish()


async def tells(school: School, count: int) -> None:
    """So many lines are to be said to wang, and nothing is carried yet."""
    posts = [
        Post(to=Address("wecom", "wang"), subject="say", step="work_order.photo_kept", params={"number": str(number)})
        for number in range(count)
    ]
    await school.house.services.mailroom.post(posts)


async def lost(*_: object) -> None:
    """A call that never arrives."""


async def forgotten(*_: object) -> list[object]:
    """An end that never gets into the database."""
    return []


def shown(school: School) -> dict[str, int]:
    """How many cards everybody was sent."""
    return {who: len(cards) for who, cards in school.channel.sent.items()}


async def test_what_was_sent_and_not_settled_is_not_sent_again(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = school.rivals(1)
    await says(school, "报修 3号楼302 灯不亮")
    with monkeypatch.context() as patch:
        slow = Slow(school, patch, "send", done=True)
        await hangs(slow, first, 3)
    await another_carries(school)
    assert shown(school) == ALL
    assert not await OutboxItem.filter(state="waiting").exists()
    slow.on.set()
    await first.finish()
    assert shown(school) == ALL
    cards = await ShownCard.filter(key="work_order:1")
    assert [card.state for card in cards] == ["live"] * 3
    assert all(card.codes for card in cards), "the late answer has brought the code"
    await school.presses("wang", "accept")
    assert "start" in school.buttons("wang")
    assert school.buttons("zhou") == set()
    assert shown(school) == ALL


async def test_a_code_that_comes_late_is_used_for_what_has_changed_meanwhile(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = school.rivals(1)
    await says(school, "报修 3号楼302 灯不亮")
    with monkeypatch.context() as patch:
        slow = Slow(school, patch, "send", done=True)
        await hangs(slow, first, 3)
    await another_carries(school)
    await says(school, "撤单")
    await another_carries(school)
    assert (await school.order()).state == "cancelled"
    assert "accept" in school.buttons("wang"), "without a code nothing could be done"
    slow.on.set()
    await first.finish()
    await another_carries(school)
    assert school.buttons("wang") == school.buttons("zhou") == set()
    assert shown(school)["wang"] == 1


async def test_of_two_pictures_the_newer_counts_and_the_older_loses_its_buttons(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    (first,) = school.rivals(1)
    await says(school, "报修 3号楼302 灯不亮")
    with monkeypatch.context() as patch:
        slow = Slow(school, patch, "send", done=True)
        await hangs(slow, first, 3)
    await says(school, "改 地点 3号楼201")
    await another_carries(school)
    (older,) = [ref for ref, card in school.channel.cards["wang"].items() if "302" in dict(card.rows)["地点"]]
    slow.on.set()
    await first.finish()
    await school.settle()
    assert older in school.channel.retired["wang"]
    (newer,) = await ShownCard.filter(account="wang", state="live")
    assert list(school.channel.cards["wang"]) == [newer.ref]
    assert school.rows("wang")["地点"].startswith("3号楼 201")
    await school.presses("wang", "accept")
    assert "start" in school.buttons("wang")
    assert school.buttons("zhou") == set()


async def test_a_change_that_arrives_after_a_newer_one_is_put_right(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    (card,) = await ShownCard.filter(account="wang")
    (first,) = school.rivals(1)
    await presses(school, card, "accept")
    with monkeypatch.context() as patch:
        slow = Slow(school, patch, "update", done=False)
        await hangs(slow, first, 2)
    await presses(school, card, "start")
    await another_carries(school)
    slow.on.set()
    await first.finish()
    await school.settle()
    assert "resolve" in school.buttons("wang")
    assert "start" not in school.buttons("wang")
    assert not await OutboxItem.filter(state="waiting").exists()


async def test_a_card_that_was_pressed_before_it_was_noted_replaces_the_older_one(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    (older,) = await ShownCard.filter(account="wang")
    post = Post(to=Address("wecom", "wang"), subject="work_order", subject_id=1, step="report", fresh=True)
    await school.house.services.mailroom.post([post])
    (first,) = school.rivals(1)
    with monkeypatch.context() as patch:
        slow = Slow(school, patch, "send", done=True)
        patch.setattr(school.channel, "retire", lost)
        await hangs(slow, first, 1)
    (newer,) = set(school.channel.cards["wang"]) - {older.ref}
    code = school.channel.new_code("wang", newer)
    await school.house.services.mailroom.add_code(Address("wecom", "wang"), older.key, newer, code)
    spare = school.channel.new_code("wang", older.ref)
    await school.house.services.mailroom.add_code(Address("wecom", "wang"), older.key, older.ref, spare)
    await another_carries(school)
    assert older.ref in school.channel.retired["wang"]
    assert len(school.channel.sent["wang"]) == 2
    assert [card.ref for card in await ShownCard.filter(account="wang", state="live")] == [newer]
    slow.on.set()
    await first.finish()


async def test_what_is_given_back_is_not_without_its_code_while_others_are_on_the_way(school: School) -> None:
    await school.says("li", "报修 3号楼302 灯不亮")
    (card,) = await ShownCard.filter(account="wang")
    await presses(school, card, "accept")
    loads = [Load((item,)) for item in await school.house.services.mailroom.claim_out("wecom", 9)]
    async with school.house.couriers[0]._carry.round(loads) as ready:
        (held,) = await ShownCard.filter(account="zhou")
        assert held.codes[0][3] > 0, "it is out"
        await ready.leave([load for load in loads if load.last.account == "zhou"])
        (free,) = await ShownCard.filter(account="zhou")
        assert len(free.codes[0]) == 3, "whoever takes the item next can change the card"


async def test_who_stood_still_while_the_round_was_prepared_says_nothing_twice(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tells(school, PER_MINUTE)
    (first,) = school.rivals(1)
    gather, reached, on = Clerk.gather, asyncio.Event(), asyncio.Event()

    async def stands_still(*arguments: Any) -> Any:
        reached.set()
        await on.wait()
        return await gather(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(Clerk, "gather", stands_still)
        assert await first.work()
        await reached.wait()
    await another_carries(school)
    assert not school.channel.said["wang"], "the first may have said all of it: another minute has to begin"
    on.set()
    await first.finish()
    assert not school.channel.said["wang"], "its lease is over"
    school.clock.advance(seconds=61)
    await school.settle()
    assert len(school.channel.said["wang"]) == PER_MINUTE
    assert not await OutboxItem.exclude(state="done").exists()


async def test_what_a_dead_courier_may_have_said_counts_in_the_minute(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = 10
    await tells(school, PER_MINUTE + before)
    (first,) = school.rivals(1)
    with monkeypatch.context() as patch:
        patch.setattr(Mailroom, "settle", forgotten)
        patch.setattr(Mailroom, "later", forgotten)
        patch.setattr(bot.core.courier, "PER_MINUTE", before)
        assert await first.work()
        await first.finish()
    assert len(school.channel.said["wang"]) == before, "and nobody has written down that it was said"
    await another_carries(school)
    assert len(school.channel.said["wang"]) <= PER_MINUTE, "the vendor drops without a word what is more"
    school.clock.advance(seconds=61)
    await school.settle()
    school.clock.advance(seconds=61)
    await school.settle()
    assert len(set(school.channel.said["wang"])) == PER_MINUTE + before
    assert not await OutboxItem.exclude(state="done").exists()
