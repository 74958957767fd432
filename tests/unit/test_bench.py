"""The bench's own judgement: cards, percentiles, targets."""

import asyncio
import time
from typing import Any

import orjson
import pytest

from bench.figures import Job, percentiles
from bench.ledger import Ledger
from bench.loops import at_rate, completed
from bench.results import outcome, tables
from bench.targets import judged
from bench.vendor import Call, Vendor


def card(number: int, *, accept: bool = False, task: str = "t") -> dict[str, Any]:
    """A card as the vendor gets it."""
    buttons = [{"text": "接单", "key": f"work_order:{number}:accept:1"}] if accept else []
    return {"task_id": task, "quote_area": {"quote_text": f"1号楼101 坏了 第{number}次"}, "button_list": buttons}


async def test_a_report_is_through_when_both_have_their_cards() -> None:
    ledger = Ledger(clock=lambda: 7.0)
    case = ledger.expect(1, "a0001", "c0001")
    ledger.card("a0001", card(1), "code-1")
    assert (case.done.done(), case.shown_at) == (False, 0.0)
    ledger.card("c0001", card(1, accept=True), "code-2")
    assert (case.done.done(), case.shown_at, ledger.faults) == (True, 7.0, [])


async def test_a_press_is_through_when_both_cards_have_changed() -> None:
    ledger = Ledger()
    case = ledger.expect(1, "a0001", "c0001")
    ledger.card("a0001", card(1), "code-1")
    ledger.card("c0001", card(1, accept=True), "code-2")
    ledger.press(case, "code-3")
    ledger.changed("c0001", "code-3", {"template_card": card(1)})
    assert not case.done.done()
    ledger.changed("a0001", "code-1", {"template_card": card(1)})
    assert (case.done.done(), ledger.faults) == (True, [])


async def test_what_should_not_be_is_a_fault() -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("c0002", card(1, accept=True)),  # another's
        ("a0001", card(2)),  # of a report that nobody made
        ("a0001", card(1, accept=True)),  # 接单 for who may not
        ("c0001", card(1)),  # no 接单 for who should
    ]
    for account, drawn in wrong:
        ledger = Ledger()
        ledger.expect(1, "a0001", "c0001")
        ledger.card(account, drawn, "code")
        assert len(ledger.faults) == 1, (account, drawn)


async def test_a_second_card_a_used_code_and_a_line_are_faults() -> None:
    ledger = Ledger()
    case = ledger.expect(1, "a0001", "c0001")
    ledger.card("a0001", card(1), "code-1")
    ledger.card("a0001", card(1), "code-2")
    ledger.press(case, "code-3")
    for _ in range(2):
        ledger.changed("c0001", "code-3", {"template_card": card(1)})
    ledger.said("a0001", "您好")
    assert len(ledger.faults) == 3


async def test_a_change_that_still_offers_what_was_pressed_is_a_fault() -> None:
    ledger = Ledger()
    ledger.press(ledger.expect(1, "a0001", "c0001"), "code-3")
    ledger.changed("c0001", "code-3", {"template_card": card(1, accept=True)})
    assert len(ledger.faults) == 1


class Wire:
    """A connection that keeps what is written."""

    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        """See asyncio."""
        self.written += data


async def test_the_vendor_reads_calls_however_they_are_cut() -> None:
    ledger, wire = Ledger(), Wire()
    ledger.expect(1, "a0001", "c0001")
    call = Call(Vendor(ledger).answer)
    call.connection_made(wire)  # type: ignore[arg-type]
    body = orjson.dumps({"touser": "a0001", "msgtype": "template_card", "template_card": card(1)})
    head = b"POST /cgi-bin/message/send?access_token=x HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % len(body)
    for part in (head[:20], head[20:], body[:10], body[10:] + b"GET /cgi-bin/gettoken? HTTP/1.1\r\n\r\n"):
        call.data_received(part)
    assert wire.written.count(b"HTTP/1.1 200 OK") == 2
    assert wire.written.find(b"response_code") < wire.written.find(b"access_token")
    assert set(ledger.cases[1].cards) == {"a0001"}


async def test_what_is_sent_at_a_rate_knows_when_it_was_due() -> None:
    dues: dict[str, float] = {}

    async def do(name: str, due: float) -> None:
        dues[name] = due
        assert time.perf_counter() >= due

    await at_rate("abc", 1000, do)
    assert [round((dues[name] - dues["a"]) * 1000) for name in "abc"] == [0, 1, 2]


async def test_a_closed_loop_waits_for_what_it_has_begun() -> None:
    things, done = iter(range(5)), list[int]()

    async def do(thing: int) -> None:
        await asyncio.sleep(0)
        done.append(thing)

    count = await completed(things, 2, 60.0, do)
    assert (sorted(done), len(count.times), list(things)) == ([0, 1, 2, 3, 4], 5, [])


def test_percentiles_are_in_milliseconds_and_the_worst_is_among_them() -> None:
    found = percentiles([n / 1000 for n in range(1, 1001)])
    assert found == {"p50_ms": 500.0, "p99_ms": 990.0, "p999_ms": 999.0}
    assert percentiles([]) == {"p50_ms": 0.0, "p99_ms": 0.0, "p999_ms": 0.0}


def test_targets_are_judged_by_what_was_measured_and_nothing_else() -> None:
    lines = judged({"accept": {"ratio": 0.3}, "serve": {"value": 300.0, "start_s": 0.5}})
    assert [(line["first_pass_ok"], line["goal_ok"]) for line in lines] == [(True, False), (False, False), (True, True)]


@pytest.mark.parametrize("faults", [[], ["lost"]])
def test_one_fault_of_one_job_voids_the_run(faults: list[str]) -> None:
    jobs = {"report": Job(value=300.0, unit="1/s", floor=3000.0, ratio=0.1), "press": Job(value=1, unit="1/s")}
    jobs["press"].faults = faults
    found = outcome(jobs)
    assert found["valid"] is not bool(faults)
    assert ("lost" in tables(found)) is bool(faults)
    assert found["jobs"]["report"] == {"value": 300.0, "unit": "1/s", "floor": 3000.0, "ratio": 0.1}
