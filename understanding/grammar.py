"""What a pattern's match cannot lack: read from the pattern itself, by the standard library's own grammar."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from re import _constants as grammar  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Kind = str
"""A character, or a pattern of one character out of several: `[0-9]`, `\\d`, `[^,.]`."""
Need = tuple[Kind, ...]
"""Kinds of characters, one of which a match has."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What a pattern needs.

    A match has all that one of the `ways` needs, of which only the most telling needs are kept. It begins with `start`;
    None where that is not known, or a match may be empty.
    """

    ways: Sequence[Sequence[Need]]
    start: Need | None


_LOOKED_AT = 3
"""Needs of a way that are kept, the most telling ones: a fourth leaves out next to nothing more."""
_PLAIN = int(re.UNICODE)
_CHARACTER = frozenset({grammar.LITERAL, grammar.IN})
_REPEAT = frozenset({grammar.MAX_REPEAT, grammar.MIN_REPEAT, grammar.POSSESSIVE_REPEAT})
_CATEGORIES = {
    grammar.CATEGORY_DIGIT: r"\d",
    grammar.CATEGORY_NOT_DIGIT: r"\D",
    grammar.CATEGORY_SPACE: r"\s",
    grammar.CATEGORY_NOT_SPACE: r"\S",
    grammar.CATEGORY_WORD: r"\w",
    grammar.CATEGORY_NOT_WORD: r"\W",
}


def taken_apart(pattern: str) -> Needs:
    """What a pattern needs; one that has flags is not looked into, and needs nothing."""
    parsed = parser.parse(pattern)
    if parsed.state.flags != _PLAIN:
        return Needs([[]], None)
    start, passable = _start(parsed)
    return Needs(_Ways().through(parsed), None if passable else start)


class _Ways:
    """The ways in which a pattern can match: whatever matches has all that one of its ways needs.

    A way is a set of needs, held as bits: those of their places in a list, so that putting ways together is cheap.
    """

    def __init__(self) -> None:
        self._needs: list[Need] = []
        self._bits: dict[Need, int] = {}
        self._breadths: list[int] = []

    def through(self, pattern: Any) -> list[list[Need]]:
        """Each way's most telling needs."""
        found = {tuple(self._telling(way, _LOOKED_AT)) for way in self._along(pattern)}
        return [[self._needs[place] for place in way] for way in sorted(found)]

    def _telling(self, way: int, most: int) -> list[int]:
        """The places of the needs of a way that the fewest characters meet, these first; at most so many."""
        places = []
        while way:
            lowest = way & -way
            places.append(lowest.bit_length() - 1)
            way ^= lowest
        return sorted(places, key=self._breadths.__getitem__)[:most]

    def _along(self, pattern: Any) -> set[int]:
        """The ways through a run of pieces.

        Where two pieces have several ways each, those of the piece with fewer count as one: else there would be a way
        for each pair, and of long patterns millions.
        """
        needed, ways = 0, {0}
        # The list itself: a pattern's own iteration costs more than all else here.
        for operation, value in pattern.data:
            if operation is grammar.LITERAL:
                needed |= self._bit((chr(value),))
            else:
                fewer, ways = sorted((ways, self._through(operation, value)), key=len)
                needed |= self._only(fewer)
        return {needed | way for way in ways}

    def _through(self, operation: Any, value: Any) -> set[int]:
        """The ways through one piece; where one of its branches needs nothing, the whole needs nothing."""
        if operation in _CHARACTER:
            return {self._bit(_character(operation, value))}
        if operation is grammar.BRANCH:
            ways = {way for branch in value[1] for way in self._along(branch)}
            return {0} if 0 in ways else ways
        if operation in _REPEAT:
            return self._along(value[2]) if value[0] else {0}
        if operation is grammar.SUBPATTERN and not value[1]:
            return self._along(value[3])
        return {0}

    def _only(self, ways: set[int]) -> int:
        """What all of these ways need: each gives its most telling need, and a match has one of those."""
        if len(ways) == 1:
            return next(iter(ways))
        chosen = sorted(place for way in ways for place in self._telling(way, 1))
        return self._bit(tuple(dict.fromkeys(kind for place in chosen for kind in self._needs[place])))

    def _bit(self, need: Need) -> int:
        known = self._bits.get(need)
        if known is None:
            known = self._bits[need] = 1 << len(self._needs)
            self._needs.append(need)
            self._breadths.append(_breadth(need))
        return known


def _breadth(need: Need) -> int:
    """About how many characters meet a need: a category or what is left out stands for very many."""
    return sum(100 if kind.startswith(_WIDE) and len(kind) > 1 else 1 for kind in need)


_WIDE = ("\\", "[^")


def _character(operation: Any, value: Any) -> Need:
    """One character of a pattern: its kinds, or what it leaves out as a kind of its own."""
    if operation is grammar.LITERAL:
        return (chr(value),)
    if value[0][0] is grammar.NEGATE:
        return (f"[^{''.join(_inside(*kind) for kind in value[1:])}]",)
    return tuple(_kind(*kind) for kind in value)


def _kind(operation: Any, value: Any) -> Kind:
    """One kind of character in brackets."""
    if operation is grammar.LITERAL:
        return chr(value)
    inside = _inside(operation, value)
    return inside if operation is grammar.CATEGORY else f"[{inside}]"


def _inside(operation: Any, value: Any) -> str:
    """The same as it stands within brackets."""
    if operation is grammar.CATEGORY:
        return _CATEGORIES[value]
    return "-".join(re.escape(chr(end)) for end in (value if operation is grammar.RANGE else (value,)))


def _start(pattern: Any) -> tuple[Need | None, bool]:
    """How a run of pieces may begin, and whether all of it may be empty."""
    found: Need = ()
    for operation, value in pattern:
        start, passable = _start_of(operation, value)
        if start is None:
            return None, False
        found += start
        if not passable:
            return found, False
    return found, True


def _start_of(operation: Any, value: Any) -> tuple[Need | None, bool]:
    """How one piece may begin, and whether it may be empty."""
    if operation in _CHARACTER:
        return _character(operation, value), False
    if operation in {grammar.AT, grammar.ASSERT, grammar.ASSERT_NOT}:
        return (), True
    if operation is grammar.BRANCH:
        return _any_start(value[1])
    if operation in _REPEAT:
        start, passable = _start(value[2])
        return start, passable or value[0] == 0
    if operation is grammar.SUBPATTERN and not value[1]:
        return _start(value[3])
    return None, False


def _any_start(branches: Sequence[Any]) -> tuple[Need | None, bool]:
    starts = [_start(branch) for branch in branches]
    if any(start is None for start, _ in starts):
        return None, False
    return tuple(kind for start, _ in starts for kind in start or ()), any(passable for _, passable in starts)
