"""How long the steps of a repair may take, and when that time is over.

An emergency is measured by the clock on the wall. Everything else waits for the hours in which somebody is there to do
it (`domain.working_time`); a working day is then eight hours of them, however many hours the school's own day has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from domain.catalog import Urgency
from domain.school_days import SchoolDays
from domain.work_orders import CONFIRM_REMINDERS, CONFIRM_WAIT, INTAKE_WAIT, OFFER_WAIT, HoldReason
from domain.working_time import after, between

WORKING_DAY = timedelta(hours=8)
"""What one working day is worth on the repairers' clock."""
STOPPING = frozenset(HoldReason) - {HoldReason.REPORTER}
"""Holds that stop the clock of the finish (rule of 挂起). One for the reporter never does: they can be reminded."""
_A_MINUTE = timedelta(minutes=1)
_FIRST_CYCLE = 1

Limits = Mapping[Urgency, timedelta]
"""How long something may take, by urgency."""


def _limits(emergency: timedelta, high: timedelta, normal: timedelta, low: timedelta) -> Limits:
    return dict(zip(Urgency, (emergency, high, normal, low), strict=True))


class Deadline(StrEnum):
    """What a repair may be late with."""

    ACCEPT = "accept"
    ARRIVE = "arrive"
    FINISH = "finish"


# fmt: off
_USUAL: Mapping[Deadline, Limits] = {
    Deadline.ACCEPT: _limits(5 * _A_MINUTE, 10 * _A_MINUTE, 30 * _A_MINUTE, 60 * _A_MINUTE),
    Deadline.ARRIVE: _limits(30 * _A_MINUTE, timedelta(hours=2), WORKING_DAY, 2 * WORKING_DAY),
    Deadline.FINISH: _limits(timedelta(hours=24), WORKING_DAY, 3 * WORKING_DAY, 5 * WORKING_DAY),
}
# fmt: on


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A time for which a job waited; `until` is None while it still does."""

    reason: HoldReason
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """One school's deadlines: a pure value.

    `limits` are those that depend on the urgency. `pool` is the time in which somebody of the trade should claim what
    has no owner. `offer` and `place` are always the wall's: a colleague's answer to a transfer, the reporter's to a
    question. `confirm` are the reminders to confirm what is mended; with the last of them the repair closes.
    """

    limits: Mapping[Deadline, Limits] = field(default_factory=lambda: _USUAL)
    pool: timedelta = timedelta(minutes=15)
    offer: timedelta = OFFER_WAIT
    place: timedelta = INTAKE_WAIT
    confirm: tuple[timedelta, ...] = (*CONFIRM_REMINDERS, CONFIRM_WAIT)

    def limit(self, deadline: Deadline, urgency: Urgency, cycle: int) -> timedelta:
        """How long this may take in a cycle, the first being 1: half as long from the second on."""
        whole = self.limits[deadline][urgency]
        return whole if cycle <= _FIRST_CYCLE else whole / 2

    def due_accept(self, reported_at: datetime, urgency: Urgency, cycle: int, days: SchoolDays) -> datetime:
        """When a report should have found somebody who takes it."""
        return passed(reported_at, self.limit(Deadline.ACCEPT, urgency, cycle), urgency, days)

    def due_pool(self, reported_at: datetime, urgency: Urgency, days: SchoolDays) -> datetime:
        """When what nobody owns should have been claimed."""
        return passed(reported_at, self.pool, urgency, days)

    def due_arrive(self, accepted_at: datetime, urgency: Urgency, cycle: int, days: SchoolDays) -> datetime:
        """When somebody should stand before it."""
        return passed(accepted_at, self.limit(Deadline.ARRIVE, urgency, cycle), urgency, days)

    def due_finish(
        self, started_from: datetime, urgency: Urgency, cycle: int, days: SchoolDays, held: timedelta = timedelta()
    ) -> datetime:
        """When it should be mended; `held` is what `held` tells."""
        return passed(started_from, self.limit(Deadline.FINISH, urgency, cycle) + held, urgency, days)

    def held(
        self,
        started_from: datetime,
        urgency: Urgency,
        cycle: int,
        days: SchoolDays,
        holds: Iterable[Hold],
        now: datetime,
    ) -> timedelta:
        """How long the clock of the finish stood still until `now`.

        Holds that overlap count once. One that began when it was already late excuses nothing, nor does one for the
        reporter.
        """
        total, since = timedelta(), started_from
        for hold in sorted(holds, key=lambda hold: hold.since):
            begin = max(hold.since, since)
            if begin >= self.due_finish(started_from, urgency, cycle, days, total):
                break
            if hold.reason in STOPPING:
                since = max(since, min(hold.until or now, now))
                total += elapsed(begin, since, urgency, days)
        return total


def passed(start: datetime, limit: timedelta, urgency: Urgency, days: SchoolDays) -> datetime:
    """When a time is over on the clock of this urgency: the wall's (UTC) for an emergency, else the repairers'."""
    if urgency is Urgency.EMERGENCY:
        return days.utc(start) + limit
    return after(start, limit / _A_MINUTE, days)


def elapsed(start: datetime, end: datetime, urgency: Urgency, days: SchoolDays) -> timedelta:
    """How much time lies between two moments on the clock of this urgency; none where the second is the earlier."""
    if urgency is Urgency.EMERGENCY:
        return max(days.utc(end) - days.utc(start), timedelta())
    return between(start, end, days)
