"""Which connection a request goes through: pages do not wait for whoever writes, and no school's is left in hand."""

import asyncio

import pytest

from models import Counter, Person
from models.database import Database
from models.engines import postgres
from services.database import PASSING, transaction
from tests.databases import MakeDatabase
from tests.school import School
from tests.visiting import Open, reported


@pytest.mark.usefixtures("school")
async def test_a_page_is_shown_while_a_batch_is_being_written(browser: Open) -> None:
    me = await browser("li")
    async with transaction():
        await Person.filter(staff_no="T001").update(name="还没有提交")
        async with asyncio.timeout(30):  # for ever, if it waited
            page = await me.page("/board")
    assert "还没有提交" not in page


async def test_a_page_sees_what_was_committed_before(school: School, browser: Open) -> None:
    me, order = await browser("li"), await reported(school)
    assert order.number in await me.page("/board")


async def test_who_stands_still_does_not_hold_the_others(
    fresh_database_url: MakeDatabase, database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database_kind != "postgres":
        pytest.skip("SQLite has one process")
    monkeypatch.setattr(postgres, "SILENCE", 200)
    url = await fresh_database_url()
    one, other = Database(url), Database(url)
    await one.open()
    await other.open()
    with one.entered():
        await Counter.create(name="x", value=1)

    async def stands_still() -> None:
        with one.entered():
            async with transaction():
                await Counter.filter(name="x").update(value=2)
                with other.entered():
                    async with asyncio.timeout(30):  # for ever, if it waited
                        await Counter.filter(name="x").update(value=3)
                await Counter.filter(name="x").update(value=4)

    with pytest.raises(PASSING):  # it is as if it had never begun, and is done again
        await asyncio.create_task(stands_still())
    with one.entered():
        assert (await Counter.get(name="x")).value == 3
    await one.close()
    await other.close()


async def test_a_database_is_seen_only_inside(fresh_database_url: MakeDatabase) -> None:
    one, other = Database(await fresh_database_url()), Database(await fresh_database_url())
    await one.open()
    await other.open()

    async def elsewhere() -> int:
        with other.entered():
            await Counter.create(name="x", value=1)
            return await Counter.all().count()

    with one.entered():
        assert await asyncio.create_task(elsewhere()) == 1
        with other.reading():
            assert await Counter.all().count() == 1
        assert await Counter.all().count() == 0
    with pytest.raises(RuntimeError):
        await Counter.all().count()
    await one.close()
    await other.close()
