"""What a pattern's match cannot lack: read from the pattern itself, by the standard library's own grammar."""

import re
from collections.abc import Sequence
from functools import lru_cache
from re import _constants as grammar  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Kind = tuple[Any, Any]
"""One character, a range or a category of them, or all but some: as the grammar writes it."""
Need = tuple[Kind, ...]
"""Kinds of characters, one of which a match has."""

LITERAL = grammar.LITERAL
"""The operation of the kind that is one character, by its number."""

_PLAIN = int(re.UNICODE)
_CHARACTER = frozenset({grammar.LITERAL, grammar.IN})
_REPEAT = frozenset({grammar.MAX_REPEAT, grammar.MIN_REPEAT, grammar.POSSESSIVE_REPEAT})
_WIDE = frozenset({grammar.CATEGORY, grammar.IN})
_CLASSES = {
    grammar.CATEGORY_DIGIT: re.compile(r"\d"),
    grammar.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    grammar.CATEGORY_SPACE: re.compile(r"\s"),
    grammar.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    grammar.CATEGORY_WORD: re.compile(r"\w"),
    grammar.CATEGORY_NOT_WORD: re.compile(r"\W"),
}


@lru_cache(maxsize=64)
def _parsed(pattern: str) -> Any:
    """A pattern taken apart; those of which the beginnings are wanted too are parsed once for both."""
    return parser.parse(pattern)


class Ways:
    """The ways in which patterns can match: whatever matches has all that one of its ways needs.

    A way is a set of needs, held as bits: those of their places in `needs`. So the same need is kept once for all
    patterns, and putting ways together is cheap.
    """

    def __init__(self) -> None:
        """No pattern yet."""
        self.needs: list[Need] = []
        self._bits: dict[Need, int] = {}
        self._breadths: list[int] = []

    def of(self, pattern: str) -> set[int]:
        """The ways of one pattern; one that needs nothing (0) where the pattern has flags, and is not looked into."""
        parsed = _parsed(pattern)
        return self._along(parsed) if parsed.state.flags == _PLAIN else {0}

    def telling(self, way: int, most: int) -> list[int]:
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
            if operation is LITERAL:
                needed |= self._bit(((operation, value),))
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
        chosen = sorted(place for way in ways for place in self.telling(way, 1))
        return self._bit(tuple(dict.fromkeys(kind for place in chosen for kind in self.needs[place])))

    def _bit(self, need: Need) -> int:
        known = self._bits.get(need)
        if known is None:
            known = self._bits[need] = 1 << len(self.needs)
            self.needs.append(need)
            self._breadths.append(_breadth(need))
        return known


def _breadth(need: Need) -> int:
    """About how many characters meet a need: a category or what is left out stands for very many."""
    return sum(100 if operation in _WIDE else 1 for operation, _ in need)


def start_of(pattern: str) -> Need | None:
    """With which characters a match may begin; None where that is not known, or a match may be empty."""
    parsed = _parsed(pattern)
    start, passable = _start(parsed)
    return None if passable or parsed.state.flags != _PLAIN else start


def meets(character: str, need: Need) -> bool:
    """Whether a character is of one of the kinds."""
    return any(_is(character, operation, value) for operation, value in need)


def _is(character: str, operation: Any, value: Any) -> bool:
    """Whether a character is of one kind."""
    if operation is grammar.LITERAL:
        return ord(character) == int(value)
    if operation is grammar.RANGE:
        return bool(value[0] <= ord(character) <= value[1])
    if operation is grammar.CATEGORY:
        return _CLASSES[value].match(character) is not None
    return not any(_is(character, *kind) for kind in value[1:])


def _character(operation: Any, value: Any) -> Need:
    """One character of a pattern: its kinds, or what it leaves out as a kind of its own."""
    if operation is grammar.LITERAL:
        return ((operation, value),)
    return ((operation, tuple(value)),) if value[0][0] is grammar.NEGATE else tuple(value)


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
