"""The clocks of a work order: until when its next step is due, and when somebody hears that it is late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from domain.catalog import Urgency
from domain.deadlines import STOPPING, Deadline, Deadlines, elapsed
from domain.escalation import Level, ladder, quiet
from domain.school_days import SchoolDays
from domain.work_orders import State
from models import WorkOrder

AGAIN = timedelta(minutes=5)
"""An emergency that nobody has accepted is told again and again, so long apart (rule of 紧急)."""
DAILY = timedelta(days=1)
"""Whatever else is late is told again after so long, once all have heard of it: no wait goes on in silence."""
BEGINS = frozenset({"start", "resume", "restore", "hold"})
"""Steps from which the clock of the finish runs, if it did not yet in this round."""
_AT_WORK = frozenset({State.STARTED, State.HELD, State.RESTORED, State.REOPENED})
_IN_HAND = frozenset({State.ACCEPTED, State.OFFERED})
_READ = ("state", "hold_reason", "moved_at", "accepted_at", "finish_from", "paused", "category")
"""What of a work order tells which clock runs."""


@dataclass(frozen=True, slots=True)
class _Running:
    """A clock that runs: what may be late, since when it counts, and for how long it stood still.

    `pool`: no trade owns the job, and somebody has to claim it.
    """

    deadline: Deadline
    since: datetime
    held: timedelta = timedelta()
    pool: bool = False


class Clocks:
    """Keeps the columns `finish_from`, `paused`, `due_at`, `nudge_at` and `level` right with every step."""

    def __init__(self, deadlines: Deadlines, days: SchoolDays) -> None:
        """`days` tell when somebody is there to work, and when nobody is written to."""
        self.deadlines = deadlines
        self._days = days

    def opened(self, state: State, urgency: Urgency, category: str, now: datetime) -> dict[str, Any]:
        """The columns of a new work order."""
        if state is not State.REPORTED:
            return {}
        return self._columns(_Running(Deadline.ACCEPT, now, pool=not category), urgency, 1, 0)

    def moved(
        self, order: WorkOrder, step: str, target: State, fields: Mapping[str, Any], now: datetime
    ) -> dict[str, Any]:
        """The columns after a step that leads to `target` and sets `fields`; who was told already is not told again."""
        before = {name: getattr(order, name) for name in _READ}
        finish = self._finish(order, step, target, now)
        moved_at = now if target != order.state else order.moved_at
        told = {name: value for name, value in fields.items() if name in _READ}
        running = _running({**before, **told, **finish, "state": target, "moved_at": moved_at})
        if running is None:
            return {**finish, "due_at": None, "nudge_at": None, "level": 0}
        known = _running(before)
        goes_on = known is not None and (known.deadline, known.since) == (running.deadline, running.since)
        urgency, cycle = Urgency(fields.get("urgency", order.urgency)), fields.get("cycle", order.cycle)
        return finish | self._columns(running, urgency, cycle, order.level if goes_on else 0)

    def nudged(self, order: WorkOrder, now: datetime) -> dict[str, Any]:
        """The columns after somebody was told that a work order is late: when the next hear of it, or all again."""
        running = _running({name: getattr(order, name) for name in _READ})
        if running is None:
            return {"nudge_at": None}
        urgency, level = Urgency(order.urgency), order.level + 1
        columns = self._columns(running, urgency, order.cycle, level)
        if level >= len(Level):
            waits = urgency is Urgency.EMERGENCY and order.state == State.REPORTED
            columns["nudge_at"] = self._written(now + (AGAIN if waits else DAILY), urgency)
        elif columns["nudge_at"] <= now:
            columns["nudge_at"] = self._written(now + AGAIN, urgency)
        return columns

    def _finish(self, order: WorkOrder, step: str, target: State, now: datetime) -> dict[str, Any]:
        """Since when the finish counts in this round, and how long it stood still.

        A hold for the reporter does not stop it, and one that began when the job was late already excuses nothing.
        """
        if target is State.REOPENED:
            return {"finish_from": now, "paused": 0}
        begun, paused = order.finish_from or (now if step in BEGINS else None), timedelta(seconds=order.paused)
        if order.state == State.HELD and order.hold_reason in STOPPING and order.finish_from and target != State.HELD:
            urgency = Urgency(order.urgency)
            due = self.deadlines.due_finish(order.finish_from, urgency, order.cycle, self._days, paused)
            if order.moved_at < due:
                paused += elapsed(order.moved_at, now, urgency, self._days)
        return {"finish_from": begun, "paused": int(paused.total_seconds())}

    def _columns(self, running: _Running, urgency: Urgency, cycle: int, level: int) -> dict[str, Any]:
        """`level` is how many rungs of the ladder have heard of it."""
        limit = self.deadlines.pool if running.pool else self.deadlines.limit(running.deadline, urgency, cycle)
        rungs = list(ladder(running.since, limit, urgency, self._days, running.held).values())
        next_rung = rungs[min(level, len(rungs) - 1)]
        return {"due_at": rungs[0], "nudge_at": self._written(next_rung, urgency), "level": level}

    def _written(self, moment: datetime, urgency: Urgency) -> datetime:
        """When somebody may be written to from a moment on."""
        return quiet(moment, self._days, urgency) or moment


def _running(told: Mapping[str, Any]) -> _Running | None:
    """Which clock runs, if any: a job in hand is one that was begun, unless it has changed hands since."""
    state = State(told["state"])
    if state is State.REPORTED:
        return _Running(Deadline.ACCEPT, told["moved_at"], pool=not told["category"])
    begun, accepted = told["finish_from"], told["accepted_at"]
    at_work = state in _AT_WORK and not (state is State.HELD and told["hold_reason"] in STOPPING)
    if begun and (at_work or (state in _IN_HAND and accepted and begun >= accepted)):
        return _Running(Deadline.FINISH, begun, timedelta(seconds=told["paused"]))
    return _Running(Deadline.ARRIVE, accepted) if state in _IN_HAND and accepted else None
