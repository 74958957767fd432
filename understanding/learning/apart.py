"""Apart: are sentences that are to judge the model among those that it learns from?"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from operator import add

from understanding.features import squeezed
from understanding.normalise import read_in

ALIKE = 0.8
"""The share of pairs of characters that two sentences have in common, from which on they are called alike."""
SHORT = 6
"""Different pairs of a sentence that anybody would write just so: “批了没”, “收到，谢谢通知”."""


def alike(texts: Sequence[str], drawn: Sequence[str]) -> Iterator[tuple[float, str, str]]:
    """Those of the texts that some drawn sentence is nearly equal to: how nearly, and to which."""
    pairs = [_pairs(text) for text in drawn]
    having = defaultdict(list)
    for place, own in enumerate(pairs):
        for pair in own:
            having[pair].append(place)
    for text in texts:
        mine = _pairs(text)
        shared = Counter(place for pair in mine for place in having[pair])
        share, nearest = max(((n / len(mine | pairs[place]), place) for place, n in shared.items()), default=(0.0, -1))
        if share >= ALIKE and len(mine) > SHORT:
            yield share, text, drawn[nearest]


def _pairs(text: str) -> frozenset[str]:
    plain = squeezed(read_in(text).plain)
    return frozenset(map(add, plain, plain[1:]))
