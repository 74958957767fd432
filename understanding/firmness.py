"""Firm words: whether a sentence decides something itself, or only asks, hopes, supposes or reports it.

Approvals and money acts are taken only from firm words (rule of the logistics desk); anything less is asked back.
"""

import re
from collections.abc import Mapping
from functools import cache

from understanding.patterns import late
from understanding.reading import Intent
from understanding.words import table

BRIEF = 4
"""Characters of an answer that stands for itself under its card: “可”, “批了”, “同意”."""
_JOINTS = late(r"[\W_]+")


@cache
def _words() -> Mapping[str, re.Pattern[str]]:
    return {name: re.compile(words) for name, words in table("firm").items()}


def decides(intent: Intent) -> bool:
    """Whether an intent is an act that takes firm words."""
    return intent.value in table("firm")


def firm(intent: Intent, plain: str, context: str = "") -> bool:
    """Whether folded text says the act of `intent` without a doubt. `context` words the card that is answered."""
    if not decides(intent):
        return False
    words = _words()
    if words["hedges"].search(words["no_hedge"].sub(" ", plain)):
        return False
    brief = _JOINTS.sub("", plain)
    if context and len(brief) <= BRIEF and words[f"{intent.value}_brief"].fullmatch(brief):
        return True
    return words[intent.value].search(plain) is not None
