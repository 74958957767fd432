"""Whatever grows with the years is never walked through: lists, pages, clock, mailroom, statistics."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from tortoise import Tortoise

from domain.statistics import Period
from domain.work_orders import REPAIR, State
from models import HistoryEntry, InboxEvent, OutboxItem, Person, ShownCard, WorkOrder
from services.actor import Actor
from services.work_orders import LIST_LIMIT, OPEN_STATES, Filter
from services.work_orders.listing import WINDOW
from tests.school import School
from tests.statements import Statement, too_much, watched
from tests.visiting import Browser, Open, reported
from web.filters import PAGE

MANY = 6000
TRADES = ("water_electric", "furniture", "multimedia")
MOST = 12
"""Statements of one page, signing in included."""
OPEN = (State.REPORTED, State.ACCEPTED, State.STARTED)


async def grown(school: School, count: int = MANY) -> None:
    """A school after years: so many work orders with their mail, three of a hundred open; the oldest one is green."""
    people = [person.id for person in await Person.all().order_by("id")]
    begin = school.clock() - timedelta(minutes=count + 60 * 24 * 40)
    at = [begin + timedelta(minutes=number) for number in range(count)]
    states = [OPEN[n % 3].value if n % 100 in {7, 41, 80} else State.CONFIRMED.value for n in range(count)]
    await WorkOrder.bulk_create(
        (
            WorkOrder(
                number=f"W{at[n]:%Y%m%d}-{n:06d}", state=states[n], category=TRADES[n % 3], location="一号楼",
                reporter_id=people[0] if n % 16 == 0 else people[n % 2], assignee_id=people[2 + n % 4],
                item="绿灯" if n == 0 else f"灯{n}", raw_text=f"第{n}盏灯坏了", reported_at=at[n], moved_at=at[n],
                settled_at=None if states[n] in OPEN_STATES else at[n],
            )
            for n in range(count)
        ),
        batch_size=1000,
    )  # fmt: skip
    history = (
        HistoryEntry(subject="work_order", subject_id=n + 1, step="report", target=states[n], at=at[n])
        for n in range(count)
    )
    await HistoryEntry.bulk_create(history, batch_size=1000)
    await mailed(school, count)
    if Tortoise.get_connection("default").capabilities.dialect == "postgres":
        await Tortoise.get_connection("default").execute_script("ANALYZE")


async def mailed(school: School, count: int) -> None:
    """So many events and items that were settled yesterday, and the cards that they put up."""
    then = school.clock() - timedelta(days=1)
    events = (
        InboxEvent(channel="wecom", event_id=f"old{n}", account="li", body={}, state="done", due_at=then,
                   received_at=then, done_at=then)
        for n in range(count)
    )  # fmt: skip
    items = (
        OutboxItem(lane="wecom", account="li", subject="work_order", subject_id=n + 1, step="report", state="done",
                   due_at=then, created_at=then, done_at=then, counted=True)
        for n in range(count)
    )  # fmt: skip
    cards = (
        ShownCard(channel="wecom", account="li", key=f"work_order:{n + 1}", ref=f"old{n}", shown_at=then)
        for n in range(count)
    )
    await InboxEvent.bulk_create(events, batch_size=1000)
    await OutboxItem.bulk_create(items, batch_size=1000)
    await ShownCard.bulk_create(cards, batch_size=1000)


async def checked(statements: list[Statement]) -> None:
    """None of these looks at more rows than it should; the inspector looks at what reads, once each."""
    asked = {query: (query, values) for query, values in statements if query.lstrip().upper().startswith("SELECT")}
    assert asked, "nothing was asked of the database"
    found = {query: why for query, values in asked.values() if (why := await too_much((query, values)))}
    assert not found


LISTS = (
    Filter(states=OPEN_STATES),
    Filter(states=tuple(s.value for s in REPAIR.settled)),
    Filter(),
    Filter(before=40),
    Filter(states=("cancelled",)),
    Filter(category="furniture"),
    Filter(category="furniture", states=OPEN_STATES, before=MANY // 2),
    Filter(mine=1),
    Filter(mine=1, states=OPEN_STATES),
    Filter(mine=1, category="multimedia"),
    Filter(words="第77盏"),
    Filter(words="nothing like it", states=OPEN_STATES),
    Filter(words="灯", mine=3, before=MANY // 2),
    Filter(words="W20261120-000001"),
)


async def actor(school: School, account: str) -> Actor:
    """Somebody of the school."""
    found = await school.house.services.people.actor("wecom", account)
    assert found is not None
    return found


async def test_no_list_walks_through_the_years(school: School) -> None:
    await grown(school)
    orders, lead, mender = school.house.services.work_orders, await actor(school, "hou"), await actor(school, "wang")
    with watched() as seen:
        for wanted in LISTS:
            await orders.page(lead, wanted)
        for step in sorted({step.name for step in REPAIR.steps}):
            for who in (lead, mender):
                await orders.candidates(who, step)
        await orders.latest(mender, timedelta(days=400))
        await orders.due()
        await orders.release(mender)
    await checked(seen)


async def test_no_page_walks_through_the_years_and_each_asks_little(school: School, browser: Open) -> None:
    number = (await reported(school)).number
    me = await browser("hou")
    await grown(school)
    found = await asked_for(me, number)
    for page, seen in found.items():
        assert len(seen) <= MOST, (page, [query for query, _ in seen])
        await checked(seen)


async def asked_for(me: Browser, number: str) -> dict[str, list[Statement]]:
    """Every page, asked for again and again: what it asks of the database when the house does nothing beside."""
    pages = ("/board", "/board?state=all", "/board?q=%E7%81%AF", "/board?mine=1", "/statistics?period=term")
    found = {}
    for path in (*pages, f"/work-orders/{number}"):
        await me.page(path)
        found[path] = min([await statements(me, path) for _ in range(3)], key=len)
    return found


async def statements(me: Browser, path: str) -> list[Statement]:
    """What is asked of the database while a page is made; by the house's own work too, if some comes along."""
    with watched() as seen:
        await me.page(path)
    return seen


