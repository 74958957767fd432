"""Who is away, who stands in, and what may be entered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from domain.absences import Away, away_at, check, in_place_of, merged
from domain.errors import Invalid, NotAllowed
from domain.grants import Permission

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WATER, WOOD = "water_electric", "furniture"


def away(person: int, stand_in: int | None = None, *teams: str, days: float | None = 1) -> Away:
    """Somebody is away from now on."""
    until = NOW + days * DAY if days is not None else None
    return Away(person=person, since=NOW, until=until, stand_in=stand_in, teams=frozenset(teams))


def test_the_first_moment_belongs_to_it_and_the_last_does_not() -> None:
    one = away(1)
    assert one.at(NOW)
    assert not one.at(NOW - timedelta(seconds=1))
    assert not one.at(NOW + DAY)
    assert away(1, days=None).at(NOW + 900 * DAY)


@pytest.mark.parametrize(
    ("entered", "team", "there"),
    [
        ([], WATER, 1),
        ([away(1)], WATER, None),
        ([away(1, 2)], WATER, 2),
        ([away(1, 2, WOOD)], WATER, None),
        ([away(1, 2, WOOD), away(1, 3, WATER)], WATER, 3),
        ([away(1, 2), away(2, 3)], WATER, 3),
        ([away(1, 2), away(2)], WATER, None),
        ([away(1, 2), away(2, 1)], WATER, None),
        ([away(1, 2), away(2, 3), away(3, 2)], WATER, None),
    ],
)
def test_who_is_there_instead(entered: list[Away], team: str, there: int | None) -> None:
    assert in_place_of(1, team, away_at(entered, NOW)) == there


def test_a_chain_ends_with_who_is_back() -> None:
    entered = [away(1, 2, days=3), away(2, 3, days=1)]
    assert in_place_of(1, WATER, away_at(entered, NOW)) == 3
    assert in_place_of(1, WATER, away_at(entered, NOW + DAY)) == 2


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (replace(away(1), until=NOW), "past"),
        (Away(person=1, since=NOW - 2 * DAY, until=NOW - DAY), "past"),
        (Away(person=1, since=NOW + 362 * DAY, until=NOW + 363 * DAY), "past"),
        (Away(person=1, since=NOW + 3 * DAY, until=NOW + 2 * DAY), "backwards"),
        (away(1, 1), "oneself"),
        (away(1, 9), "mends_not"),
    ],
)
def test_what_is_refused(wanted: Away, key: str) -> None:
    with pytest.raises(Invalid) as no:
        check(wanted, NOW, by=1, grants=frozenset(), menders={1, 2})
    assert no.value.key == f"absence.refusal.{key}"


def test_others_are_entered_by_who_dispatches() -> None:
    with pytest.raises(NotAllowed):
        check(away(1, 2), NOW, by=3, grants=frozenset({Permission.WORK_ORDER_MEND}), menders={1, 2})
    check(away(1, 2), NOW, by=3, grants=frozenset({Permission.WORK_ORDER_DISPATCH}), menders={1, 2})


def test_two_that_meet_become_one() -> None:
    earlier, later = away(1), replace(away(1, 2), since=NOW + DAY / 2, until=NOW + 3 * DAY)
    assert earlier.meets(later)
    assert merged(earlier, later) == Away(person=1, since=NOW, until=NOW + 3 * DAY, stand_in=2)
    assert merged(later, away(1, days=None)).until is None
    assert not earlier.meets(replace(later, since=NOW + DAY))


def test_two_stand_ins_at_once_are_asked_about() -> None:
    with pytest.raises(Invalid):
        merged(away(1, 2), away(1, 3))
