"""The pages, over the whole house: what the board and a record show, live, in two languages, safely."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape

import pytest
from aiohttp import ClientResponse

import handlers
import web
from bot.core.pipeline import CHANGED
from bot.core.texts import Catalogue
from domain.work_orders import REPAIR, State
from handlers.work_orders.words import WAKES
from models import Person, WorkOrder
from tests.school import School, announce
from tests.visiting import Browser, Open, person_of, reported, ticket, until
from web import fields, live

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"' {{ 7*7 }} 水龙头漏水 教学楼"


def numbers(page: str) -> list[str]:
    """The work orders that a board lists, from its top."""
    return re.findall(r'href="/work-orders/(W[0-9-]+)"', page)


async def filled(school: School, count: int) -> list[WorkOrder]:
    """So many work orders, oldest first, every third one settled, trades in turn."""
    trades = ("water_electric", "furniture", "multimedia")
    states = (State.REPORTED, State.STARTED, State.CONFIRMED)
    reporter, assignee = await person_of("li"), await person_of("wang")
    return [
        await WorkOrder.create(
            number=f"W20261120-{n:03d}",
            state=states[n % 3].value,
            category=trades[n // 3 % 3],
            reporter_id=reporter,
            assignee_id=assignee if n % 3 else None,
            place="J3-201",
            item=f"灯{n}",
            raw_text=f"第{n}盏灯坏了",
            reported_at=school.clock() - timedelta(hours=count - n),
            moved_at=school.clock(),
        )
        for n in range(1, count + 1)
    ]


# -- the board


async def test_the_board_shows_what_is_open_newest_first(school: School, browser: Open) -> None:
    await filled(school, 9)
    page = await (await browser("zhao")).page("/board")
    assert numbers(page) == [f"W20261120-{n:03d}" for n in (9, 7, 6, 4, 3, 1)]  # 2, 5 and 8 are confirmed
    assert page.count('scope="col"') == 7
    assert "3号楼 201 初一1班 灯9" in page
    assert "今天 09:00" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("state=all", {1, 2, 3, 4, 5, 6, 7, 8, 9}),
        ("state=settled", {2, 5, 8}),
        ("state=started", {1, 4, 7}),
        ("state=all&category=furniture", {3, 4, 5}),
        ("q=第7盏", {7}),
        ("q=w20261120-004", {4}),
        ("state=all&mine=1", {1, 2, 4, 5, 7, 8}),
        ("state=nonsense&category=%27--&before=x&mine=2", {1, 3, 4, 6, 7, 9}),
        ("before=99999999999999999999", {1, 3, 4, 6, 7, 9}),
        ("before=00000000000099999999999999999999", {1, 3, 4, 6, 7, 9}),
        ("q=%25", set()),
    ],
)
async def test_filters(school: School, browser: Open, query: str, expected: set[int]) -> None:
    await filled(school, 9)
    page = await (await browser("wang")).page(f"/board?{query}")
    assert {int(number[-3:]) for number in numbers(page)} == expected
    assert expected or "没有符合条件的报修单" in page


async def test_pages_follow_each_other_without_gaps(school: School, browser: Open) -> None:
    await filled(school, 70)
    me, path, seen = await browser("li"), "/board?state=all", []
    for expected in (30, 30, 10):
        page = await me.page(path)
        assert len(numbers(page)) == expected
        seen += numbers(page)
        found = re.search(r'rel="next" href="([^"]*)"', page)
        path = unescape(found[1]) if found else ""
    assert not path
    assert seen == [f"W20261120-{n:03d}" for n in range(70, 0, -1)]


async def test_a_page_may_ask_for_its_list_alone(school: School, browser: Open) -> None:
    await filled(school, 3)
    me = await browser("li")
    part = await (await me.ask("/board?state=all", **{"HX-Request": "true"})).text()
    assert part.lstrip().startswith("<section")
    assert len(numbers(part)) == 3
    assert 'hx-get="/board?state=all"' in part, "it asks anew for what it was asked for"
    back = await me.ask("/board", **{"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert (await back.text()).startswith("<!doctype html>")


# -- live


async def told(stream: ClientResponse, within: float = 5.0) -> AsyncIterator[str]:
    """The events of a stream, as they come."""
    async with asyncio.timeout(within):
        async for line in stream.content:
            if line.startswith(b"event: "):
                yield line.decode().removeprefix("event: ").strip()


async def opened(me: Browser, path: str) -> tuple[ClientResponse, AsyncIterator[str]]:
    """A stream that has said that it listens."""
    stream = await me.ask(path)
    assert stream.status == 200
    assert stream.headers["Content-Type"] == "text/event-stream"
    events = told(stream)
    assert await anext(events) == "hello"
    return stream, events


async def test_a_step_is_told_to_open_pages(school: School, browser: Open) -> None:
    order, me, mender = await reported(school), await browser("li"), await browser("wang")
    number = order.number
    by_card = ticket(school, await person_of("li"), number).replace("?", "/events?")
    streams = [await opened(me, "/board/events"), await opened(me, f"/work-orders/{number}/events")]
    streams.append(await opened(await browser(), by_card))
    await mender.take(f"/work-orders/{number}", "accept")
    for stream, events in streams:
        assert await anext(events) == "changed"
        stream.close()


async def test_many_changes_are_one_signal_a_second(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "QUIET", 0.3)
    stream, events = await opened(await browser("li"), "/board/events")
    broker = school.house.broker
    begun = asyncio.get_running_loop().time()
    for _ in range(50):
        await broker.ring(CHANGED)
    assert [await anext(events), await anext(events)] == ["changed", "changed"]
    assert asyncio.get_running_loop().time() - begun >= 0.3
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await anext(events)
    stream.close()


async def test_a_stream_ends_with_the_session(browser: Open) -> None:
    me, elsewhere = await browser("li"), await browser("li")
    _, events = await opened(elsewhere, "/board/events")
    await me.post("/logout", await me.form("/board", "/logout"))
    assert [event async for event in events] == ["ended"]
    await elsewhere.page("/board/events", 403)


async def test_streams_are_bounded_and_end_when_the_house_closes(browser: Open) -> None:
    me = await browser("li")
    streams = [await opened(me, "/board/events") for _ in range(live.SEATS)]
    await me.page("/board/events", 429)
    other, _ = await opened(await browser("mei"), "/board/events")
    other.close()
    await asyncio.wait_for(me.client.server.close(), 5)
    assert [event async for event in streams[0][1]] == []


# -- what must not get through


async def test_what_people_wrote_stays_words(school: School, browser: Open) -> None:
    await Person.filter(id=await person_of("li")).update(name="<b>李</b>")
    await announce()
    order, me = await reported(school, f"报修 {EVIL}"), await browser("wang")
    page = f"/work-orders/{order.number}"
    await me.take(page, "accept")
    await me.take(page, "resolve", note=EVIL)
    for shown in (await me.page(page), await me.page("/board?state=all"), await me.page(f"/board?q={EVIL[:30]}")):
        assert "alert(1)" in shown
        assert "<script>" not in shown
        assert "<img src=x" not in shown
        assert "<b>" not in shown
        assert "{{ 7*7 }}" in shown


async def test_no_page_needs_anything_inline_or_from_elsewhere(school: School, browser: Open) -> None:
    order, me, stranger = await reported(school), await browser("hou"), await browser()
    pages = ["/board", f"/work-orders/{order.number}"]
    for who, path in [*((me, path) for path in pages), (stranger, "/login"), (stranger, "/nowhere")]:
        response = await who.ask(path)
        policy = response.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "same-origin"
        assert response.headers["Cache-Control"] == "no-store"
        text = await response.text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", text)
        for address in re.findall(r'(?:src|href)="([^"]*)"', text):
            assert address.startswith(("/", "#")), address
            if address.startswith("/static/"):
                kept = await who.ask(address)
                assert (kept.status, "immutable" in kept.headers["Cache-Control"]) == (200, True), address


async def test_pages_may_be_framed_only_by_whom_we_name(school: School, browser: Open) -> None:
    me = await browser("li")
    assert (await me.ask("/board")).headers["X-Frame-Options"] == "DENY"
    object.__setattr__(school.house.site, "framed_by", ("http://127.0.0.1:8090",))
    framed = await me.ask("/board")
    assert framed.headers["Content-Security-Policy"].endswith("frame-ancestors 'self' http://127.0.0.1:8090")
    assert "X-Frame-Options" not in framed.headers


# -- errors and languages


async def test_errors_are_pages(school: School, browser: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    order, me = await reported(school), await browser("li")
    assert (await me.client.get("/", allow_redirects=False)).headers["Location"] == "/board"
    assert (await me.client.head("/board")).status == 200
    assert (await me.client.head("/nowhere")).status == 404
    unknown = await me.page("/work-orders/W20261122-999", 404)
    assert "没有找到这张单" in unknown
    assert "没有找到这张单" in await me.page("/nowhere", 404)
    wrong = await me.client.post("/board")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET,HEAD")
    assert "不能这样打开" in await wrong.text()
    assert (await me.client.get("/logout")).status == 405
    assert (await me.client.post(f"/work-orders/{order.number}/nostep")).status == 404

    async def broken(*_: object) -> None:
        raise RuntimeError("secret table work_orders")

    monkeypatch.setattr(type(school.house.services.work_orders), "page", broken)
    told = await me.page("/board", 500)
    assert "编号 P" in told
    assert "secret" not in told
    assert "Traceback" not in told


async def test_an_unseeable_record_and_an_unknown_one_look_the_same(school: School, browser: Open) -> None:
    order, me = await reported(school), await browser("mei")
    await Person.filter(id=await person_of("mei")).update(roles=[])
    await announce()
    unseeable = await me.page(f"/work-orders/{order.number}", 404)
    unknown = await me.page("/work-orders/W20261122-999", 404)
    secret = r'name="seal" value="[^"]*"'
    assert re.sub(secret, "", unseeable) == re.sub(secret, "", unknown)


async def test_everybody_reads_their_own_language(school: School, browser: Open) -> None:
    order, me, stranger = await reported(school), await browser("mei"), await browser()
    await Person.filter(id=await person_of("mei")).update(locale="en")
    await announce()
    board = await me.page("/board?lang=zh_CN")
    assert '<html lang="en">' in board
    assert "Work orders" in board
    assert ">Reported<" in board
    assert "Water &amp; electric" in board
    record = await me.page(f"/work-orders/{order.number}")
    assert "What happened" in record
    assert "There is no such page" in await me.page("/nowhere", 404)
    assert '<html lang="zh-CN">' in await stranger.page("/login")
    assert "Sign in with WeCom" in await stranger.page("/login?lang=en")
    assert "There is no such page" in await stranger.page("/nowhere", 404)
    assert "没有这一页" in await stranger.page("/nowhere?lang=zh_CN", 404)


def test_every_step_and_field_has_its_words() -> None:
    catalogue = Catalogue((handlers.FOLDER, web.FOLDER))
    keys = catalogue["en"].keys
    assert keys == catalogue["zh_CN"].keys
    asked = {name for names in fields.ASKS.values() for name in names}
    assert asked <= set(fields.MAKERS)
    assert {f"web.field.note_{step}" for step, names in fields.ASKS.items() if "note" in names} <= keys
    assert {f"web.field.colleague_{step}" for step, names in fields.ASKS.items() if "colleague" in names} <= keys
    assert {f"work_order.step.{step.name}.button" for step in REPAIR.steps} <= keys
    assert set(fields.WAKES) == {*WAKES, "open"}, "a page offers what a card offers"


async def test_the_page_of_a_record_leads_to_its_sisters(school: School, browser: Open) -> None:
    await school.says("li", "3号楼201灯不亮，还有门锁坏了")
    await until(school, WorkOrder.exclude(told_with="").exists)
    lamp, lock = await WorkOrder.all().order_by("id")
    page = await (await browser("li")).page(f"/work-orders/{lamp.number}")
    assert f'href="/work-orders/{lock.number}"' in page
    assert "同一条消息里还报了" in page
