"""The repairers' clock: its edges one by one, its laws on schools of all kinds."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.data import DEMO_SCHOOL, read_school, school_days
from domain.school_days import Hours, SchoolDays
from domain.working_time import after, between, is_working, next_start

DEMO = school_days(read_school(DEMO_SCHOOL))
BOARDING = school_days({"calendar": {"office": ["07:30-11:30", "13:30-17:30", "18:30-21:30"]}})
NEVER = SchoolDays(week=frozenset(), public_holidays=False)
MINUTE = timedelta(minutes=1)


def at(said: str, days: SchoolDays = DEMO) -> datetime:
    """A moment by the school's clock."""
    return datetime.fromisoformat(said).replace(tzinfo=days.zone)


def said(moment: datetime, days: SchoolDays = DEMO) -> str:
    assert moment.tzinfo is UTC
    return days.here(moment).strftime("%Y-%m-%d %H:%M:%S")


# -------------------------------------------------------------------------------------------------------- the edges


@pytest.mark.parametrize(
    ("reported", "due"),
    [
        ("2026-11-23 08:00", "2026-11-23 08:30:00"),  # Monday
        ("2026-11-23 17:00", "2026-11-23 17:30:00"),  # the last moment of the day is of the day
        ("2026-11-23 17:00:01", "2026-11-24 07:30:01"),
        ("2026-11-23 17:29:30", "2026-11-24 07:59:30"),
        ("2026-11-23 17:30", "2026-11-24 08:00:00"),
        ("2026-11-23 06:00", "2026-11-23 08:00:00"),
        ("2026-11-23 00:00", "2026-11-23 08:00:00"),
        ("2026-11-20 17:15", "2026-11-23 07:45:00"),  # over a weekend
        ("2026-11-21 10:00", "2026-11-23 08:00:00"),  # on Saturday
        ("2026-11-14 10:00", "2026-11-14 10:30:00"),  # on the Saturday of the exams
        ("2026-11-05 17:20", "2026-11-09 07:50:00"),  # before the sports day, which is a Friday
        ("2026-09-30 17:20", "2026-10-08 07:50:00"),  # over the National Day
        ("2026-10-10 09:00", "2026-10-10 09:30:00"),  # the Saturday worked for it
        ("2026-07-10 10:00", "2026-09-01 08:00:00"),  # in the summer break
        ("2026-07-03 17:10", "2026-09-01 07:40:00"),  # on the last day of the term
        ("2027-07-10 10:00", "2027-07-12 08:00:00"),  # after the last term that is entered: an ordinary Saturday
    ],
)
def test_half_an_hour_of_work(reported: str, due: str) -> None:
    assert said(after(at(reported), 30, DEMO)) == due
    assert between(at(reported), at(due), DEMO) == 30 * MINUTE


def test_a_moment_may_be_told_in_any_zone_and_comes_back_in_utc() -> None:
    told = datetime(2026, 11, 23, 9, 29, 30, tzinfo=UTC)
    assert after(told, 30, DEMO) == after(at("2026-11-23 17:29:30"), 30, DEMO)
    assert after(told.astimezone(ZoneInfo("America/New_York")), 30, DEMO) == after(told, 30, DEMO)
    assert after(told, 30, DEMO).tzinfo is UTC
    assert next_start(told, DEMO).tzinfo is UTC


def test_no_minutes_are_over_at_once_and_a_day_may_be_longer_than_eight_hours() -> None:
    saturday = at("2026-11-21 10:00")
    assert after(saturday, 0, DEMO) == after(saturday, -5, DEMO) == saturday
    assert said(after(at("2026-11-23 07:30"), 8 * 60, DEMO)) == "2026-11-23 15:30:00"
    assert said(after(at("2026-11-23 15:00"), 8 * 60, DEMO)) == "2026-11-24 13:00:00"
    assert between(at("2026-11-24 09:00"), at("2026-11-23 09:00"), DEMO) == timedelta()


