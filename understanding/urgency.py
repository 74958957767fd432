"""How pressing a problem is, and whether somebody is in danger now."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from domain.catalog import Urgency
from understanding.sieve import Sieve
from understanding.words import table

_PROPERTY_ONLY = "water"
"""Uncontrolled water wants a word of safety, but counts as high (labelling conventions of the repair desk)."""


@cache
def _signs(name: str) -> Sieve:
    return Sieve(table("signs")[name])


@cache
def _dangers() -> tuple[Sequence[str], Sieve]:
    told = table("signs")["dangers"]
    return [key for key, _ in told], Sieve([words for _, words in told])


@cache
def _state(name: str) -> re.Pattern[str]:
    return re.compile(table("signs")[name])


def danger(plain: str) -> tuple[str, str] | None:
    """Key of the safety sentence ("" = none is needed) and the words that tell of danger; None where there is none.

    What hangs or is cracked endangers nobody where it has been seen to; current, fire and gas do all the same.
    """
    keys, sieve = _dangers()
    for place, words in sieve.search(_state("calm").sub(" ", plain)):
        if not (keys[place] in _CAN_WAIT and _seen_to(plain)):
            return keys[place], words.group()
    return None


_CAN_WAIT = frozenset({"fall", "glass"})
"""Dangers that a rope, a strip of tape or a helping hand takes away until somebody comes."""


def _seen_to(plain: str) -> bool:
    """Whether somebody has made the place safe, or says that nothing has come down."""
    return _state("secured").search(plain) is not None and _state("unsecured").search(plain) is None


def urgency(plain: str) -> Urgency:
    """How pressing, as the labelling conventions say: danger, then the sender's 不急, then signs of haste."""
    found = danger(plain)
    if found and found[0] != _PROPERTY_ONLY:
        return Urgency.EMERGENCY
    if _signs("low").first(plain):
        return Urgency.LOW
    if found or _signs("high").first(plain):
        return Urgency.HIGH
    return Urgency.NORMAL


def telling(plain: str) -> str:
    """The words that say why something is an emergency or in haste; "" where only the model finds so, or nothing is."""
    if found := danger(plain):
        return found[1]
    met = _signs("high").first(plain)
    return met[1].group() if met else ""


PERIL = 0.6
"""How likely danger must be where no word tells of it. A danger that is missed is worse than a false alarm: of 496
dangers in the lines for tuning and the series of dangers told sideways 27 are missed at this, and 28 other reports
raise an alarm; at 0.55 it would be 25 and 37, at 0.65 31 and 23. A message of two problems is judged as
a whole, for the material has dangers beside other problems: to ask of each clause by itself, sure to 0.99, found 2
dangers more, and raised 6 alarms that were none."""
_PERIL_BESIDES = 0.9
"""How likely it must be where the sender tells how pressing it is, and for another reason."""
_LIKELY = 0.5
"""How likely haste, or its contrary, must be where no word tells of it."""


def pressing(plain: str, told: Urgency, likely: Mapping[str, float]) -> Urgency:
    """What the words tell, `told`, and what the model finds likely: the signs that were found win, danger always.

    The model is not asked of what sounds dangerous and is known not to be: a smoke alarm that is out of order, a pane
    that somebody has taped.
    """
    if told is Urgency.EMERGENCY or _perilous(plain, told, likely):
        return Urgency.EMERGENCY
    if told is not Urgency.NORMAL:
        return told
    return next((u for u in (Urgency.HIGH, Urgency.LOW) if likely.get(u, 0.0) > _LIKELY), told)


def _perilous(plain: str, told: Urgency, likely: Mapping[str, float]) -> bool:
    needed = PERIL if told is Urgency.NORMAL else _PERIL_BESIDES
    return likely.get(Urgency.EMERGENCY, 0.0) > needed and not (_state("calm").search(plain) or _seen_to(plain))
