"""Which clock runs for a work order, and what stops it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from domain.catalog import Urgency
from domain.deadlines import Deadlines
from domain.school_days import SchoolDays
from domain.work_orders import State
from models import WorkOrder
from services.work_orders.clocks import AGAIN, DAILY, Clocks

CLOCKS = Clocks(Deadlines(), SchoolDays())
NOW = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""Nine o'clock on a Monday of school."""


def order(state: State, **columns: Any) -> WorkOrder:
    """A work order, as far as clocks look at it."""
    usual = {
        "state": state.value, "urgency": "normal", "category": "water_electric", "cycle": 1, "hold_reason": "",
        "moved_at": NOW, "accepted_at": None, "finish_from": None, "paused": 0, "due_at": None, "level": 0,
    }  # fmt: skip
    return cast("WorkOrder", SimpleNamespace(**(usual | columns)))


def test_what_nobody_owns_is_claimed_sooner_than_what_a_trade_accepts() -> None:
    assert CLOCKS.opened(State.REPORTED, Urgency.NORMAL, "", NOW)["due_at"] == NOW + timedelta(minutes=15)
    assert CLOCKS.opened(State.REPORTED, Urgency.NORMAL, "furniture", NOW)["due_at"] == NOW + timedelta(minutes=30)
    assert CLOCKS.opened(State.UNCONFIRMED, Urgency.NORMAL, "furniture", NOW) == {}


def test_who_accepts_has_a_new_clock_and_nobody_was_told_of_it() -> None:
    late = order(State.REPORTED, level=2, due_at=NOW)
    columns = CLOCKS.moved(late, "accept", State.ACCEPTED, {"accepted_at": NOW}, NOW)
    assert columns["due_at"] == NOW + timedelta(hours=8)
    assert columns["level"] == 0


def test_an_offer_that_comes_to_nothing_leaves_the_clock_as_it_was() -> None:
    job = order(State.STARTED, accepted_at=NOW - timedelta(hours=1), finish_from=NOW - timedelta(minutes=30), level=1)
    offered = CLOCKS.moved(job, "transfer", State.OFFERED, {"hold_reason": ""}, NOW)
    back = order(State.OFFERED, accepted_at=job.accepted_at, finish_from=job.finish_from, level=offered["level"])
    returned = CLOCKS.moved(back, "decline", State.ACCEPTED, {}, NOW + timedelta(minutes=15))
    assert offered["due_at"] == returned["due_at"]
    assert returned["level"] == 1, "whoever was told is not told again"


def test_a_job_in_other_hands_has_its_own_time_to_arrive() -> None:
    job = order(State.STARTED, accepted_at=NOW - timedelta(days=3), finish_from=NOW - timedelta(days=3), level=3)
    taken = CLOCKS.moved(job, "take_over", State.ACCEPTED, {"accepted_at": NOW}, NOW)
    assert taken["due_at"] == NOW + timedelta(hours=8)
    assert taken["level"] == 0
    assert taken["finish_from"] == job.finish_from, "since when it is mended is not forgotten"


@pytest.mark.parametrize(
    ("reason", "stops"), [("parts", True), ("vendor", True), ("weather", True), ("reporter", False)]
)
def test_only_a_wait_that_nobody_here_can_end_stops_the_clock(reason: str, stops: bool) -> None:
    held = order(State.HELD, hold_reason=reason, accepted_at=NOW, finish_from=NOW, moved_at=NOW)
    assert (CLOCKS.nudged(held, NOW)["nudge_at"] is None) is stops
    resumed = CLOCKS.moved(held, "resume", State.STARTED, {"hold_reason": ""}, NOW + timedelta(hours=2))
    assert resumed["paused"] == (7200 if stops else 0)


def test_a_hold_that_begins_too_late_excuses_nothing() -> None:
    late = NOW + timedelta(days=10)
    held = order(State.HELD, hold_reason="parts", accepted_at=NOW, finish_from=NOW, moved_at=late)
    resumed = CLOCKS.moved(held, "resume", State.STARTED, {"hold_reason": ""}, late + timedelta(days=1))
    assert resumed["paused"] == 0


def test_the_second_round_has_half_the_time() -> None:
    done = order(State.RESOLVED, accepted_at=NOW - timedelta(days=2), finish_from=NOW - timedelta(days=2), paused=60)
    again = CLOCKS.moved(done, "reopen", State.REOPENED, {"cycle": 2}, NOW)
    assert again["finish_from"] == NOW
    assert again["paused"] == 0
    assert again["due_at"] - NOW < timedelta(days=2)


def test_what_is_done_is_late_with_nothing() -> None:
    job = order(State.STARTED, accepted_at=NOW, finish_from=NOW, due_at=NOW, level=1)
    columns = CLOCKS.moved(job, "resolve", State.RESOLVED, {}, NOW)
    assert (columns["due_at"], columns["nudge_at"], columns["level"]) == (None, None, 0)


def test_the_ladder_is_climbed_once_and_then_told_daily() -> None:
    job = order(State.REPORTED, due_at=NOW)
    now = NOW + timedelta(minutes=30)
    seen = []
    for _ in range(4):
        columns = CLOCKS.nudged(job, now)
        seen.append(columns["nudge_at"] - now)
        job = order(State.REPORTED, level=columns["level"])
        now = columns["nudge_at"]
    assert seen == [timedelta(minutes=15), timedelta(minutes=15), DAILY, DAILY]


def test_an_emergency_is_told_every_five_minutes_even_at_night() -> None:
    night = datetime(2026, 11, 23, 18, tzinfo=UTC)
    alarm = order(State.REPORTED, urgency="emergency", moved_at=night, level=3)
    assert CLOCKS.nudged(alarm, night)["nudge_at"] == night + AGAIN


def test_nobody_is_written_to_at_night_for_less() -> None:
    job = order(State.REPORTED, moved_at=NOW, level=3)
    told = CLOCKS.nudged(job, datetime(2026, 11, 24, 14, tzinfo=UTC))["nudge_at"]
    assert told == datetime(2026, 11, 25, 23, tzinfo=UTC), "seven in the morning after the next day"
