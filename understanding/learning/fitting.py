"""Fitting: examples to model. Needs the extra `train` (scikit-learn); the bot itself needs none of it."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.linear_model import SGDClassifier

from understanding.concepts import MARK
from understanding.features import features, squeezed
from understanding.learning.material import Example
from understanding.learning.scenes import card, speaker
from understanding.model import MIDDLE, Head, pack
from understanding.reader import outlined

RARE = 6
"""Examples that a feature must be in to be learnt."""
ROUNDS = 14
STRICTNESS = 2e-6
"""How much large weights are punished."""
STEPS = 127
"""Of a weight, to either side of the middle."""
_BY_CONCEPTS = frozenset({"urgency"})
"""What is asked of the kinds of words too: danger is told in ever new words, who mends a thing is not."""
FAINT = 12
"""Features without a weight beyond this are left out: half of all, and nothing is read worse without them."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """A head with its weights: a row for each feature, a column for each label."""

    labels: tuple[str, ...]
    weights: Any
    biases: tuple[float, ...]


def fitted(examples: Sequence[Example], origin: Mapping[str, str], seed: int = 1) -> bytes:
    """The model of these examples, packed."""
    chance = random.Random(seed)  # noqa: S311 - no secret
    seen = [features(squeezed(outlined(e.text)), speaker(e, chance), card(e, chance)) for e in examples]
    counts = Counter(name for names in seen for name in names)
    names = sorted(name for name, count in counts.items() if count >= RARE)
    rows = _matrix(seen, {name: place for place, name in enumerate(names)})
    said = rows @ diags([0.0 if name.startswith(MARK) else 1.0 for name in names], dtype=np.float32)
    weights = np.array([e.weight for e in examples])
    heads = {
        kind: _fit(rows if kind in _BY_CONCEPTS else said, [getattr(e, kind) for e in examples], weights, seed)
        for kind in ("intent", "category", "urgency")
    }
    return _packed(heads, names, origin)


def _matrix(seen: Sequence[Sequence[str]], places: Mapping[str, int]) -> Any:
    """A row of equal length for each example, however many features it has."""
    found = [sorted(places[name] for name in names if name in places) for names in seen]
    columns = np.fromiter((place for row in found for place in row), dtype=np.int32)
    values = np.concatenate([np.full(len(row), 1 / np.sqrt(max(1, len(row))), dtype=np.float32) for row in found])
    ends = np.fromiter(accumulate((len(row) for row in found), initial=0), dtype=np.int64)
    return csr_matrix((values, columns, ends), shape=(len(found), len(places)))


def _fit(rows: Any, labels: Sequence[str], weights: Any, seed: int) -> Fitted:
    """One question, from the examples that answer it; a rare answer weighs more than its share."""
    told = [place for place, label in enumerate(labels) if label]
    wanted = np.array([labels[place] for place in told])
    shares = Counter(wanted.tolist())
    weigh = np.array([shares[label] ** -0.5 for label in wanted]) * weights[told]
    learner = SGDClassifier(
        loss="log_loss", alpha=STRICTNESS, max_iter=ROUNDS, tol=None, average=True, random_state=seed
    ).fit(rows[told], wanted, sample_weight=weigh / weigh.mean())
    return Fitted(tuple(map(str, learner.classes_)), learner.coef_.T, tuple(map(float, learner.intercept_)))


def _packed(found: Mapping[str, Fitted], names: Sequence[str], origin: Mapping[str, str]) -> bytes:
    """Weights as bytes; features that say little in every head are left out."""
    heads, columns, first = {}, [], 0
    for kind, head in found.items():
        unit = float(np.quantile(np.abs(head.weights), 0.9999)) / STEPS
        columns.append(np.clip(np.rint(head.weights / unit), -STEPS, STEPS))
        heads[kind] = Head(labels=head.labels, first=first, biases=head.biases, unit=unit)
        first += len(head.labels)
    whole = np.concatenate(columns, axis=1)
    kept = np.flatnonzero(np.abs(whole).max(axis=1) > FAINT)
    weights = (whole[kept] + MIDDLE).astype(np.uint8).tobytes()
    return pack(heads, [names[place] for place in kept], weights, origin)
