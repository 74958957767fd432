"""What may be learnt from use: pure rules for words that mean a room, and for weeks."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from domain.personal import covered

AGREED = 2
"""So many different people make a word learnt."""
_SHORTEST, _LONGEST = 2, 16
_BARE = re.compile(r"[\W\d一二三四五六七八九十百零〇两几第号室楼层栋座教房间a-zA-Z]*")
_OWN = re.compile(r"[我俺咱本自这那此]|办公室$|教室$|\b(?:my|our|here|there|this|that)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Vote:
    """Somebody means this place by this word."""

    word: str
    place: str
    person: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How a word stands: the places that people mean by it, each with how many they are."""

    word: str
    places: tuple[tuple[str, int], ...]

    @property
    def contested(self) -> bool:
        """Do people mean different places?"""
        return len(self.places) > 1

    @property
    def learnt(self) -> str:
        """The code of the place that the word now means, "" while it is a proposal."""
        place, people = self.places[0]
        return place if people >= AGREED and not self.contested else ""


def standings(votes: Iterable[Vote]) -> list[Standing]:
    """How all words stand, in their order."""
    found: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for vote in votes:
        found[vote.word][vote.place].add(vote.person)
    return [
        Standing(word, tuple((place, len(people)) for place, people in sorted(places.items())))
        for word, places in sorted(found.items())
    ]


def word_of(said: str) -> str:
    """What somebody called a place, as it is compared: without blanks and edges, in lower case."""
    return "".join(said.split()).strip(" ,.，。：:、").casefold()


def teachable(word: str, taken: Collection[str], names: Iterable[str]) -> bool:
    """May this word come to mean a room?

    `taken` are the words that mean a place already (as `word_of` gives them), `names` those of the school's people.
    Never: one character, mere numbers, “我们班” and “办公室”, which mean another room for each, and people.
    """
    fits = _SHORTEST <= len(word) <= _LONGEST and not _BARE.fullmatch(word) and not _OWN.search(word)
    return fits and word not in taken and covered(word, names) == word


def week_of(day: date) -> str:
    """The Monday of a day's week, as 2026-11-23."""
    return (day - timedelta(days=day.weekday())).isoformat()
