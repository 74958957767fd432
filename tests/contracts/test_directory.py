"""The directory in memory: never older than the batch or the request that asks, and never what was undone."""

import asyncio
import contextlib

import pytest

from config.data import load_roles
from models import Person
from services.database import transaction
from services.directory import Directory
from services.people import People
from tests.school import School, announce


def elsewhere() -> People:
    """How another process of the same school looks people up."""
    return People(Directory(load_roles()))


async def test_who_leaves_by_another_process_is_a_stranger_at_the_next_event(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await elsewhere().leaves("T003")
    await school.presses("wang", "accept")
    assert (await school.order()).state == "reported"
    assert "不在本校的名单" in school.heard("wang")
    await elsewhere().leaves("T003", back=True)
    await school.presses("wang", "accept")
    assert (await school.order()).state == "accepted"


async def test_open_pages_stay_as_they_were_for_their_reader_alone(school: School) -> None:
    people, directory = school.house.services.people, school.house.services.directory
    async with directory.opened():
        await asyncio.create_task(elsewhere().leaves("T003"))
        assert await people.actor("wecom", "wang") is not None, "as of the beginning of the batch"
        assert await elsewhere().actor("wecom", "wang") is None
    assert await people.actor("wecom", "wang") is None


async def test_open_pages_show_what_their_reader_has_changed(school: School) -> None:
    people, directory = school.house.services.people, school.house.services.directory
    async with directory.opened():
        await people.leaves("T003")
        assert await people.actor("wecom", "wang") is None
        await people.leaves("T003", back=True)
        assert await people.actor("wecom", "wang") is not None


async def test_what_was_undone_is_never_shown_to_anybody(school: School) -> None:
    people = school.house.services.people
    with contextlib.suppress(ZeroDivisionError):
        async with transaction():
            await people.leaves("T003")
            assert await people.actor("wecom", "wang") is None, "the transaction sees what it has changed"
            raise ZeroDivisionError
    assert await people.actor("wecom", "wang") is not None
    await Person.filter(staff_no="T001").update(name="李新")
    await announce()  # the edition that the undone change had
    assert await people.actor("wecom", "wang") is not None
    assert "李新" in (await people.names([(await Person.get(staff_no="T001")).id])).values()


async def test_a_change_within_a_change_that_was_undone(school: School) -> None:
    people = school.house.services.people
    async with transaction():
        with contextlib.suppress(ZeroDivisionError):
            async with transaction():
                await people.leaves("T003")
                raise ZeroDivisionError
        await people.leaves("T004")
        found = await people.actors([("wecom", "wang"), ("wecom", "zhou")])
    assert {account for _, account in found} == {"wang"}


@pytest.mark.parametrize("again", [False, True])
async def test_leaving_says_who_it_was_also_the_second_time(school: School, again: bool) -> None:
    people = school.house.services.people
    for _ in range(1 + again):
        left = await people.leaves("T003")
    assert (left.name, left.teams) == ("王强", frozenset({"water_electric"}))
