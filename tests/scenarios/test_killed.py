"""kill -9 between callback and card: what was acknowledged is handled exactly once, and its cards arrive."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models import HistoryEntry, InboxEvent, OutboxItem, WorkOrder
from models.schema import open_database
from sandbox.wecom.people import Manner
from tests.databases import MakeDatabase
from tests.processes import Town, town
from tests.scenarios.quiet import until_quiet
from tests.school import furnish

KILLS = 20
THINGS = (("水龙头漏水", ("wang", "zhou")), ("门锁坏了", ("zhao",)), ("希沃一体机黑屏", ("chen",)))
REPORTERS = ("li", "mei", "hou")


@pytest.fixture
async def here(fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A furnished school, its vendor, and a bot that has not been started."""
    url = await fresh_database_url()
    context = await open_database(url)
    await furnish()
    await context.close_connections()
    async with town(url, broker_url, tmp_path) as place:
        yield place


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_twenty_points_nothing_is_lost_and_nothing_doubled(here: Town) -> None:
    chance = random.Random(20261122)  # noqa: S311 - to be repeatable, not secret
    said: dict[str, tuple[str, ...]] = {}
    deliveries: list[asyncio.Task[dict[str, object]]] = []
    for kill in range(KILLS):
        await here.bot.start()
        for number, (thing, owners) in enumerate(THINGS):
            text = f"报修 3号楼{100 + 10 * kill + number} {thing}"
            said[text] = owners
            manner = Manner(copies=chance.choice((1, 1, 2)), overlap=True)
            deliveries.append(asyncio.create_task(here.sandbox.people.say(REPORTERS[number], text, manner)))
        await asyncio.sleep(chance.uniform(0.0, 0.25))
        await here.bot.kill()
    await here.bot.start()
    outcomes = await asyncio.gather(*deliveries)
    answered = {text for text, outcome in zip(said, outcomes, strict=True) if outcome["delivered"]}
    assert len(answered) > len(said) / 2, "the vendor repeats what was not answered"
    context = await open_database(here.bot.environ["HOUQIN_DATABASE_URL"])
    try:
        await until_quiet()
        assert await here.bot.stop() == 0
        opened = [order.raw_text for order in await WorkOrder.all()]
        assert len(opened) == len(set(opened)), "doubled"
        assert {text.removeprefix("报修 ") for text in answered} <= set(opened), "lost"
        assert await HistoryEntry.filter(step="report").count() == len(opened)
        assert not await InboxEvent.exclude(state="done").exists()
        assert not await OutboxItem.exclude(state="done").exists()
        numbers = dict(await WorkOrder.all().values_list("raw_text", "number"))
    finally:
        await context.close_connections()
    for text in answered:
        for account in said[text]:
            assert numbers[text.removeprefix("报修 ")] in shown_to(here, account), f"{account}: {text}"


def shown_to(here: Town, account: str) -> str:
    """Everything that hangs on somebody's phone, as one text."""
    return " ".join(
        str(message.copy.present.card) for message in here.sandbox.world.chats.of(account) if message.copy is not None
    )


async def test_a_stop_finishes_what_is_in_hand(here: Town) -> None:
    await here.bot.start()
    outcomes = await asyncio.gather(
        *(here.sandbox.people.say("li", f"报修 3号楼{200 + n} 水龙头漏水") for n in range(5))
    )
    assert all(outcome["delivered"] for outcome in outcomes)
    assert await here.bot.stop() == 0
    assert "Traceback" not in here.bot.log.read_text(encoding="utf-8")
    await here.bot.start()
    context = await open_database(here.bot.environ["HOUQIN_DATABASE_URL"])
    try:
        await until_quiet()
    finally:
        await context.close_connections()
    assert {f"3号楼{200 + n}" for n in range(5)} <= set(shown_to(here, "wang").replace("'", " ").split())
