"""`houqin audit verify`: a sound history is sound, and the first place of one that was changed is named."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from asyncpg import PostgresError
from tortoise.exceptions import BaseORMException

from bot.core.event import Kind
from models import HistoryEntry, WorkOrder
from models.schema import migrate, open_database
from services import audit
from services.audit import Flaw, Walk, verify
from services.sealing import Seals
from tests.databases import MakeDatabase
from tests.moving import environment, filled, houqin
from tests.school import School
from tests.tampering import run, unguarded

SECRET = "only for the tests of it"
MANY = 7


async def walked(*former: str, secret: str = SECRET) -> Walk:
    return await verify(Seals(secret, former), lambda _: None)


async def flaw() -> Flaw:
    found = (await walked()).flaw
    assert found is not None
    return found


async def lived(school: School) -> list[HistoryEntry]:
    """Two repairs with a few steps each, the first one's rows."""
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.presses("wang", "accept")
    await school.presses("wang", "start")
    await school.presses("wang", "resolve", note="换了垫圈")
    await school.says("mei", "报修 3号楼302 门锁坏了")
    await school.presses("zhao", "accept")
    return await HistoryEntry.filter(subject_id=(await first()).id).order_by("id")


async def first() -> WorkOrder:
    order = await WorkOrder.all().order_by("id").first()
    assert order is not None
    return order


async def test_a_sound_history_is_walked_whole(school: School) -> None:
    assert await walked() == Walk()
    await lived(school)
    heard: list[int] = []
    found = await verify(Seals(SECRET), heard.append)
    assert (found.flaw, found.records, found.before) == (None, 2, 0)
    assert found.rows == heard[-1] == await HistoryEntry.all().count()


@pytest.mark.parametrize("statement", ["UPDATE history SET note = ''", "DELETE FROM history WHERE id = 1"])
async def test_the_database_refuses_to_change_the_history(school: School, statement: str) -> None:
    await lived(school)
    with pytest.raises((BaseORMException, PostgresError), match="only added to"):
        await run(statement)
    assert (await walked()).flaw is None


async def test_each_row_says_who_came_which_way(school: School) -> None:
    rows = await lived(school)
    assert {(row.channel, row.on_behalf_id) for row in rows} == {("wecom", None)}


async def test_steps_of_one_batch_are_chained_in_their_order(school: School) -> None:
    for number in range(1, MANY):
        text = f"报修 3号楼20{number} 水龙头漏水"
        await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text=text))
    await school.settle()
    presses = [school.press_event("wang", "accept") for _ in range(2)]
    order = await school.order()
    lines = [
        school.event("wang", Kind.MESSAGE, text=f"{word} {order.number}") for word in ("接单", "开工", "挂起 等配件")
    ]
    for event in (*lines, *presses):
        await school.house.pipeline.deliver(event)
    await school.settle()
    found = await walked()
    assert (found.flaw, found.rows) == (None, await HistoryEntry.all().count())
    assert await HistoryEntry.filter(subject_id=order.id).count() > 2


CHANGES = (
    ("UPDATE history SET note = '没换' WHERE id = {resolve}", "changed", "resolve"),
    ("UPDATE history SET actor_id = 1 WHERE id = {accept}", "changed", "accept"),
    ("UPDATE history SET at = '2026-03-01 08:00:00+00:00' WHERE id = {start}", "changed", "start"),
    ('UPDATE history SET details = \'{{"score": "5"}}\' WHERE id = {start}', "changed", "start"),
    ("UPDATE history SET on_behalf_id = 2 WHERE id = {start}", "changed", "start"),
    ("DELETE FROM history WHERE id = {accept}", "changed", "start"),
    ("DELETE FROM history WHERE id = {report}", "changed", "accept"),
    ("DELETE FROM history WHERE id = {resolve}", "cut_off", ""),
    ("DELETE FROM history WHERE subject_id = {order}", "cut_off", ""),
    ("UPDATE history SET id = -{accept} WHERE id = {accept}", "changed", "accept"),
    ("UPDATE history SET subject_id = {order} + 1 WHERE id = {resolve}", "cut_off", ""),
    ("UPDATE history SET seal = '' WHERE id = {start}", "unsealed", "start"),
    ("UPDATE work_orders SET seal = '' WHERE id = {order}", "cut_off", ""),
    ("UPDATE work_orders SET state = 'confirmed' WHERE id = {order}", "moved", ""),
)


@pytest.mark.parametrize(("statement", "why", "step"), CHANGES, ids=[change[0] for change in CHANGES])
async def test_what_is_done_past_the_house_is_named(school: School, statement: str, why: str, step: str) -> None:
    rows, order = await lived(school), await first()
    await unguarded()
    await run(statement.format(order=order.id, **{row.step: row.id for row in rows}))
    found = await flaw()
    assert (found.why, found.number, found.step) == (why, order.number, step)


