"""The repairers' clock: it runs in their hours of work and stands still at night, on days off and in breaks.

Days are walked, never minutes: a break of sixty days costs sixty looks at the calendar. Lengths are taken between
moments of UTC, so that a day on which the clocks are changed counts what really passes.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from domain.school_days import SchoolDays

Stretch = tuple[datetime, datetime]
"""From a moment, included, to another, excluded; both UTC."""

_A_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)
_LONGEST_BREAK = 120
"""Days without working time after which the clock runs on: no school is closed for longer."""
_LONGEST_WALK = 3_660
"""Days that are looked at, some ten years; after them the clock runs on."""
_LONGEST = timedelta(days=_LONGEST_WALK)
_FOREVER = datetime.max.replace(tzinfo=UTC)


def after(moment: datetime, minutes: float, days: SchoolDays) -> datetime:
    """The earliest moment (UTC) at which so many working minutes have passed since another.

    The end of a working day is such a moment: half an hour from 17:00 is 17:30. No minutes, or fewer, are over at once;
    more than ten years of them are taken as ten years. For a school that does not open within 120 days the minutes are
    those of the clock on the wall.
    """
    left = timedelta(minutes=min(minutes, _LONGEST / _A_MINUTE))
    if left <= timedelta():
        return days.utc(moment)
    for begin, end in _stretches(moment, days):
        if left <= end - begin:
            return begin + left
        left -= end - begin
    return _FOREVER


def between(start: datetime, end: datetime, days: SchoolDays) -> timedelta:
    """How much working time lies between two moments; none where the second is the earlier.

    Where a school does not open within 120 days all time counts from when it last was open, as it does for `after`.
    """
    until = days.utc(end)
    total = timedelta()
    for begin, finish in _stretches(start, days):
        if begin >= until:
            break
        total += min(finish, until) - begin
    return total


def is_working(moment: datetime, days: SchoolDays) -> bool:
    """Whether the clock runs at a moment: at 07:30 it does, at 17:30 no longer."""
    return next_start(moment, days) == days.utc(moment)


def next_start(moment: datetime, days: SchoolDays) -> datetime:
    """When the clock runs next (UTC): the moment itself in working time, or where the school never opens."""
    return next(_stretches(moment, days))[0]


def _stretches(moment: datetime, days: SchoolDays) -> Iterator[Stretch]:
    """The working time from a moment on, in order; the last stretch has no end, so that no walk goes on for ever."""
    since = days.utc(moment)
    open_on = first = since.astimezone(days.zone).toordinal()
    for ordinal in range(first, min(first + _LONGEST_WALK, date.max.toordinal())):
        if ordinal - open_on > _LONGEST_BREAK:
            break
        for begin, end in _hours_of(date.fromordinal(ordinal), days):
            if end > max(begin, since):
                yield max(begin, since), end
                since, open_on = end, ordinal
    yield since, _FOREVER


def _hours_of(day: date, days: SchoolDays) -> Iterator[Stretch]:
    for begin, end in days.office_on(day):
        last = day if end > time.min else day + _A_DAY
        yield _at(day, begin, days), _at(last, end, days)


def _at(day: date, hour: time, days: SchoolDays) -> datetime:
    return datetime.combine(day, hour, days.zone).astimezone(UTC)
