"""Times as people say them, as instants: 明天第三节, 6月6到9号, 半小时后, 每周一早上7点50."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from domain.school_days import SchoolDays
from understanding.normalise import Text
from understanding.numerals import value
from understanding.patterns import late
from understanding.said_days import DAY_KINDS, Days, DaysSaid, weekdays
from understanding.said_hours import NAMES, Hours, hours_of
from understanding.time_words import Token, tokens

_GAP = late(r"[\s,的]{0,2}(?:at |on )?")
_JOIN = late(r"[\s,]{0,2}(?:一直)?(?:到|至|[~\-—–]|to|until|till|through|和|、|跟)\s?(?:at )?")
_BY = late(r"(?:到|至|截止到?|by|before|until|till)\s?(?:at )?$")
_FROM = late(r"(?:从|自|打|from|since|starting|after)\s?$")
_SIDE = late(
    r"\s?(?:(?P<until>(?:之|以)?前(?!天|排|面|门|台)|截止)|(?P<since>(?:之|以)?后(?!天|排|面|门|勤|厨)|起|开始))"
)
_MINUTES = {"分钟": 1, "minute": 1, "min": 1, "小时": 60, "钟头": 60, "hour": 60, "天": 1440, "day": 1440}
_MINUTES |= {"周": 10080, "星期": 10080, "礼拜": 10080, "week": 10080, "月": 43200, "节课": 40}
_DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time as said. `start`, `end` and `until` are ISO 8601: dates where only days were said, else date-times.

    `until` is a deadline (周五之前). Days run from the first to the last, both included; an hour of every day is bare
    ("07:50"). `periods` are numbers of
    lessons, `weekdays` 1 to 7, `repeat` is daily, workdays, weekly or monthly, `minutes` a length of time.
    """

    words: str
    start: str | None = None
    end: str | None = None
    until: str | None = None
    periods: tuple[int, ...] = ()
    weekdays: tuple[int, ...] = ()
    repeat: str | None = None
    minutes: int | None = None

    def facts(self) -> dict[str, object]:
        """What is known besides the words, under the keys of a reading's `extra`."""
        known = {
            "from": self.start,
            "until": self.until or self.end,
            "periods": list(self.periods),
            "weekdays": list(self.weekdays) if self.repeat else None,  # else the date tells
            "repeat": self.repeat,
            "minutes": self.minutes,
        }
        return {key: fact for key, fact in known.items() if fact}


@dataclass(frozen=True, slots=True)
class _Point:
    """What one run of words says: days, hours, a length, and on which side of them something is to be."""

    tokens: tuple[Token, ...]
    days: Days | None = None
    hours: Hours | None = None
    side: str = ""

    @property
    def span(self) -> tuple[int, int]:
        return self.tokens[0].start, self.tokens[-1].end


class Times:
    """Finds times in sentences, by one school's timetable and calendar. Pure."""

    def __init__(self, days: SchoolDays) -> None:
        """Patterns are compiled when first wanted."""
        self._days = days
        self._names = (*days.hours, *NAMES)

    def said(self, text: Text, now: datetime | None = None, *, past: bool = False) -> When | None:
        """The time that a text names, None for none; without `now` only the words and what needs no date.

        `past`: what is left open (周三) lies behind and not ahead.
        """
        runs = _runs(tokens(text.plain, self._names), text.plain)
        if not runs:
            return None
        here = self._days.here(now) if now else None
        found = [_Resolved(run, text, self._days, here, past).when() for run in runs[:_MOST_RUNS]]
        return _together(found)


_MOST_RUNS = 4


