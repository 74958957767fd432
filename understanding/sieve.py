"""Many patterns over one text: only those are tried of which the text has the characters that a match cannot lack."""

import re
from collections.abc import Iterator, Sequence

from understanding.grammar import meets, needs_of, start_of


class Sieve:
    """Finds which of many patterns a text has, at a small part of the cost of trying them all."""

    def __init__(self, patterns: Sequence[str]) -> None:
        """Take the patterns apart; each is compiled when it is first wanted, and many never are."""
        self._patterns = list(patterns)
        self._compiled: dict[int, re.Pattern[str]] = {}
        needs = [needs_of(pattern) for pattern in patterns]
        self._needs = list(dict.fromkeys(need for those in needs for need in those))
        bits = {need: 1 << place for place, need in enumerate(self._needs)}
        self._wanted = [(place, sum({bits[need] for need in those})) for place, those in enumerate(needs)]
        self._by_character: dict[str, int] = {}

    def search(self, plain: str) -> Iterator[tuple[int, re.Match[str]]]:
        """The patterns that a text has, in order: the place of each among all, and its first match."""
        met, compiled = self._met(plain), self._compiled
        for place, wanted in self._wanted:
            if wanted & met == wanted:
                pattern = compiled.get(place) or self._compile(place)
                if found := pattern.search(plain):
                    yield place, found

    def first(self, plain: str) -> tuple[int, re.Match[str]] | None:
        """The first pattern that a text has, if any."""
        return next(self.search(plain), None)

    def _compile(self, place: int) -> re.Pattern[str]:
        return self._compiled.setdefault(place, re.compile(self._patterns[place]))

    def _met(self, plain: str) -> int:
        """The needs that the characters of a text meet, as bits."""
        met, known = 0, self._by_character
        for character in set(plain):
            bits = known.get(character)
            met |= self._learnt(character) if bits is None else bits
        return met

    def _learnt(self, character: str) -> int:
        bits = sum(1 << place for place, need in enumerate(self._needs) if meets(character, need))
        self._by_character[character] = bits
        return bits


class Starts:
    """Which of some patterns may match from a place on, by the character that stands there."""

    def __init__(self, patterns: Sequence[re.Pattern[str]]) -> None:
        """Take the patterns apart once."""
        self._starts = [start_of(pattern.pattern) for pattern in patterns]
        self._by_character: dict[str, tuple[int, ...]] = {}

    def at(self, character: str) -> tuple[int, ...]:
        """The places of the patterns that may match where this character stands ("" = at the end), in order."""
        found = self._by_character.get(character)
        return self._learnt(character) if found is None else found

    def _learnt(self, character: str) -> tuple[int, ...]:
        starts = enumerate(self._starts)
        found = tuple(place for place, start in starts if start is None or (character and meets(character, start)))
        self._by_character[character] = found
        return found
