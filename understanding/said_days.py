"""Days as people name them, as dates: 明天, 下周三, 6月6号, 国庆后第一天上班."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from domain.school_days import SchoolDays
from understanding.numerals import value
from understanding.time_words import Token

Days = tuple[date, date]
"""First and last day; equal for one day."""

_A_DAY, _A_WEEK = timedelta(days=1), timedelta(days=7)
_NEAR = {
    "大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3,
    "yesterday": -1, "today": 0, "tonight": 0, "tomorrow": 1, "tmr": 1, "tmrw": 1, "the day after tomorrow": 2,
}  # fmt: skip
_WHICH = {"上上": -2, "上": -1, "last": -1, "这": 0, "本": 0, "当": 0, "this": 0, "下": 1, "next": 1, "下下": 2}
_YEARS = {"前": -2, "去": -1, "今": 0, "明": 1}
_HOLIDAYS = {"五一": "劳动节", "十一": "国庆", "过年": "春节"}
_ENGLISH = {name: place for place, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), start=1)}
_CHINESE = dict(zip("一二三四五六日天1234567", (1, 2, 3, 4, 5, 6, 7, 7, 1, 2, 3, 4, 5, 6, 7), strict=True))
_MID, _EARLY, _LATE = 15, 5, 3


class DaysSaid:
    """Works out dates by one day's date; `past`: what is left open lies behind, else ahead."""

    def __init__(self, today: date, days: SchoolDays, *, past: bool) -> None:
        """Pure: the day comes from outside."""
        self._today, self._days, self._past = today, days, past

    def of(self, token: Token, after: Days | None = None) -> Days | None:
        """The days of a token; None for none, or one that does not exist. `after`: the beginning of a range."""
        try:
            return _KINDS[token.kind](self, token.match, after) if token.kind in _KINDS else None
        except (ValueError, OverflowError):
            return None

    def _near(self, match: re.Match[str], after: Days | None) -> Days:  # noqa: ARG002 - all kinds are called alike
        said = match["near"] or match["edge"] or match["word"] or "前"
        day = self._today + _A_DAY * _NEAR[said]
        return (day, day)

    def _two_days(self, match: re.Match[str], after: Days | None) -> Days:  # noqa: ARG002
        if match["first"] is None:
            return self._weekend(0)
        return (self._today + _A_DAY * _NEAR[match["first"]], self._today + _A_DAY * _NEAR[match["last"]])

    def _weekday(self, match: re.Match[str], after: Days | None) -> Days:
        which = match["which"] or match["english"] or ""
        if match["day"] == "末":
            return self._weekend(_WHICH.get(which, 0))
        number = weekdays(match)[0]
        if which in _WHICH:
            day = self._monday + _A_WEEK * _WHICH[which] + _A_DAY * (number - 1)
        elif after:
            day = after[0] + _A_DAY * ((number - after[0].isoweekday()) % 7)
        else:
            day = self._nearest(number)
        return (day, day)

    def _nearest(self, number: int) -> date:
        """A bare weekday is the last one or the next one, today included."""
        away = number - self._today.isoweekday()
        return self._today + _A_DAY * (-(-away % 7) if self._past else away % 7)

    @property
    def _monday(self) -> date:
        return self._today - _A_DAY * (self._today.isoweekday() - 1)

    def _weekend(self, weeks: int) -> Days:
        saturday = self._monday + _A_WEEK * weeks + _A_DAY * 5
        return (saturday, saturday + _A_DAY)

    def _week(self, match: re.Match[str], after: Days | None) -> Days:  # noqa: ARG002
        monday = self._monday + _A_WEEK * _WHICH[match["which"] or match["english"]]
        return (monday, monday + _A_DAY * 6)

    def _month_part(self, match: re.Match[str], after: Days | None) -> Days:  # noqa: ARG002
        which = match["which"] or match["only"] or match["english"] or "本"
        year, month = _month(self._today, _WHICH[which])
        if match["day"]:
            day = date(year, month, value(match["day"]) or 0)
            return (day, day)
        return _part_of_month(year, month, match["edge"] or "")

    def _date(self, match: re.Match[str], after: Days | None) -> Days:  # noqa: ARG002
        day = date(int(match["year"]), int(match["month"]), int(match["day"]))
        return (day, day)

    def _month_day(self, match: re.Match[str], after: Days | None) -> Days | None:
        month = value(match["month"] or match["m"]) or 0
        number = value(match["day"] or match["d"] or "")
        years = [after[0].year, after[0].year + 1] if after else [self._today.year + step for step in (0, 1, -1)]
        options = [
            _part_of_month(year, month, match["edge"] or "") if number is None else (date(year, month, number),) * 2
            for year in years
            if number is None or number <= monthrange(year, month)[1]
        ]
        return self._wanted(options, after)

    def _wanted(self, options: list[Days], after: Days | None) -> Days | None:
        """The first option that lies as the intent wants it, or the first of all; None where there is none."""
        if not options:
            return None
        if after:
            return next((days for days in options if days[0] >= after[0]), options[0])
        if self._past:
            behind = [days for days in options if days[0] <= self._today]
            return max(behind, default=options[0])
        return min((days for days in options if days[1] >= self._today), default=options[0])

    def _day(self, match: re.Match[str], after: Days | None) -> Days | None:
        number = value(match["day"]) or 0
        start = after[0] if after else self._today
        options = []
        for step in (0, 1, 2) if after or not self._past else (0, -1, -2):
            year, month = _month(start, step)
            if 1 <= number <= monthrange(year, month)[1]:
                options.append((date(year, month, number),) * 2)
        return self._wanted(options, after)

    def _year(self, match: re.Match[str], after: Days | None) -> Days:  # noqa: ARG002
        year = int(match["year"]) if match["year"] else self._today.year + _YEARS[match["near"]]
        return (date(year, 1, 1), date(year, 12, 31))

    def _term(self, match: re.Match[str], after: Days | None) -> Days | None:  # noqa: ARG002
        return self._days.term(self._today, -_WHICH[match["which"]])

    def _holiday(self, match: re.Match[str], after: Days | None) -> Days | None:  # noqa: ARG002
        name = _HOLIDAYS.get(match["name"], match["name"])
        known = [span for step in (-1, 0, 1) if (span := self._days.holiday(name, self._today.year + step))]
        if not known:
            return None
        span = self._holiday_meant(known, after_it=(match["side"] or "").endswith("后"))
        return self._beside(span, match) if match["first"] else span

    def _holiday_meant(self, known: list[Days], *, after_it: bool) -> Days:
        if self._past:
            return max((span for span in known if span[0] <= self._today), default=known[0])
        week = _A_WEEK if after_it else _A_DAY * 0
        return min((span for span in known if span[1] + week >= self._today), default=known[-1])

    def _beside(self, span: Days, match: re.Match[str]) -> Days | None:
        """The first day of school after a holiday, or the last before it."""
        ahead = match["side"].endswith("后")
        day = self._days.first_open(span[1] + _A_DAY if ahead else span[0] - _A_DAY, 1 if ahead else -1)
        return (day, day) if day else None

    def _open_day(self, match: re.Match[str], after: Days | None) -> Days | None:  # noqa: ARG002
        day = self._days.first_open(self._today + _A_DAY)
        return (day, day) if day else None