def _runs(found: Sequence[Token], plain: str) -> list[list[Token]]:
    """Tokens that belong together: side by side, or joined by "到"."""
    runs: list[list[Token]] = []
    for token in found:
        between = plain[runs[-1][-1].end : token.start] if runs else None
        if between is not None and (_GAP.fullmatch(between) or _JOIN.fullmatch(between) or between in {"起", "开始"}):
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _together(found: Sequence[When]) -> When:
    """The first time of a sentence, with what others say that it leaves open: "周三想用录播室，第三节"."""
    whole = found[0]
    for other in found[1:]:
        if _adds(whole, other):
            whole = replace(
                other,
                words=f"{whole.words} {other.words}",
                repeat=whole.repeat or other.repeat,
                weekdays=whole.weekdays or other.weekdays,
                start=_on_day(whole.start, other.start),
                end=_on_day(whole.start, other.end),
            )
        elif other.minutes and not whole.minutes and not other.start:
            whole = replace(whole, minutes=other.minutes)
    return whole


def _adds(whole: When, other: When) -> bool:
    """Whether another time only tells the hour of the first, of which only the day is known."""
    if whole.periods or whole.minutes or whole.end or (whole.start and "T" in whole.start) or whole.until:
        return False
    return bool(other.periods or (other.start and "T" in other.start)) and not other.weekdays and not other.until


def _on_day(day: str | None, instant: str | None) -> str | None:
    return f"{day}{instant[instant.index('T') :]}" if day and instant and "T" in instant else instant


