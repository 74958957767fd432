"""What the words of a text are about: touching, pricking, hanging, smelling, being over and mended.

The model looks at these kinds beside the characters: neighbouring characters are known only in the words that the
material has, a kind is known of all its words.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache

from understanding.words import Found, WordTable, table

MARK = "\t"
"""How the name of a kind begins: a sign that no squeezed text has."""
_NEAR = 14
"""Characters between two words that may belong together."""
_FELLOWS = 3
"""Words behind a word that may belong to it."""
_DENIED = ("不", "没", "无", "未", "别", "冇", "莫", "唔", "勿", "没有", "不会", "不是", "没再", "不再")

_Kinds = tuple[str, ...]


def concepts(text: str) -> Iterator[str]:
    """The kinds of the words of a text, those denied (`!smoke`), and which stand one behind the other."""
    found = list(_words().scan(text))
    kinds = [_kinds(text, word) for word in found]
    for place, names in enumerate(kinds):
        yield from names
        for fellow in range(place + 1, min(place + 1 + _FELLOWS, len(found))):
            if found[fellow].start - found[place].end <= _NEAR:
                yield from _pairs(names, kinds[fellow])


def _pairs(names: Sequence[str], others: Sequence[str]) -> Iterator[str]:
    return (f"{name}{other}" for name in names for other in others if name != other)


def _kinds(text: str, word: Found[_Kinds]) -> _Kinds:
    denied = text.endswith(_DENIED, 0, word.start)
    return tuple(f"{MARK}!{name}" if denied else f"{MARK}{name}" for name in word.value)


@cache
def _words() -> WordTable[_Kinds]:
    told = defaultdict[str, list[str]](list)
    for kind, words in table("concepts").items():
        for word in words.split():
            told[word].append(kind)
    return WordTable({word: tuple(kinds) for word, kinds in told.items()})
