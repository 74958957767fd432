"""Latin words with one letter wrong: names of things and brands ("projecter", "seewoo", "pritner")."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from understanding.patterns import late
from understanding.words import table

_SHORTEST = 5
"""Letters of a word that is put right; of that length none is exchanged for another: "light" is near to "right"."""
_WORD = late(rf"(?<![a-z\d@./:_-])[a-z]{{{_SHORTEST - 1},16}}(?![a-z\d@./:_-])")


def misspelt(plain: str) -> Iterator[tuple[int, int, str]]:
    """The misspelt words of a folded text: half-open span and the word that was meant."""
    for found in _WORD.finditer(plain):
        if meant := _meant(found.group()):
            yield found.start(), found.end(), meant


@lru_cache(maxsize=1024)
def _meant(word: str) -> str | None:
    """The one name that lies a letter away; none for a word that is one itself."""
    if word in _names() or word in _ordinary():
        return None
    near = {name for form in (word, *_shortened(word)) for name in _by_form().get(form, ()) if _is_near(word, name)}
    return near.pop() if len(near) == 1 else None


def _is_near(word: str, name: str) -> bool:
    """Whether a letter is missing, too many, or in its neighbour's place; in longer words also another one."""
    if word[0] != name[0]:
        return False
    if len(word) != len(name):
        shorter, longer = sorted((word, name), key=len)
        return shorter in _shortened(longer)
    wrong = [place for place, letter in enumerate(word) if letter != name[place]]
    if len(wrong) == 1:
        return len(name) > _SHORTEST
    return len(wrong) == 2 and wrong[1] == wrong[0] + 1 and sorted(word) == sorted(name)


def _shortened(word: str) -> list[str]:
    return [word[:place] + word[place + 1 :] for place in range(len(word))]


@cache
def _by_form() -> Mapping[str, frozenset[str]]:
    """The names by themselves and by what is left of them without one letter."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for name in _names():
        if len(name) >= _SHORTEST:
            for form in (name, *_shortened(name)):
                found[form].add(name)
    return {form: frozenset(names) for form, names in found.items()}


@cache
def _names() -> frozenset[str]:
    items, rooms = table("items"), table("rooms")
    owned = [items[owner] for owner in ("water_electric", "furniture", "multimedia")]
    texts = [text for owner in owned for text in (owner["plain"], *owner["same"], *owner["same"].values())]
    texts += [rooms["rooms"], rooms["open"], rooms["english"], table("slips")["latin"]["names"]]
    return frozenset(word for text in texts for word in re.findall("[a-z]{4,}", text.lower()))


@cache
def _ordinary() -> frozenset[str]:
    return frozenset(table("slips")["latin"]["ordinary"].split())
