"""The sieve leaves out only what could not have matched: held against trying every pattern."""

import re
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from understanding.class_names import PATTERNS as CLASSES
from understanding.place_tokens import _PATTERNS as PLACES
from understanding.sieve import Sieve, Starts
from understanding.words import table


def in_tables() -> Iterator[str]:
    yield from table("firm").values()
    signs = table("signs")
    yield from (*signs["low"], *signs["high"], *signs["faults"])
    yield from (row[0] for row in signs["symptoms"])
    yield from (words for _, words in signs["dangers"])


TABLES = tuple(in_tables())
ODD = (
    "", "a*", "a?b", "(?:ab|)c", "[^a]b", "[^a]", "a|b|", ".x", "(?=.*b)a", "(?!b)a", "(?<=a)b", "(?<!a)b", r"(a)\1b",
    "(?i)ab", "(?i:a)b", r"\d+号", r"\D号", r"\w\W", r"\s+a", r"[\d一二]楼", r"[^\W\d_]{2}", "a{2,3}?b", "(?>ab|a)c",
    "(?P<x>a)?b", "^$", r"\bab\b", "(?:a|b*)c", "a+?", "[a-c-]x",
)  # fmt: skip
TEXT = st.text(st.sampled_from("".join({*"".join(TABLES), *"abcABC 楼号１٣é\n□一二"})), max_size=40)
MEETING = st.text(st.sampled_from("abcxABC 楼号12一\n_-"), max_size=12)


def tried(patterns: Sequence[str], text: str) -> list[tuple[int, tuple[int, int]]]:
    found = ((place, re.search(pattern, text)) for place, pattern in enumerate(patterns))
    return [(place, match.span()) for place, match in found if match]


SIEVES = {patterns: Sieve(patterns) for patterns in (TABLES, ODD)}


@given(TEXT)
def test_it_finds_all_that_the_tables_say(text: str) -> None:
    assert [(place, found.span()) for place, found in SIEVES[TABLES].search(text)] == tried(TABLES, text)


@given(MEETING)
def test_it_finds_what_patterns_of_every_kind_say(text: str) -> None:
    assert [(place, found.span()) for place, found in SIEVES[ODD].search(text)] == tried(ODD, text)
    first = SIEVES[ODD].first(text)
    assert first is not None
    assert first[0] == tried(ODD, text)[0][0]


PLACED = (*CLASSES, *(pattern for pattern, _ in PLACES), *map(re.compile, ODD))
STARTS = Starts(PLACED)


@given(st.one_of(TEXT, MEETING))
def test_no_pattern_begins_where_its_first_character_does_not_stand(text: str) -> None:
    for start in range(len(text) + 1):
        begun = [place for place, pattern in enumerate(PLACED) if pattern.match(text, start)]
        assert set(begun) <= set(STARTS.at(text[start : start + 1]))


@pytest.mark.parametrize(("text", "tries"), [("灯", 0), ("a楼", 1)])
def test_what_cannot_match_is_not_tried(text: str, tries: int) -> None:
    sieve = Sieve(["楼.?b|a楼", "b{2}"])
    list(sieve.search(text))
    assert len(sieve._compiled) == tries
