"""What a pattern's match cannot lack: read from the pattern itself, by the standard library's own grammar."""

import re
from collections.abc import Sequence
from re import _constants as grammar  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

Need = tuple[tuple[Any, Any], ...]
"""Kinds of characters, one of which a match has: as the grammar writes them."""

_PLAIN = int(re.UNICODE)
_CHARACTER = frozenset({grammar.LITERAL, grammar.IN})
_REPEAT = frozenset({grammar.MAX_REPEAT, grammar.MIN_REPEAT, grammar.POSSESSIVE_REPEAT})
_CLASSES = {
    grammar.CATEGORY_DIGIT: re.compile(r"\d"),
    grammar.CATEGORY_NOT_DIGIT: re.compile(r"\D"),
    grammar.CATEGORY_SPACE: re.compile(r"\s"),
    grammar.CATEGORY_NOT_SPACE: re.compile(r"\S"),
    grammar.CATEGORY_WORD: re.compile(r"\w"),
    grammar.CATEGORY_NOT_WORD: re.compile(r"\W"),
}


def needs_of(pattern: str) -> tuple[Need, ...]:
    """All that a match has: of each need one character at least. A pattern with flags is not looked into."""
    parsed = parser.parse(pattern)
    return _needs(parsed) if parsed.state.flags == _PLAIN else ()


def start_of(pattern: str) -> Need | None:
    """With which characters a match may begin; None where that is not known, or a match may be empty."""
    parsed = parser.parse(pattern)
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
    within = [kind for kind in value if kind[0] is not grammar.NEGATE]
    return any(_is(character, *kind) for kind in within) is (len(within) == len(value))


def _character(operation: Any, value: Any) -> Need:
    return ((operation, tuple(value) if operation is grammar.IN else value),)


def _needs(pattern: Any) -> tuple[Need, ...]:
    return tuple(need for operation, value in pattern for need in _needs_of(operation, value))


def _needs_of(operation: Any, value: Any) -> tuple[Need, ...]:
    if operation in _CHARACTER:
        return (_character(operation, value),)
    if operation is grammar.BRANCH:
        return _one_of([_needs(branch) for branch in value[1]])
    if operation in _REPEAT:
        return _needs(value[2]) if value[0] else ()
    if operation is grammar.SUBPATTERN and not value[1]:
        return _needs(value[3])
    return ()


def _one_of(branches: Sequence[tuple[Need, ...]]) -> tuple[Need, ...]:
    """Each branch gives its most telling need; where one needs nothing, the whole needs nothing."""
    if not all(branches):
        return ()
    return (tuple(kind for needs in branches for kind in min(needs, key=_breadth)),)


def _breadth(need: Need) -> int:
    """About how many characters meet a need: a category or what is left out stands for very many."""
    return sum(len(value) + 99 * _wide(value) if operation is grammar.IN else 1 for operation, value in need)


def _wide(value: Any) -> bool:
    return any(operation in {grammar.CATEGORY, grammar.NEGATE} for operation, _ in value)


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
