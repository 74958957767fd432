"""Many patterns over one text: only those are tried of which the text has the characters that a match cannot lack."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from understanding.grammar import Kind, Need
from understanding.needs import needs_of

_LOOKED_AT = 3
"""Needs of a way that are looked at: no more are noted."""

_REMEMBERED = 4_096
"""Characters of which the needs are kept: more than a school writes, and nobody fills the memory with rare ones."""


class Sieve:
    """Finds which of many patterns a text has, at a small part of the cost of trying them all.

    A pattern is tried where the text meets the needs of one of its ways. All ways are looked at in one go: each has a
    bit in each of three blocks of a number, one for each need that is looked at. A character sets the bits of the needs
    that it meets; a way whose bits are set in all blocks is open.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take the patterns apart; each is compiled when it is first wanted, and many never are."""
        self._patterns = list(patterns)
        self._compiled: dict[int, re.Pattern[str]] = {}
        told = [(place, way) for place, pattern in enumerate(patterns) for way in needs_of(pattern).ways]
        self._owners = [place for place, _ in told]
        self._ends = {place: 1 + number for number, place in enumerate(self._owners)}
        self._wanted_by_none, by_need = _blocks([way for _, way in told])
        self._met = _Met(by_need)

    def search(self, plain: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The patterns that a text has, in order: the place of each among all, and its first match."""
        return self._tried(self.possible(plain), plain)

    def first(self, plain: str) -> tuple[int, re.Match[str]] | None:
        """The first pattern that a text has, if any."""
        possible = self.possible(plain)
        return next(self._tried(possible, plain), None) if possible else None

    def possible(self, plain: str) -> list[int]:
        """The places of the patterns that a text may have, in order: of all others it has none."""
        open_, found = self._open(plain), []
        while open_:
            place = self._owners[(open_ & -open_).bit_length() - 1]
            found.append(place)
            end = self._ends[place]
            open_ = open_ >> end << end  # its other ways
        return found

    def _tried(self, possible: Sequence[int], plain: str) -> Iterator[tuple[int, re.Match[str]]]:
        for place in possible:
            pattern = self._compiled.get(place) or self._compile(place)
            if found := pattern.search(plain):
                yield place, found

    def _compile(self, place: int) -> re.Pattern[str]:
        return self._compiled.setdefault(place, re.compile(self._patterns[place]))

    def _open(self, plain: str) -> int:
        """The ways that are open to a text, as bits."""
        met, block = self._wanted_by_none, len(self._owners)
        for bits in map(self._met.__getitem__, set(plain)):
            met |= bits
        return met & (met >> block) & (met >> 2 * block)


class _Met(dict[str, int]):
    """The bits of the needs that a character meets: each of the usual ones is held against them once."""

    def __init__(self, needs: Mapping[Need, int]) -> None:
        super().__init__()
        self._kinds: defaultdict[Kind, int] = defaultdict(int)
        for need, bits in needs.items():
            for kind in need:
                self._kinds[kind] |= bits
        self._wide = [(re.compile(kind), bits) for kind, bits in self._kinds.items() if len(kind) > 1]

    def __missing__(self, character: str) -> int:
        bits = self._kinds.get(character, 0)
        for kind, theirs in self._wide:
            if kind.match(character):
                bits |= theirs
        if len(self) < _REMEMBERED:
            self[character] = bits
        return bits


def _blocks(wanted: Sequence[Sequence[Need]]) -> tuple[int, Mapping[Need, int]]:
    """The bits of ways by what they want: those that want nothing in a block, and for each need those that want it."""
    by_none, by_need = 0, defaultdict[Need, int](int)
    for block in range(_LOOKED_AT):
        for number, needs in enumerate(wanted):
            bit = 1 << (block * len(wanted) + number)
            if block < len(needs):
                by_need[needs[block]] |= bit
            else:
                by_none |= bit
    return by_none, by_need


class Starts:
    """Which of some patterns may match from a place on, by the character that stands there."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        """Take the patterns apart once."""
        self._sieve = Sieve([pattern.pattern for pattern in patterns])
        by_start = defaultdict[Need | None, int](int)
        for place, pattern in enumerate(patterns):
            by_start[needs_of(pattern.pattern).start] |= 1 << place
        self._anywhere = by_start.pop(None, 0)
        self._met = _Met({start: bits for start, bits in by_start.items() if start is not None})
        self._by_character: dict[str, tuple[int, ...]] = {}

    def within(self, plain: str) -> Mapping[str, Sequence[int]]:
        """The patterns that may match in this text, in order, by the characters of the text at which one may begin."""
        possible = set(self._sieve.possible(plain))
        if not possible:
            return {}
        tries = ((character, [place for place in self.at(character) if place in possible]) for character in set(plain))
        return {character: places for character, places in tries if places}

    def at(self, character: str) -> tuple[int, ...]:
        """The places of the patterns that may match where this character stands ("" = at the end), in order."""
        found = self._by_character.get(character)
        return self._learnt(character) if found is None else found

    def _learnt(self, character: str) -> tuple[int, ...]:
        bits = self._anywhere | (self._met[character] if character else 0)
        found = tuple(place for place in range(bits.bit_length()) if bits >> place & 1)
        self._by_character[character] = found
        return found
