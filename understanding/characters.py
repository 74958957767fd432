"""What is known of Chinese characters: simplified forms, readings, and which of them ordinarily stand together.

The file is made by `python -m understanding.learning.characters`. TOML would take a third of a second to read.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from operator import add
from pathlib import Path

FILE = Path(__file__).parent / "words" / "characters.txt"
READ = "read "
"""Before a syllable: the line has the characters that are read so."""


@cache
def _lines() -> Mapping[str, str]:
    lines = (line for line in FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return dict(line.split(": ", 1) for line in lines)


@cache
def simplified() -> Mapping[str, str]:
    """Other forms of a character and its usual one: 燈, 気, 裡."""
    return dict(zip(_lines()["other forms"], _lines()["usual forms"], strict=True))


def readings() -> Mapping[str, str]:
    """Syllables without tones, and the characters read so; those behind a syllable with a 2 are read so less often."""
    return {name.removeprefix(READ): found for name, found in _lines().items() if name.startswith(READ)}


@cache
def words() -> frozenset[str]:
    """Ordinary words of two characters."""
    return _pairs(_lines()["words"])


@cache
def said() -> frozenset[str]:
    """Two characters that ordinarily stand side by side without being a word: "脑是"."""
    return _pairs(_lines()["said"])


@cache
def free() -> frozenset[str]:
    """Characters that stand anywhere, as words of their own: 是, 到, 吧."""
    return frozenset(_lines()["free"])


@cache
def rare() -> frozenset[str]:
    """Words of the trade that are too rarely said to be what a slip meant."""
    return _pairs(_lines()["rare"])


def _pairs(characters: str) -> frozenset[str]:
    return frozenset(map(add, characters[::2], characters[1::2]))


def written(lines: Mapping[str, str | Iterable[str]], head: str) -> str:
    """The file's text."""
    return head + "".join(f"{name}: {''.join(found)}\n" for name, found in lines.items())
