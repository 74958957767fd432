"""What is broken: the things named in a text and who answers for them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from understanding.normalise import Text, fold
from understanding.place_tokens import Token
from understanding.words import Found, WordTable, table

CATEGORIES = ("water_electric", "furniture", "multimedia")
"""Owners in the order of the word table (labelling conventions of the repair desk)."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What the word table says of a word: its proper name ("" = as typed) and its owner.

    `part`: a piece that goes with the thing it sits on ("遥控器"); `open`: several may answer for it ("门禁").
    """

    name: str = ""
    category: str | None = None
    part: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing named in a text: half-open span, the name to show, owner."""

    start: int
    end: int
    name: str
    category: str | None
    part: bool = False
    open: bool = False


def mentions(text: Text, places: Sequence[Token]) -> tuple[list[Mention], list[Token]]:
    """The things a text names, left to right, and those words of places that are not part of a thing's name.

    Where both claim the same characters, the longer word wins ("校园网" is a network, "电脑室" a room).
    """
    found = [f for f in _words().scan(text.plain) if f.value]
    kept = [f for f in found if not any(_overlap(f, p) and f.end - f.start <= p.end - p.start for p in places)]
    rooms = [p for p in places if not any(_overlap(f, p) for f in kept)]
    return _compounds(text, list(_single(text, kept))), rooms


def _overlap(left: Found[Thing | None], right: Token) -> bool:
    return left.start < right.end and right.start < left.end


def _single(text: Text, found: Sequence[Found[Thing | None]]) -> Iterator[Mention]:
    for word in found:
        if thing := word.value:
            name = thing.name or text.words(word.start, word.end)
            yield Mention(word.start, word.end, name, thing.category, thing.part, thing.open)


_GLUE = re.compile(r"的?|上的|里的|那个|的那个")


def _compounds(text: Text, single: Sequence[Mention]) -> list[Mention]:
    """Join neighbours ("空调"+"的"+"遥控器"): the last word names the thing, the first its owner."""
    joined: list[Mention] = []
    for mention in single:
        if joined and _GLUE.fullmatch(text.plain, joined[-1].end, mention.start):
            joined[-1] = _join(text, joined[-1], mention)
        else:
            joined.append(mention)
    return joined


def _join(text: Text, first: Mention, second: Mention) -> Mention:
    """A part takes the owner of what it sits on; otherwise the second word is the broken thing."""
    if second.name in first.name:
        return replace(first, end=second.end)
    typed = text.words(first.start, first.end)
    both = min(first.name, typed, key=len) + text.words(second.start, second.end)
    if second.part or second.category == first.category:
        category = first.category or second.category
        return replace(second, start=first.start, name=both, category=category, part=first.part)
    if first.part and not first.category:
        return replace(second, start=first.start, name=both)
    return second


@cache
def _words() -> WordTable[Thing | None]:
    """Every word of a thing; words in which a thing's name means something else stand for None."""
    data = table("items")
    words: dict[str, Thing | None] = {}
    for category in CATEGORIES:
        words |= {fold(w).replace("-", " "): Thing(category=category) for w in data[category]["plain"].split()}
        words |= {fold(w): Thing(name, category) for name, same in data[category]["same"].items() for w in same.split()}
    words |= dict(_parts(data["parts"]))
    for category, names in data["open"].items():
        words |= {fold(w): Thing(category=category, open=True) for w in names.split()}
    return WordTable(words | {fold(w): None for w in data["not_items"]["words"].split()})


def _parts(parts: Mapping[str, str]) -> Iterator[tuple[str, Thing]]:
    for category, names in parts.items():
        yield from ((fold(w), Thing(category=category or None, part=True)) for w in names.split())


@cache
def _trades() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((category, re.compile(words)) for category, words in table("items")["trades"].items())


def trade(plain: str) -> str | None:
    """The owner whom a text names without a thing: "催催水电的"."""
    return next((category for category, words in _trades() if words.search(plain)), None)
