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
MOST_HOLDS = 3
"""A job is put on hold so often by its assignee; after that the lead has to look (rule of 挂起)."""
MOST_DECLINES = 2
"""Colleagues who did not want a transfer before the lead hears of it (rule of 转单)."""
LEADS_CYCLE = 3
"""The round of repair from which the lead hears of it as well (rule of 返修)."""
IDLE = timedelta(hours=24)
"""A job that was begun may be taken over by a colleague when nothing has moved for so long (rule of 接手)."""
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
    RESTORED = "restored"
    RESOLVED = "resolved"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"
    REOPENED = "reopened"
    CANCELLED = "cancelled"
    REJECTED = "rejected"


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
    state: str = ""
    moved_at: datetime | None = None
    helpers: frozenset[int] = frozenset()
    holds: int = 0
    leads: bool = False
    appealed: bool = False
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


_has_refuse_reason = _reason_is_one_of(RefuseReason)


_has_hold_reason = _reason_is_one_of(HoldReason)


def _may_hold(facts: Facts) -> str | None:
    """Who has held a job too often has its lead decide."""
    if facts.holds >= MOST_HOLDS and not facts.leads:
        return "work_order.refusal.holds"
    return _has_hold_reason(facts)


def _may_take_over(facts: Facts) -> str | None:
    """A colleague's job is taken over before it was begun, or when nothing has moved for long."""
    if facts.actor == facts.assignee:
        return "work_order.refusal.in_hand"
    idle = facts.moved_at is not None and facts.now - facts.moved_at >= IDLE
    return None if idle or facts.state == State.ACCEPTED else "work_order.refusal.in_work"


def _has_helper(facts: Facts) -> str | None:
    if not facts.asking and facts.chosen in facts.helpers:
        return "work_order.refusal.helps"
    return _has_colleague(facts)


def _may_appeal(facts: Facts) -> str | None:
    return "work_order.refusal.appealed" if facts.appealed else _has_note(facts)


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


def _reopens_with(*, somebody: bool) -> Callable[[Facts], str | None]:
    """A guard of reopening: a job that had nobody when it was closed goes back to its team."""

    def guard(facts: Facts) -> str | None:
        return _still_fresh(facts) or (
            None if (facts.assignee is not None) is somebody else "work_order.refusal.nobody"
        )

    return guard


def _has_place(facts: Facts) -> str | None:
    return None if facts.placed else "work_order.refusal.place"


_F = frozenset
_S = State
_WAITING = _F({_S.REPORTED, _S.ACCEPTED, _S.OFFERED})
_WORKING = _F({_S.STARTED, _S.HELD, _S.RESTORED, _S.REOPENED})

