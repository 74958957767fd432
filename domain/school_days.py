"""When a school works: its lessons, its week, its holidays and the days worked in their stead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
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

OFFICE: tuple[Hours, ...] = ((time(7, 30), time(17, 30)),)
"""When the repairers are at work, where the school has entered nothing: no break at noon."""

QUIET: Hours = (time(21, 30), time(7, 0))
"""When nobody is written to without need: the night, from its evening to the next morning."""

_ZONE = ZoneInfo("Asia/Shanghai")
_WEEK = frozenset(range(1, 6))
_A_DAY = timedelta(days=1)
_LONGEST_BREAK = 120
"""Days after which a search for a day of school or of work is given up: no school is closed for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolDays:
    """One school's timetable and calendar: a pure value.

    `lessons` are in order, the first lesson first. `hours` are other named hours (晚自习). `week` are the weekdays of
    school, 1 for Monday. `off` are the school's own days off; `worked` its own make-up days, each with the weekday
    (1 to 7) whose lessons are held, and both come before the public holidays. `terms` are in order of time.

    Of the repairers: `office` are their hours of a day, in order and apart from each other, an end of 00:00 being the
    end of the day; `office_in_breaks` those between two terms, none as usual. `exams` are days on which they are at
    work whatever else the day is. `quiet` are the hours of the night, two equal ends for none.
    """

    lessons: tuple[Hours, ...] = LESSONS
    hours: Mapping[str, Hours] = field(default_factory=lambda: HOURS)
    week: frozenset[int] = _WEEK
    off: frozenset[date] = frozenset()
    worked: Mapping[date, int] = field(default_factory=dict)
    terms: tuple[Span, ...] = ()
    public_holidays: bool = True
    zone: tzinfo = _ZONE
    office: tuple[Hours, ...] = OFFICE
    office_in_breaks: tuple[Hours, ...] = ()
    exams: frozenset[date] = frozenset()
    quiet: Hours = QUIET

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

    def utc(self, moment: datetime) -> datetime:
        """A moment in UTC; one without a zone is taken as the school's."""
        return self.here(moment).astimezone(UTC)

    def term(self, day: date, ago: int = 0) -> Span | None:
        """The term of a day, or the one `ago` terms before it (-1: after it); None where the school enters none."""
        begun = sum(1 for first, _ in self.terms if first <= day) - 1 - ago
        return self.terms[begun] if 0 <= begun < len(self.terms) else None

    def in_break(self, day: date) -> bool:
        """Whether a day lies between two terms; before the first and after the last that is entered, nothing does.

        So a school that has forgotten to enter its next term keeps its hours.
        """
        term = self.term(day)
        return term is not None and day > term[1] and self.term(day, -1) is not None

    def office_on(self, day: date) -> tuple[Hours, ...]:
        """The hours of the repairers on a day; empty where they are off.

        Exams and the school's own make-up days come first, then its days off, then breaks, then the week and the
        holidays: a make-up day that the state orders for the middle of a break brings nobody to school.
        """
        if day in self.exams or day in self.worked:
            return self.office
        if not self.open_on(day):
            return ()
        return self.office_in_breaks if self.in_break(day) else self.office

    def first_staffed(self, day: date) -> date | None:
        """The first day from a day on, itself included, on which the repairers are at work."""
        days = (day + _A_DAY * count for count in range(_LONGEST_BREAK))
        return next((found for found in days if self.office_on(found)), None)

    def _holiday(self, day: date) -> bool:
        return self.public_holidays and any(first <= day <= last for first, last in holidays(day.year).values())
