"""What the sender wants done: what the model finds likely, with cues weighed by who speaks and what is answered."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from understanding.reading import Intent, Situation
from understanding.sieve import Sieve
from understanding.words import table

_UNLIKELY = 0.45
"""A repairer's word in a teacher's mouth still counts, but less than half."""
_SPOKEN_FOR = 2.5
"""What the answered card adds to an intent that its text already hints at."""
_ASKED = 0.4
"""What is left of an act when the sentence asks: a question is status (labelling conventions of the repair desk)."""
_ENOUGH = 0.6
"""Where the model has no opinion: below this sum of cues nothing is claimed."""
_STRANGE = 0.45
"""No surer than this of a text whose signs the model has never met: a known word among them may be chance."""
_SAID = 0.4
"""What a cue's weight adds to the logarithm of a likelihood: fitted on lines that neither had seen."""
_UNHEARD = 1e-4
"""The likelihood of what the model does not expect at all: strong cues still reach it."""
_SURE = 0.9
"""From here on the model is believed without cues."""
_FLOOR = 0.25
"""Likelier than this an intent has to be in the end; what is not is nobody's."""


_QUESTION = re.compile(
    r"(?:啥|什么|几)(?:时候|时|点)|多久|何时|谁(?!都)|(?:吗|嘛|么|没有?|呢)[?\s]*$"
    r"|[了好]没[,?\s]|(?:怎么|咋|如何)(?:样|弄|办|用|报|操作)|\?$|是不是已|有没有"
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
Met = Mapping[Intent, Sequence[tuple[float, tuple[int, int]]]]
"""Of each intent the cues that a text has: how much they say, and their spans."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A turn of phrase: for which intent it speaks, and how much it says."""

    intent: Intent
    weight: float


@dataclass(frozen=True, slots=True)
class Rules:
    """Who plausibly has an intent, and to which answered cards it belongs."""

    roles: frozenset[str]
    context: re.Pattern[str] | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The intent, how sure (0 to 1), and the span of the words that decided; None where the whole did."""

    intent: Intent
    confidence: float
    span: tuple[int, int] | None = None


@cache
def _rules() -> Mapping[Intent, Rules]:
    return {Intent(name): _read(rules) for name, rules in table("intents").items()}


def _read(rules: Mapping[str, Any]) -> Rules:
    context = re.compile(rules["context"]) if rules["context"] else None
    return Rules(frozenset(rules["roles"]), context)


@cache
def _cues() -> tuple[Sequence[Cue], Sieve]:
    """The cues of all intents, and the sieve that finds them."""
    told = [(name, weight, words) for name, rules in table("intents").items() for weight, words in rules["cues"]]
    return [Cue(Intent(name), weight) for name, weight, _ in told], Sieve([words for *_, words in told])


def decide(plain: str, situation: Situation, evidence: Mapping[Intent, float], likely: Mapping[str, float]) -> Verdict:
    """Weigh every intent; `evidence` is what things, faults and places add, `likely` what the model says.

    The cues are looked for where the model leaves a doubt; where it leaves none they change nothing.
    """
    asks = _QUESTION.search(plain) is not None
    if likely:
        verdict = _weighed(plain, situation, evidence, likely, {}, asks=asks)
        if verdict.confidence >= _SURE:
            return verdict
    return _weighed(plain, situation, evidence, likely, _met(plain), asks=asks)


def _weighed(
    plain: str,
    situation: Situation,
    evidence: Mapping[Intent, float],
    likely: Mapping[str, float],
    found: Met,
    *,
    asks: bool,
) -> Verdict:
    rules = _rules()
    scores = dict.fromkeys(rules, 0.0)
    spans: dict[Intent, tuple[int, int]] = {}
    for intent in {*found, *evidence}:
        total, spans[intent] = _sum(found.get(intent, ()), plain)
        total *= _ASKED if asks and intent in _ACTS else 1.0
        scores[intent] = _weigh(total + evidence.get(intent, 0.0), rules[intent], situation)
    for intent in situation.ruled_out:
        del scores[intent]
    if not likely:
        return _heaviest(scores, spans)
    return _likeliest(scores, likely, {intent: spans[intent] for intent in found}, asks=asks)


def _met(plain: str) -> Met:
    """The cues that a text has: their weights and where they stand."""
    found: defaultdict[Intent, list[tuple[float, tuple[int, int]]]] = defaultdict(list)
    cues, sieve = _cues()
    for place, met in sieve.search(plain):
        found[cues[place].intent].append((cues[place].weight, met.span()))
    return found


def _sum(met: Sequence[tuple[float, tuple[int, int]]], plain: str) -> tuple[float, tuple[int, int]]:
    """The sum of the cues met, and the span of the heaviest; each further cue counts half."""
    if not met:
        return 0.0, (0, len(plain))
    found = sorted(met, reverse=True)
    total = sum(weight if place == 0 else weight / 2 for place, (weight, _) in enumerate(found))
    return total, found[0][1]


def _weigh(total: float, rules: Rules, situation: Situation) -> float:
    if not total:
        return total
    if situation.role and rules.roles and situation.role not in rules.roles:
        total *= _UNLIKELY
    speaks = rules.context is not None and rules.context.search(situation.context.lower())
    return total + _SPOKEN_FOR if speaks else total


def _heaviest(scores: Mapping[Intent, float], spans: Mapping[Intent, tuple[int, int]]) -> Verdict:
    ranked = sorted(scores, key=scores.__getitem__, reverse=True)
    best, second = ranked[0], ranked[1]
    if scores[best] < _ENOUGH:
        return Verdict(Intent.OTHER, 0.2)
    confidence = scores[best] / (scores[best] + scores[second] + 1)
    return Verdict(best, round(min(confidence, _STRANGE), 2), spans[best])


def _likeliest(
    scores: Mapping[Intent, float],
    likely: Mapping[str, float],
    spans: Mapping[Intent, tuple[int, int]],
    *,
    asks: bool,
) -> Verdict:
    """Cues and model together; the confidence is the likelihood of the best."""
    powers = {}
    for intent, cues in scores.items():
        asked = _ASKED if asks and intent in _ACTS else 1.0
        powers[intent] = (likely.get(intent, 0.0) * asked + _UNHEARD) * math.exp(_SAID * cues)
    best = max(powers, key=powers.__getitem__)
    sure = powers[best] / sum(powers.values())
    if sure < _FLOOR:
        return Verdict(Intent.OTHER, round(sure, 2))
    return Verdict(best, round(min(sure, 0.99), 2), spans.get(best))
