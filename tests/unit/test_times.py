"""Times as people say them: which instants they are by the school's clock, timetable and calendar."""

from datetime import UTC, date, datetime

import pytest

from config.data import DEMO_SCHOOL, read_school, school_days
from domain.school_days import SchoolDays
from understanding.normalise import read_in
from understanding.times import Times

NOW = datetime.fromisoformat("2026-11-25T10:15+08:00")
"""A Wednesday, in the third lesson."""
TIMES = Times(SchoolDays())


def said(text: str, *, past: bool = False, now: datetime | None = NOW) -> dict[str, object]:
    when = TIMES.said(read_in(text), now, past=past)
    return when.facts() if when else {}


def span(text: str, *, past: bool = False) -> tuple[object, object]:
    """Begin and end, without the year and the zone where they are the usual ones."""
    facts = said(text, past=past)
    short = (str(facts.get(key, "")).removeprefix("2026-").removesuffix("+08:00") for key in ("from", "until"))
    begin, end = short
    return begin, end


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("今天", "11-25", ""),
        ("明天", "11-26", ""),
        ("后天", "11-27", ""),
        ("大后天", "11-28", ""),
        ("明儿", "11-26", ""),
        ("明日", "11-26", ""),
        ("昨天", "11-24", ""),
        ("大前天", "11-22", ""),
        ("明后两天", "11-26", "11-27"),
        ("这周五", "11-27", ""),
        ("本周五", "11-27", ""),
        ("周五", "11-27", ""),
        ("下周五", "12-04", ""),
        ("下个星期五", "12-04", ""),
        ("上周五", "11-20", ""),
        ("下下周一", "12-07", ""),
        ("星期天", "11-29", ""),
        ("礼拜三", "11-25", ""),
        ("周二", "12-01", ""),
        ("这周一", "11-23", ""),
        ("周末", "11-28", "11-29"),
        ("下周", "11-30", "12-06"),
        ("月底", "11-28", "11-30"),
        ("下个月初", "12-01", "12-05"),
        ("下个月5号", "12-05", ""),
        ("下个月", "12-01", "12-31"),
        ("25号", "11-25", ""),
        ("24号", "12-24", ""),
        ("28日", "11-28", ""),
        ("12月3号", "12-03", ""),
        ("十二月三号", "12-03", ""),
        ("12/3", "12-03", ""),
        ("2026-12-03", "12-03", ""),
        ("2026年12月3日", "12-03", ""),
        ("6月6到9号", "2027-06-06", "2027-06-09"),
        ("12月30号到1月2号", "12-30", "2027-01-02"),
        ("下周一到周三", "11-30", "12-02"),
        ("周五到周一", "11-27", "11-30"),
        ("11月30日周一", "11-30", ""),
        ("从明天开始三天", "11-26", "11-28"),
        ("tomorrow", "11-26", ""),
        ("next Monday", "11-30", ""),
        ("next Friday", "12-04", ""),
        ("Friday", "11-27", ""),
        ("next week", "11-30", "12-06"),
        ("元旦", "2027-01-01", ""),
        ("国庆后第一天上班", "2027-10-04", ""),
    ],
)
def test_days_said_are_dates(text: str, begin: str, end: str) -> None:
    assert span(text) == (begin, end)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("明天第三节", "11-26T10:00", "11-26T10:40"),
        ("今天第五节课", "11-25T14:00", "11-25T14:40"),
        ("下周二3-5节", "12-01T10:00", "12-01T14:40"),
        ("周五第1、2节", "11-27T08:00", "11-27T09:30"),
        ("明天一二节", "11-26T08:00", "11-26T09:30"),
        ("明天第三节到第四节", "11-26T10:00", "11-26T11:30"),
        ("明天第二节下课", "11-26T09:30", ""),
        ("第六节上课", "11-25T14:50", ""),
        ("今天下午两点半", "11-25T14:30", ""),
        ("下午3点到5点", "11-25T15:00", "11-25T17:00"),
        ("明天上午9:00到11:30", "11-26T09:00", "11-26T11:30"),
        ("明早七点", "11-26T07:00", ""),
        ("今晚8点", "11-25T20:00", ""),
        ("明天三点", "11-26T15:00", ""),
        ("明天十点一刻", "11-26T10:15", ""),
        ("明天八点十分", "11-26T08:10", ""),
        ("九点", "11-26T09:00", ""),
        ("十一点", "11-25T11:00", ""),
        ("后天上午", "11-27T08:00", "11-27T12:00"),
        ("中午", "11-25T11:30", "11-25T13:30"),
        ("明天下午", "11-26T13:00", "11-26T18:00"),
        ("明天傍晚", "11-26T17:00", "11-26T19:00"),
        ("明天凌晨两点", "11-26T02:00", ""),
        ("明天晚自习", "11-26T19:00", "11-26T21:00"),
        ("明天课间操", "11-26T09:30", "11-26T10:00"),
        ("大课间", "11-26T09:30", "11-26T10:00"),
        ("放学后", "11-25T17:10", ""),
        ("2026-12-03 08:00", "12-03T08:00", ""),
        ("半小时后", "11-25T10:45", ""),
        ("一个半小时后", "11-25T11:45", ""),
        ("20分钟后", "11-25T10:35", ""),
        ("三天后", "11-28", ""),
        ("两周后", "12-09", ""),
        ("in 2 hours", "11-25T12:15", ""),
        ("tomorrow 3pm", "11-26T15:00", ""),
        ("tomorrow at 9:30 am", "11-26T09:30", ""),
        ("period 3 tomorrow", "11-26T10:00", "11-26T10:40"),
        ("明天下午两点用两小时", "11-26T14:00", ""),
        ("周五想用录播室，第三节", "11-27T10:00", "11-27T10:40"),
        ("现在", "11-25T10:15", ""),
    ],
)
def test_hours_said_are_instants_of_the_school_s_clock(text: str, begin: str, end: str) -> None:
    assert span(text) == (begin, end)


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("周五之前", "11-27"),
        ("下周三前", "12-02"),
        ("到周五", "11-27"),
        ("明天下午三点之前", "11-26T15:00"),
        ("三天内", "11-28"),
        ("两小时之内", "11-25T12:15"),
        ("by Friday", "11-27"),
        ("within 2 days", "11-27"),
        ("12月1号以前", "12-01"),
    ],
)
def test_a_deadline_has_no_beginning(text: str, until: str) -> None:
    assert span(text) == ("", until)


