"""Who says an example, and what it answers, where the material leaves that open."""

import random

from understanding.learning.material import Example

SPEAKERS = ("teacher",) * 4 + ("leader", "repairer", "buyer", "keeper")
"""Who says what anybody may say."""
UNNAMED = 0.4
"""The share of such examples in which it is not known who speaks."""
STANDS = {
    "accept": "new",
    "transfer": "new",
    "progress": "in progress",
    "complete": "in progress",
    "confirm": "done",
    "reopen": "done",
    "cancel": "reported",
    "amend": "reported",
    "urge": "reported",
}
"""Where the record stands under whose card such a thing is said."""
TOLD = 0.6
"""The share of such examples in which that is known."""
BESIDE = 0.06
"""The share of what is said under no card that is learnt as said under one: people answer cards with other things."""
ANSWERED = {
    "": ("own record: reported", "own record: done", "notice"),
    "teacher": ("own record: reported", "notice"),
    "repairer": ("job card: new", "job card: in progress"),
    "leader": ("approval card",),
}
"""The cards that such a speaker may have before them."""


def speaker(example: Example, chance: random.Random) -> str:
    """The role that an example is learnt with; "" where nobody knows it."""
    if example.role or chance.random() < UNNAMED:
        return example.role
    return chance.choice(SPEAKERS)


def card(example: Example, chance: random.Random) -> str:
    """The context that an example is learnt with, in the words of `Situation`."""
    if example.card in {"own record", "job card"} and example.intent in STANDS and chance.random() < TOLD:
        return f"{example.card}: {STANDS[example.intent]}"
    if not example.card and example.role in ANSWERED and chance.random() < BESIDE:
        return chance.choice(ANSWERED[example.role])
    return example.card
