"""The model: made from the material as it is, good on sentences that it never saw, and without opinion of rubbish."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding import Intent, Reader, Situation
from understanding.features import card_of, features, squeezed
from understanding.learning.apart import alike
from understanding.learning.material import blocks, examples, fingerprint
from understanding.learning.patterns import Patterns
from understanding.learning.scoring import TUNED, UNSEEN, Scored, figures, lines, scored
from understanding.model import MIDDLE, MOST, Head, Model, model, pack

DOCS = Path(__file__).parents[2] / "docs" / "understanding.md"


def test_the_model_was_made_from_the_material_as_it_is() -> None:
    assert model().origin["material"] == fingerprint(), "run houqin train"
    assert f"`{fingerprint()}`" in DOCS.read_text("utf-8"), "run houqin train"


@pytest.fixture(scope="module")
def unseen() -> list[Scored]:
    return scored(Reader((), ()), lines(UNSEEN))


def test_sentences_that_no_threshold_was_chosen_by_are_understood(unseen: list[Scored]) -> None:
    found = figures(unseen)
    assert found["intent"] >= 0.9
    assert found["repair and category"] >= 0.9
    assert found["urgency"] >= 0.8
    assert found["missed"] <= 3
    assert found["questions read as approvals"] == 0


def test_who_is_surer_is_right_more_often(unseen: list[Scored]) -> None:
    sure = [one.right for one in unseen if one.reading.confidence > 0.9]
    unsure = [one.right for one in unseen if one.reading.confidence <= 0.9]
    assert sum(sure) / len(sure) > 0.95
    assert sum(unsure) / len(unsure) < sum(sure) / len(sure)


@pytest.mark.parametrize("name", [TUNED, UNSEEN])
def test_no_line_that_judges_is_learnt(name: str) -> None:
    told = [line["text"] for line in lines(name)]
    assert list(alike(told, [example.text for example in examples(2)])) == []


def test_what_the_material_says_is_of_the_closed_lists() -> None:
    for say in blocks():
        assert say.intent in set(Intent)
        assert bool(say.category) == (say.intent == Intent.REPAIR), say.lines[0]
        assert say.category in {"", "water_electric", "furniture", "multimedia"}
        assert say.urgency in {"", "emergency", "high", "normal", "low"}
        assert not say.card or (card_of(say.card) and say.card.startswith(card_of(say.card)))


def test_the_same_seed_draws_the_same() -> None:
    assert examples(1) == examples(1)
    assert "{" not in "".join(example.text for example in examples(1))


def test_a_pattern_is_one_way_through_it() -> None:
    patterns = Patterns({"tap": ["水龙头", "龙头(坏|漏)"]})
    drawn = {patterns.draw("(请|){thing:{tap}}(了|)", Random(seed)) for seed in range(200)}  # noqa: S311
    assert {"请水龙头了", "龙头坏", "水龙头"} <= drawn
    assert not any(mark in text for text in drawn for mark in "(|){}")
    with pytest.raises(ValueError, match="not closed"):
        patterns.draw("(请|麻烦", Random(1))  # noqa: S311


def test_a_model_is_read_as_it_was_packed_and_sums_do_not_run_over() -> None:
    kinds = ("intent", "category", "urgency")
    heads = {
        kind: Head(labels=("a", "b"), first=2 * place, biases=(0.0, 0.0), unit=0.5) for place, kind in enumerate(kinds)
    }
    text = "".join(chr(0x4E00 + n) for n in range(MOST * 2))
    names = sorted(dict.fromkeys(features(squeezed(text))))
    made = Model.read(pack(heads, names, bytes([255, 0] * len(kinds)) * len(names), {}))
    judged = made.judge(text).intents
    assert judged["a"] > 0.999
    assert sum(judged.values()) == pytest.approx(1)
    assert made.judge("strange signs").intents == {}
    assert made.telling(f"{text[:3]},{text}", "a") == (4, 4 + len(text))
    assert MIDDLE < 255


@given(st.text())
def test_likelihoods_are_likelihoods_of_anything(text: str) -> None:
    judged = model().judge(text, "teacher", "job card")
    for kind in (judged.intents, judged.categories, judged.urgencies):
        assert not kind or sum(kind.values()) == pytest.approx(1)


@pytest.mark.parametrize(
    "text", ["", "%%%%", "\U0001f600" * 9, "a" * 4000, "SELECT * FROM users; DROP TABLE users", "x" * 40]
)
def test_rubbish_opens_nothing(text: str) -> None:
    assert Reader((), ()).read(text, Situation(role="teacher")).intent is not Intent.REPAIR
