"""Cutting a message into clauses, so that what is said of one thing is not taken for another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from understanding.normalise import Text
from understanding.patterns import late
from understanding.words import table

# A space parts clauses in Chinese, but not between Latin words (□ stands for the name of a place).
_STOPS = r"[,.!?;、~…\n]+|(?<![a-z□])\s+|\s+(?![a-z\d□])|(?<=[^\d])[:](?=[^\d])"

# The numbers of a list: "1.", "2)", "一,", and those in circles, which folding takes for plain figures.
_NUMBERED = (
    r"(?:^|(?<=[\s,.!?;:、]))\(?(?:[1-9]\s?[.、):]|[1-9]\ufe0f?\u20e3|[一二三四五六七八九]\s?[,.、):])(?!\d)|\x01"
)
_CIRCLED = late("[\u2460-\u2473\u2776-\u277f\u24f5-\u24fe]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A half-open span of the text; `also` says that it begins with words such as 还有, `listed` that it ends in 、."""

    start: int
    end: int
    also: bool = False
    listed: bool = False


@cache
def _cut() -> re.Pattern[str]:
    return re.compile(rf"(?P<also>{_NUMBERED}|{table('phrases')['also']})|(?P<stop>{_STOPS})")


def clauses(text: Text) -> list[Clause]:
    """The clauses of a text, in order, none empty."""
    plain = text.plain
    if _CIRCLED.search(text.shown):
        plain = "".join("\x01" if _CIRCLED.match(s) else p for s, p in zip(text.shown, plain, strict=True))
    return list(_pieces(plain))


def _pieces(plain: str) -> Iterator[Clause]:
    start, also = 0, False
    for cut in _cut().finditer(plain):
        if plain[start : cut.start()].strip():
            yield Clause(start, cut.start(), also, listed="、" in (cut["stop"] or ""))
            also = False
        start, also = cut.end(), also or bool(cut["also"])
    if plain[start:].strip():
        yield Clause(start, len(plain), also)
