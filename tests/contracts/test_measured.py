"""What machines are told: counters that a report leaves, queues by age, a worker without pages, ids of requests."""

import asyncio
import re
from pathlib import Path

import aiohttp
import pytest

from bot.core.metrics import STAGES, Metrics, exposition
from models import OutboxItem
from tests.clinic import clinic, environment
from tests.databases import MakeDatabase
from tests.scenarios.quiet import until_quiet
from tests.school import School
from tests.servers import free_port
from tests.visiting import Open
from web import health


def value(page: str, name: str, **labels: str) -> float:
    """The value of one line of a page of counters; 0 where there is none."""
    for line in page.splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if found and found[1] == name:
            given = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
            if labels.items() <= given.items():
                return float(found[3])
    return 0.0


async def test_a_report_leaves_its_time_in_every_stage(
    fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> None:
    async with clinic(environment(await fresh_database_url(), broker_url, tmp_path)) as here:
        await here.sandbox.people.say("li", "报修 3号楼201 水龙头漏水")
        await until_quiet()
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{here.environ['HOUQIN_PUBLIC_URL']}/metrics") as answer,
        ):
            page = await answer.text()
    for stage in STAGES:
        assert value(page, "houqin_stage_seconds_count", stage=stage) >= 1, stage
    assert value(page, "houqin_vendor_seconds_count", call="message/send", outcome="ok") >= 2
    assert value(page, "houqin_vendor_seconds_count", call="gettoken", outcome="ok") == 1
    assert value(page, "houqin_events_handled_total", channel="wecom", end="done") == 1
    assert value(page, "houqin_group_commit_events_count") == value(page, "houqin_group_commit_seconds_count") >= 1
    assert value(page, "houqin_transaction_seconds_count", end="done") >= 1
    assert value(page, "houqin_clock_looked_timestamp_seconds") > 0
    assert value(page, "houqin_loop_lag_seconds_count") >= 1
    assert value(page, "process_resident_memory_bytes") > 0
    for secret in ("wang", "报修", "W20"):
        assert secret not in page, "labels are few and nobody's"


async def test_a_refusal_of_the_vendor_is_counted_by_its_code(
    fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> None:
    async with clinic(environment(await fresh_database_url(), broker_url, tmp_path)) as here:
        here.sandbox.world.faults.order({"errcode": 81013, "path": "message/send", "times": 1})
        await here.sandbox.people.say("li", "报修 3号楼201 水龙头漏水")
        await until_quiet()
        page = here.house.metrics.text().decode()
    assert value(page, "houqin_vendor_seconds_count", call="message/send", outcome="81013") == 1
    assert value(page, "houqin_items_carried_total", lane="wecom", end="dead") == 1


async def test_queues_are_told_by_lane_and_state_and_forgotten_when_empty(school: School, browser: Open) -> None:
    now = school.clock()
    lost = await OutboxItem.create(
        lane="old", account="li", subject="say", step="x", state="dead", due_at=now, created_at=now
    )
    school.clock.advance(seconds=90)
    me = await browser()
    page = await me.page("/metrics")
    assert value(page, "houqin_oldest_seconds", queue="outbox", lane="old", state="dead") == 90
    assert value(page, "houqin_queue_items", queue="outbox", lane="old", state="dead") == 1
    assert 'houqin_queue_items{lane="wecom:files",queue="outbox",state="waiting"} 0.0' in page
    await lost.delete()
    assert 'lane="old"' not in await me.page("/metrics")


async def test_counters_are_told_while_the_database_hangs(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hanging(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(school.house.services.checkup, "queues", hanging)
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    me = await browser()
    async with asyncio.timeout(30):  # for ever, if it waited
        assert "houqin_http_seconds" in await me.page("/metrics")


async def test_a_worker_without_pages_answers_machines_and_nobody_else(
    fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path
) -> None:
    port = free_port()
    given = environment(await fresh_database_url(), broker_url, tmp_path, HOUQIN_METRICS_PORT=str(port))
    async with clinic(given), aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/board", 404)):
            async with session.get(path) as answer:
                assert answer.status == status, path


def test_schools_share_a_page_and_keep_their_lines_apart() -> None:
    one, other = Metrics("east"), Metrics("west")
    one.carried.labels("wecom", "done").inc(3)
    other.carried.labels("wecom", "done").inc(5)
    page = exposition([one, other]).decode()
    assert value(page, "houqin_items_carried_total", school="east") == 3
    assert value(page, "houqin_items_carried_total", school="west") == 5
    assert page.count("# TYPE houqin_items_carried_total counter") == 1


def test_words_from_outside_make_no_labels() -> None:
    metrics = Metrics()
    for n in range(50):
        metrics.called("wecom", f"<{n}>", f"9{n:09d}", 0.1)
    assert metrics.text().decode().count("houqin_vendor_seconds_count") == 1


@pytest.mark.parametrize(
    ("given", "kept"), [("abcd-1234", True), ("x", False), ("a b c d e f g h", False), ("é" * 10, False)]
)
async def test_a_request_has_an_id_that_is_told(browser: Open, given: str, kept: bool) -> None:
    me = await browser()
    for path in ("/healthz", "/board", "/nowhere"):
        answer = await me.ask(path, **{"X-Request-Id": given})
        assert (answer.headers["X-Request-Id"] == given) is kept
        assert re.fullmatch(r"[0-9A-Za-z_.\-]{8,64}", answer.headers["X-Request-Id"])