async def test_two_rows_that_have_changed_places(school: School) -> None:
    rows = await lived(school)
    one, other = (row.id for row in rows[1:3])
    await unguarded()
    for was, becomes in ((one, -1), (other, one), (-1, other)):
        await run(f"UPDATE history SET id = {becomes} WHERE id = {was}")  # noqa: S608
    found = await flaw()
    assert (found.why, found.row) == ("changed", one)


async def test_a_row_that_was_put_in(school: School) -> None:
    *_, last = await lived(school)
    await unguarded()
    columns = "subject, subject_id, step, source, target, actor_id, note, details, event, at"
    copied = f"INSERT INTO history ({columns}{{}}) SELECT {columns}{{}} FROM history WHERE id = {last.id}"  # noqa: S608
    await run(copied.format("", ""))
    found = await flaw()
    assert (found.why, found.number) == ("unsealed", (await first()).number)
    await HistoryEntry.filter(seal="").delete()
    assert (await walked()).flaw is None
    await run(copied.format(", seal", ", seal"))
    assert (await flaw()).why == "changed"
    await HistoryEntry.filter(id__gt=last.id, subject_id=last.subject_id).delete()
    await run(f"UPDATE history SET subject = 'budget' WHERE id = {last.id}")  # noqa: S608
    assert (await flaw()).why == "cut_off"


async def test_rows_of_nothing_are_named(school: School) -> None:
    *_, last = await lived(school)
    await unguarded()
    stray: dict[str, Any] = {"step": "report", "target": "reported", "at": last.at}
    row = await HistoryEntry.create(subject="budget", subject_id=1, **stray)
    assert await flaw() == Flaw(why="orphan", number="", row=row.id, step="report", at=(await flaw()).at)
    await row.delete()
    row = await HistoryEntry.create(subject="work_order", subject_id=-1, **stray)
    assert ((await flaw()).why, (await flaw()).row) == ("orphan", row.id)
    await row.delete()
    row = await HistoryEntry.create(subject="work_order", subject_id=999, seal="0" * 64, **stray)
    found = await flaw()
    assert (found.why, found.row) == ("orphan", row.id)


async def test_slices_end_nowhere_in_between(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "SLICE", 2)
    for number in range(4):
        await school.says("li", f"报修 3号楼20{number} 水龙头漏水")
    found = await walked()
    assert (found.flaw, found.rows, found.records) == (None, 4, 4)
    order = await school.order()
    await unguarded()
    await run(f"UPDATE history SET note = 'x' WHERE subject_id = {order.id}")  # noqa: S608
    assert (await flaw()).number == order.number


async def test_a_new_secret_needs_the_one_before(school: School) -> None:
    await lived(school)
    assert (await walked("nothing that fits", secret="another of sixteen")).flaw is not None
    found = await walked(SECRET, secret="another of sixteen")
    assert (found.flaw, found.records) == (None, 2)


async def test_a_history_that_has_moved_house_fits_there(
    school: School, fresh_database_url: MakeDatabase, tmp_path: Path
) -> None:
    await lived(school)
    here = environment(school.house.settings.database_url, tmp_path)
    assert (await houqin(here, "backup", tmp_path / "backup")).code == 0
    await school.says("li", "报修 3号楼201 灯不亮")
    there = environment(await fresh_database_url(migrated=False), tmp_path)
    assert (await houqin(there, "restore", tmp_path / "backup")).code == 0
    done = await houqin(there, "audit", "verify")
    assert (done.code, done.said) == (0, "6 steps of 2 records were checked.\n")


async def test_an_earlier_release_has_no_seals_and_gets_them_from_now_on(
    fresh_database_url: MakeDatabase, tmp_path: Path
) -> None:
    url = await fresh_database_url(migrated=False)
    await filled(url, tmp_path / "files")
    await migrate(url)
    context = await open_database(url)
    try:
        found = await walked()
        assert found.flaw is None
        assert found.rows == found.before == await HistoryEntry.all().count() > 0
    finally:
        await context.close_connections()


async def test_the_command_says_how_it_stands_and_fails_where_something_does_not_fit(
    school: School, tmp_path: Path
) -> None:
    await lived(school)
    environ = environment(school.house.settings.database_url, tmp_path)
    done = await houqin(environ, "audit", "verify")
    assert (done.code, done.said) == (0, "6 steps of 2 records were checked.\n")
    order = await first()
    await unguarded()
    await run(f"UPDATE history SET note = 'x' WHERE subject_id = {order.id} AND step = 'start'")  # noqa: S608
    done, chinese = await asyncio.gather(
        houqin(environ, "audit", "verify"), houqin(environ | {"LC_ALL": "zh_CN.UTF-8"}, "audit", "verify")
    )
    assert (done.code, chinese.code) == (1, 1)
    assert f"fit: {order.number}. From" in done.said
    assert f"第一处对不上：{order.number}，" in chinese.said
