"""What the sender wants done: what the model finds likely, with what things, faults and places say beside it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from understanding.patterns import late
from understanding.reading import Intent, Situation

_ASKED = 0.1
"""What is left of an act when the sentence asks: a question is status (labelling conventions of the repair desk)."""
_SAID = 0.4
"""What the weight of a thing, fault or place adds to the logarithm of a likelihood: fitted on lines never learnt."""
_UNHEARD = 1e-4
"""The likelihood of what the model does not expect at all: strong evidence still reaches it."""
_FLOOR = 0.25
"""Likelier than this an intent has to be in the end; what is not is nobody's."""
_STRANGE = 0.45
"""No surer than this of a text whose signs the model has never met: a known word among them may be chance."""
_FAULT = 2.0
"""The weight from which on such a text is held for a report at all."""

_QUESTION = late(
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


@dataclass(frozen=True, slots=True)
class Verdict:
    """The intent, how sure (0 to 1), and the span of the words that decided; None where the whole did."""

    intent: Intent
    confidence: float
    span: tuple[int, int] | None = None


def decide(plain: str, situation: Situation, evidence: Mapping[Intent, float], likely: Mapping[str, float]) -> Verdict:
    """Weigh every intent; `evidence` is what things, faults and places add, `likely` what the model says.

    The confidence is the likelihood of the best.
    """
    if not likely:
        return _strange(evidence)
    asks = _QUESTION.search(plain) is not None
    powers = {}
    for intent in Intent:
        if intent not in situation.ruled_out:
            asked = _ASKED if asks and intent in _ACTS else 1.0
            powers[intent] = likely.get(intent, 0.0) * asked + _UNHEARD
    for intent in evidence.keys() & powers.keys():
        powers[intent] *= math.exp(_SAID * evidence[intent])
    best = max(powers, key=powers.__getitem__)
    sure = powers[best] / sum(powers.values())
    if sure < _FLOOR:
        return Verdict(Intent.OTHER, round(sure, 2))
    return Verdict(best, round(min(sure, 0.99), 2))


def _strange(evidence: Mapping[Intent, float]) -> Verdict:
    """Of a text whose signs the model does not know: a fault of a known thing may be a report, and is asked back."""
    if evidence.get(Intent.REPAIR, 0.0) > _FAULT:
        return Verdict(Intent.REPAIR, _STRANGE)
    return Verdict(Intent.OTHER, 0.2)
