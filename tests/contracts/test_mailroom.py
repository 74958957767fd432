"""The two shelves: once in, lent to one, in order, never lost."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from models import InboxEvent, OutboxItem, ShownCard
from services.mailroom import Ended, IsOutError, Letter, Mailroom, Post, Settled, Shown, Wish, event_key, inbox, outbox
from services.mailroom.outbox import COMPANY
from services.people import Address
from tests.school import School


def letter(number: int, account: str = "li") -> Letter:
    return Letter(channel="wecom", event_id=f"e{number}", account=account, body={})


def rooms(school: School) -> tuple[Mailroom, Mailroom]:
    """Two workers' views of the same shelves."""
    mailroom = school.house.services.mailroom
    return mailroom, Mailroom(school.clock, mailroom.lease)


async def test_an_event_is_written_once(school: School) -> None:
    mailroom, other = rooms(school)
    await asyncio.gather(*(m.take_in([letter(1), letter(2)]) for m in (mailroom, other, mailroom)))
    assert await InboxEvent.all().count() == 2


async def test_of_two_workers_each_gets_other_people(school: School) -> None:
    mailroom, other = rooms(school)
    await mailroom.take_in([letter(n, f"p{n % 5}") for n in range(50)])
    first, second = await asyncio.gather(mailroom.claim_in(20), other.claim_in(20))
    assert not {r.id for r in first} & {r.id for r in second}
    assert not {r.account for r in first} & {r.account for r in second}


