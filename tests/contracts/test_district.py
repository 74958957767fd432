"""Twenty schools in one process, with the same people and ids in each: nothing of one is reached from another."""

import asyncio
import re
from collections.abc import AsyncIterator
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from bot.core.broker import open_broker
from bot.core.pipeline import CHANGED
from config.schools import host_of
from models import HistoryEntry, InboxEvent, OutboxItem, WorkOrder
from tests.databases import MakeDatabase
from tests.district import Town, settings_of, town
from tests.fakes import JPEG
from tests.school import School
from web.sessions import COOKIE

MANY, FEW = 20, 3
LINE = "报修 3号楼201 水龙头漏水"


@pytest.fixture
async def district(
    request: pytest.FixtureRequest, fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> AsyncIterator[Town]:
    count = getattr(request, "param", FEW)
    settings = [settings_of(number, await fresh_database_url(), tmp_path) for number in range(count)]
    brokers = [open_broker(broker_url, host_of(own.public_url)) for own in settings]
    async with town(settings, brokers) as found:
        yield found


twenty = pytest.mark.parametrize("district", [MANY], indirect=True, ids=["twenty"])


async def reported(district: Town, school: School, text: str = LINE) -> WorkOrder:
    """李老师 of a school reports."""
    with district.inside(school):
        await school.says("li", text)
        return await school.order()


async def everything(district: Town, school: School) -> tuple[int, ...]:
    """How much a school has of all that something could have brought about."""
    with district.inside(school):
        return tuple([await table.all().count() for table in (InboxEvent, OutboxItem, WorkOrder, HistoryEntry)])


async def test_a_callback_counts_only_at_its_own_school(district: Town) -> None:
    one, other, *_ = district.schools
    assert await district.calls(one, one, "你好") == 200
    nothing = await everything(district, other)
    assert await district.calls(other, one, "你好") == 403
    assert await everything(district, other) == nothing
    with district.inside(one):
        assert await InboxEvent.all().count() == 1


@twenty
async def test_every_key_fits_its_own_door_only(district: Town) -> None:
    for school in district.schools:
        cookies = await district.sign_in(school, "li")
        opening = [
            other
            for other in district.schools
            if await district.calls(other, school, "你好") == 200
            or (await district.ask(other, "/board", cookies)).status == 200
        ]
        assert opening == [school]


async def test_a_host_at_two_ports_is_two_schools(
    fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> None:
    addresses = ("https://town.example.edu", "https://town.example.edu:8443")
    settings = [
        settings_of(number, await fresh_database_url(), tmp_path).model_copy(update={"public_url": address})
        for number, address in enumerate(addresses)
    ]
    brokers = [open_broker(broker_url, host_of(own.public_url)) for own in settings]
    async with town(settings, brokers) as district:
        one, other = district.schools
        assert await district.calls(one, one, "你好") == 200
        assert await district.calls(other, other, "你好") == 200
        assert await district.calls(other, one, "你好") == 403


async def test_an_unknown_host_is_told_nothing(district: Town) -> None:
    for path in ("/", "/board", "/login", "/channels/wecom/callback", "/static/app.css", "/files/x"):
        answer = await district.ask("nobody.example.edu", path)
        assert (answer.status, answer.text) == (404, "404: Not Found")
        assert not answer.cookies


async def test_a_record_is_neither_pressed_typed_nor_shown_elsewhere(district: Town) -> None:
    one, other, *_ = district.schools
    order = await reported(district, one)
    with district.inside(one):
        press = one.press_event("wang", "accept")
    with district.inside(other):
        other.channel.cards["wang"].clear()
        await other.deliver(press)
        await other.says("wang", f"接单 {order.number}")
        assert order.number in other.heard("wang")
        assert await WorkOrder.all().count() == 0
        assert await HistoryEntry.all().count() == 0
    cookies = await district.sign_in(other, "wang")
    assert (await district.ask(other, f"/work-orders/{order.number}", cookies)).status == 404
    taken = await district.ask(other, f"/work-orders/{order.number}/accept", cookies, data={"seal": "x"})
    assert taken.status in {403, 404}
    with district.inside(one):
        await order.refresh_from_db()
        assert order.state == "reported"


async def test_a_press_on_the_same_id_moves_only_the_own_record(district: Town) -> None:
    one, other, *_ = district.schools
    first, second = await reported(district, one), await reported(district, other)
    assert (first.id, first.number) == (second.id, second.number)
    with district.inside(one):
        await one.presses("wang", "accept")
        await first.refresh_from_db()
    with district.inside(other):
        await second.refresh_from_db()
    assert (first.state, second.state) == ("accepted", "reported")


async def test_sessions_links_and_tickets_open_only_their_own_school(district: Town) -> None:
    one, other, *_ = district.schools
    order, _ = await reported(district, one), await reported(district, other)
    cookies = await district.sign_in(one, "li")
    assert COOKIE in cookies
    assert (await district.ask(one, "/board", cookies)).status == 200
    assert (await district.ask(other, "/board", cookies)).status == 303

    tickets = one.house.services.tickets
    card = tickets.record_url(1, f"/work-orders/{order.number}", order.number).removeprefix(tickets.public_url)
    assert (await district.ask(one, card)).status == 200
    assert (await district.ask(other, card)).status != 200

    once = tickets.sign_in_url(1).removeprefix(tickets.public_url)
    assert (await district.ask(other, once, data={})).status != 303
    assert (await district.ask(one, once, data={})).status == 303, "and it was not used up"


async def test_a_form_sealed_at_one_school_is_none_at_another(district: Town) -> None:
    one, other, *_ = district.schools
    order, _ = await reported(district, one), await reported(district, other)
    page = (await district.ask(one, f"/work-orders/{order.number}", await district.sign_in(one, "wang"))).text
    seal = re.findall(r'name="seal" value="([^"]+)"', page)[0]
    theirs = await district.sign_in(other, "wang")
    answer = await district.ask(other, f"/work-orders/{order.number}/accept", theirs, data={"seal": seal})
    assert answer.status == 403


async def test_a_file_is_read_only_where_it_was_kept(district: Town) -> None:
    one, other, *_ = district.schools
    with district.inside(one):
        await one.sends_photo("li")
        await one.says("li", LINE)
    path = f"/files/{sha256(JPEG).hexdigest()}"
    mine, theirs = await district.sign_in(one, "li"), await district.sign_in(other, "li")
    assert (await district.ask(one, path, mine)).status == 200
    assert (await district.ask(other, path, theirs)).status == 404
    with pytest.raises(FileNotFoundError):
        await other.house.services.files.storage.get(sha256(JPEG).hexdigest())


async def test_what_moves_here_is_not_heard_there(district: Town) -> None:
    one, other, *_ = district.schools
    async with one.house.broker.listen(CHANGED) as here, other.house.broker.listen(CHANGED) as there:
        await reported(district, one)
        assert await here.next(5) is not None
        assert await there.next(0.3) is None


async def test_what_one_keeps_and_locks_is_not_the_others(district: Town) -> None:
    one, other, *_ = (school.house.broker for school in district.schools)
    await one.remember("wecom:token", "mine", 60)
    assert await other.recall("wecom:token") is None
    async with one.lock("wecom:token", 60), asyncio.timeout(5), other.lock("wecom:token", 60):
        pass


async def test_counters_are_the_schools_own_and_labelled_where_they_meet(district: Town) -> None:
    one, other, *_ = district.schools
    await reported(district, one)
    counted = 'houqin_events_taken_in_total{channel="wecom",school="school0"} 1.0'
    assert counted in (await district.ask(one, "/metrics")).text
    assert "school0" not in (await district.ask(other, "/metrics")).text
    together = (await district.ask("127.0.0.1", "/metrics")).text
    assert counted in together
    assert 'school="school2"' in together


async def test_each_school_numbers_and_understands_by_itself(district: Town) -> None:
    one, other, *_ = district.schools
    numbers = [(await reported(district, one)).number for _ in range(2)]
    assert [number[-3:] for number in (*numbers, (await reported(district, other)).number)] == ["001", "002", "001"]
    known = await reported(district, one, "报修 只有0号校才有的观星台 水龙头漏水")
    assert known.place == "ONLY-0"
    with district.inside(other):
        await other.says("li", "报修 只有0号校才有的观星台 灯不亮")
        assert await WorkOrder.filter(place="ONLY-0").count() == 0


async def test_a_question_is_answered_where_it_was_asked(district: Town) -> None:
    one, other, *_ = district.schools
    with district.inside(one):
        await one.says("li", "报修 水龙头漏水")
        assert await one.house.services.forms.open(1) is not None
    with district.inside(other):
        assert await other.house.services.forms.open(1) is None


async def test_what_goes_out_goes_through_its_own_vendor(district: Town) -> None:
    one, *others = district.schools
    await reported(district, one)
    for other in others:
        with district.inside(other):
            await other.settle()
        assert not other.channel.sent
    assert one.channel.sent["wang"]


async def test_time_passes_for_each_by_its_own_clock(district: Town) -> None:
    one, other, *_ = district.schools
    for school in (one, other):
        await reported(district, school)
    before = await everything(district, other)
    one.clock.advance(days=1)
    for school in (one, other):
        with district.inside(school):
            await school.tick()
    assert await everything(district, other) == before


@twenty
async def test_all_at_once_and_each_to_its_own(district: Town) -> None:
    for school in district.schools:
        await school.house.warm_up()
        school.house.start_workers()

    async def reports(number: int, school: School) -> None:
        for turn in range(2):
            assert await district.calls(school, school, f"报修 3号楼201 水龙头漏水 第{number}校第{turn}件") == 200

    async def has_all(school: School) -> bool:
        with district.inside(school):
            return await WorkOrder.all().count() == 2

    await asyncio.gather(*(reports(number, school) for number, school in enumerate(district.schools)))
    for number, school in enumerate(district.schools):
        async with asyncio.timeout(60), school.house.broker.listen(CHANGED) as bell:
            while not await has_all(school):
                await bell.next(0.5)
        with district.inside(school):
            assert {f"第{number}校" in order.raw_text for order in await WorkOrder.all()} == {True}


async def test_a_school_in_trouble_leaves_the_others_ready(district: Town) -> None:
    one, other, *_ = district.schools
    await one.house.database.close()
    assert (await district.ask(one, "/readyz")).status == 503
    assert (await district.ask(other, "/readyz")).status == 200
    process = await district.ask("127.0.0.1", "/readyz")
    assert (process.status, '"school0":["database"]' in process.text) == (200, True)
    assert (await district.ask("127.0.0.1", "/healthz")).text == "ok\n"


@twenty
async def test_no_two_schools_have_anything_in_common(district: Town) -> None:
    houses = [school.house for school in district.schools]
    for one, other in combinations(houses, 2):
        for part in (
            "settings",
            "database",
            "services",
            "broker",
            "channels",
            "pipeline",
            "clockwork",
            "metrics",
            "site",
        ):
            assert getattr(one, part) is not getattr(other, part)
        assert one.services.files.storage is not other.services.files.storage
        assert one.settings.secret_key != other.settings.secret_key
