"""Cutting a message into clauses, so that what is said of one thing is not taken for another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from understanding.words import table

# A space parts clauses in Chinese, but not between Latin words (□ stands for the name of a place).
_STOPS = r"[,.!?;、~…\n]+|(?<![a-z□])\s+|\s+(?![a-z\d□])|(?<=[^\d])[:](?=[^\d])"


@dataclass(frozen=True, slots=True)
class Clause:
    """A half-open span of the text; `also` says that it begins with words such as 还有, `listed` that it ends in 、."""

    start: int
    end: int
    also: bool = False
    listed: bool = False


@cache
def _cut() -> re.Pattern[str]:
    return re.compile(rf"(?P<stop>{_STOPS})|(?P<also>{table('phrases')['also']})")


def clauses(plain: str) -> list[Clause]:
    """The clauses of a folded text, in order, none empty."""
    return list(_pieces(plain))


def _pieces(plain: str) -> Iterator[Clause]:
    start, also = 0, False
    for cut in _cut().finditer(plain):
        if plain[start : cut.start()].strip():
            yield Clause(start, cut.start(), also, listed="、" in cut.group())
            also = False
        start, also = cut.end(), also or bool(cut["also"])
    if plain[start:].strip():
        yield Clause(start, len(plain), also)
