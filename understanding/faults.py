"""What is said of a thing that does not work: the signs of `words/signs.toml` and the phrases around them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from understanding.patterns import late
from understanding.sieve import Sieve
from understanding.words import table

SHOCK = "漏电"
"""The symptom that goes to the electrician whatever shows it (labelling conventions: danger first)."""
SURFACE = "板面"
"""A board that cannot be wiped is the carpenter's, even if it is a white one that computers draw on."""
ALL_OF = late("[都全]")


@dataclass(frozen=True, slots=True)
class Symptom:
    """A sign that names the trade although the thing is not named."""

    category: str
    item: str


@cache
def _faults() -> Sieve:
    return Sieve(table("signs")["faults"])


@cache
def _symptoms() -> tuple[Sequence[Symptom], Sieve]:
    told = table("signs")["symptoms"]
    return [Symptom(category, item) for _, category, item in told], Sieve([words for words, *_ in told])


def fault(plain: str) -> re.Match[str] | None:
    """The first sign that something is broken: of several at one place that which the table has first."""
    return min((met for _, met in _faults().search(plain)), key=re.Match.start, default=None)


def symptom(plain: str) -> Symptom | None:
    """The first sign of the table that a text has."""
    symptoms, sieve = _symptoms()
    return symptoms[found[0]] if (found := sieve.first(plain)) else None


def ails(plain: str) -> bool:
    """Whether anything is said to be wrong."""
    return fault(plain) is not None or symptom(plain) is not None


@cache
def phrase(name: str) -> re.Pattern[str]:
    """One of the small phrases of `words/phrases.toml`."""
    return re.compile(table("phrases")[name])


@cache
def _pairs(name: str) -> Sequence[tuple[re.Pattern[str], re.Pattern[str]]]:
    return [(re.compile(left), re.compile(right)) for left, right in table("phrases")[name]]


def belongs(whole: str, piece: str) -> bool:
    """Whether one named thing is a piece of another: a bolt of a window, a tube of a lamp."""
    return any(left.search(whole) and right.search(piece) for left, right in _pairs("pieces"))


def vague(plain: str) -> bool:
    """Whether a text says no more than that something somewhere is wrong."""
    return len(plain) < _SHORT and not phrase("vague").sub("", plain)


_SHORT = 40
"""Characters of a message that may be without content; a longer one tells something."""
