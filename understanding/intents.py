"""What the sender wants done: the heaviest sum of cues, weighed by who speaks and which card is answered."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from understanding.reading import Intent, Situation
from understanding.words import table

_UNLIKELY = 0.45
"""A repairer's word in a teacher's mouth still counts, but less than half."""
_SPOKEN_FOR = 2.5
"""What the answered card adds to an intent that its text already hints at."""
_ASKED = 0.4
"""What is left of an act when the sentence asks: a question is status (labelling conventions of the repair desk)."""
_ENOUGH = 0.6
"""Below this sum nothing is claimed."""


_QUESTION = re.compile(
    r"(?:啥|什么|几)(?:时候|时|点)|多久|何时|谁(?!都)|(?:吗|嘛|么|没有?|呢)[?\s]*$|[了好]没[,?\s]|(?:怎么|咋|如何)(?:样|弄|办|用|报|操作)|\?$|是不是已|有没有"
)
_ACTS = frozenset(
    {
        Intent.ACCEPT,
        Intent.TRANSFER,
        Intent.COMPLETE,
        Intent.CONFIRM,
        Intent.APPROVE,
        Intent.REJECT,
        Intent.CANCEL,
        Intent.PROGRESS,
        Intent.RECEIVE,
    }
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A turn of phrase and how much it says."""

    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Rules:
    """All that speaks for one intent."""

    roles: frozenset[str]
    context: re.Pattern[str] | None
    cues: tuple[Cue, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The intent, how sure (0 to 1), and the span of the words that decided."""

    intent: Intent
    confidence: float
    start: int
    end: int


@cache
def _rules() -> Mapping[Intent, Rules]:
    return {Intent(name): _read(rules) for name, rules in table("intents").items()}


def _read(rules: Mapping[str, Any]) -> Rules:
    context = re.compile(rules["context"]) if rules["context"] else None
    cues = tuple(Cue(weight, re.compile(pattern)) for weight, pattern in rules["cues"])
    return Rules(frozenset(rules["roles"]), context, cues)


def decide(plain: str, situation: Situation, evidence: Mapping[Intent, float]) -> Verdict:
    """Weigh every intent; `evidence` is what things, faults and places add."""
    scores: dict[Intent, float] = {}
    spans: dict[Intent, tuple[int, int]] = {}
    asks = _QUESTION.search(plain)
    for intent, rules in _rules().items():
        total, span = _cues(plain, rules.cues)
        total *= _ASKED if asks and intent in _ACTS else 1.0
        total = _weigh(total + evidence.get(intent, 0.0), rules, situation)
        scores[intent], spans[intent] = total, span
    return _heaviest(scores, spans)


def _cues(plain: str, cues: Iterable[Cue]) -> tuple[float, tuple[int, int]]:
    """The sum of the cues found, and the span of the heaviest; each further cue counts half."""
    found = sorted(((c.weight, m.span()) for c in cues if (m := c.pattern.search(plain))), reverse=True)
    total = sum(weight if place == 0 else weight / 2 for place, (weight, _) in enumerate(found))
    return total, found[0][1] if found else (0, len(plain))


def _weigh(total: float, rules: Rules, situation: Situation) -> float:
    if situation.role and rules.roles and situation.role not in rules.roles:
        total *= _UNLIKELY
    speaks = rules.context is not None and rules.context.search(situation.context.lower())
    return total + _SPOKEN_FOR if speaks and total else total


def _heaviest(scores: Mapping[Intent, float], spans: Mapping[Intent, tuple[int, int]]) -> Verdict:
    ranked = sorted(scores, key=lambda intent: scores[intent], reverse=True)
    best, second = ranked[0], ranked[1]
    if scores[best] < _ENOUGH:
        return Verdict(Intent.OTHER, 0.2, 0, 0)
    confidence = scores[best] / (scores[best] + scores[second] + 1)
    return Verdict(best, round(min(confidence, 0.99), 2), *spans[best])