def test_a_day_of_several_spans() -> None:
    assert said(after(at("2026-11-23 11:20"), 30, BOARDING)) == "2026-11-23 13:50:00"
    assert said(after(at("2026-11-23 17:20"), 30, BOARDING)) == "2026-11-23 18:50:00"
    assert said(after(at("2026-11-23 21:29"), 30, BOARDING)) == "2026-11-24 07:59:00"
    assert between(at("2026-11-23 00:00"), at("2026-11-24 00:00"), BOARDING) == timedelta(hours=11)


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2026-11-23 07:29:59.999999", False),
        ("2026-11-23 07:30", True),
        ("2026-11-23 17:29:59.999999", True),
        ("2026-11-23 17:30", False),
        ("2026-11-22 10:00", False),
        ("2026-07-15 10:00", False),
        ("2026-06-19 10:00", False),
    ],
)
def test_when_the_clock_runs(moment: str, works: bool) -> None:
    assert is_working(at(moment), DEMO) is works


def test_when_the_clock_runs_next() -> None:
    assert said(next_start(at("2026-11-23 09:10:11"), DEMO)) == "2026-11-23 09:10:11"
    assert said(next_start(at("2026-11-23 17:30"), DEMO)) == "2026-11-24 07:30:00"
    assert said(next_start(at("2026-11-20 18:00"), DEMO)) == "2026-11-23 07:30:00"


def test_a_break_may_have_hours_of_its_own() -> None:
    days = school_days(read_school(DEMO_SCHOOL) | {"calendar": {**CALENDAR, "office_in_breaks": ["08:30-11:30"]}})
    assert said(after(at("2026-07-10 11:15"), 30, days)) == "2026-07-13 08:45:00"
    assert said(after(at("2026-06-30 11:15"), 30, days)) == "2026-06-30 11:45:00"


def test_a_day_worked_by_order_in_the_middle_of_a_break_brings_nobody() -> None:
    days = SchoolDays(terms=((date(2025, 9, 1), date(2026, 1, 30)), (date(2026, 2, 25), date(2026, 7, 3))))
    assert days.open_on(date(2026, 2, 14))
    assert not days.office_on(date(2026, 2, 14))
    assert days.first_staffed(date(2026, 1, 31)) == date(2026, 2, 25)


def test_hours_may_last_until_midnight() -> None:
    days = school_days(
        {"calendar": {"office": ["00:00-24:00"], "week": [1, 2, 3, 4, 5, 6, 7], "public_holidays": False}}
    )
    assert after(at("2026-11-23 23:50"), 30, days) == at("2026-11-24 00:20")
    assert between(at("2026-11-01 00:00"), at("2026-12-01 00:00"), days) == timedelta(days=30)
    evenings = school_days({"calendar": {"office": ["18:00-24:00"]}})
    assert after(at("2026-11-23 23:50"), 30, evenings) == at("2026-11-24 18:20")
    assert between(at("2026-11-23 00:00"), at("2026-11-30 00:00"), evenings) == timedelta(hours=30)


# ------------------------------------------------------------------------------------------------- absurd, and large


def test_for_a_school_that_never_opens_the_clock_on_the_wall_counts() -> None:
    saturday = at("2026-11-21 10:00")
    for days in (NEVER, SchoolDays(office=())):
        assert after(saturday, 30, days) == saturday + 30 * MINUTE
        assert between(saturday, saturday + timedelta(days=3), days) == timedelta(days=3)
        assert next_start(saturday, days) == saturday
        assert is_working(saturday, days)
        assert days.first_staffed(saturday.date()) is None


def test_minutes_and_years_beyond_reason_come_to_an_end() -> None:
    monday = at("2026-11-23 10:00")
    assert after(monday, 1e300, DEMO) == after(monday, float("inf"), DEMO) > at("2040-01-01 00:00")
    assert between(at("0002-01-01 00:00"), at("9998-01-01 00:00"), DEMO) > timedelta(days=3_000_000)
    assert after(at("9999-12-30 10:00"), 1e12, DEMO) == datetime.max.replace(tzinfo=UTC)


def test_a_break_costs_one_look_at_each_of_its_days(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = []
    whole = SchoolDays.office_on

    def counted(days: SchoolDays, day: date) -> tuple[Hours, ...]:
        looks.append(day)
        return whole(days, day)

    monkeypatch.setattr(SchoolDays, "office_on", counted)
    after(at("2026-07-04 10:00"), 30, DEMO)
    assert len(looks) == len(set(looks)) == 60
    looks.clear()
    after(at("2026-07-04 10:00"), 1e9, NEVER)
    assert len(looks) <= 121
    looks.clear()
    after(at("2026-07-04 10:00"), 1e9, SchoolDays(office=((time(8), time(8, 1)),)))
    assert len(looks) <= 3_660


# ---------------------------------------------------------------------------------------------------------- the laws

CALENDAR: Mapping[str, object] = read_school(DEMO_SCHOOL)["calendar"]
STEP = 10
"""Minutes: all hours of the schools below are multiples of it."""
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "UTC")
FIRST = date(2026, 1, 1)


