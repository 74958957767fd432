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
def _calm() -> re.Pattern[str]:
    return re.compile(table("signs")["calm"])


def danger(plain: str) -> tuple[str, str] | None:
    """Key of the safety sentence ("" = none is needed) and the words that tell of danger; None where there is none."""
    keys, sieve = _dangers()
    if found := sieve.first(_calm().sub(" ", plain)):
        return keys[found[0]], found[1].group()
    return None


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


PERIL = 0.5
"""How likely danger must be: one visit for nothing is cheaper than one that came too late."""
_PERIL_BESIDES = 0.7
"""How likely it must be where the sender tells how pressing it is, and for another reason."""


def pressing(plain: str, told: Urgency, likely: Mapping[str, float]) -> Urgency:
    """What the words tell, `told`, and what the model finds likely: the signs that were found win, danger always.

    Of what is known to sound dangerous and not to be, a smoke alarm that is out of order, the model is not asked.
    """
    needed = PERIL if told is Urgency.NORMAL else _PERIL_BESIDES
    peril = likely.get(Urgency.EMERGENCY, 0.0) > needed and not _calm().search(plain)
    if told is Urgency.EMERGENCY or peril:
        return Urgency.EMERGENCY
    if told is not Urgency.NORMAL or not likely:
        return told
    calm = {name: chance for name, chance in likely.items() if name != Urgency.EMERGENCY}
    return Urgency(max(calm, key=calm.__getitem__))
