"""The statistics: kept in the transaction of every step, equal to the history, shown to those who may see them."""

import re
from datetime import date
from html import unescape

import pytest

from domain.statistics import Period
from models import HistoryEntry, Tally, WorkOrder, recounting
from models.recounting import counted, fill_up, kept, recount
from services.database import connection_in_hand
from services.tallies import Tallies
from services.unit import together
from tests.school import School
from tests.statements import watched
from tests.tampering import unguarded
from tests.visiting import Open


async def proved(school: School) -> None:
    """The kept numbers are those that the history gives."""
    assert await kept() == await counted(school.house.services.zone)


async def repaired(school: School) -> None:
    """李老师 reports, 王强 mends after half an hour, 李老师 gives five stars; a second report waits."""
    await school.says("li", "报修 3号楼201 水龙头漏水")
    school.clock.advance(minutes=20)
    await school.presses("wang", "accept")
    school.clock.advance(minutes=10)
    await school.presses("wang", "resolve", note="换了垫圈")
    await school.presses("li", "confirm")
    await school.presses("li", "rate", score="5")
    await school.says("mei", "报修 3号楼302 门锁坏了")


@pytest.fixture
async def lived(school: School) -> School:
    """The same before anybody opens a page: from then on the house works by itself."""
    await repaired(school)
    return school


async def test_every_step_is_counted_with_it(school: School) -> None:
    await repaired(school)
    await proved(school)
    lead = await school.house.services.people.actor("wecom", "hou")
    assert lead is not None
    found = await school.house.services.statistics.of(lead, Period.WEEK)
    assert {m: found.whole.of(m) for m in ("report", "resolve", "confirm", "reopen")} == {
        "report": 2, "resolve": 1, "confirm": 1, "reopen": 0,
    }  # fmt: skip
    assert (found.whole.waits.minutes, found.whole.mends.minutes, found.whole.stars) == (20, 30, 5)
    assert found.standing == {"water_electric": {"confirmed": 1}, "furniture": {"reported": 1}}
    assert sum(bar.reported for bar in found.bars) == 2
    assert found.trades["furniture"].of("report") == 1


async def test_what_was_undone_is_not_counted(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await repaired(school)
    before = await kept()

    async def broken(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr("services.work_orders.cases.WorkOrders._forget_questions", broken)
    await school.presses("zhao", "accept")
    assert (await school.order()).state == "reported"
    assert await kept() == before
    await proved(school)


async def test_two_processes_add_to_rows_of_their_own(school: School) -> None:
    zone = school.house.services.zone
    await school.says("li", "报修 3号楼201 水龙头漏水")
    order, others = await school.order(), Tallies("work_order", zone)
    others._shard = max([row.shard for row in await Tally.all()]) + 1
    async with together() as unit:
        others.note(unit, order, None, "report", order.reported_at)
    assert {row.value for row in await Tally.all()} == {1}
    day = order.reported_at.astimezone(zone).date()
    assert (await others.sums(day, day))["water_electric"]["report"] == 2
    assert await others.daily(day, day, ["report"]) == {(day.isoformat(), "report"): 2}


async def test_many_steps_are_one_statement(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    order, zone = await school.order(), school.house.services.zone
    tallies = Tallies("work_order", zone)
    with watched() as seen:
        async with together() as unit:
            for _ in range(40):
                tallies.note(unit, order, None, "report", order.reported_at)
    assert [query.split()[:3] for query, _ in seen] == [["INSERT", "INTO", "tallies"]]
    day = order.reported_at.astimezone(zone).date()
    assert (await tallies.sums(day, day))["water_electric"]["report"] == 41


async def test_a_recount_puts_numbers_right(school: School) -> None:
    await repaired(school)
    right = await kept()
    await Tally.all().update(value=77)
    assert await kept() != right
    await recount(school.house.services.zone)
    assert await kept() == right


async def test_a_long_recount_says_how_far_it_has_come(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recounting, "SLICE", 2)
    monkeypatch.setattr(recounting, "TOLD", 4)
    for number in range(9):
        await school.says("li", f"报修 3号楼20{number} 水龙头漏水")
    last = await WorkOrder.all().order_by("-id").first().values_list("id", flat=True)
    await unguarded()
    for column, table in (("id", "work_orders"), ("subject_id", "history")):  # after a restore ids skip a long way
        await connection_in_hand().execute_query(f"UPDATE {table} SET {column} = 5000 WHERE {column} = {last}")  # noqa: S608
    right, heard = await kept(), list[int]()
    assert await counted(school.house.services.zone, heard.append) == right
    assert heard == [4, 8]


async def test_an_older_release_is_counted_once(school: School) -> None:
    zone = school.house.services.zone
    await fill_up(zone)
    assert not await Tally.all().exists()
    await repaired(school)
    right = await kept()
    await Tally.all().delete()
    await fill_up(zone)
    assert await kept() == right
    await unguarded()
    await HistoryEntry.all().delete()
    await fill_up(zone)
    assert await kept() == right, "what is kept is not counted again"


# -- the page


def plain(page: str) -> str:
    """The words of a page."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.mark.usefixtures("lived")
async def test_the_page_tells_what_happened(browser: Open) -> None:
    me = await browser("hou")
    words = plain(await me.page("/statistics"))
    for told in ("新报修 2", "完工 1", "目前未完成 1", "5.0 星", "15 分钟–30 分钟", "平均"):
        assert told in words, told
    assert "/statistics" in await me.page("/board"), "the board leads there"
    assert 'aria-current="page">本月' in await me.page("/statistics?period=month")
    assert 'aria-current="page">本周' in await me.page("/statistics?period=nonsense")


async def test_the_page_is_there_before_anything_happened(browser: Open) -> None:
    me = await browser("hou")
    for period in Period:
        assert "目前未完成 0" in plain(await me.page(f"/statistics?period={period}"))


@pytest.mark.usefixtures("lived")
async def test_the_page_needs_nothing_inline(browser: Open) -> None:
    page = await (await browser("hou")).page("/statistics?period=term")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


async def test_the_page_refuses_whom_it_does_not_concern(browser: Open) -> None:
    me = await browser("li")
    refused = await me.page("/statistics", 403)
    assert "您没有权限看这一页" in refused
    assert "/statistics" not in await me.page("/board")
    stranger = await (await browser()).ask("/statistics")
    assert (stranger.status, stranger.headers["Location"].split("?")[0]) == (303, "/login")


@pytest.mark.usefixtures("lived")
async def test_a_trade_that_the_catalogue_no_longer_has_is_shown(browser: Open) -> None:
    await Tally.filter(category="furniture").update(category="boilers")
    await WorkOrder.filter(category="furniture").update(category="boilers")
    assert "boilers" in await (await browser("hou")).page("/statistics")


def test_a_term_has_bars_of_weeks() -> None:
    spans = list(Period.TERM.spans(date(2026, 11, 22)))
    assert len(spans) == 12
    assert spans[0] == (date(2026, 9, 1), date(2026, 9, 6))
