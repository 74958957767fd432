"""Over the real wire, in processes of their own: repeats, overlapping presses, and two workers on one school."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from models import HistoryEntry, InboxEvent, WorkOrder
from models.schema import open_database
from sandbox.wecom.chats import Message
from sandbox.wecom.people import Manner
from tests.databases import MakeDatabase
from tests.processes import BotProcess, Town, town
from tests.scenarios.quiet import until_quiet
from tests.school import furnish
from tests.servers import free_port


@pytest.fixture
async def here(fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path) -> AsyncIterator[Town]:
    """A furnished school with its vendor, and a bot that serves it."""
    url = await fresh_database_url()
    context = await open_database(url)
    await furnish()
    async with town(url, broker_url, tmp_path) as place:
        await place.bot.start()
        yield place
    await context.close_connections()


def cards(here: Town, account: str) -> list[Message]:
    """The cards in somebody's chat."""
    return [m for m in here.sandbox.world.chats.of(account) if m.copy is not None]


def key(message: Message, step: str) -> str:
    """The name of a card's button for a step."""
    assert message.copy is not None
    buttons = message.copy.present.card["button_list"]
    return next(str(b["key"]) for b in buttons if f":{step}:" in b.get("key", ""))


async def test_the_same_callback_four_times_two_at_once(here: Town) -> None:
    manner = Manner(copies=4, overlap=True)
    outcome = await here.sandbox.people.say("li", "报修 3号楼201 水龙头漏水", manner)
    assert outcome["delivered"]
    await until_quiet()
    assert await WorkOrder.all().count() == 1
    assert await InboxEvent.all().count() == 1
    assert len(cards(here, "wang")) == 1
    assert len(cards(here, "li")) == 1


async def test_two_press_accept_at_the_same_moment(here: Town) -> None:
    await here.sandbox.people.say("li", "报修 3号楼201 水龙头漏水")
    await until_quiet()
    ((mine,), (theirs,)) = cards(here, "wang"), cards(here, "zhou")
    assert mine.copy is not None
    assert theirs.copy is not None
    twice = Manner(copies=2, overlap=True)
    await asyncio.gather(
        here.sandbox.people.press("wang", mine.copy.task_id, key(mine, "accept"), manner=twice),
        here.sandbox.people.press("zhou", theirs.copy.task_id, key(theirs, "accept"), manner=twice),
    )
    await until_quiet()
    assert await HistoryEntry.filter(step="accept").count() == 1
    told = {
        account: " ".join(str(m.content) for m in here.sandbox.world.chats.of(account) if m.kind == "text")
        for account in ("wang", "zhou")
    }
    loser = next(account for account, words in told.items() if "不能再" in words)
    winner = "zhou" if loser == "wang" else "wang"
    assert {"wang": "王强", "zhou": "周平"}[winner] in told[loser]
    assert told[winner] == ""
    for account in ("wang", "zhou", "li"):
        card = cards(here, account)[-1]
        assert card.copy is not None
        assert "已接单" in str(card.copy.present.card), account


def worker_beside(here: Town, folder: Path) -> BotProcess:
    """A worker of the same school, not started yet; it answers only at a port for its own machine."""
    port = free_port()
    environ = {**here.bot.environ, "HOUQIN_METRICS_PORT": str(port)}
    return replace(
        here.bot, environ=environ, port=port, log=folder / "worker.log", arguments=("serve", "--only", "worker")
    )


async def test_a_second_worker_joins_in(here: Town, tmp_path: Path, database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("a school on SQLite is served by one process")
    other = worker_beside(here, tmp_path)
    await other.start()
    try:
        texts = [f"报修 3号楼{100 + n} 水龙头漏水" for n in range(30)]
        await asyncio.gather(*(here.sandbox.people.say(("li", "mei", "hou")[n % 3], t) for n, t in enumerate(texts)))
        await until_quiet(held=True)
        opened = [order.raw_text for order in await WorkOrder.all()]
        assert sorted(opened) == sorted(text.removeprefix("报修 ") for text in texts)
        assert await HistoryEntry.filter(step="report").count() == 30
    finally:
        assert await other.stop() == 0
