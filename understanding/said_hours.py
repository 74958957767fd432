"""Hours as people name them: 下午两点半, 第三节, 第二节下课, 晚自习, 放学后."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from domain.school_days import SchoolDays
from understanding.numerals import value
from understanding.patterns import late
from understanding.time_words import Token

_PARTS = (
    (r"早|晨|morning", time(6), time(8)),
    (r"上午", time(8), time(12)),
    (r"中午|noon", time(11, 30), time(13, 30)),
    (r"下午|afternoon", time(13), time(18)),
    (r"晚|夜|evening|night", time(18), time(23)),
    (r"傍晚", time(17), time(19)),
    (r"凌晨|半夜", time(0), time(6)),
)
"""Parts of the day; of two that fit the later one is meant (傍晚 is no whole evening, 凌晨 no morning)."""
_AFTER_NOON = late(r"下午|傍晚|晚|夜|afternoon|evening|night|noon|中午")
_SMALL = late(r"凌晨|半夜")
_OTHER_NAMES = {
    "课间操": "大课间",
    "晚修": "晚自习",
    "早自习": "早读",
    "午饭": "午休",
    "中饭": "午休",
    "课间": "大课间",
}
NAMES = ("上学", *_OTHER_NAMES)
"""Names of hours that every school knows, beside those of its own timetable."""
_LAST_SMALL = 6
"""A bare "三点" is in the afternoon: nobody is at school before seven."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one day: a span, or with `end` None a moment; `periods` are the lessons named."""

    begin: time | None = None
    end: time | None = None
    periods: tuple[int, ...] = ()
    part: str = ""


def hours_of(tokens: Sequence[Token], days: SchoolDays, part: str = "") -> Hours | None:
    """The hours that tokens name together; None for none. `part`: the part of the day said before, at a range."""
    said = [token for token in tokens if token.kind in HOUR_KINDS]
    if not said:
        return None
    part = next((token.match.group() for token in said if token.kind == "part"), part)
    exact = next((token for token in said if token.kind != "part"), None)
    if exact is None:
        return _part(part)
    if exact.kind == "clock":
        return Hours(_clock(exact.match, part), part=part)
    return _lessons(exact.match, days) if exact.kind == "lesson" else _named(exact.match, days)


def _part(part: str) -> Hours:
    found = next(((begin, end) for pattern, begin, end in reversed(_PARTS) if re.search(pattern, part)), None)
    return Hours(*found, part=part) if found else Hours(part=part)


def _clock(match: re.Match[str], part: str) -> time | None:
    hour = value(match["hour"] or match["h"] or match["english"])
    if hour is None or hour > 24:
        return None
    half_day = match["half_day"] or match["noon"]
    return time(_of_24(hour % 24, half_day, part, match["h"] is not None), _minute(match))


def _of_24(hour: int, half_day: str | None, part: str, figures: bool) -> int:
    """An hour as the day counts it; "08:00" and hours of the school's day are as they stand."""
    if half_day:
        return hour % 12 + (12 if half_day == "p" else 0)
    if _AFTER_NOON.search(part) and not _SMALL.search(part):
        noon = ("中午" in part or part.endswith("noon")) and hour >= 10
        return hour if noon or hour >= 12 else hour + 12
    return hour + 12 if not part and not figures and 1 <= hour <= _LAST_SMALL else hour


def _minute(match: re.Match[str]) -> int:
    if match["half"]:
        return 30
    if match["quarter"]:
        return 15 * (value(match["quarter"]) or 0)
    return min(value(match["m"] or (match["minute"] or "").lstrip("零") or "0") or 0, 59)


def periods(match: re.Match[str], most: int) -> tuple[int, ...]:
    """The numbers of the lessons: 3-5节, 第1、2节, 一二节; `most`: the number of the last lesson."""
    first = match["first"] or match["from"] or match["ordinal"]
    last = match["last"] or match["to"]
    number = value(first) or 0
    if last:
        end = value(last) or number
        apart = match["join"] and match["join"].strip() in {",", "、", "和"}
        return (number, end) if apart else tuple(range(number, min(end, number + 20) + 1))
    if len(first) > 1 and "十" not in first and number > most:
        return tuple(value(character) or 0 for character in first)
    return (number,)


def _lessons(match: re.Match[str], days: SchoolDays) -> Hours:
    numbers = periods(match, len(days.lessons))
    held = [hours for number in numbers if (hours := days.lesson(number))]
    if not held:
        return Hours(periods=numbers)
    if match["edge"]:
        return Hours(held[-1][1] if match["edge"] == "下课" else held[0][0], periods=numbers)
    return Hours(held[0][0], held[-1][1], numbers)


def _named(match: re.Match[str], days: SchoolDays) -> Hours:
    name = match["name"]
    if name == "上学":
        return Hours(days.lessons[0][0] if days.lessons else None, part=name)
    found = days.hours.get(name) or days.hours.get(_OTHER_NAMES.get(name, name))
    if not found:
        return Hours(part=name)
    if match["edge"] or found[0] == found[1]:
        return Hours(found[1], part=name)
    return Hours(*found, part=name)


HOUR_KINDS = frozenset({"part", "clock", "lesson", "named"})
