"""A backup taken while the school goes on working: one moment, nothing torn."""

import asyncio
import gzip
import itertools
from collections import defaultdict
from pathlib import Path

import pytest

from models import HistoryEntry, OutboxItem, WorkOrder
from services.moving import Manifest, verify
from tests.databases import MakeDatabase
from tests.moving import environment, houqin, opened, quiet, rows_of
from tests.processes import Town, town
from tests.school import furnish

REPORTERS = ("li", "mei", "hou")
BACKUPS = 3


async def say_things(here: Town, reporter: str, said: list[str], enough: asyncio.Event) -> None:
    """Somebody reports one thing after the other until it is enough."""
    for number in itertools.count():
        if enough.is_set():
            return
        text = f"3号楼{reporter}{number} 水龙头漏水"
        outcome = await here.sandbox.people.say(reporter, f"报修 {text}")
        assert outcome["delivered"]
        said.append(text)


async def backups_under_load(here: Town, folder: Path) -> list[list[str]]:
    """Take some backups while people report; gives what had been acknowledged before each began."""
    said: list[str] = []
    enough = asyncio.Event()
    before: list[list[str]] = []
    crowd = [asyncio.create_task(say_things(here, reporter, said, enough)) for reporter in REPORTERS]
    try:
        for number in range(BACKUPS):
            before.append(list(said))
            done = await houqin(dict(here.bot.environ), "backup", folder / str(number))
            assert done.code == 0, done.said
            assert len(said) > len(before[-1]), "nobody was kept waiting by the backup"
    finally:
        enough.set()
        await asyncio.gather(*crowd)
    return before


def check_whole(folder: Path, acknowledged: list[str]) -> None:
    """Does everything in it fit together, and is everything in it that had been acknowledged?"""
    history = defaultdict(list)
    for row in rows_of(folder, "history"):
        history[row["subject_id"]].append(row)
    orders = rows_of(folder, "work_orders")
    for order in orders:
        steps = history.pop(order["id"])
        assert order["version"] == len(steps) - 1, "every change is in the history"
        assert steps[-1]["target"] == order["state"]
    assert not history, "no step without its record"
    waiting = [str(row["body"]) for row in rows_of(folder, "inbox") if row["state"] == "waiting"]
    known = {order["raw_text"] for order in orders}
    assert [text for text in acknowledged if text not in known and not any(text in body for body in waiting)] == []


def check_grown(older: Path, newer: Path) -> None:
    """Has the history only been added to?"""
    one, other = (gzip.decompress((f / "tables" / "history.jsonl.gz").read_bytes()) for f in (older, newer))
    assert other.startswith(one)


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_a_backup_under_load_is_one_moment(
    fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> None:
    url, target = await fresh_database_url(), await fresh_database_url(migrated=False)
    async with opened(url):
        await furnish()
    async with town(url, broker_url, tmp_path) as here:
        await here.bot.start()
        before = await backups_under_load(here, tmp_path)
        assert await here.bot.stop() == 0
    folders = [tmp_path / str(number) for number in range(BACKUPS)]
    for folder, acknowledged in zip(folders, before, strict=True):
        await verify(folder, quiet)
        check_whole(folder, acknowledged)
    for older, newer in itertools.pairwise(folders):
        check_grown(older, newer)
    await check_restored(folders[-1], target, tmp_path)


async def check_restored(folder: Path, url: str, data: Path) -> None:
    """Put back elsewhere it has the same rows and digests, and what was waiting is waiting."""
    environ = environment(url, data / "elsewhere")
    for arguments in (("restore", folder), ("backup", data / "again")):
        done = await houqin(environ, *arguments)
        assert done.code == 0, done.said
    one, other = Manifest.read(folder), Manifest.read(data / "again")
    assert (one.tables, one.history_sha256) == (other.tables, other.history_sha256)
    async with opened(url):
        assert await WorkOrder.all().count() == one.tables["work_orders"].rows
        assert await HistoryEntry.all().count() == one.tables["history"].rows
        waiting = sum(row["state"] == "waiting" for row in rows_of(folder, "outbox"))
        assert await OutboxItem.filter(state="waiting").count() == waiting