class _Resolved:
    """One run of words of time, worked out."""

    def __init__(self, run: list[Token], text: Text, days: SchoolDays, now: datetime | None, past: bool) -> None:
        self._text, self._school, self._now, self._past = text, days, now, past
        self._run = run
        self._points = self._parted()

    def when(self) -> When:
        first, last = self._points[0], self._points[-1]
        side = _SIDE.match(self._text.plain, self._run[-1].end)
        words = self._text.words(self._run[0].start, side.end() if side else self._run[-1].end)
        told = When(
            words=words,
            periods=self._periods(),
            weekdays=tuple(n for t in self._run if t.kind == "weekday" for n in weekdays(t.match)),
            repeat=_repeat(self._run),
            minutes=_minutes(self._run),
        )
        if self._now is None:
            return told
        if length := next((t for t in self._run if t.kind == "length"), None):
            return self._with_length(told, length, first)
        return self._placed(told, first, last, side)

    def _parted(self) -> list[_Point]:
        """The points of a run: two where it is a range."""
        groups: list[list[Token]] = [[]]
        for token in self._run:
            between = self._text.plain[groups[-1][-1].end : token.start] if groups[-1] else ""
            if groups[-1] and _JOIN.fullmatch(between) and not _GAP.fullmatch(between):
                groups.append([])
            groups[-1].append(token)
        points: list[_Point] = []
        for group in groups:
            points.append(self._point(group, points[-1] if points else None))
        return points

    def _point(self, group: list[Token], before: _Point | None) -> _Point:
        hours = hours_of(group, self._school, before.hours.part if before and before.hours else "")
        return _Point(tuple(group), self._days_of(group, before), hours)

    def _days_of(self, group: list[Token], before: _Point | None) -> Days | None:
        if self._now is None:
            return None
        said = DaysSaid(self._now.date(), self._school, past=self._past)
        days: Days | None = before.days if before else None
        named = [token for token in group if token.kind in DAY_KINDS]
        for token in named:
            if token.kind == "weekday" and len(named) > 1 and token is not named[0] and days and before is None:
                break  # "6月3号周三": the weekday says the same again
            days = said.of(token, before.days if before else None) or days
        return days

    def _periods(self) -> tuple[int, ...]:
        """The lessons of both ends; those between, too, where a range of lessons was said: 第三节到第五节."""
        numbers = [number for point in self._points if point.hours for number in point.hours.periods]
        if len(self._points) == 2 and len(numbers) == 2 and numbers[0] < numbers[1] <= numbers[0] + 20:
            return tuple(range(numbers[0], numbers[1] + 1))
        return tuple(numbers)

    def _with_length(self, told: When, length: Token, first: _Point) -> When:
        """From a day on for a length (从明天开始三天), or that long from now (半小时后, 三天内)."""
        match, minutes = length.match, told.minutes or 0
        side = match["side"] or match["lead"] or ""
        if side.endswith("内") or side == "within":
            return replace(told, until=self._after(minutes), minutes=None)
        if side.endswith("后") or side == "in" or (side.endswith("前") and not first.days):
            return replace(told, start=self._after(-minutes if side.endswith("前") else minutes), minutes=None)
        start, _ = self._instants(first)
        if start is None:
            return told
        return replace(
            told, start=start, end=_moved(start, minutes), minutes=None if minutes >= _DAY_MINUTES else minutes
        )

    def _after(self, minutes: int) -> str:
        """The instant so long from now; a day where the length is one of days."""
        moment = self._clock + timedelta(minutes=minutes)
        return moment.date().isoformat() if minutes % _DAY_MINUTES == 0 else _iso(moment)

    @property
    def _clock(self) -> datetime:
        assert self._now is not None  # noqa: S101 - asked only where there is a now
        return self._now

    def _placed(self, told: When, first: _Point, last: _Point, side: re.Match[str] | None) -> When:
        start, end = self._instants(first)
        if last is not first:
            begun, ended = self._instants(last)
            end = ended or begun
        before = self._text.plain[: self._run[0].start]
        if (side and side["until"]) or (last is first and _BY.search(before)):
            return replace(told, until=start if side and side["until"] else end or start)
        if (side and side["since"]) or _FROM.search(before):
            after_it = side is not None and side["since"].endswith("后") and end is not None
            return replace(
                told, start=end if after_it else start, end=end if last is not first and not after_it else None
            )
        return replace(told, start=start, end=end)

    def _instants(self, point: _Point) -> tuple[str | None, str | None]:
        """Begin and end of a point; dates where it names no hour."""
        if any(token.kind == "now" for token in point.tokens):
            return _iso(self._clock), None
        days, hours = point.days, point.hours
        if hours is None or hours.begin is None:
            return (days[0].isoformat(), days[1].isoformat() if days[1] > days[0] else None) if days else (None, None)
        if days is None and _repeat(self._run):
            return hours.begin.isoformat("minutes"), hours.end.isoformat("minutes") if hours.end else None
        day = days[0] if days else self._day_of(hours)
        end = self._at(days[1] if days else day, hours.end) if hours.end else None
        return self._at(day, hours.begin), end

    def _day_of(self, hours: Hours) -> date:
        """The day of an hour said without one: today, unless the hour lies on the wrong side of now."""
        now, end = self._clock, hours.end or hours.begin or time()
        if self._past:
            return now.date() - timedelta(days=hours.begin is not None and hours.begin > now.time())
        return now.date() + timedelta(days=end < now.time().replace(tzinfo=None, second=0, microsecond=0))

    def _at(self, day: date, hour: time) -> str:
        return _iso(datetime.combine(day, hour, tzinfo=self._clock.tzinfo))


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="minutes")


def _moved(start: str, minutes: int) -> str:
    """The end of so long a time; of whole days the last one."""
    if "T" in start:
        return _iso(datetime.fromisoformat(start) + timedelta(minutes=minutes))
    return (date.fromisoformat(start) + timedelta(days=max(minutes // _DAY_MINUTES - 1, 0))).isoformat()


def _repeat(run: Sequence[Token]) -> str | None:
    for token in run:
        if token.kind == "repeat":
            return next(name for name, words in token.match.groupdict().items() if words)
        if token.kind == "weekday" and (token.match["which"] == "每" or token.match["english"] == "every"):
            return "weekly"
    return None


def _minutes(run: Sequence[Token]) -> int | None:
    """The length of time that a run names, in minutes."""
    token = next((token for token in run if token.kind == "length"), None)
    if token is None:
        return None
    match = token.match
    unit = _MINUTES[match["unit"] or match["english"]]
    count = _count(match["count"] or match["number"])
    return int(unit * (count + (0.5 if match["half"] or match["and_half"] else 0)))


def _count(words: str) -> float:
    if words in {"半", "half an"}:
        return 0.5
    if words in {"a", "an"}:
        return 1
    return float(words) if words.isascii() else float(value(words) or 0)
