"""Deadlines and hours of work as a school writes them: what is taken, what is refused, and in which words."""

import re
import tomllib
from datetime import date, time, timedelta
from pathlib import Path

import pytest

import dev
from config.data import school_days
from config.deadlines import load_deadlines
from domain.catalog import Urgency
from domain.deadlines import Deadline, Deadlines

PAGE = dev.ROOT / "docs" / "clocks.md"
FENCE = re.compile(r"^```toml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def deadlines(written: str) -> Deadlines:
    return load_deadlines({"deadlines": tomllib.loads(written)})


def test_a_school_that_writes_nothing_has_the_usual_ones() -> None:
    assert load_deadlines({}) == deadlines("") == Deadlines()


def test_a_school_changes_what_it_names_and_nothing_else() -> None:
    own = deadlines(
        """
        pool = 20
        offer = "1h"
        place = "5分钟"
        confirm = [2, "4d"]
        accept = { high = 15 }
        finish = { emergency = "1d", normal = "2工作日", low = "2 d" }
        """
    )
    assert (own.pool, own.offer, own.place) == (timedelta(minutes=20), timedelta(hours=1), timedelta(minutes=5))
    assert own.confirm == (timedelta(days=2), timedelta(days=4))
    assert own.limits[Deadline.ACCEPT] == {**Deadlines().limits[Deadline.ACCEPT], Urgency.HIGH: timedelta(minutes=15)}
    assert own.limits[Deadline.ARRIVE] == Deadlines().limits[Deadline.ARRIVE]
    assert own.limits[Deadline.FINISH] == {
        Urgency.EMERGENCY: timedelta(hours=24),
        Urgency.HIGH: timedelta(hours=8),
        Urgency.NORMAL: timedelta(hours=16),
        Urgency.LOW: timedelta(hours=16),
    }


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("acept = { high = 15 }", "deadlines.acept: 没有这一项"),
        (
            "accept = { urgent = 15 }",
            "deadlines.accept.urgent: 没有这一项，只有 / is unknown, there are: emergency, high",
        ),
        ("accept = 15", "deadlines.accept: 要写成表"),
        ("accept = { high = 0 }", "deadlines.accept.high: 0: 要大于零"),
        ("accept = { high = -5 }", "deadlines.accept.high: -5"),
        ("accept = { high = true }", "deadlines.accept.high: True"),
        ("accept = { high = 1.5 }", "deadlines.accept.high: 1.5"),
        ('accept = { high = "soon" }', "deadlines.accept.high: 'soon': 写成"),
        ('finish = { low = "91d" }', "deadlines.finish.low: '91d': 要大于零，不超过 720 小时"),
        ('finish = { emergency = "31d" }', "deadlines.finish.emergency: '31d'"),
        ("arrive = { high = 500 }", "deadlines.arrive: high 比 normal 还长 / high is longer than normal"),
        ("pool = []", "deadlines.pool: []"),
        ("confirm = 7", "deadlines.confirm: 要写成一天比一天晚"),
        ("confirm = []", "deadlines.confirm: "),
        ("confirm = [3, 1]", "deadlines.confirm: "),
        ("confirm = [1, 1]", "deadlines.confirm: "),
    ],
)
def test_a_wrong_entry_is_named(written: str, named: str) -> None:
    with pytest.raises(ValueError, match=re.escape(named)):
        deadlines(written)


def test_all_wrong_entries_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="deadlines") as told:
        deadlines('soon = 1\npool = 0\naccept = { high = "x", urgent = 1 }')
    assert [line.split(": ")[0] for line in str(told.value).splitlines()] == [
        "deadlines.soon",
        "deadlines.accept.urgent",
        "deadlines.accept.high",
        "deadlines.pool",
    ]
    with pytest.raises(ValueError, match="deadlines: 要写成表"):
        load_deadlines({"deadlines": [1]})


def test_hours_of_work_are_read_from_the_calendar() -> None:
    days = school_days(
        {
            "calendar": {
                "office": ["07:30-11:30", "13:30-24:00"],
                "office_in_breaks": ["08:30-11:30"],
                "exams": ["2026-11-14", date(2026, 11, 15)],
                "quiet": "22:00-06:30",
            }
        }
    )
    assert days.office == ((time(7, 30), time(11, 30)), (time(13, 30), time(0, 0)))
    assert days.office_in_breaks == ((time(8, 30), time(11, 30)),)
    assert days.quiet == (time(22, 0), time(6, 30))
    assert days.office_on(date(2026, 11, 15)) == days.office


@pytest.mark.parametrize(
    "calendar",
    [
        {"office": ["17:30-07:30"]},
        {"office": ["07:30"]},
        {"office": ["07:30-12:00", "11:00-17:30"]},
        {"office": ["13:30-17:30", "07:30-11:30"]},
        {"office": ["18:00-24:00", "07:30-11:30"]},
        {"office": [7]},
        {"office_in_breaks": ["from eight"]},
        {"exams": ["14.11."]},
        {"quiet": "always"},
        {"quiet": 22},
    ],
)
def test_wrong_hours_are_named(calendar: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="calendar: "):
        school_days({"calendar": calendar})


def blocks() -> list[str]:
    """The examples of the page on clocks."""
    return FENCE.findall(Path(PAGE).read_text(encoding="utf-8"))


def test_what_the_page_shows_is_what_a_school_has_that_writes_nothing() -> None:
    calendar, limits = blocks()
    assert load_deadlines(tomllib.loads(limits)) == Deadlines()
    shown, usual = school_days(tomllib.loads(calendar)), school_days({})
    assert (shown.office, shown.office_in_breaks, shown.quiet) == (usual.office, usual.office_in_breaks, usual.quiet)
