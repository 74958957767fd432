"""When a repair is late, who hears of it, and when they may be written to."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.data import DEMO_SCHOOL, read_school, school_days
from domain.catalog import Urgency
from domain.deadlines import STOPPING, Deadline, Deadlines, Hold, elapsed
from domain.escalation import LADDER, Level, ladder, quiet, reached
from domain.school_days import SchoolDays
from domain.work_orders import HoldReason
from domain.working_time import between

DEMO = school_days(read_school(DEMO_SCHOOL))
USUAL = Deadlines()
FRIDAY_EVENING = "2026-11-20 17:20"


def at(said: str) -> datetime:
    """A moment by the demo school's clock."""
    return datetime.fromisoformat(said).replace(tzinfo=DEMO.zone)


def said(moment: datetime) -> str:
    assert moment.tzinfo is UTC
    return DEMO.here(moment).strftime("%m-%d %H:%M:%S")


# ---------------------------------------------------------------------------------------------------- what is due when


@pytest.mark.parametrize(
    ("urgency", "accept", "arrive", "finish"),
    [
        (Urgency.EMERGENCY, "11-20 17:25:00", "11-20 17:50:00", "11-21 17:20:00"),
        (Urgency.HIGH, "11-20 17:30:00", "11-23 09:20:00", "11-23 15:20:00"),
        (Urgency.NORMAL, "11-23 07:50:00", "11-23 15:20:00", "11-25 11:20:00"),
        (Urgency.LOW, "11-23 08:20:00", "11-24 13:20:00", "11-26 17:20:00"),
    ],
)
def test_a_report_shortly_before_the_weekend(urgency: Urgency, accept: str, arrive: str, finish: str) -> None:
    friday = at(FRIDAY_EVENING)
    assert said(USUAL.due_accept(friday, urgency, 1, DEMO)) == accept
    assert said(USUAL.due_arrive(friday, urgency, 1, DEMO)) == arrive
    assert said(USUAL.due_finish(friday, urgency, 1, DEMO)) == finish


def test_what_nobody_owns_is_claimed_within_a_quarter_of_an_hour() -> None:
    assert said(USUAL.due_pool(at(FRIDAY_EVENING), Urgency.NORMAL, DEMO)) == "11-23 07:35:00"
    assert said(USUAL.due_pool(at(FRIDAY_EVENING), Urgency.EMERGENCY, DEMO)) == "11-20 17:35:00"


@pytest.mark.parametrize("cycle", [2, 3, 9])
def test_what_was_sent_back_has_half_the_time(cycle: int) -> None:
    monday = at("2026-11-23 07:30")
    assert said(USUAL.due_accept(monday, Urgency.NORMAL, cycle, DEMO)) == "11-23 07:45:00"
    assert said(USUAL.due_accept(monday, Urgency.EMERGENCY, cycle, DEMO)) == "11-23 07:32:30"
    assert said(USUAL.due_arrive(monday, Urgency.NORMAL, cycle, DEMO)) == "11-23 11:30:00"
    assert said(USUAL.due_finish(monday, Urgency.NORMAL, cycle, DEMO)) == "11-24 09:30:00"


def test_more_urgent_is_never_due_later_on_the_same_clock() -> None:
    working = [urgency for urgency in Urgency if urgency is not Urgency.EMERGENCY]
    for deadline in Deadline:
        limits = [USUAL.limit(deadline, urgency, 1) for urgency in working]
        assert all(first < then for first, then in pairwise(limits))


def test_reminders_to_confirm_come_after_one_three_and_seven_days() -> None:
    assert [wait.days for wait in USUAL.confirm] == [1, 3, 7]


# ------------------------------------------------------------------------------------------------------------- holds


def stood_still(*holds: Hold, urgency: Urgency = Urgency.NORMAL, now: str = "2026-12-20 12:00") -> timedelta:
    """For how long the holds stop the clock of what was begun on Monday at 07:30."""
    return USUAL.held(at("2026-11-23 07:30"), urgency, 1, DEMO, holds, at(now))


