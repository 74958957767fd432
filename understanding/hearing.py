"""How characters sound: without tones, and without the differences that many speakers do not make."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice, product

from understanding.characters import readings
from understanding.patterns import late

_FIRST = 0xE000
"""Sounds are written as characters of the private area, one each, so that they can be looked up like text."""
_MOST = 8
"""Readings of one word that are kept: words of several characters with two readings each have no more."""

# Retroflex and flat initials, n/l, r/l, h/f before u, and front and back nasals are told apart by spelling only in much
# of the country: 查-擦, 脑-老, 灯-登, 话-发. Source: the fuzzy pairs that Chinese input methods offer.
_ALIKE = (
    (late(r"^([zcs])h"), r"\1"),
    (late(r"^[nr](?=[a-z])"), "l"),
    (late(r"^hu(?=$)"), "fu"),
    (late(r"(?<=[ei])ng$"), "n"),
)


class Hearing:
    """Turns text into sounds, character by character."""

    def __init__(self, syllables: Mapping[str, str]) -> None:
        """Of each syllable the characters that are read so; the first syllable of a character counts."""
        codes: dict[str, str] = {}
        self._first: dict[int, str] = {}
        self._both: dict[str, str] = {}
        for syllable, characters in syllables.items():
            code = codes.setdefault(_blurred(syllable.rstrip("2")), chr(_FIRST + len(codes)))
            if syllable.endswith("2"):
                self._both |= {character: self._first[ord(character)] + code for character in characters}
            else:
                self._first |= dict.fromkeys(map(ord, characters), code)

    def of(self, plain: str) -> str:
        """The sounds of a folded text, as long as the text; what is no Chinese character stays."""
        return plain.translate(self._first)

    def of_each(self, words: Iterable[str]) -> Iterator[tuple[str, Iterable[str]]]:
        """Words with the ways in which each may be read; all are heard in one go."""
        told = list(words)
        for word, first in zip(told, self.of("\n".join(told)).split("\n"), strict=False):
            yield word, (first,) if self._both.keys().isdisjoint(word) else self._ways(word, first)

    def _ways(self, word: str, first: str) -> Iterator[str]:
        ways = (self._both.get(character, sound) for character, sound in zip(word, first, strict=True))
        return map("".join, islice(product(*ways), _MOST))


def _blurred(syllable: str) -> str:
    for pattern, replacement in _ALIKE:
        syllable = pattern.sub(replacement, syllable)
    return syllable


@cache
def hearing() -> Hearing:
    """The readings that ship with the package."""
    return Hearing(readings())
