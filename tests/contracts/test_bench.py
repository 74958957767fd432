"""The bench: what it fills, what its floor answers, and that a wrong run is void."""

import asyncio
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from bench import checks, command
from bench.bots import Surroundings
from bench.client import lines
from bench.databases import databases_of
from bench.envelope import App, Sealer
from bench.figures import Job
from bench.filling import fill, furnish
from bench.jobs.accept import committed
from bench.ledger import Ledger
from bench.options import Options, Run
from bench.processes import ROOT, BenchError, outer_environment, running
from bench.school import BenchSchool
from bot.cli import parser
from models import HistoryEntry, InboxEvent, OutboxItem, Person, WorkOrder, recounting
from models.schema import open_database
from tests.databases import MakeDatabase

SMALL = BenchSchool(teachers=5, trades=3)
ROWS = 250


def run_of(folder: Path, database: str = "") -> Run:
    """A small run."""
    return Run(
        options=Options(rounds=1, seconds=0.5, rows=ROWS, processes=1, database=database, redis="memory://"),
        surroundings=Surroundings(folder=folder, app=App(), vendor="http://127.0.0.1:9"),
        databases=databases_of(database, folder),
        school=SMALL,
    )


async def test_years_are_filled_as_the_bot_would_have_left_them(fresh_database_url: MakeDatabase) -> None:
    url = await fresh_database_url()
    await furnish(url, SMALL)
    await fill(url, ROWS, SMALL)
    context = await open_database(url)
    try:
        assert await Person.all().count() == SMALL.size
        assert await WorkOrder.all().count() == ROWS
        assert await HistoryEntry.all().count() == sum([o.version + 1 for o in await WorkOrder.all()])
        assert await recounting.kept() == await recounting.counted(ZoneInfo("Asia/Shanghai"))
        last = await WorkOrder.all().order_by("-id").first()
        assert last is not None
        parts: dict[str, Any] = {
            "state": "reported",
            "reporter_id": 1,
            "reported_at": last.moved_at,
            "moved_at": last.moved_at,
        }
        assert (await WorkOrder.create(number="next", **parts)).id == ROWS + 1
    finally:
        await context.close_connections()


@pytest.mark.parametrize("rows", [1, 3])
async def test_the_floor_makes_each_message_durable_once(
    fresh_database_url: MakeDatabase, tmp_path: Path, rows: int
) -> None:
    url = await fresh_database_url()
    await furnish(url, SMALL)
    run = run_of(tmp_path)
    floor = committed(run, url, rows=rows)
    sealer = Sealer(App())
    async with running(floor):
        made = await lines([floor.port], 4)
        requests = [sealer.text("a0001", number, "x") for number in range(1, 5)]
        assert await asyncio.gather(*(line.ask(r) for line, r in zip(made, requests, strict=True))) == [200] * 4
        assert await made[0].ask(requests[0]) == (200 if rows == 1 else 500)  # a repeat: no second order may come of it
    context = await open_database(url)
    try:
        assert await InboxEvent.all().count() == 4
        assert (await WorkOrder.all().count(), await OutboxItem.all().count()) == ((4, 4) if rows == 3 else (0, 0))
    finally:
        await context.close_connections()


@pytest.mark.parametrize("layer", ["bare", "opened", "replied"])
async def test_the_floor_answers(tmp_path: Path, layer: str) -> None:
    floor = run_of(tmp_path).surroundings.program(layer, layer)
    good = Sealer(App()).text("a0001", 1, "x")
    async with running(floor):
        (line,) = await lines([floor.port], 1)
        assert await line.ask(good) == 200
        assert await line.ask(good.replace(b"msg_signature=", b"msg_signature=0")) == (200 if layer == "bare" else 500)


async def test_one_command_measures_and_says_that_the_run_is_valid() -> None:
    own = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "bench", "accept", "--rounds", "1", "--seconds", "0.1", "--json", "-"),
        cwd=ROOT, env=outer_environment(), stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await own.communicate()
    found = orjson.loads(said)
    assert own.returncode == 0
    assert (found["valid"], found["faults"]) == (True, [])
    job = found["jobs"]["accept"]
    assert {"value", "unit", "floor", "ratio", "p50_ms", "p99_ms"} <= set(job)
    assert set(job["a_second_at_1_8_32"]) == {"accept", "bare", "opened", "replied", "committed"}
    assert {"cpu", "cores", "python"} <= set(found["machine"])
    assert found["targets"][0]["what"].startswith("accept")


async def test_a_message_that_was_acknowledged_and_is_not_there_voids_the_run(
    fresh_database_url: MakeDatabase,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = await fresh_database_url()
    databases = databases_of(url, tmp_path)
    assert await checks.accepted(databases, url, sent=0) == []
    lost = await checks.accepted(databases, url, sent=1)

    async def measured(_: Run) -> dict[str, Job]:
        return {"accept": Job(value=1.0, unit="1/s", faults=lost)}

    monkeypatch.setitem(command.MEASUREMENTS, "accept", measured)
    with pytest.raises(BenchError, match="1 were acknowledged"):
        await command.bench(parser().parse_args(["bench", "accept", "--json", "-"]))
    assert orjson.loads(capsys.readouterr().out)["valid"] is False


async def test_a_report_without_its_work_order_and_one_that_nobody_sent_void_the_run(
    fresh_database_url: MakeDatabase, tmp_path: Path
) -> None:
    url = await fresh_database_url()
    await furnish(url, SMALL)
    databases, ledger = databases_of(url, tmp_path), Ledger()
    assert await checks.handled(databases, url, ledger) == []
    ledger.expect(1, "a0002", "c0002")
    assert len(await checks.handled(databases, url, ledger)) == 2
    ledger.cases.clear()
    await fill(url, 1, SMALL)
    assert len(await checks.handled(databases, url, ledger)) == 1


async def test_what_a_later_version_measures_is_not_made_up() -> None:
    with pytest.raises(BenchError, match="relays"):
        await command.bench(parser().parse_args(["bench", "relays"]))


async def test_sqlite_is_not_given_two_processes() -> None:
    with pytest.raises(BenchError, match="SQLite"):
        await command.bench(parser().parse_args(["bench", "report", "--processes", "2"]))
