"""The repair, as the school's rules say it: who may do what to a work order, when, and who hears of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.grants import Relation as R  # noqa: N817 - the table below is read by it
from domain.workflow import Step, Workflow

URGE_AGAIN = timedelta(hours=4)
"""A reporter may press for an answer once in this time (rule of 催办)."""
REOPEN_WITHIN = timedelta(days=7)
"""A closed repair may be sent back within this time (rule of 返修)."""
INTAKE_WAIT = timedelta(minutes=10)
"""An unanswered question of the desk; after it the report goes on with its place marked as open."""
OFFER_WAIT = timedelta(minutes=15)
"""How long a colleague has to take a transfer before it goes back."""
CONFIRM_REMINDERS = (timedelta(days=1), timedelta(days=3))
"""When a reporter is reminded of a finished repair."""
CONFIRM_WAIT = timedelta(days=7)
"""After this silence a finished repair closes by itself, and is counted apart."""


class State(StrEnum):
    """Where a work order stands."""

    UNCONFIRMED = "unconfirmed"
    REPORTED = "reported"
    ACCEPTED = "accepted"
    OFFERED = "offered"
    STARTED = "started"
    HELD = "held"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"


class RefuseReason(StrEnum):
    """Why a repairer sends a job back."""

    WRONG_TRADE = "wrong_trade"
    ON_LEAVE = "on_leave"
    BEYOND_ME = "beyond_me"
    UNCLEAR_PLACE = "unclear_place"
    OTHER = "other"


class HoldReason(StrEnum):
    """What a held job waits for."""

    PARTS = "parts"
    VENDOR = "vendor"
    REPORTER = "reporter"
    ACCESS = "access"
    APPROVAL = "approval"
    WEATHER = "weather"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the guards look at: the record, the person who acts, and what they bring."""

    actor: int | None
    assignee: int | None
    now: datetime
    note: str = ""
    reason: str = ""
    chosen: int | None = None
    score: int | None = None
    rating: int | None = None
    placed: bool = True
    settled_at: datetime | None = None
    urged_at: datetime | None = None
    asking: bool = False
    """True while only the buttons are drawn: what a form will bring is not there yet."""


def _has_note(facts: Facts) -> str | None:
    return None if facts.asking or facts.note.strip() else "work_order.refusal.note"


def _reason_is_one_of(reasons: type[StrEnum]) -> Callable[[Facts], str | None]:
    """A guard: what was given is one of the reasons that this step knows."""

    def guard(facts: Facts) -> str | None:
        return None if facts.asking or facts.reason in set(reasons) else "work_order.refusal.reason"

    return guard


_has_hold_reason = _reason_is_one_of(HoldReason)
_has_refuse_reason = _reason_is_one_of(RefuseReason)


def _has_colleague(facts: Facts) -> str | None:
    if facts.asking:
        return None
    if facts.chosen is None:
        return "work_order.refusal.colleague"
    return "work_order.refusal.yourself" if facts.chosen == facts.assignee else None


def _has_score(facts: Facts) -> str | None:
    if facts.rating is not None:
        return "work_order.refusal.rated"
    return None if facts.asking or facts.score in range(1, 6) else "work_order.refusal.score"


def _not_own_work(facts: Facts) -> str | None:
    return "work_order.refusal.own_work" if facts.actor is not None and facts.actor == facts.assignee else None


def _not_too_often(facts: Facts) -> str | None:
    again = facts.urged_at + URGE_AGAIN if facts.urged_at else facts.now
    return "work_order.refusal.urged" if facts.now < again else None


def _still_fresh(facts: Facts) -> str | None:
    if facts.settled_at and facts.now - facts.settled_at > REOPEN_WITHIN:
        return "work_order.refusal.too_late"
    return _has_note(facts)


def _has_place(facts: Facts) -> str | None:
    return None if facts.placed else "work_order.refusal.place"


_F = frozenset
_S = State
_WAITING = _F({_S.REPORTED, _S.ACCEPTED, _S.OFFERED})
_WORKING = _F({_S.STARTED, _S.HELD, _S.REOPENED})