@pytest.mark.parametrize(
    ("text", "begin", "end"),
    [
        ("周五", "11-20", ""),
        ("周三", "11-25", ""),
        ("24号", "11-24", ""),
        ("12月3号", "2025-12-03", ""),
        ("下午三点", "11-24T15:00", ""),
        ("昨天第三节", "11-24T10:00", "11-24T10:40"),
        ("昨天下午3点到4点", "11-24T15:00", "11-24T16:00"),
        ("国庆", "10-01", "10-07"),
        ("国庆后第一天上班", "10-08", ""),
    ],
)
def test_what_is_left_open_lies_behind_where_the_past_is_meant(text: str, begin: str, end: str) -> None:
    assert span(text, past=True) == (begin, end)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("每天早上7点50", {"from": "07:50", "repeat": "daily"}),
        ("每周一升旗", {"from": "2026-11-30", "weekdays": [1], "repeat": "weekly"}),
        ("每周一三五早上7点", {"from": "2026-11-30T07:00+08:00", "weekdays": [1, 3, 5], "repeat": "weekly"}),
        ("每个工作日", {"repeat": "workdays"}),
        ("every Friday", {"from": "2026-11-27", "weekdays": [5], "repeat": "weekly"}),
        ("一个小时", {"minutes": 60}),
        ("半天", {"minutes": 720}),
    ],
)
def test_what_comes_again_and_how_long(text: str, facts: dict[str, object]) -> None:
    assert said(text) == facts


@pytest.mark.parametrize(
    "text", ["", "小声一点", "换3号楼的", "7号电池", "快一点", "两节电池", "声音有点小", "300元", "3号机房", "目录"]
)
def test_what_only_looks_like_a_time_is_none(text: str) -> None:
    assert said(text) == {}


def test_without_the_present_moment_only_what_needs_no_date_is_told() -> None:
    assert said("明天第三节", now=None) == {"periods": [3]}
    assert said("下周三", now=None) == {}
    assert said("每周一", now=None) == {"weekdays": [1], "repeat": "weekly"}


def test_now_is_read_by_the_school_s_clock() -> None:
    late = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)
    assert said("明天", now=late) == {"from": "2026-11-27"}


def test_a_date_that_does_not_exist_is_none() -> None:
    assert said("2月30号") == {}
    assert said("2026-13-40") == {}


@pytest.mark.parametrize("character", ["1", "一", "周", "第", "到", "-", "a", "点", "号", "年", "每", ":", "节"])
def test_two_thousand_of_one_character_are_read_at_once(character: str) -> None:
    assert isinstance(said(character * 2_000), dict)


# -------------------------------------------------------------------------------------------------- the school's days

DEMO = school_days(read_school(DEMO_SCHOOL))


@pytest.mark.parametrize(
    ("day", "opened"),
    [
        ("2026-11-25", True),
        ("2026-11-28", False),
        ("2026-10-01", False),
        ("2026-10-10", True),
        ("2026-09-20", True),
        ("2026-11-06", False),
        ("2026-02-28", True),
        ("2027-10-01", False),
        ("2027-10-04", True),
    ],
)
def test_a_school_is_open_by_law_and_by_its_own_table(day: str, opened: bool) -> None:
    assert DEMO.open_on(date.fromisoformat(day)) is opened


def test_a_make_up_day_has_the_lessons_of_another_weekday() -> None:
    assert DEMO.weekday_of(date(2026, 10, 10)) == 3
    assert DEMO.weekday_of(date(2026, 10, 12)) == 1


def test_a_school_without_holidays_of_the_state_says_so() -> None:
    assert SchoolDays(public_holidays=False).open_on(date(2026, 10, 1))


def test_terms_are_those_that_the_school_enters() -> None:
    assert DEMO.term(date(2026, 11, 25)) == (date(2026, 9, 1), date(2027, 1, 22))
    assert DEMO.term(date(2026, 11, 25), 1) == (date(2026, 2, 25), date(2026, 7, 3))
    assert DEMO.term(date(2026, 11, 25), 9) is None


@pytest.mark.parametrize(
    "calendar",
    [
        {"lessons": ["8 Uhr"]},
        {"lessons": ["09:00-08:00"]},
        {"off": ["31.11.2026"]},
        {"worked": [{"as": 1}]},
        {"worked": [{"day": "2026-10-10", "as": 8}]},
    ],
)
def test_a_wrong_entry_of_the_calendar_is_named(calendar: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="calendar: "):
        school_days({"calendar": calendar})
