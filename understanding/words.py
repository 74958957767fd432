"""The tables in `words/`, read once, and the scanner that finds their words in a text."""

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Generic, TypeVar

T = TypeVar("T")

_FOLDER = Path(__file__).parent / "words"


@cache
def table(name: str) -> dict[str, Any]:
    """One table of `words/` by its file's name without ending. Callers only read it."""
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A word of a table in a text: half-open span and what the table says of it."""

    start: int
    end: int
    value: T


class WordTable(Generic[T]):
    """Longest-match look-up of many words: its cost grows with the text, not with the number of words."""

    def __init__(self, words: Mapping[str, T]) -> None:
        """Take folded words; single-character words are allowed."""
        self._words = dict(words)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for word in self._words:
            lengths[word[0]].add(len(word))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        self.begins = self._lengths.keys()
        """The characters with which a word begins."""

    def at(self, text: str, start: int) -> Found[T] | None:
        """The longest word that begins at `start`; a word in Latin letters must stand alone."""
        for length in self._lengths.get(text[start], ()):
            end = start + length
            word = text[start:end]
            if len(word) == length and word in self._words and _stands_alone(text, start, end):
                return Found(start, end, self._words[word])
        return None

    def scan(self, text: str) -> Iterator[Found[T]]:
        """All words from left to right, without overlap."""
        position, begins = 0, self._lengths
        if self.begins.isdisjoint(text):
            return  # most texts have no slip and no number of a device: they are told at a glance
        while position < len(text):
            found = self.at(text, position) if text[position] in begins else None
            if found:
                yield found
            position = found.end if found else position + 1


def _stands_alone(text: str, start: int, end: int) -> bool:
    """Whether a span is not the middle of a longer word or number: no "ac" in "accept", no "3号楼" in "13号楼"."""
    return not (_joined(text[start - 1 : start], text[start]) or _joined(text[end - 1], text[end : end + 1]))


def _joined(left: str, right: str) -> bool:
    if not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())
