"""Numbers of records: never twice, in order within a process, and without gaps where nothing dies."""

import asyncio
import contextlib
from zoneinfo import ZoneInfo

import pytest

from bot.core.event import Kind
from models import Counter
from services.numbers import AHEAD, BUSY, Numbers
from services.unit import together
from services.work_orders import Problem
from tests.school import School

ZONE = ZoneInfo("Asia/Shanghai")


def processes(school: School) -> tuple[Numbers, Numbers]:
    """Two processes of one school."""
    return Numbers(school.clock, ZONE), Numbers(school.clock, ZONE)


async def drawn(numbers: Numbers, count: int) -> list[int]:
    return [int((await numbers.next("W"))[-3:]) for _ in range(count)]


async def test_two_processes_never_give_the_same(school: School) -> None:
    one, other = processes(school)
    found = []
    for numbers in (one, other, one, one, other):
        await numbers.lay_in("W", BUSY)
        found += await drawn(numbers, BUSY * AHEAD + 1)  # at first one more than was laid in
    assert len(set(found)) == len(found) == 5 * (BUSY * AHEAD + 1)


async def test_a_busy_process_lays_in_more_than_it_needs_now(school: School) -> None:
    one, other = processes(school)
    await one.lay_in("W", BUSY)
    assert await drawn(other, 1) == [BUSY * AHEAD + 1]
    assert await drawn(one, 2) == [1, 2]


async def test_a_few_are_counted_with_their_batch(school: School) -> None:
    one, other = processes(school)
    await one.lay_in("W", BUSY - 1)
    assert await drawn(other, 2) == [1, 2]


@pytest.mark.parametrize("laid_in", [BUSY - 1, BUSY])
async def test_what_was_undone_is_given_again(school: School, laid_in: int) -> None:
    one, _ = processes(school)
    await one.lay_in("W", laid_in)
    every = list(range(1, BUSY * AHEAD + 2))
    with contextlib.suppress(ZeroDivisionError):
        async with together():
            assert await drawn(one, len(every)) == every
            raise ZeroDivisionError
    assert await drawn(one, len(every)) == every


async def test_a_stop_gives_back_what_was_not_needed(school: School) -> None:
    one, other = processes(school)
    await one.lay_in("W", BUSY)
    assert await drawn(one, 2) == [1, 2]
    await one.give_back()
    assert await drawn(other, 1) == [3]


async def test_a_stop_gives_nothing_back_that_stands_before_others_numbers(school: School) -> None:
    one, other = processes(school)
    await one.lay_in("W", BUSY)
    theirs = BUSY * AHEAD + 1
    assert await drawn(other, 1) == [theirs]
    await one.give_back()
    assert await drawn(other, 1) == [theirs + 1]


@pytest.mark.parametrize("trouble", [False, True])
async def test_a_house_that_stops_leaves_no_gap(school: School, monkeypatch: pytest.MonkeyPatch, trouble: bool) -> None:
    async def unfinished() -> None:
        raise ConnectionResetError

    events = [school.event("li", Kind.MESSAGE, text="报修 3号楼201 水龙头漏水") for _ in range(BUSY)]
    for event in events:
        await school.house.pipeline.deliver(event)
    await school.settle()
    assert (await Counter.get(name="W20261123")).value == BUSY * AHEAD, "some were laid in for the next batches"
    if trouble:
        monkeypatch.setattr(school.house.couriers[0], "finish", unfinished)
    await school.house.stop_workers()
    assert (await Counter.get(name="W20261123")).value == BUSY


async def test_a_batch_does_not_wait_for_another_ones_commit(school: School, database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("a school on SQLite is served by one process")
    li = await school.house.services.people.actor("wecom", "li")
    assert li is not None
    problem, written, go_on = Problem(category="furniture", location="hall"), asyncio.Event(), asyncio.Event()

    async def first() -> None:
        await school.house.services.lay_in(BUSY)
        async with together() as unit:
            await school.house.services.work_orders.open_all(li, "one", [problem])
            await unit.flush()
            written.set()
            await go_on.wait()

    slow = asyncio.create_task(first())
    await written.wait()
    other = Numbers(school.clock, ZONE)
    await other.lay_in("W", BUSY)
    assert await drawn(other, 1) == [BUSY * AHEAD + 1], "no lock of the first one's is in the way"
    go_on.set()
    await slow


async def test_each_day_begins_anew(school: School) -> None:
    one, _ = processes(school)
    await one.lay_in("W", 5)
    assert await drawn(one, 1) == [1]
    school.clock.advance(days=1)
    assert await drawn(one, 1) == [1]
    await one.lay_in("W", 2)
    assert await drawn(one, 1) == [2]
