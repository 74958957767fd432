"""The seals of the history: what fits, and that nothing that is done to a chain past the house does."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.audit import Auditor, Flaw, Walk
from services.sealing import SEALED, Seals

NUMBER = "W20260301-004"
BEGUN = datetime(2026, 3, 1, 8, tzinfo=UTC)
STATES = ("reported", "accepted", "started", "resolved", "confirmed")
SEALS = Seals("the secret of one school")
Row = dict[str, Any]


def step(place: int, **parts: Any) -> Row:
    """A row of the history as the desk writes it; the places are its order."""
    given: Row = {
        "subject": "work_order", "step": "urge", "source": "", "target": STATES[place % 5], "actor_id": place or None,
        "on_behalf_id": None, "channel": "wecom", "note": "", "details": {}, "event": f"wecom:m:li:{place}",
        "at": BEGUN + timedelta(minutes=place), "id": place + 1, "seal": "",
    }  # fmt: skip
    return given | parts


def chained(rows: Sequence[Row], seals: Seals = SEALS, end: str = "", number: str = NUMBER) -> tuple[Row, list[Row]]:
    """A record, and its rows sealed onto each other."""
    sealed = []
    for row in rows:
        link = seals.link(end, number, row)
        sealed.append({**row, "seal": link.seal})
        end = link.end
    return {"id": 4, "number": number, "state": rows[-1]["target"], "seal": end}, sealed


def looked(record: Row | None, rows: Sequence[Row], seals: Seals = SEALS, since: int = 0) -> Flaw | None:
    return Auditor(seals, since).flaw(record, stored(rows), Walk())


def stored(rows: Sequence[Row]) -> list[Row]:
    """The rows as a database gives them: it keeps documents as text."""
    return [{**row, "details": json.dumps(row["details"])} for row in rows]


def why(record: Row | None, rows: Sequence[Row]) -> tuple[str, int]:
    """What does not fit, and at which row."""
    flaw = looked(record, rows)
    assert flaw is not None
    return flaw.why, flaw.row


LIFE = [step(place, note=f"第{place}步", details={"score": "5", "category": "furniture"}) for place in range(5)]
OTHER: dict[str, Any] = {
    "actor_id": 77, "on_behalf_id": 3, "details": {"score": "1"}, "at": BEGUN - timedelta(microseconds=1),
}  # fmt: skip


def test_a_chain_fits_as_it_was_written() -> None:
    record, rows = chained(LIFE)
    assert looked(record, rows) is None
    assert len({row["seal"] for row in rows} | {record["seal"]}) == 6


def test_the_same_moment_and_the_same_details_are_the_same_however_they_are_written() -> None:
    record, rows = chained([step(0, details={"a": "1", "b": "2"})])
    rows[0] |= {"at": "2026-03-01 16:00:00+08:00", "details": {"b": "2", "a": "1"}}
    assert looked(record, rows) is None


@pytest.mark.parametrize("name", SEALED)
@pytest.mark.parametrize("place", range(5))
def test_no_part_of_a_row_can_be_changed(name: str, place: int) -> None:
    record, rows = chained(LIFE)
    rows[place] |= {name: OTHER.get(name, "anything else")}
    assert why(record, rows) == ("changed", place + 1)


@pytest.mark.parametrize("rubbish", [{"at": "yesterday"}, {"details": "{"}, {"note": b"x"}, {"seal": "封"}])
def test_what_nobody_could_have_written_is_named_like_any_change(rubbish: Row) -> None:
    record, rows = chained(LIFE)
    found = stored(rows)
    found[2] |= rubbish
    flaw = Auditor(SEALS, 0).flaw(record, found, Walk())
    assert flaw is not None
    assert (flaw.why, flaw.row) == ("changed", 3)


def test_words_cannot_be_moved_from_one_column_to_the_next() -> None:
    record, rows = chained([step(0, note="换了", channel="wecom")])
    rows[0] |= {"note": "", "channel": "wecom换了"}
    assert why(record, rows) == ("changed", 1)


def test_a_step_cannot_be_given_to_another_record() -> None:
    record, rows = chained(LIFE)
    assert why({**record, "number": "W20260301-005"}, rows) == ("changed", 1)


def test_a_row_that_was_taken_away_is_missed() -> None:
    record, rows = chained(LIFE)
    assert why(record, rows[:2] + rows[3:]) == ("changed", 4)
    assert why(record, rows[1:]) == ("changed", 2)
    assert why(record, rows[:-1]) == ("cut_off", 0)
    assert why(record, []) == ("cut_off", 0)


def test_the_end_cannot_be_read_off_the_rows_that_are_left() -> None:
    record, rows = chained(LIFE)
    for left in rows[:-1]:
        assert why({**record, "seal": left["seal"]}, rows[:-1]) == ("cut_off", 0)


def test_a_record_cannot_stand_where_its_history_does_not() -> None:
    record, rows = chained(LIFE)
    assert why({**record, "state": "cancelled"}, rows) == ("moved", 0)


def test_a_chain_without_its_record_is_named() -> None:
    _, rows = chained(LIFE)
    assert why(None, rows) == ("orphan", 1)


def test_taking_all_seals_off_does_not_make_it_old() -> None:
    record, rows = chained(LIFE)
    bare = [{**row, "seal": ""} for row in rows]
    assert why({**record, "seal": ""}, bare) == ("unsealed", 1)
    assert why(record, [rows[0], *bare[1:]]) == ("unsealed", 2)


def test_what_was_there_before_the_seals_is_counted_and_the_chain_begins_behind_it() -> None:
    record, rows = chained(LIFE[2:])
    walk = Walk()
    assert Auditor(SEALS, 3).flaw(record, stored([*LIFE[:2], *rows]), walk) is None
    assert (walk.rows, walk.records, walk.before) == (5, 1, 2)
    assert Auditor(SEALS, 3).flaw({**record, "seal": "", "state": "x"}, stored(LIFE[:2]), walk) is None


def test_what_an_earlier_key_has_sealed_fits_only_with_it() -> None:
    new = Seals("the new secret of it")
    old_record, old = chained(LIFE[:3])
    record, late = chained(LIFE[3:], new, old_record["seal"])
    assert looked(record, [*old, *late], Seals("the new secret of it", ["the secret of one school"])) is None
    flaw = looked(record, [*old, *late], new)
    assert flaw is not None
    assert (flaw.why, flaw.row) == ("changed", 1)


WORDS = some.text(some.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
STEP = some.fixed_dictionaries({
    "note": WORDS, "details": some.dictionaries(WORDS, WORDS, max_size=2), "target": some.sampled_from(STATES),
    "actor_id": some.none() | some.integers(1, 9), "on_behalf_id": some.none() | some.integers(1, 9),
})  # fmt: skip


@given(some.lists(STEP, min_size=2, max_size=8), some.data())
def test_whatever_is_done_to_a_chain_is_noticed(lives: list[Row], data: some.DataObject) -> None:
    record, rows = chained([step(place, **life) for place, life in enumerate(lives)])
    assert looked(record, rows) is None
    order = data.draw(some.lists(some.sampled_from(range(len(rows))), max_size=len(rows) + 1))
    forged = [dict(rows[place]) for place in order]
    for row in forged:
        row.update(data.draw(some.one_of(some.just({}), STEP)))
    assert (looked(record, forged) is None) == (forged == rows)