def hold(since: str, until: str | None, reason: HoldReason = HoldReason.PARTS) -> Hold:
    return Hold(reason=reason, since=at(since), until=at(until) if until else None)


def test_waiting_for_parts_moves_the_end_by_the_working_time_waited() -> None:
    held = stood_still(hold("2026-11-23 17:00", "2026-11-24 08:00"))
    assert held == timedelta(hours=1)
    assert said(USUAL.due_finish(at("2026-11-23 07:30"), Urgency.NORMAL, 1, DEMO, held)) == "11-25 12:30:00"


@pytest.mark.parametrize("reason", list(HoldReason))
def test_every_wait_but_that_for_the_reporter_stops_the_clock(reason: HoldReason) -> None:
    held = stood_still(hold("2026-11-23 08:00", "2026-11-23 10:00", reason))
    assert held == timedelta(hours=0 if reason is HoldReason.REPORTER else 2)
    assert (reason in STOPPING) is bool(held)


def test_a_hold_that_goes_on_counts_until_now() -> None:
    assert stood_still(hold("2026-11-23 08:00", None), now="2026-11-23 09:30") == timedelta(minutes=90)
    assert stood_still(hold("2026-11-23 08:00", None), now="2026-11-23 07:40") == timedelta()
    assert stood_still(hold("2026-11-23 08:00", "2026-11-24 08:00"), now="2026-11-23 09:00") == timedelta(hours=1)


def test_time_on_two_holds_counts_once_and_time_before_the_start_not_at_all() -> None:
    first = hold("2026-11-23 07:00", "2026-11-23 10:00")
    inside = hold("2026-11-23 08:00", "2026-11-23 09:00", HoldReason.VENDOR)
    over = hold("2026-11-23 09:30", "2026-11-23 11:30", HoldReason.ACCESS)
    assert stood_still(over, inside, first) == timedelta(hours=4)


def test_a_hold_that_begins_when_it_is_late_excuses_nothing() -> None:
    # Three working days from Monday 07:30 are over on Wednesday at 11:30.
    assert stood_still(hold("2026-11-25 11:30", "2026-11-27 10:00")) == timedelta()
    assert stood_still(hold("2026-11-25 11:29", "2026-11-25 12:29")) == timedelta(hours=1)
    earlier = hold("2026-11-23 08:00", "2026-11-23 10:00")
    assert stood_still(earlier, hold("2026-11-25 13:00", "2026-11-25 14:00")) == timedelta(hours=3)


def test_an_emergency_waits_by_the_clock_on_the_wall() -> None:
    night = hold("2026-11-23 20:00", "2026-11-24 02:00")
    assert stood_still(night, urgency=Urgency.EMERGENCY) == timedelta(hours=6)
    assert stood_still(night) == timedelta()


