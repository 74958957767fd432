"""What moves with each step besides the state: the record's fields, in one table."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.work_orders import RefuseReason, State
from models import WorkOrder
from services.actor import Actor
from services.work_orders.values import Given, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """A step in the making: on which record, by whom, with what, and when."""

    order: WorkOrder
    actor: Actor
    given: Given
    now: datetime
    reminders: Sequence[timedelta] = ()
    """After how long a silent reporter is reminded."""


def _next_reminder(act: Act) -> datetime | None:
    """When a silent reporter is reminded again; a held job is remembered once."""
    if act.order.state != State.RESOLVED or act.order.resolved_at is None:
        return None
    times = (act.order.resolved_at + wait for wait in act.reminders)
    return next((t for t in times if t > act.now), None)


def _settled(act: Act) -> dict[str, Any]:
    return {"settled_at": act.now, "wake_at": None}


def _working(act: Act) -> dict[str, Any]:
    return {"started_at": act.order.started_at or act.now, **NOT_HELD}


def _held(act: Act) -> dict[str, Any]:
    """Days are kept in UTC: SQLite compares times as text."""
    wake_at = act.given.wake_at.astimezone(UTC) if act.given.wake_at else None
    holds = act.order.holds + 1
    return {"hold_reason": act.given.reason, "wake_at": wake_at, "note": act.given.note, "holds": holds}


def _handed(act: Act, to: int | None) -> dict[str, Any]:
    """A job in other hands: whoever had it is remembered, and what was counted against them is not."""
    return {
        **NOBODYS,
        "assignee_id": to,
        "instead_of_id": act.given.instead_of,
        "accepted_at": act.now,
        "former_id": act.order.assignee_id,
        **UNCOUNTED,
        "helpers": [helper for helper in act.order.helpers if helper != to],
    }


def _restored(act: Act) -> dict[str, Any]:
    return {"restored_at": act.order.restored_at or act.now, "note": act.given.note, **NOT_HELD}


def _refused(act: Act) -> dict[str, Any]:
    """Who only cannot find the place may still take the job."""
    barred = [] if act.given.reason == RefuseReason.UNCLEAR_PLACE else [act.actor.id]
    return {
        "refused_by": [*act.order.refused_by, *barred],
        "assignee_id": None,
        "accepted_at": None,
        "instead_of_id": None,
    }


NOT_HELD: Mapping[str, Any] = {"hold_reason": "", "wake_at": None}
UNCOUNTED: Mapping[str, Any] = {"holds": 0, "declines": 0}
NOBODYS: Mapping[str, Any] = {
    "assignee_id": None,
    "candidate_id": None,
    "accepted_at": None,
    "instead_of_id": None,
    **NOT_HELD,
}

CHANGES: dict[str, Callable[[Act], dict[str, Any]]] = {
    "accept": lambda act: {
        "assignee_id": act.actor.id,
        "candidate_id": None,
        "accepted_at": act.now,
        "former_id": act.order.assignee_id or act.order.former_id,
        "helpers": [helper for helper in act.order.helpers if helper != act.actor.id],
        "instead_of_id": act.given.instead_of,
        **UNCOUNTED,
    },
    "start": _working,
    "resume": _working,
    "hold": _held,
    "resolve": lambda act: {
        "resolved_at": act.now,
        "note": act.given.note,
        "hold_reason": "",
        "wake_at": act.now + act.reminders[0] if act.reminders else None,
    },
    "transfer": lambda act: {"candidate_id": act.given.colleague, **NOT_HELD},
    "restore": _restored,
    "take_over": lambda act: _handed(act, act.actor.id),
    "invite": lambda act: {"helpers": [*act.order.helpers, act.given.colleague]},
    "leave": lambda act: {"helpers": [helper for helper in act.order.helpers if helper != act.actor.id]},
    "assign": lambda act: _handed(act, act.given.colleague),
    "decline": lambda act: {"candidate_id": None, "declines": act.order.declines + 1},
    "refuse": _refused,
    "release": lambda _: dict(NOBODYS),
    "away": lambda _: dict(NOBODYS),
    "stand_in": lambda act: _handed(act, act.given.colleague),
    "reroute": lambda act: {**NOBODYS, "category": act.given.category, "refused_by": []},
    "confirm": _settled,
    "lapse": _settled,
    "cancel": _settled,
    "withdraw": _settled,
    "reject": lambda act: {**_settled(act), "note": act.given.note},
    "close": lambda act: {**_settled(act), "note": act.given.note},
    "appeal": lambda act: {**NOBODYS, "note": act.given.note, "settled_at": None, "appealed": True},
    "reopen": lambda act: {
        "cycle": act.order.cycle + 1,
        "note": act.given.note,
        "settled_at": None,
        "rating": None,
        "wake_at": None,
    },
    "rate": lambda act: {"rating": act.given.score},
    "urge": lambda act: {"urged_at": act.now},
    "remind": lambda act: {"wake_at": _next_reminder(act)},
}


def changes_of(step: str, act: Act) -> dict[str, Any]:
    """The fields that a step sets; most steps that are not in the table move only the state."""
    change = CHANGES.get(step)
    return change(act) if change else {}


DETAILS: Mapping[str, tuple[str, ...]] = {
    "hold": ("reason", "wake_at"),
    "refuse": ("reason", "category"),
    "reroute": ("category",),
    "transfer": ("colleague",),
    "assign": ("colleague",),
    "invite": ("colleague",),
    "rate": ("score",),
}
"""What each step uses of what was brought, besides the note."""


def used(step: str, given: Given) -> Given:
    """Only what this step uses: nothing else that came along is looked at or kept."""
    return Given(note=given.note, **{key: getattr(given, key) for key in DETAILS.get(step, ())})


def details_of(given: Given) -> dict[str, str]:
    """What the history keeps of what was brought, besides the note."""
    known: Mapping[str, object] = {
        "reason": given.reason,
        "category": given.category,
        "colleague": given.colleague,
        "instead_of": given.instead_of,
        "score": given.score,
        "wake_at": given.wake_at.isoformat() if given.wake_at else "",
    }
    return {key: str(value) for key, value in known.items() if value}


def corrections_of(order: WorkOrder, problem: Problem) -> dict[str, Any]:
    """The fields that a correction sets: what was said and is new."""
    wanted: dict[str, Any] = {}
    if problem.category and problem.category != order.category:
        wanted["category"] = problem.category
    if problem.place or problem.location:
        wanted |= {"place": problem.place, "location": problem.location[:120]}
    if problem.item:
        wanted["item"] = problem.item[:80]
    if problem.asset:
        wanted["asset"] = problem.asset[:40]
    if problem.urgency is not None and problem.urgency != order.urgency:
        wanted["urgency"] = problem.urgency.value
    return wanted