@st.composite
def offices(draw: st.DrawFn) -> tuple[Hours, ...]:
    """One to three spans of a day, in order, now and then one that touches the next or lasts until midnight."""
    cuts = sorted(draw(st.sets(st.integers(0, 24 * 60 // STEP), min_size=2, max_size=6)))
    hours = [time(*divmod(cut * STEP % (24 * 60), 60)) for cut in cuts]
    pairs = pairwise(hours) if draw(st.booleans()) else zip(hours[::2], hours[1::2], strict=False)
    return tuple(pairs)


dates = st.dates(FIRST, date(2027, 6, 30))


@st.composite
def schools(draw: st.DrawFn, zones: tuple[str, ...] = ZONES) -> SchoolDays:
    """A school that works at some time of every week, but for holidays, days off and a break."""
    first, long = draw(dates), timedelta(days=draw(st.integers(1, 90)))
    return SchoolDays(
        week=draw(st.frozensets(st.integers(1, 7), min_size=1)),
        off=draw(st.frozensets(dates, max_size=5)),
        worked=dict.fromkeys(draw(st.frozensets(dates, max_size=5)), 1),
        exams=draw(st.frozensets(dates, max_size=5)),
        terms=((FIRST - timedelta(days=99), first), (first + long, first + long + timedelta(days=99))),
        office=draw(offices()),
        office_in_breaks=draw(st.one_of(st.just(()), offices())),
        zone=ZoneInfo(draw(st.sampled_from(zones))),
    )


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 30), timezones=st.just(UTC))  # noqa: DTZ001
lengths = st.timedeltas(timedelta(), timedelta(days=20))
works = st.timedeltas(timedelta(), timedelta(days=1))
"""Of work: a school that opens for ten minutes a week needs three years for a day of it."""


@given(schools(), moments, works)
def test_what_is_added_is_what_lies_between(days: SchoolDays, moment: datetime, length: timedelta) -> None:
    due = after(moment, length / MINUTE, days)
    assert due >= moment
    assert between(moment, due, days) == length
    if length:
        assert is_working(due - timedelta(microseconds=1), days), "not a moment later than it must be"


@given(schools(), moments, lengths)
def test_what_lies_between_leads_back(days: SchoolDays, start: datetime, length: timedelta) -> None:
    end = start + length
    back = after(start, between(start, end, days) / MINUTE, days)
    assert start <= back <= end
    assert between(back, end, days) == timedelta()
    if is_working(end, days) and between(start, end, days) and next_start(end - timedelta(microseconds=1), days) < end:
        assert back == end


@given(schools(), moments, lengths, lengths)
def test_parts_add_up(days: SchoolDays, start: datetime, one: timedelta, other: timedelta) -> None:
    middle, end = start + one, start + one + other
    assert between(start, middle, days) + between(middle, end, days) == between(start, end, days)
    assert after(start, one / MINUTE, days) <= after(start, (one + other) / MINUTE, days)


@given(schools(), moments)
def test_the_next_start_is_working_time_with_none_before(days: SchoolDays, moment: datetime) -> None:
    begin = next_start(moment, days)
    assert is_working(begin, days)
    assert between(moment, begin, days) == timedelta()


@given(schools(), moments, st.timedeltas(timedelta(), timedelta(days=4)))
def test_it_agrees_with_who_counts_step_by_step(days: SchoolDays, start: datetime, length: timedelta) -> None:
    step = STEP * MINUTE
    begin = start.replace(minute=start.minute // STEP * STEP, second=0, microsecond=0)
    # A zone is five minutes off this grid where it is off it at all (Kathmandu is 5 h 45 min from UTC).
    begin += timedelta(minutes=(begin.astimezone(days.zone).minute % STEP))
    counted = sum(_open(begin + number * step, days) for number in range(length // step))
    assert between(begin, begin + length // step * step, days) == counted * step


def _open(moment: datetime, days: SchoolDays) -> bool:
    here = moment.astimezone(days.zone)
    hour = here.time()
    return any(begin <= hour and (hour < end or end == time.min) for begin, end in days.office_on(here.date()))