# A row a step, to be read as a table.
# fmt: off
REPAIR: Workflow[Facts] = Workflow(
    name="work_order",
    states=State,
    initial=_S.UNCONFIRMED,
    settled=_F({_S.CONFIRMED, _S.LAPSED, _S.CANCELLED}),
    final=_F({_S.CANCELLED}),
    steps=(
        Step(name="send", source=_F({_S.UNCONFIRMED}), target=_S.REPORTED, by=_F({R.REPORTER}), guard=_has_place,
             tells=_F({R.TEAM, R.REPORTER})),
        Step(name="send", source=_F({_S.UNCONFIRMED}), target=_S.REPORTED, by=_F({R.CLOCK, R.LEAD}), errand=True,
             tells=_F({R.TEAM, R.REPORTER, R.LEAD})),
        Step(name="accept", source=_F({_S.REPORTED}), target=_S.ACCEPTED, by=_F({R.TEAM})),
        Step(name="accept", source=_F({_S.OFFERED}), target=_S.ACCEPTED, by=_F({R.CANDIDATE}), tells=_F({R.ASSIGNEE})),
        Step(name="start", source=_F({_S.ACCEPTED, _S.REOPENED}), target=_S.STARTED, by=_F({R.ASSIGNEE})),
        Step(name="resume", source=_F({_S.HELD}), target=_S.STARTED, by=_F({R.ASSIGNEE})),
        Step(name="resolve", source=_F({_S.ACCEPTED, _S.STARTED, _S.HELD, _S.REOPENED}), target=_S.RESOLVED,
             by=_F({R.ASSIGNEE}), asks=("note",), guard=_has_note, tells=_F({R.REPORTER})),
        Step(name="hold", source=_F({_S.ACCEPTED, _S.STARTED, _S.REOPENED}), target=_S.HELD,
             by=_F({R.ASSIGNEE, R.LEAD}), asks=("reason", "wake"), guard=_has_hold_reason, tells=_F({R.REPORTER})),
        Step(name="transfer", source=_F({_S.ACCEPTED, _S.STARTED, _S.HELD, _S.REOPENED}), target=_S.OFFERED,
             by=_F({R.ASSIGNEE}), asks=("colleague",), guard=_has_colleague, tells=_F({R.CANDIDATE})),
        Step(name="decline", source=_F({_S.OFFERED}), target=_S.ACCEPTED, by=_F({R.CANDIDATE, R.ASSIGNEE}),
             tells=_F({R.ASSIGNEE})),
        Step(name="decline", source=_F({_S.OFFERED}), target=_S.ACCEPTED, by=_F({R.CLOCK}), errand=True,
             tells=_F({R.ASSIGNEE})),
        Step(name="refuse", source=_F({_S.REPORTED}), target=None, by=_F({R.TEAM}), asks=("reason", "category"),
             guard=_has_refuse_reason),
        Step(name="refuse", source=_F({_S.ACCEPTED}), target=_S.REPORTED, by=_F({R.ASSIGNEE}),
             asks=("reason", "category"), guard=_has_refuse_reason, tells=_F({R.TEAM})),
        Step(name="confirm", source=_F({_S.RESOLVED}), target=_S.CONFIRMED, by=_F({R.REPORTER, R.LEAD}),
             guard=_not_own_work, tells=_F({R.ASSIGNEE})),
        Step(name="reopen", source=_F({_S.RESOLVED, _S.CONFIRMED, _S.LAPSED}), target=_S.REOPENED,
             by=_F({R.REPORTER, R.LEAD}), asks=("note",), guard=_still_fresh, tells=_F({R.ASSIGNEE})),
        Step(name="rate", source=_F({_S.CONFIRMED}), target=None, by=_F({R.REPORTER}), asks=("score",),
             guard=_has_score),
        Step(name="amend", source=_F({_S.UNCONFIRMED, *_WAITING, *_WORKING}), target=None,
             by=_F({R.REPORTER, R.ASSIGNEE, R.LEAD}), asks=("category", "urgency")),
        Step(name="assign", source=_F({*_WAITING, *_WORKING}), target=_S.ACCEPTED, by=_F({R.LEAD}),
             asks=("colleague",), guard=_has_colleague, tells=_F({R.ASSIGNEE})),
        Step(name="reroute", source=_F({*_WAITING, *_WORKING}), target=_S.REPORTED,
             by=_F({R.REPORTER, R.TEAM, R.ASSIGNEE, R.LEAD}), errand=True, tells=_F({R.TEAM})),
        Step(name="release", source=_F({_S.ACCEPTED, _S.OFFERED, *_WORKING}), target=_S.REPORTED, by=_F({R.CLOCK}),
             errand=True, tells=_F({R.TEAM, R.LEAD})),
        Step(name="stand_in", source=_F({_S.ACCEPTED, *_WORKING}), target=_S.ACCEPTED, by=_F({R.CLOCK}), errand=True,
             guard=_has_colleague, tells=_F({R.ASSIGNEE})),
        Step(name="away", source=_F({_S.ACCEPTED, *_WORKING}), target=_S.REPORTED, by=_F({R.CLOCK}), errand=True,
             tells=_F({R.TEAM, R.LEAD})),
        Step(name="urge", source=_F({*_WAITING, *_WORKING}), target=None, by=_F({R.REPORTER}), guard=_not_too_often,
             tells=_F({R.ASSIGNEE, R.TEAM})),
        Step(name="remind", source=_F({_S.RESOLVED}), target=None, by=_F({R.CLOCK}), errand=True,
             tells=_F({R.REPORTER})),
        Step(name="remind", source=_F({_S.HELD}), target=None, by=_F({R.CLOCK}), errand=True, tells=_F({R.ASSIGNEE})),
        Step(name="cancel", source=_F({_S.UNCONFIRMED, *_WAITING}), target=_S.CANCELLED, by=_F({R.REPORTER, R.LEAD}),
             tells=_F({R.ASSIGNEE})),
        Step(name="lapse", source=_F({_S.RESOLVED}), target=_S.LAPSED, by=_F({R.CLOCK}), errand=True,
             tells=_F({R.ASSIGNEE})),
    ),
)
# fmt: on
"""The life of a repair.

- A hold ends when the job changes hands: transfer, assign, reroute and release forget its reason and its day. An offer
  that comes to nothing leaves the job accepted, whatever it was before, and its first start stays noted.
- Who finds the place unclear may still take the job: only the other refusals bar whoever has refused.
- Release is the house's own: the assignee has left the school. What they have finished waits on for its reporter.
- Stand_in is the house's own: a job goes to whoever stands in for its assignee, and comes back the same way. Away is
  the same where nobody stands in: the job waits for its team again, and the lead hears of it.
- Nobody confirms their own work: where reporter and assignee are one, the lead is asked to.
"""
