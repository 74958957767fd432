"""One message can be followed: by one id through the logs, and as one trace through the processes' spans."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.typing import EventDict, WrappedLogger

from bot.core import tracing
from bot.core.broker import MemoryBroker
from bot.core.worker import Worker
from bot.traces import OpenTelemetry, ids_of
from models import HistoryEntry, OutboxItem
from tests.clinic import clinic, environment
from tests.databases import MakeDatabase
from tests.scenarios.quiet import until_quiet
from tests.school import School
from tests.visiting import Open


@pytest.fixture
def lines() -> Iterator[list[EventDict]]:
    """Every line that is logged, with what is bound to it; the usual way of logging is back afterwards."""
    kept: list[EventDict] = []

    def keep(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
        kept.append(dict(line))
        raise structlog.DropEvent

    before = structlog.get_config()["processors"]
    # The list itself is changed: loggers that were used before hold on to it.
    saved = list(before)
    before[:] = [structlog.contextvars.merge_contextvars, keep]
    yield kept
    before[:] = saved


async def test_one_id_leads_from_the_callback_to_the_cards(school: School, lines: list[EventDict]) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    key = "wecom:m:1"
    mine = [line["event"] for line in lines if line.get("event_id") == key]
    assert mine[0] == "pipeline.taken_in"
    assert "pipeline.handled" in mine
    cards = await OutboxItem.filter(cause=key)
    assert {item.account for item in cards} >= {"li", "wang", "zhou"}
    carried = {line["item"] for line in lines if line["event"] in {"courier.carried", "courier.merged"}}
    assert carried == {item.id for item in cards}
    assert mine.count("courier.carried") + mine.count("courier.merged") == len(cards)
    assert {entry.event for entry in await HistoryEntry.all()} == {key}


async def test_what_goes_wrong_says_whose_message_it_was(school: School, lines: list[EventDict]) -> None:
    school.channel.unknown.add("wang")
    await school.says("li", "报修 3号楼201 水龙头漏水")
    (lost,) = [line for line in lines if line["event"] == "courier.given_up"]
    item = await OutboxItem.get(id=lost["item"])
    assert (lost["event_id"], item.account) == ("wecom:m:1", "wang")


async def test_marks_end_with_what_they_mark(school: School) -> None:
    await school.says("li", "报修 3号楼201 水龙头漏水")
    assert structlog.contextvars.get_contextvars() == {}
    await school.tick()
    assert not await OutboxItem.filter(cause="").exists()


async def test_a_worker_names_itself_in_what_it_logs(lines: list[EventDict]) -> None:
    async def work() -> bool:
        structlog.get_logger().info("working")
        await worker.stop()
        return False

    worker = Worker("courier:wecom", MemoryBroker(), "bell", work)
    await asyncio.create_task(worker.run())
    assert [line["worker"] for line in lines if line["event"] == "working"] == ["courier:wecom"]
    assert structlog.contextvars.get_contextvars() == {}


async def test_lines_of_a_request_carry_its_id(
    school: School, browser: Open, lines: list[EventDict], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr(school.house.doctor, "latest", broken)
    me = await browser("hou")
    answer = await me.ask("/admin/doctor", **{"X-Request-Id": "from-the-proxy-1"})
    assert answer.status == 500
    assert [line["request"] for line in lines if line["event"] == "page.failed"] == ["from-the-proxy-1"]


# -- traces


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Traces on, into memory."""
    exporter = InMemorySpanExporter()
    with tracing.using(OpenTelemetry(SimpleSpanProcessor(exporter))):
        yield exporter


def named(spans: tuple[ReadableSpan, ...], key: str) -> list[str]:
    """The names of the spans of one message's trace, in the order in which they began."""
    trace = ids_of(key)[0]
    mine = [span for span in spans if span.context is not None and span.context.trace_id == trace]
    return [span.name for span in sorted(mine, key=lambda span: span.start_time or 0)]


async def test_one_report_is_one_trace_from_callback_to_vendor(
    fresh_database_url: MakeDatabase, broker_url: str, spans: InMemorySpanExporter, tmp_path: Path
) -> None:
    async with clinic(environment(await fresh_database_url(), broker_url, tmp_path)) as here:
        await here.sandbox.people.say("li", "报修 3号楼201 水龙头漏水")
        await until_quiet()
        item = await OutboxItem.filter(account="wang").first()
        assert item is not None
        seen = spans.get_finished_spans()
    names = named(seen, item.cause)
    assert names[0] == "callback"
    assert {"callback", "event", "item", "vendor call"} <= set(names)
    assert {"batch", "db transaction"} <= {span.name for span in seen}
    first = ids_of(item.cause)[1]
    parents = {span.parent.span_id for span in seen if span.name in {"event", "item"} and span.parent}
    assert first in parents


async def test_a_span_keeps_the_kind_of_an_error_and_not_its_words(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError, match="secret"), tracing.under("item", "wecom:m:1"):
        raise ValueError("secret words")
    (span,) = spans.get_finished_spans()
    assert span.status.description == "ValueError"
    assert "secret" not in span.to_json()


def test_without_a_tracer_nothing_is_imported_and_nothing_made() -> None:
    with tracing.begin("callback", "a"), tracing.under("event", "a"), tracing.under("batch"):
        pass
    assert tracing.begin("callback", "a") is tracing.under("event", "b"), "one thing for all, made once"
