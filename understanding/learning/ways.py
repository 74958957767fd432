"""How people write the same thing otherwise: slips of the input method, dialect, short forms, stops left out."""

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from understanding.learning.patterns import Patterns

_STOPS = re.compile(r"[，。！？、,.!?~～…；：]")
_AROUND = (("greet", 0.15, True), ("filler", 0.08, True), ("please", 0.12, False), ("tail", 0.12, False))
"""What is said before (True) or behind a sentence, and how often."""
OFTEN = {"homophones": 0.12, "dialect": 0.15, "short": 0.1}
BARE, SPACED = 0.25, 0.15
"""How often all stops are left out, as by voice, and how often they are blanks."""
SLIP = 0.04
"""How often a character is missing or two have changed places."""
ENOUGH = 4
"""Characters of the shortest sentence that gets something around it."""


class Ways:
    """Varies sentences."""

    def __init__(self, tables: Mapping[str, Mapping[str, str]], patterns: Patterns) -> None:
        """`tables` map what somebody writes to what is meant; `patterns` draw from the shared lists."""
        self._written = {name: _turned(tables[name]) for name in OFTEN}
        self._patterns = patterns

    def varied(self, text: str, chance: random.Random) -> str:
        """The same sentence in other hands."""
        for name, often in OFTEN.items():
            if chance.random() < often:
                text = _said_so(text, self._written[name], chance)
        text = _stopped(text, chance)
        if len(text) >= ENOUGH:
            text = self._surrounded(text, chance)
            text = _slipped(text, chance) if chance.random() < SLIP else text
        return text

    def _surrounded(self, text: str, chance: random.Random) -> str:
        for name, often, before in _AROUND:
            if chance.random() < often:
                more = self._patterns.draw(f"{{{name}}}", chance) if name in self._patterns.lists else ""
                joint = chance.choice(("", "，", " "))
                text = f"{more}{joint}{text}" if before else f"{text}{joint}{more}"
        return text


def _turned(table: Mapping[str, str]) -> Mapping[str, Sequence[str]]:
    written = defaultdict(list)
    for word, meant in table.items():
        written[meant].append(word)
    return written


def _said_so(text: str, written: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    possible = [meant for meant in written if meant in text]
    for meant in chance.sample(possible, min(len(possible), chance.choice((1, 1, 2, 3)))):
        text = text.replace(meant, chance.choice(written[meant]), 1)
    return text


def _stopped(text: str, chance: random.Random) -> str:
    drawn = chance.random()
    if drawn < BARE:
        return _STOPS.sub("", text) or text
    return _STOPS.sub(" ", text).strip() or text if drawn < BARE + SPACED else text


def _slipped(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) - 1)
    if chance.random() < 1 / 2:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
