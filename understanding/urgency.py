"""How pressing a problem is, and whether somebody is in danger now."""

import re
from functools import cache

from domain.catalog import Urgency
from understanding.words import table

_PROPERTY_ONLY = "water"
"""Uncontrolled water wants a word of safety, but counts as high (labelling conventions of the repair desk)."""


@cache
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in table("signs")[name])


@cache
def _dangers() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((key, re.compile(pattern)) for key, pattern in table("signs")["dangers"])


@cache
def _calm() -> re.Pattern[str]:
    return re.compile(table("signs")["calm"])


def danger(plain: str) -> tuple[str, str] | None:
    """Key of the safety sentence ("" = none is needed) and the words that tell of danger; None where there is none."""
    told = _calm().sub(" ", plain)
    for key, pattern in _dangers():
        if found := pattern.search(told):
            return key, found.group()
    return None


def urgency(plain: str) -> Urgency:
    """How pressing, as the labelling conventions say: danger, then the sender's 不急, then signs of haste."""
    found = danger(plain)
    if found and found[0] != _PROPERTY_ONLY:
        return Urgency.EMERGENCY
    if any(pattern.search(plain) for pattern in _patterns("low")):
        return Urgency.LOW
    if found or any(pattern.search(plain) for pattern in _patterns("high")):
        return Urgency.HIGH
    return Urgency.NORMAL
