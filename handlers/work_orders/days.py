"""How people say a day to come: 明天, 三天后, 两周后, 周五, 下周一."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from understanding.numerals import value

MORNING, AFTERNOON, EVENING = 8, 14, 17
FARTHEST = 366
"""Days; beyond that a number is a slip of the key."""
_WEEKDAYS = "一二三四五六日"
_WEEKDAY = re.compile(r"(下*)(?:周|星期|礼拜)([一二三四五六日天])")
_SPAN = re.compile(
    r"(?<![了第十百0-9一二两三四五六七八九])"
    r"(?P<count>[0-9]{1,7}|[一二两三四五六七八九十百]{1,5}|半)"
    r"\s*(?:(?P<days>天|日(?=[之以]?后))|个?\s*(?P<weeks>周(?![一二三四五六日天])|星期|礼拜)|个\s*(?P<months>月))"
)
_DAY_WORDS = (
    ("大后天", 3),
    ("后天", 2),
    ("明天", 1),
    ("明早", 1),
    ("tomorrow", 1),
    ("下周", 7),
    ("next week", 7),
    ("今天", 0),
    ("今晚", 0),
    ("下午", 0),
    ("today", 0),
)


def wake_in(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The morning so many days from now; for today what is left of it: the afternoon, the evening, else tomorrow."""
    here = now.astimezone(zone)
    if days == 0:
        for hour in (AFTERNOON, EVENING):
            if here.hour < hour:
                return _at(here, hour)
        days = 1
    return _at(here + timedelta(days=days), MORNING)


def _at(day: datetime, hour: int) -> datetime:
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def wake_said(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a held job is to be looked at again; None where no day is said, or none that is certain (三五天后)."""
    days = _days_said(text.casefold(), now.astimezone(zone))
    return wake_in(days, now, zone) if days is not None else None


def _days_said(text: str, today: datetime) -> int | None:
    if found := _WEEKDAY.search(text):
        ahead = _WEEKDAYS.index(found[2].replace("天", "日")) - today.weekday() + 7 * len(found[1])
        return ahead if ahead > 0 else ahead + 7
    if span := _SPAN.search(text):
        days = _days_in(span)
        return days if days is not None and 0 < days <= FARTHEST else None
    return next((days for word, days in _DAY_WORDS if word in text), None)


def _days_in(span: re.Match[str]) -> int | None:
    """Days of "两周", "十五天", "半个月"; None for "三五天", which is no number."""
    said = span["count"]
    if said == "半":
        return 15 if span["months"] else None
    if len(said) > 1 and not said.isdecimal() and not set(said) & set("十百"):
        return None
    count = value(said)
    unit = 30 if span["months"] else 7 if span["weeks"] else 1
    return count * unit if count is not None else None
