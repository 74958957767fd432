"""The model: weights of features for every intent, trade and urgency, fitted by `houqin train`. No I/O after loading.

A feature's weights stand side by side in one long number, two bytes each, so that adding two such numbers adds all of
them at once: a sentence of two hundred features is judged in two hundred additions.
"""

import json
import math
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import add
from pathlib import Path
from typing import Self

from understanding.feature_names import FeatureNames, listed
from understanding.features import features, squeezed
from understanding.patterns import late

FILE = Path(__file__).parent / "model.bin"
LANE = 2
"""Bytes of one weight in a sum."""
MIDDLE = 128
"""A weight is a byte; this one stands for nothing."""
_CLAUSE = late(r"[^\s,.!?~;:、]+")
MOST = 250
"""Features whose weights are added before any sum could run over into its neighbour."""


FAMILIAR = 0.5
"""The share of a text's characters that the model must have met: of strange signs it has no opinion."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """How likely each label of a kind is; those of a kind sum up to one. All are empty where there is no opinion."""

    intents: Mapping[str, float]
    categories: Mapping[str, float]
    urgencies: Mapping[str, float]


NO_OPINION = Judgement({}, {}, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """One question that the model answers: its labels and their biases, where their weights begin, a weight's unit."""

    labels: tuple[str, ...]
    first: int
    biases: tuple[float, ...]
    unit: float

    def judge(self, sums: Sequence[int], count: int) -> dict[str, float]:
        """The likelihoods, from the sums of the weights of `count` features."""
        scale = self.unit / math.sqrt(count or 1)
        mine = sums[self.first : self.first + len(self.labels)]
        logits = [(total - MIDDLE * count) * scale + bias for total, bias in zip(mine, self.biases, strict=True)]
        highest = max(logits)
        powers = [math.exp(logit - highest) for logit in logits]
        total = sum(powers)
        return {label: power / total for label, power in zip(self.labels, powers, strict=True)}


class Model:
    """Judges sentences."""

    def __init__(
        self, heads: Mapping[str, Head], names: FeatureNames, weights: bytes, origin: Mapping[str, str]
    ) -> None:
        """`weights` has a row of bytes for each of the `names`; `origin` says what the model was made from."""
        self._heads = heads
        self.origin = origin
        self._weights = weights
        self._width = sum(len(head.labels) for head in heads.values())
        self._names = names
        self._rows: dict[int, int] = {}

    @classmethod
    def read(cls, packed: bytes) -> Self:
        """What `pack` has written."""
        end = packed.index(b"\n")
        told = json.loads(packed[:end])
        heads = {
            name: Head(labels=tuple(h["labels"]), first=h["first"], biases=tuple(h["biases"]), unit=h["unit"])
            for name, h in told["heads"].items()
        }
        names_end = end + 1 + sum(size for _, size in told["names"].values())
        return cls(heads, FeatureNames(packed[end + 1 : names_end], told["names"]), packed[names_end:], told["origin"])

    def judge(self, outline: str, role: str = "", context: str = "") -> Judgement:
        """What a text means whose places are covered by □. `role` and `context` as in `Situation`."""
        text = squeezed(outline)
        self._names.want(text)
        if sum(map(self._names.__contains__, text)) <= FAMILIAR * len(text):
            return NO_OPINION
        known = self._names.places(features(text, role, context))
        sums = self._sums(known)
        found = {name: head.judge(sums, len(known)) for name, head in self._heads.items()}
        return Judgement(found["intent"], found["category"], found["urgency"])

    def telling(self, outline: str, intent: str) -> tuple[int, int]:
        """The span of the clause that speaks most for an intent."""
        head = self._heads["intent"]
        lane = head.first + head.labels.index(intent)
        spans = [found.span() for found in _CLAUSE.finditer(outline)]
        return max(spans, key=lambda span: self._speaks(outline[slice(*span)], lane), default=(0, len(outline)))

    def _speaks(self, clause: str, lane: int) -> int:
        return sum(self._weight(run, lane) for run in (*clause, *map(add, clause, clause[1:])))

    def _weight(self, name: str, lane: int) -> int:
        place = self._names.get(name)
        return 0 if place is None else self._weights[place * self._width + lane] - MIDDLE

    def _sums(self, known: Sequence[int]) -> list[int]:
        sums = [0] * self._width
        for start in range(0, len(known), MOST):
            total = sum(map(self._row, known[start : start + MOST]))
            lanes = struct.unpack(f"<{self._width}H", total.to_bytes(self._width * LANE, "little"))
            sums = [old + new for old, new in zip(sums, lanes, strict=True)]
        return sums

    def _row(self, place: int) -> int:
        """A feature's weights as one number; made when first asked for, and kept: few features are ever met."""
        row = self._rows.get(place)
        if row is None:
            lanes = bytearray(self._width * LANE)
            lanes[::LANE] = self._weights[place * self._width : (place + 1) * self._width]
            row = self._rows[place] = int.from_bytes(lanes, "little")
        return row


def pack(heads: Mapping[str, Head], names: Sequence[str], weights: bytes, origin: Mapping[str, str]) -> bytes:
    """A model as a file holds it: one line of JSON, the features' names, a row of weights for each.

    Not compressed: to unpack it would take longer than all else of loading it.
    """
    lines, blocks = listed(names)
    told = {
        "heads": {
            name: {"labels": head.labels, "first": head.first, "biases": head.biases, "unit": head.unit}
            for name, head in heads.items()
        },
        "names": blocks,
        "origin": origin,
    }
    return json.dumps(told, ensure_ascii=False).encode() + b"\n" + lines + weights


@cache
def model() -> Model:
    """The model that ships with the package."""
    return Model.read(FILE.read_bytes())
