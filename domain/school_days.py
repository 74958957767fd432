"""When a school works: its lessons, its week, its holidays and the days worked in their stead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from domain.public_holidays import WORKED, Span, holidays

Hours = tuple[time, time]
"""Start and end within one day."""

LESSONS: tuple[Hours, ...] = (
    (time(8, 0), time(8, 40)),
    (time(8, 50), time(9, 30)),
    (time(10, 0), time(10, 40)),
    (time(10, 50), time(11, 30)),
    (time(14, 0), time(14, 40)),
    (time(14, 50), time(15, 30)),
    (time(15, 40), time(16, 20)),
    (time(16, 30), time(17, 10)),
)
"""Eight lessons from 08:00, where the school has entered none."""

HOURS: Mapping[str, Hours] = {
    "早读": (time(7, 30), time(7, 50)),
    "大课间": (time(9, 30), time(10, 0)),
    "午休": (time(12, 0), time(14, 0)),
    "放学": (time(17, 10), time(17, 10)),
    "晚自习": (time(19, 0), time(21, 0)),
}
"""Named hours of the day beside the lessons, where the school has entered none; equal ends are a moment."""

_ZONE = ZoneInfo("Asia/Shanghai")
_WEEK = frozenset(range(1, 6))
_A_DAY = timedelta(days=1)
_LONGEST_BREAK = 120
"""Days after which a search for a school day is given up: no school is closed for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDays:
    """One school's timetable and calendar: a pure value.

    `lessons` are in order, the first lesson first. `hours` are other named hours (晚自习). `week` are the weekdays of
    school, 1 for Monday. `off` are the school's own days off; `worked` its own make-up days, each with the weekday
    (1 to 7) whose lessons are held, and both come before the public holidays. `terms` are in order of time.
    """

    lessons: tuple[Hours, ...] = LESSONS
    hours: Mapping[str, Hours] = field(default_factory=lambda: HOURS)
    week: frozenset[int] = _WEEK
    off: frozenset[date] = frozenset()
    worked: Mapping[date, int] = field(default_factory=dict)
    terms: tuple[Span, ...] = ()
    public_holidays: bool = True
    zone: tzinfo = _ZONE

    def open_on(self, day: date) -> bool:
        """Whether there is school on a day."""
        if day in self.worked or day in self.off:
            return day in self.worked
        if self.public_holidays and day in WORKED:
            return True
        return day.isoweekday() in self.week and not self._holiday(day)

    def weekday_of(self, day: date) -> int:
        """The weekday (1 to 7) whose lessons a day has: its own, but on a make-up day the one made up."""
        return self.worked.get(day, day.isoweekday())

    def lesson(self, number: int) -> Hours | None:
        """When a lesson is held, the first being 1; None for one that the school has not."""
        return self.lessons[number - 1] if 1 <= number <= len(self.lessons) else None

    def first_open(self, day: date, step: int = 1) -> date | None:
        """The first day of school from a day on, itself included; `step` -1 looks back."""
        days = (day + _A_DAY * step * count for count in range(_LONGEST_BREAK))
        return next((found for found in days if self.open_on(found)), None)

    def holiday(self, name: str, year: int) -> Span | None:
        """First and last day of a public holiday by name (国庆); None where its date is not yet known."""
        return holidays(year).get(name)

    def here(self, moment: datetime) -> datetime:
        """A moment by the school's clock; one without a zone is taken as the school's."""
        return moment.astimezone(self.zone) if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def term(self, day: date, ago: int = 0) -> Span | None:
        """The term of a day, or the one `ago` terms before it (-1: after it); None where the school enters none."""
        begun = sum(1 for first, _ in self.terms if first <= day) - 1 - ago
        return self.terms[begun] if 0 <= begun < len(self.terms) else None

    def _holiday(self, day: date) -> bool:
        return self.public_holidays and any(first <= day <= last for first, last in holidays(day.year).values())
