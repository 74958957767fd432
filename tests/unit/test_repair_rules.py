"""The rules of the repair, without a loop and without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.errors import NotAllowed, Refusal, WrongState
from domain.grants import Relation as R  # noqa: N817 - as in the table
from domain.work_orders import REPAIR, Facts, HoldReason, RefuseReason, State
from services.work_orders.privacy import masked

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FACTS = Facts(actor=1, assignee=2, now=NOW)


def offered(state: State, *relations: R, facts: Facts = FACTS) -> list[str]:
    return [s.name for s in REPAIR.offers(state, frozenset(relations), replace(facts, asking=True))]


def test_who_sees_which_buttons() -> None:
    assert offered(State.REPORTED, R.TEAM) == ["accept", "refuse"]
    assert offered(State.REPORTED, R.REPORTER) == ["amend", "urge", "cancel"]
    assert offered(State.ACCEPTED, R.ASSIGNEE) == [
        *("start", "resolve", "hold", "restore", "transfer", "invite", "refuse", "amend")
    ]
    assert offered(State.OFFERED, R.CANDIDATE) == ["accept", "decline"]
    assert offered(State.RESOLVED, R.REPORTER) == ["confirm", "reopen"]
    assert offered(State.STARTED, R.TEAM) == []
    assert offered(State.REJECTED, R.REPORTER) == ["appeal"]
    assert offered(State.CANCELLED, *R) == []


def test_nobody_confirms_their_own_work() -> None:
    own = replace(FACTS, actor=2)
    assert offered(State.RESOLVED, R.REPORTER, R.ASSIGNEE, R.LEAD, facts=own) == ["reopen", "close"]
    with pytest.raises(Refusal, match="own_work"):
        REPAIR.check("confirm", State.RESOLVED, frozenset({R.REPORTER, R.LEAD}), own)


@pytest.mark.parametrize("state", [State.STARTED, State.HELD, State.RESOLVED, State.CONFIRMED])
def test_a_reporter_cannot_withdraw_what_is_being_mended(state: State) -> None:
    with pytest.raises(WrongState):
        REPAIR.check("cancel", state, frozenset({R.REPORTER}), FACTS)


def test_a_colleague_takes_over_what_has_not_begun_or_lies_idle() -> None:
    colleague = replace(FACTS, actor=7, assignee=2)
    assert "take_over" in offered(State.ACCEPTED, R.TEAM, facts=replace(colleague, state="accepted"))
    busy = replace(colleague, state="started", moved_at=NOW - timedelta(hours=23, minutes=59))
    assert "take_over" not in offered(State.STARTED, R.TEAM, facts=busy)
    idle = replace(busy, moved_at=NOW - timedelta(hours=24))
    assert "take_over" in offered(State.STARTED, R.TEAM, facts=idle)
    assert "take_over" not in offered(State.STARTED, R.TEAM, facts=replace(idle, actor=2)), "it is theirs already"


def test_the_fourth_hold_is_the_leads() -> None:
    often = replace(FACTS, reason="parts", holds=3)
    with pytest.raises(Refusal, match="holds"):
        REPAIR.check("hold", State.STARTED, frozenset({R.ASSIGNEE}), often)
    assert REPAIR.check("hold", State.STARTED, frozenset({R.LEAD}), replace(often, leads=True)).target is State.HELD


def test_an_appeal_is_heard_once_and_needs_a_word() -> None:
    grants = frozenset({R.REPORTER})
    assert REPAIR.check("appeal", State.REJECTED, grants, replace(FACTS, note="还漏")).target is State.REPORTED
    for facts in (FACTS, replace(FACTS, note="还漏", appealed=True)):
        with pytest.raises(Refusal):
            REPAIR.check("appeal", State.REJECTED, grants, facts)


def test_what_nobody_had_in_hand_comes_back_to_its_team() -> None:
    closed = replace(FACTS, note="还漏", assignee=None)
    assert REPAIR.check("reopen", State.LAPSED, frozenset({R.REPORTER}), closed).target is State.REPORTED
    with pytest.raises(Refusal):
        REPAIR.check("reopen", State.LAPSED, frozenset({R.REPORTER}), replace(closed, note=""))


def test_only_the_lead_rejects_and_closes() -> None:
    for step in ("reject", "close"):
        for relation in (R.REPORTER, R.TEAM, R.ASSIGNEE, R.HELPER):
            with pytest.raises(NotAllowed):
                REPAIR.check(step, State.ACCEPTED, frozenset({relation}), replace(FACTS, note="重复"))


def test_urging_waits_four_hours() -> None:
    lately = replace(FACTS, urged_at=NOW - timedelta(hours=3, minutes=59))
    assert "urge" not in offered(State.ACCEPTED, R.REPORTER, facts=lately)
    assert "urge" in offered(State.ACCEPTED, R.REPORTER, facts=replace(FACTS, urged_at=NOW - timedelta(hours=4)))


def test_a_closed_repair_comes_back_within_seven_days_and_with_a_word() -> None:
    grants = frozenset({R.REPORTER})
    closed = replace(FACTS, settled_at=NOW - timedelta(days=7), note="还漏")
    assert REPAIR.check("reopen", State.CONFIRMED, grants, closed).target is State.REOPENED
    for facts in (replace(closed, note=" "), replace(closed, settled_at=NOW - timedelta(days=7, seconds=1))):
        with pytest.raises(Refusal):
            REPAIR.check("reopen", State.LAPSED, grants, facts)


@pytest.mark.parametrize(
    ("step", "state", "facts"),
    [
        ("resolve", State.STARTED, FACTS),
        ("hold", State.STARTED, FACTS),
        ("refuse", State.ACCEPTED, FACTS),
        ("hold", State.STARTED, replace(FACTS, reason="xyz")),
        ("hold", State.STARTED, replace(FACTS, reason="wrong_trade")),
        ("refuse", State.ACCEPTED, replace(FACTS, reason="parts")),
        ("transfer", State.STARTED, FACTS),
        ("transfer", State.STARTED, replace(FACTS, chosen=2)),
    ],
)
def test_what_a_step_asks_for_must_be_there(step: str, state: State, facts: Facts) -> None:
    with pytest.raises(Refusal):
        REPAIR.check(step, state, frozenset({R.ASSIGNEE}), facts)


def test_a_reason_that_the_step_knows_is_enough() -> None:
    mine = frozenset({R.ASSIGNEE})
    for reason in HoldReason:
        assert REPAIR.check("hold", State.STARTED, mine, replace(FACTS, reason=reason.value)).target is State.HELD
    for refusal in RefuseReason:
        facts = replace(FACTS, reason=refusal.value)
        assert REPAIR.check("refuse", State.ACCEPTED, mine, facts).target is State.REPORTED


@pytest.mark.parametrize("step", ["reroute", "release", "remind", "lapse"])
def test_what_the_house_does_is_no_button_and_no_press(step: str) -> None:
    for state in State:
        assert step not in offered(state, *R)
        with pytest.raises(NotAllowed):
            REPAIR.check(step, state, frozenset(R), FACTS, by_hand=True)


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("请打13812345678找我", "请打***找我"),
        ("tel:+86 138-1234-5678", "tel:***"),
        ("138 1234 5678。", "***。"),
        ("１３８１２３４５６７８", "***"),
        ("门卫010-87654321", "门卫***"),
        ("8765 4321 或 87654321", "*** 或 ***"),
        ("身份证110101199001011234", "身份证***"),
        ("3号楼302 灯不亮", "3号楼302 灯不亮"),
        ("W20261122-004 的 PC-0001", "W20261122-004 的 PC-0001"),
        ("110、119", "110、119"),
    ],
)
def test_numbers_by_which_people_are_called_are_masked(said: str, shown: str) -> None:
    assert masked(said) == shown


def test_what_the_clock_does_nobody_presses() -> None:
    for step in ("lapse", "remind"):
        with pytest.raises(NotAllowed):
            REPAIR.check(step, State.RESOLVED, frozenset(R) - {R.CLOCK}, FACTS)


@pytest.mark.parametrize("score", [None, 0, 6, -1])
def test_stars_go_from_one_to_five_and_are_given_once(score: int | None) -> None:
    grants = frozenset({R.REPORTER})
    with pytest.raises(Refusal):
        REPAIR.check("rate", State.CONFIRMED, grants, replace(FACTS, score=score))
    with pytest.raises(Refusal, match="rated"):
        REPAIR.check("rate", State.CONFIRMED, grants, replace(FACTS, score=5, rating=4))
