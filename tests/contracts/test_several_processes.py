"""Several processes for one school, as far as they meet: in the database, and at the broker."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest
import redis
from aiohttp.test_utils import TestServer

from bot.app import build, opened
from bot.core.broker import open_broker
from bot.core.event import Kind
from bot.core.pipeline import CHANGED
from bot.core.redis_broker import RedisBroker
from channels.wecom.client import Client
from channels.wecom.settings import WeComSettings
from config.settings import Settings
from models import HistoryEntry, InboxEvent, OutboxItem
from services.audit import verify
from services.mailroom import Letter
from services.sealing import Seals
from tests.contracts.wecom_vendor import Vendor, running
from tests.databases import MakeDatabase
from tests.fakes import FakeChannel, FakeClock
from tests.school import School, furnish

Pair = tuple[School, School]


@contextlib.asynccontextmanager
async def processes(settings: Settings, redis_url: str) -> AsyncIterator[Pair]:
    """The same school twice, as two processes have it: they share database and Redis, and no object."""
    clock, channel = FakeClock(), FakeChannel()
    async with contextlib.AsyncExitStack() as stack:
        schools = []
        for _ in range(2):
            house = build(settings, open_broker(redis_url, "school.example"), {"wecom": channel}, clock=clock)
            await stack.enter_async_context(opened(house))
            schools.append(School(house, channel, clock))
        await furnish()
        yield schools[0], schools[1]


@pytest.fixture
async def pair(settings: Settings, fresh_database_url: MakeDatabase, redis_url: str) -> AsyncIterator[Pair]:
    settings = settings.model_copy(update={"database_url": await fresh_database_url()})
    async with processes(settings, redis_url) as both:
        yield both


async def test_what_time_brings_about_happens_once(pair: Pair) -> None:
    one, other = pair
    await one.says("li", "报修 3号楼201 水龙头漏水")
    await one.says("wang", "接单")
    await one.says("wang", "完工 换了垫圈")
    events, entries = await InboxEvent.all().count(), await HistoryEntry.all().count()
    one.clock.advance(days=8)
    await asyncio.gather(one.house.clockwork.work(), other.house.clockwork.work())
    await asyncio.gather(one.house.clockwork.work(), other.house.clockwork.work())
    ticks = await InboxEvent.filter(channel="house").values_list("event_id", flat=True)
    assert ticks
    assert len(ticks) == len(set(ticks)) == await InboxEvent.all().count() - events
    await asyncio.gather(one.settle(), other.settle())
    assert await HistoryEntry.all().count() - entries <= len(ticks)
    assert await OutboxItem.filter(state="waiting").count() == 0


async def test_what_two_processes_do_to_one_record_is_one_chain(pair: Pair) -> None:
    one, other = pair
    await one.says("li", "报修 3号楼201 水龙头漏水")
    await one.says("wang", "接单")
    number = (await one.order()).number
    lines = [(who, f"{word} {number}") for word in ("挂起 等配件", "恢复") for who in ("wang", "hou")]
    for turn, (who, line) in enumerate(lines * 4):
        school = pair[turn % 2]
        await school.house.pipeline.deliver(replace(school.event(who, Kind.MESSAGE, text=line), id=f"turn-{turn}"))
    await asyncio.gather(one.settle(), other.settle())
    walk = await verify(Seals(one.house.settings.secret_key.get_secret_value()), lambda _: None)
    assert (walk.flaw, walk.rows) == (None, await HistoryEntry.all().count())
    assert walk.rows > 4


async def test_claims_of_two_processes_are_one_after_the_other(pair: Pair) -> None:
    letters = [Letter(channel="wecom", event_id=f"m{n}", account=f"teacher{n % 50}", body={}) for n in range(200)]
    await pair[0].house.services.mailroom.take_in(letters)
    claims: list[list[InboxEvent]] = []

    async def take(school: School) -> None:
        with school.house.entered():
            while rows := await school.house.services.mailroom.claim_in(7):
                claims.append(rows)

    await asyncio.gather(*(asyncio.create_task(take(school)) for school in pair))
    taken = [row.id for rows in claims for row in rows]
    assert len(taken) == len(set(taken)), "no event twice"
    people = [account for rows in claims for account in {row.account for row in rows}]
    assert sorted(people) == sorted({letter.account for letter in letters}), "everybody, and nobody in two hands"


async def test_a_worker_hears_of_an_event_that_another_process_took_in(pair: Pair) -> None:
    web, worker = pair
    worker.house.start_workers()
    async with asyncio.timeout(10):
        await web.house.pipeline.deliver(web.event("li", Kind.MESSAGE, text="报修 3号楼201 水龙头漏水"))
        async with web.house.broker.listen(CHANGED) as bell:
            while not web.channel.sent["wang"]:
                await bell.next(0.1)


async def test_a_page_of_one_process_hears_what_another_moved(pair: Pair) -> None:
    web, worker = pair
    async with TestServer(web.house.web_app()) as server, aiohttp.ClientSession() as client:
        url = web.house.services.tickets.sign_in_url(1).removeprefix(web.house.services.tickets.public_url)
        base = f"http://{server.host}:{server.port}"
        async with client.post(base + url, allow_redirects=False) as answer:
            cookies = {name: morsel.value for name, morsel in answer.cookies.items()}
        async with client.get(f"{base}/board/events", cookies=cookies) as stream, asyncio.timeout(20):
            heard = asyncio.create_task(changed(stream))
            while not heard.done():  # the subscription takes a moment, and a bell may be lost
                await worker.house.broker.ring(CHANGED)
                await asyncio.wait([heard], timeout=0.2)


async def changed(stream: aiohttp.ClientResponse) -> None:
    """Read until the stream says so."""
    while b"changed" not in await stream.content.readline():
        pass


async def test_a_vendors_token_is_fetched_once_for_all_and_again_after_redis_forgot(redis_url: str) -> None:
    vendor = Vendor()
    async with running(vendor) as settings:
        await calls(settings, redis_url)
        assert vendor.calls["gettoken"] == 1
        with redis.Redis.from_url(redis_url) as client:
            client.flushall()
        await calls(settings, redis_url)
        assert vendor.calls["gettoken"] == 2


async def calls(settings: WeComSettings, redis_url: str) -> None:
    """Three processes, and in each many who need the token at the same moment."""
    brokers = [RedisBroker(redis_url, "school.example") for _ in range(3)]
    clients = [Client(settings, broker) for broker in brokers]
    await asyncio.gather(*(client.post("message/send", {}) for client in clients for _ in range(5)))
    for broker, client in zip(brokers, clients, strict=True):
        await client.close()
        await broker.close()
