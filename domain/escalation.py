"""Who hears of it when a repair is late, and when they may be written to."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from enum import IntEnum

from domain.catalog import Urgency
from domain.deadlines import passed
from domain.school_days import SchoolDays

_A_DAY = timedelta(days=1)


class Level(IntEnum):
    """How far up a late repair has been told; each level is told once, and those below it know already."""

    OWNERS = 0
    """A nudge for who should act: the assignee, or the team where there is none yet."""
    LEAD = 1
    """The lead of the team, or the lead on duty."""
    HEAD = 2
    """The head of logistics."""


LADDER: Mapping[Level, float] = {Level.OWNERS: 1, Level.LEAD: 1.5, Level.HEAD: 2}
"""After how many times what was allowed each level is told: at the deadline, after half as much again, after twice."""


def ladder(
    since: datetime, limit: timedelta, urgency: Urgency, days: SchoolDays, held: timedelta = timedelta()
) -> dict[Level, datetime]:
    """When each level is due (UTC), for a clock that began to run at `since` and stood still for `held`."""
    return {level: passed(since, limit * times + held, urgency, days) for level, times in LADDER.items()}


def reached(due: Mapping[Level, datetime], now: datetime) -> Level | None:
    """The highest level that is due; None while nothing is late."""
    return max((level for level, moment in due.items() if moment <= now), default=None)


def quiet(
    moment: datetime, days: SchoolDays, urgency: Urgency = Urgency.NORMAL, *, working: bool = True
) -> datetime | None:
    """When the quiet of this moment ends (UTC); None where a message may be sent at once, as one of an emergency may.

    What belongs to a working clock waits for a day of work as well; with `working` off the night alone is quiet, as it
    is for the reporter's reminders. A school that does not open within 120 days has no other days than these.
    """
    if urgency is Urgency.EMERGENCY:
        return None
    here = days.here(moment).astimezone(days.zone)
    free = _after_night(here, days)
    if working and not days.office_on(free.date()):
        day = days.first_staffed(free.date())
        free = _after_night(_at(day, time.min, days), days) if day else free
    return None if free == here else free.astimezone(UTC)


def _after_night(here: datetime, days: SchoolDays) -> datetime:
    """The end of the night that a moment lies in, or the moment itself."""
    evening, morning = days.quiet
    hour, today = here.time(), here.date()
    if evening <= morning:
        return _at(today, morning, days) if evening <= hour < morning else here
    if hour >= evening:
        return _at(today + _A_DAY, morning, days)
    return _at(today, morning, days) if hour < morning else here


def _at(day: date, hour: time, days: SchoolDays) -> datetime:
    return datetime.combine(day, hour, days.zone)