async def test_what_somebody_sent_before_is_theirs_alone_and_lately(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailroom, _ = rooms(school)
    await mailroom.take_in([letter(1)])
    school.clock.advance(minutes=5)
    lately = school.clock()
    await mailroom.take_in([letter(2), letter(3, "mei"), Letter(channel="other", event_id="o", account="li", body={})])
    await mailroom.take_in([letter(4), letter(5), letter(6)])

    async def before(since: timedelta = timedelta()) -> list[str]:
        return [one.event_id for one in await mailroom.before("wecom", "li", "e5", lately - since)]

    assert await before() == ["e4", "e2"]
    assert await before(timedelta(minutes=5)) == ["e4", "e2", "e1"]
    monkeypatch.setattr(inbox, "NEAREST", 1)
    assert await before() == ["e4"]
    assert await mailroom.before("wecom", "li", "unknown", lately) == []


async def test_nobody_is_overtaken_by_themselves(school: School) -> None:
    mailroom, other = rooms(school)
    await mailroom.take_in([letter(1), letter(2), letter(3, "mei")])
    mine = await mailroom.claim_in(1)
    assert [r.event_id for r in mine] == ["e1"]
    assert [r.event_id for r in await other.claim_in(9)] == ["e3"]
    await mailroom.put_off(mine[0], timedelta(seconds=5), stumbled=True)
    assert await other.claim_in(9) == []
    school.clock.advance(seconds=6)
    assert [r.event_id for r in await other.claim_in(9)] == ["e1", "e2"]


async def test_a_lease_that_ran_out_is_no_longer_mine(school: School) -> None:
    mailroom, other = rooms(school)
    await mailroom.take_in([letter(1)])
    mine = await mailroom.claim_in(1)
    assert await mailroom.hold_in(mine)
    school.clock.advance(seconds=mailroom.lease.total_seconds() + 1)
    theirs = await other.claim_in(1)
    assert theirs[0].tries == 2
    assert not await mailroom.hold_in(mine)
    await mailroom.put_off(mine[0], timedelta(days=9), stumbled=True)
    assert await other.hold_in(theirs)


async def test_who_stood_still_at_the_turnstile_takes_nothing_from_those_who_went_on(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailroom, other = rooms(school)
    await mailroom.take_in([letter(1)])
    await mailroom.post([Post(to=Address("wecom", "wang"), subject="say", step="a")])
    claims: list[Callable[[Mailroom], Awaitable[list[Any]]]] = [
        lambda room: room.claim_in(9),
        lambda room: room.claim_out("wecom", 9),
    ]
    for shelf, claim in zip((inbox, outbox), claims, strict=True):
        let_in = shelf.turnstile

        @contextlib.asynccontextmanager
        async def stands_still(
            name: str, shelf: Any = shelf, claim: Any = claim, let_in: Any = let_in
        ) -> AsyncIterator[None]:
            monkeypatch.setattr(shelf, "turnstile", let_in)
            school.clock.advance(seconds=2 * mailroom.lease.total_seconds())
            assert len(await claim(other)) == 1
            async with let_in(name):
                yield

        monkeypatch.setattr(shelf, "turnstile", stands_still)
        assert await claim(mailroom) == [], "it looks at the clock again, and sees a lease that has just begun"


async def test_pressing_items_go_first_and_each_person_in_order(school: School) -> None:
    mailroom, other = rooms(school)
    to = Address("wecom", "wang")
    await mailroom.post([Post(to=to, subject="say", step="a"), Post(to=to, subject="say", step="b", rank=0)])
    assert [i.step for i in await mailroom.claim_out("wecom", 1)] == ["b", "a"], "what waits for one comes together"
    await mailroom.post([Post(to=to, subject="say", step="c", rank=0)])
    assert await other.claim_out("wecom", 9) == [], "their first is still on the way"
    assert await other.claim_out("dingtalk", 9) == []


async def test_who_is_served_gets_all_of_theirs_however_long_the_queue(school: School) -> None:
    mailroom, _ = rooms(school)
    accounts = [f"p{n}" for n in range(5)]
    await mailroom.post([Post(to=Address("wecom", a), subject="say", step=str(n)) for n in range(30) for a in accounts])
    claims = [await mailroom.claim_out("wecom", 2) for _ in range(4)]
    assert [Counter(item.account for item in claim) for claim in claims] == [
        {"p0": 30, "p1": 30},
        {"p2": 30, "p3": 30},
        {"p4": 30},
        {},
    ]
    await mailroom.post([Post(to=Address("wecom", "p9"), subject="say", step=str(n)) for n in range(99)])
    assert [item.step for item in await mailroom.claim_out("wecom", 2)] == [str(n) for n in range(2 + COMPANY)]


async def test_codes_are_used_once_and_not_after_their_time(school: School) -> None:
    mailroom, other = rooms(school)
    here = Address("wecom", "wang")
    await mailroom.post([Post(to=here, subject="work_order", subject_id=1, step="x")])
    (item,) = await mailroom.claim_out("wecom", 1)
    shown = Shown(channel="wecom", account="wang", key="work_order:1", ref="r1", code="c1")
    await mailroom.settle([Settled(item=item, counted=True, shown=shown)])
    await mailroom.add_code(here, "work_order:1", "r1", "c2")
    await mailroom.add_code(here, "work_order:1", "r1", "c2")
    (mine,), (theirs,) = await mailroom.hanging({"work_order:1"}), await other.hanging({"work_order:1"})
    over = school.clock() + mailroom.lease
    drawn = [await mailroom.draw_code(Wish(mine, "a"), over), await other.draw_code(Wish(theirs, "a"), over)]
    assert [code and code.text for code in drawn] == ["c1", "c2"]
    with pytest.raises(IsOutError):
        await mailroom.draw_code(Wish(mine, "a"), over)
    await mailroom.end_codes([Ended(card=mine.id, text=text, until=over.timestamp()) for text in ("c1", "c2")])
    (mine,) = await mailroom.hanging({"work_order:1"})
    assert await mailroom.draw_code(Wish(mine, "a"), over) is None
    await mailroom.add_code(here, "work_order:1", "r1", "c3")
    school.clock.advance(hours=72)
    (mine,) = await mailroom.hanging({"work_order:1"})
    assert await mailroom.draw_code(Wish(mine, "a"), school.clock() + mailroom.lease) is None


async def hang(mailroom: Mailroom, count: int) -> list[ShownCard]:
    """Cards of one record in many chats, each with one code."""
    to = [Address("wecom", f"p{n}") for n in range(count)]
    await mailroom.post([Post(to=one, subject="work_order", subject_id=1, step="x") for one in to])
    items = await mailroom.claim_out("wecom", count)
    ends = [
        Settled(
            item=item,
            counted=True,
            shown=Shown(
                channel="wecom", account=item.account, key="work_order:1", ref=f"r-{item.account}", code=item.account
            ),
        )
        for item in items
    ]
    await mailroom.settle(ends)
    return await mailroom.hanging({"work_order:1"})


async def test_of_two_who_draw_many_codes_one_gets_each(school: School) -> None:
    mailroom, other = rooms(school)
    mine = await hang(mailroom, 20)
    theirs = await other.hanging({"work_order:1"})
    over = school.clock() + mailroom.lease
    first, second = await asyncio.gather(
        mailroom.draw_codes([Wish(card, "a") for card in mine[:15]], over),
        other.draw_codes([Wish(card, "a") for card in theirs[5:]], over),
    )
    drawn = [code.text for code in (*first.values(), *second.values())]
    assert sorted(drawn) == sorted({card.account for card in mine})
    assert await mailroom.draw_codes([Wish(card, "a") for card in mine], over) == {}
    for card in theirs:
        with pytest.raises(IsOutError):
            await other.draw_code(Wish(card, "a"), over)


async def test_a_code_of_who_died_is_there_again_and_tells_what_it_was_tried_with(school: School) -> None:
    mailroom, _ = rooms(school)
    (card,) = await hang(mailroom, 1)
    for picture, told in (("a", ""), ("a", "a"), ("b", "a"), ("a", "?")):
        (card,) = await mailroom.hanging({"work_order:1"})
        code = (await mailroom.draw_codes([Wish(card, picture)], school.clock() + mailroom.lease))[card.id]
        assert code.tried == told
        school.clock.advance(seconds=mailroom.lease.total_seconds() + 1)


async def test_a_code_comes_back_from_its_taker_only(school: School) -> None:
    mailroom, other = rooms(school)
    (card,) = await hang(mailroom, 1)
    first = school.clock() + mailroom.lease
    code = (await mailroom.draw_codes([Wish(card, "a")], first))[card.id]
    school.clock.advance(seconds=mailroom.lease.total_seconds() + 1)
    (again,) = await other.hanging({"work_order:1"})
    second = school.clock() + mailroom.lease
    assert await other.draw_codes([Wish(again, "b")], second)
    await mailroom.end_codes([Ended(card=card.id, text=code.text, until=first.timestamp(), back="a")])
    (seen,) = await mailroom.hanging({"work_order:1"})
    with pytest.raises(IsOutError):
        await mailroom.draw_code(Wish(seen, "a"), second)
    await other.end_codes([Ended(card=card.id, text=code.text, until=second.timestamp(), back="?")])
    (seen,) = await mailroom.hanging({"work_order:1"})
    found = await mailroom.draw_code(Wish(seen, "a"), second)
    assert found
    assert (found.text, found.tried) == (code.text, "?")


async def test_who_put_the_clock_back_does_not_keep_a_code_for_ever(school: School) -> None:
    mailroom, _ = rooms(school)
    (card,) = await hang(mailroom, 1)
    await mailroom.draw_codes([Wish(card, "a")], school.clock() + timedelta(hours=5))
    assert await mailroom.draw_code(Wish(card, "a"), school.clock() + mailroom.lease)


async def test_a_press_that_is_quicker_than_the_note_of_its_card_keeps_both(school: School) -> None:
    mailroom, _ = rooms(school)
    here = Address("wecom", "p0")
    await mailroom.add_code(here, "work_order:1", "r-p0", "pressed")
    (card,) = await hang(mailroom, 1)
    assert (card.state, card.pressed, [code[0] for code in card.codes]) == ("live", True, ["pressed"])


async def test_of_the_cards_in_one_place_only_the_newest_counts(school: School) -> None:
    mailroom, _ = rooms(school)
    to = Address("wecom", "wang")
    await mailroom.post([Post(to=to, subject="work_order", subject_id=1, step="x") for _ in range(3)])
    first, *others = await mailroom.claim_out("wecom", 9)
    for ends in ([first], others):
        shown = [Shown(channel="wecom", account="wang", key="work_order:1", ref=f"r{i.id}", code="") for i in ends]
        await mailroom.settle([Settled(item=i, shown=s) for i, s in zip(ends, shown, strict=True)])
    assert [card.ref for card in await mailroom.hanging({"work_order:1"})] == [f"r{others[-1].id}"]


async def test_what_was_not_tried_does_not_count_the_taking(school: School) -> None:
    mailroom, _ = rooms(school)
    await mailroom.post([Post(to=Address("wecom", "wang"), subject="say", step="a")])
    for tried, tries in ((False, 1), (True, 1), (True, 2), (False, 3)):
        items = await mailroom.claim_out("wecom", 1)
        assert [item.tries for item in items] == [tries]
        await mailroom.later(items, timedelta(0), tried=tried)


async def test_a_minute_is_counted(school: School) -> None:
    mailroom, _ = rooms(school)
    to = Address("wecom", "wang")
    await mailroom.post([Post(to=to, subject="say", step="a") for _ in range(3)])
    for item in await mailroom.claim_out("wecom", 9):
        await mailroom.settle([Settled(item=item, counted=True)])
    assert await mailroom.sent_lately("wecom", ["wang", "li"]) == {"wang": (3, school.clock())}
    school.clock.advance(seconds=61)
    assert await mailroom.sent_lately("wecom", ["wang"]) == {}


async def test_who_sent_much_before_the_clock_was_put_back_is_not_held_for_it(school: School) -> None:
    mailroom, _ = rooms(school)
    await mailroom.post([Post(to=Address("wecom", "wang"), subject="say", step="a")])
    for item in await mailroom.claim_out("wecom", 9):
        await mailroom.settle([Settled(item=item, counted=True)])
    school.clock.advance(minutes=-10)
    assert await mailroom.sent_lately("wecom", ["wang"]) == {}


async def test_what_was_put_off_before_the_clock_was_put_back_is_due_at_once(school: School) -> None:
    mailroom, other = rooms(school)
    to = Address("wecom", "wang")
    await mailroom.take_in([letter(1), letter(2)])
    await mailroom.post([Post(to=to, subject="say", step="a"), Post(to=to, subject="say", step="b")])
    school.clock.advance(hours=3)
    events, items = await mailroom.claim_in(1), await mailroom.claim_out("wecom", 1)
    await mailroom.put_off(events[0], timedelta(seconds=5), stumbled=False)
    await mailroom.later(items, timedelta(seconds=5))
    assert await other.claim_in(9) == []
    assert await other.claim_out("wecom", 9) == []
    school.clock.advance(minutes=-10)
    assert [event.event_id for event in await other.claim_in(9)] == ["e1", "e2"]
    assert [item.step for item in await other.claim_out("wecom", 9)] == ["a", "b"]


async def test_what_is_old_and_done_is_thrown_away_and_the_rest_stays(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await OutboxItem.filter(account="li").update(state="dead")
    school.clock.advance(days=31)
    await school.house.services.mailroom.purge()
    assert await InboxEvent.all().count() == 0
    assert {item.account for item in await OutboxItem.all()} == {"li"}


def test_an_id_of_any_length_fits_and_stays_unique() -> None:
    assert event_key("short") == "short"
    assert len(event_key("x" * 1000)) <= 200
    assert event_key("x" * 1000) != event_key("x" * 1001)