async def test_the_mailroom_does_not_walk_through_what_is_done(school: School) -> None:
    await grown(school)
    mailroom, clockwork = school.house.services.mailroom, school.house.clockwork
    with watched() as seen:
        await school.says("li", "报修 3号楼201 水龙头漏水")
        await school.presses("wang", "accept")
        await mailroom.ages()
        await clockwork.work()
    await checked(seen)


async def test_old_mail_is_thrown_away_in_slices(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    await mailed(school, 1200)
    await OutboxItem.filter(subject_id__lte=7).update(state="dead")
    school.clock.advance(days=29)
    assert await school.house.services.mailroom.purge() == 0
    school.clock.advance(days=2)
    monkeypatch.setattr("services.mailroom.purging.SLICE", 500)
    with watched() as seen:
        assert await school.house.services.mailroom.purge() == 3 * 1200 - 7
    assert len(deletions(seen)) >= 3 * 3
    assert await OutboxItem.all().count() == 7
    assert not await InboxEvent.all().exists()
    assert not await ShownCard.all().exists()
    await checked(seen)


def deletions(statements: list[Statement]) -> list[str]:
    """Statements that throw away."""
    return [query for query, _ in statements if query.startswith("DELETE")]


# -- going through a list


async def through(page: Callable[[int | None], Awaitable[tuple[list[int], int | None]]]) -> list[int]:
    """All ids of a list, page after page."""
    found, before = list[int](), None
    while True:
        ids, before = await page(before)
        found += ids
        if before is None:
            return found


@pytest.mark.parametrize("limit", [1, 7, LIST_LIMIT])
async def test_pages_follow_each_other_without_gap_or_repetition(school: School, limit: int) -> None:
    await grown(school, 120)
    orders, lead = school.house.services.work_orders, await actor(school, "hou")
    people = sorted({i for i, _ in await WorkOrder.all().values_list("reporter_id", "id")})
    await WorkOrder.filter(id__lte=60).update(reporter_id=people[0], assignee_id=people[0])
    for wanted in LISTS[:9]:

        async def page(before: int | None, wanted: Filter = wanted) -> tuple[list[int], int | None]:
            found = await orders.page(lead, Filter(
                states=wanted.states, category=wanted.category, mine=wanted.mine, before=before, limit=limit
            ))  # fmt: skip
            return [line.order.id for line in found.lines], found.older

        rows = WorkOrder.all().order_by("-id")
        rows = rows.filter(state__in=wanted.states) if wanted.states else rows
        rows = rows.filter(category=wanted.category) if wanted.category else rows
        expected = [
            row.id for row in await rows if wanted.mine is None or wanted.mine in {row.reporter_id, row.assignee_id}
        ]
        assert await through(page) == expected, wanted


async def test_a_search_says_how_far_it_got_and_goes_on(school: School, browser: Open) -> None:
    count = WINDOW + 500
    await grown(school, count)
    me = await browser("hou")
    first = await me.page("/board?state=all&q=%E7%BB%BF%E7%81%AF")  # 绿灯
    assert "本页 0 单" in first
    reached = await WorkOrder.get(id=count - WINDOW + 1)
    assert f"查到 {reached.number} 为止" in first
    assert "继续往前查" in first
    further = await me.page(f"/board?state=all&q=%E7%BB%BF%E7%81%AF&before={reached.id}")
    assert "绿灯" in further
    assert "为止" not in further
    full = await me.page("/board?state=all&q=%E7%9B%8F%E7%81%AF")  # 盏灯: in every one of them
    assert f"本页 {PAGE} 单" in full
    assert "为止" not in full


async def test_a_whole_number_is_found_wherever_it_stands(school: School, browser: Open) -> None:
    await grown(school, WINDOW + 10)
    oldest = await WorkOrder.get(id=1)
    page = await (await browser("li")).page(f"/board?q={oldest.number.lower()}&category=multimedia")
    assert f"/work-orders/{oldest.number}" in page


async def test_a_term_has_no_more_statements_than_a_week(school: School) -> None:
    lead, reports = await actor(school, "hou"), school.house.services.statistics
    asked = {}
    for period in Period:
        with watched() as seen:
            await reports.of(lead, period)
        asked[period] = len(seen)
    assert set(asked.values()) == {3}