moments = st.datetimes(datetime(2026, 8, 1), datetime(2027, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    moments, st.sampled_from(Urgency), st.lists(st.tuples(moments, moments, st.sampled_from(HoldReason)), max_size=5)
)
def test_at_the_end_exactly_the_limit_was_spent_off_hold(
    start: datetime, urgency: Urgency, spans: list[tuple[datetime, datetime, HoldReason]]
) -> None:
    holds = [Hold(reason=reason, since=min(pair), until=max(pair)) for *pair, reason in spans]
    held = USUAL.held(start, urgency, 1, DEMO, holds, datetime(2027, 3, 1, tzinfo=UTC))
    due = USUAL.due_finish(start, urgency, 1, DEMO, held)
    assert elapsed(start, due, urgency, DEMO) == USUAL.limit(Deadline.FINISH, urgency, 1) + held
    assert timedelta() <= held <= sum((elapsed(h.since, h.until or start, urgency, DEMO) for h in holds), timedelta())


# -------------------------------------------------------------------------------------------------------- the ladder


def test_the_ladder_is_climbed_at_the_deadline_half_as_long_after_it_and_at_twice_the_time() -> None:
    due = ladder(at("2026-11-23 17:00"), timedelta(minutes=30), Urgency.NORMAL, DEMO)
    assert [said(due[level]) for level in Level] == ["11-23 17:30:00", "11-24 07:45:00", "11-24 08:00:00"]
    due = ladder(at("2026-11-23 23:00"), timedelta(minutes=5), Urgency.EMERGENCY, DEMO)
    assert [said(due[level]) for level in Level] == ["11-23 23:05:00", "11-23 23:07:30", "11-23 23:10:00"]


def test_time_on_hold_moves_each_level_once() -> None:
    held = timedelta(hours=3)
    due = ladder(at("2026-11-23 07:30"), timedelta(hours=2), Urgency.HIGH, DEMO, held)
    assert [said(due[level]) for level in Level] == ["11-23 12:30:00", "11-23 13:30:00", "11-23 14:30:00"]


def test_how_far_a_late_repair_has_been_told() -> None:
    due = ladder(at("2026-11-23 08:00"), timedelta(minutes=60), Urgency.NORMAL, DEMO)
    assert reached(due, at("2026-11-23 08:59:59")) is None
    assert reached(due, at("2026-11-23 09:00")) is Level.OWNERS
    assert reached(due, at("2026-11-23 09:30")) is Level.LEAD
    assert reached(due, at("2026-11-23 23:00")) is Level.HEAD


def test_levels_are_told_from_the_owners_up() -> None:
    assert list(LADDER) == sorted(Level)
    assert list(LADDER.values()) == sorted(LADDER.values())


# --------------------------------------------------------------------------------------------------------- the quiet


@pytest.mark.parametrize(
    ("moment", "until", "by_night_only"),
    [
        ("2026-11-23 12:00", None, None),
        ("2026-11-23 21:29:59", None, None),
        ("2026-11-23 21:30", "11-24 07:00:00", "11-24 07:00:00"),
        ("2026-11-24 06:59:59", "11-24 07:00:00", "11-24 07:00:00"),
        ("2026-11-24 07:00", None, None),
        ("2026-11-20 22:00", "11-23 07:00:00", "11-21 07:00:00"),
        ("2026-11-21 12:00", "11-23 07:00:00", None),
        ("2026-11-22 23:00", "11-23 07:00:00", "11-23 07:00:00"),
        ("2026-11-14 12:00", None, None),  # the Saturday of the exams
        ("2026-10-01 12:00", "10-08 07:00:00", None),
        ("2026-07-20 12:00", "09-01 07:00:00", None),
    ],
)
def test_when_a_message_may_be_sent(moment: str, until: str | None, by_night_only: str | None) -> None:
    waits = quiet(at(moment), DEMO), quiet(at(moment), DEMO, Urgency.LOW, working=False)
    assert [wait and said(wait) for wait in waits] == [until, by_night_only]


def test_an_emergency_is_never_quiet() -> None:
    assert quiet(at("2026-07-20 03:00"), DEMO, Urgency.EMERGENCY) is None


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        ("00:00-07:00", ["11-24 07:00:00", "11-24 07:00:00", None, None]),
        ("22:00-24:00", [None, None, "11-25 00:00:00", None]),
        ("07:00-07:00", [None, None, None, None]),
    ],
)
def test_a_school_has_a_night_of_its_own(hours: str, expected: list[str | None]) -> None:
    days = school_days({"calendar": {"quiet": hours}})
    waits = [quiet(at(f"2026-11-24 {hour}"), days) for hour in ("00:00", "06:00", "22:30", "07:00")]
    assert [wait and said(wait) for wait in waits] == expected


@given(moments, st.booleans())
def test_after_the_quiet_it_is_not_quiet(moment: datetime, working: bool) -> None:
    until = quiet(moment, DEMO, working=working)
    assert until is None or until > moment
    assert quiet(until or moment, DEMO, working=working) is None
    if until and working:
        assert between(moment, until, DEMO) == timedelta(), "no message waits while the clock runs"


def test_a_school_that_never_opens_has_quiet_nights_all_the_same() -> None:
    never = SchoolDays(week=frozenset(), public_holidays=False)
    assert quiet(at("2026-11-21 12:00"), never) is None
    assert quiet(at("2026-11-21 23:00"), never) == at("2026-11-22 07:00")
