"""Words of time in folded text: each with its kind, in the order in which they stand."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from understanding.patterns import late
from understanding.words import table

_PIECE = late(r"⟨(.+?)⟩")

_MAY_TELL = frozenset(
    "点天日号周月年节时期拜早晚晨夜午课学现今明昨前后大国五元春清端中十过操习休:/-abcdefghijklmnopqrstuvwxyz"
)
"""Without any of these a text says nothing of time."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word of time: its span, its kind, and the match that tells the rest."""

    start: int
    end: int
    kind: str
    match: re.Match[str]


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Compiled when first wanted: most messages report a fault, and nobody asks those when they are to be mended."""
    told = table("times")
    pieces: dict[str, str] = told["pieces"]
    return tuple(
        (kind, re.compile(_PIECE.sub(lambda name: pieces[name[1]], pattern)))
        for kind, pattern in told["patterns"].items()
    )


@cache
def _named(names: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    return re.compile(rf"(?P<name>{words})(?!生|器|路队)(?P<edge>下课|结束)?")


def tokens(plain: str, names: Iterable[str]) -> list[Token]:
    """The words of time of a folded text from left to right; of those that overlap the first, then the longest.

    `names` are those of the school's hours (晚自习).
    """
    if _MAY_TELL.isdisjoint(plain):
        return []
    found = [Token(*m.span(), kind, m) for kind, pattern in _compiled() for m in pattern.finditer(plain)]
    found += [Token(*m.span(), "named", m) for m in _named(tuple(names)).finditer(plain)]
    found.sort(key=lambda token: (token.start, -token.end))
    return _apart([token for token in found if not _only_a_bit(token, plain)])


def _apart(found: list[Token]) -> list[Token]:
    kept: list[Token] = []
    for token in found:
        if not kept or token.start >= kept[-1].end:
            kept.append(token)
    return kept


def _only_a_bit(token: Token, plain: str) -> bool:
    """Whether "一点" is a little and no hour: "小声一点"; "3节课" a number of lessons and none of them."""
    if token.kind == "clock" and token.match.group() in {"一点", "1点"}:
        return not re.match(r"[到至前后之左开\-~钟]", plain[token.end : token.end + 1]) and not re.search(
            r"[午早晚上晨夜]$", plain[: token.start]
        )
    if token.kind == "lesson" and token.match["end"]:
        single = not token.match["nth"] and not token.match["join"]
        return single and token.match.group().endswith("课") and len(token.match["first"]) == 1
    return False