# A row a step, to be read as a table.
# fmt: off
REPAIR: Workflow[Facts] = Workflow(
    name="work_order",
    states=State,
    initial=_S.UNCONFIRMED,
    settled=_F({_S.CONFIRMED, _S.LAPSED, _S.CANCELLED, _S.REJECTED}),
    final=_F({_S.CANCELLED}),
    steps=(
        Step(name="send", source=_F({_S.UNCONFIRMED}), target=_S.REPORTED, by=_F({R.REPORTER}), guard=_has_place,
             tells=_F({R.TEAM, R.REPORTER})),
        Step(name="send", source=_F({_S.UNCONFIRMED}), target=_S.REPORTED, by=_F({R.CLOCK, R.LEAD}), errand=True,
             tells=_F({R.TEAM, R.REPORTER, R.LEAD})),
        Step(name="accept", source=_F({_S.REPORTED}), target=_S.ACCEPTED, by=_F({R.TEAM})),
        Step(name="accept", source=_F({_S.OFFERED}), target=_S.ACCEPTED, by=_F({R.CANDIDATE}), tells=_F({R.FORMER})),
        Step(name="start", source=_F({_S.ACCEPTED, _S.REOPENED}), target=_S.STARTED, by=_F({R.ASSIGNEE})),
        Step(name="resume", source=_F({_S.HELD, _S.RESTORED}), target=_S.STARTED, by=_F({R.ASSIGNEE})),
        Step(name="resolve", source=_F({_S.ACCEPTED, *_WORKING}), target=_S.RESOLVED,
             by=_F({R.ASSIGNEE}), asks=("note",), guard=_has_note, tells=_F({R.REPORTER})),
        Step(name="hold", source=_F({_S.ACCEPTED, _S.STARTED, _S.RESTORED, _S.REOPENED}), target=_S.HELD,
             by=_F({R.ASSIGNEE, R.LEAD}), asks=("reason", "wake"), guard=_may_hold, tells=_F({R.REPORTER})),
        Step(name="restore", source=_F({_S.ACCEPTED, _S.STARTED, _S.HELD, _S.REOPENED}), target=_S.RESTORED,
             by=_F({R.ASSIGNEE}), asks=("note",), guard=_has_note, tells=_F({R.REPORTER})),
        Step(name="transfer", source=_F({_S.ACCEPTED, *_WORKING}), target=_S.OFFERED,
             by=_F({R.ASSIGNEE}), asks=("colleague",), guard=_has_colleague, tells=_F({R.CANDIDATE})),
        Step(name="take_over", source=_F({_S.ACCEPTED, *_WORKING}), target=_S.ACCEPTED, by=_F({R.TEAM}),
             guard=_may_take_over, tells=_F({R.FORMER, R.REPORTER})),
        Step(name="invite", source=_F({_S.ACCEPTED, *_WORKING}), target=None, by=_F({R.ASSIGNEE}),
             asks=("colleague",), guard=_has_helper, tells=_F({R.HELPER})),
        Step(name="leave", source=_F({_S.ACCEPTED, _S.OFFERED, *_WORKING}), target=None, by=_F({R.HELPER}),
             tells=_F({R.ASSIGNEE})),
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
             by=_F({R.REPORTER, R.LEAD}), asks=("note",), guard=_reopens_with(somebody=True), tells=_F({R.ASSIGNEE})),
        Step(name="reopen", source=_F({_S.LAPSED}), target=_S.REPORTED, by=_F({R.REPORTER, R.LEAD}), asks=("note",),
             guard=_reopens_with(somebody=False), tells=_F({R.TEAM})),
        Step(name="rate", source=_F({_S.CONFIRMED}), target=None, by=_F({R.REPORTER}), asks=("score",),
             guard=_has_score),
        Step(name="amend", source=_F({_S.UNCONFIRMED, *_WAITING, *_WORKING}), target=None,
             by=_F({R.REPORTER, R.ASSIGNEE, R.HELPER, R.LEAD}), asks=("category", "urgency")),
        Step(name="assign", source=_F({*_WAITING, *_WORKING}), target=_S.ACCEPTED, by=_F({R.LEAD}),
             asks=("colleague",), guard=_has_colleague, tells=_F({R.ASSIGNEE, R.FORMER})),
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
        Step(name="nudge", source=_F({_S.REPORTED, _S.ACCEPTED, _S.OFFERED, *_WORKING}), target=None, by=_F({R.CLOCK}),
             errand=True, tells=_F({R.TEAM})),
        Step(name="cancel", source=_F({_S.UNCONFIRMED, *_WAITING}), target=_S.CANCELLED, by=_F({R.REPORTER, R.LEAD}),
             tells=_F({R.ASSIGNEE})),
        Step(name="withdraw", source=_WORKING, target=_S.CONFIRMED, by=_F({R.REPORTER}), tells=_F({R.ASSIGNEE})),
        Step(name="reject", source=_F({_S.UNCONFIRMED, *_WAITING}), target=_S.REJECTED, by=_F({R.LEAD}),
             asks=("note",), guard=_has_note, tells=_F({R.REPORTER, R.ASSIGNEE})),
        Step(name="appeal", source=_F({_S.REJECTED}), target=_S.REPORTED, by=_F({R.REPORTER}), asks=("note",),
             guard=_may_appeal, tells=_F({R.LEAD, R.TEAM})),
        Step(name="close", source=_F({_S.UNCONFIRMED, *_WAITING, *_WORKING, _S.RESOLVED}), target=_S.LAPSED,
             by=_F({R.LEAD}), asks=("note",), guard=_has_note, tells=_F({R.REPORTER, R.ASSIGNEE})),
        Step(name="lapse", source=_F({_S.RESOLVED}), target=_S.LAPSED, by=_F({R.CLOCK}), errand=True,
             tells=_F({R.ASSIGNEE})),
    ),
)
# fmt: on
"""The life of a repair.

- A hold ends when the job changes hands: transfer, assign, reroute and release forget its reason and its day. An offer
  that comes to nothing leaves the job accepted, whatever it was before, and its first start stays noted.
- Who finds the place unclear may still take the job: only the other refusals bar whoever has refused.
- A workaround (restore) gives the lesson back and leaves the job open: what is broken still has to be mended.
- Colleagues may take a job over, before it was begun or when it lies idle; whoever had it hears of it at once. Helpers
  (invite) see the job and may correct it; it stays the assignee's.
- What a reporter no longer needs after the work began (withdraw) is done, and nobody's fault; before that it is
  cancelled. Only the lead rejects for good or closes a job by force, with a word why; a rejected reporter may appeal
  once.
- Release is the house's own: the assignee has left the school. What they have finished waits on for its reporter.
- Stand_in is the house's own: a job goes to whoever stands in for its assignee, and comes back the same way. Away is
  the same where nobody stands in: the job waits for its team again, and the lead hears of it.
- Nobody confirms their own work: where reporter and assignee are one, the lead is asked to.
"""