def weekdays(match: re.Match[str]) -> list[int]:
    """The weekdays (1 to 7) that a match of the kind "weekday" names."""
    if match["name"]:
        return [_ENGLISH[match["name"][:3]]]
    if match["day"] == "末":
        return [6, 7]
    more = (match["more"] or "") if match["which"] == "每" else ""
    return [_CHINESE[character] for character in match["day"] + more if character in _CHINESE]


def _month(day: date, step: int) -> tuple[int, int]:
    months = day.year * 12 + day.month - 1 + step
    return months // 12, months % 12 + 1


def _part_of_month(year: int, month: int, edge: str) -> Days:
    """A month, its first days (初), its middle (中), or its last (底): what people mean is not the day alone."""
    last = monthrange(year, month)[1]
    first, end = {"": (1, last), "初": (1, _EARLY), "底": (last - _LATE + 1, last), "末": (last - _LATE + 1, last)}.get(
        edge, (_MID - _EARLY + 1, _MID + _EARLY)
    )
    return (date(year, month, first), date(year, month, end))


_KINDS: Mapping[str, Callable[[DaysSaid, re.Match[str], Days | None], Days | None]] = {
    "near": DaysSaid._near,
    "two_days": DaysSaid._two_days,
    "weekday": DaysSaid._weekday,
    "week": DaysSaid._week,
    "month_part": DaysSaid._month_part,
    "date": DaysSaid._date,
    "month_day": DaysSaid._month_day,
    "day": DaysSaid._day,
    "year": DaysSaid._year,
    "term": DaysSaid._term,
    "holiday": DaysSaid._holiday,
    "open_day": DaysSaid._open_day,
}
DAY_KINDS = frozenset(_KINDS)
