"""Where the weights of each feature stand: tens of thousands of names, of which a text wants a few hundred."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


class FeatureNames(dict[str, int]):
    """The place of each feature among all.

    Names with one initial stand together, and are taken in when the first of them is wanted: so loading costs nothing,
    and a desk that never reads a rare sign never pays for it.
    """

    def __init__(self, listed: bytes, blocks: Mapping[str, tuple[int, int]]) -> None:
        """`listed` are the names, sorted, a line each; `blocks` says of each initial its number of names and bytes."""
        super().__init__()
        self._listed = listed
        self._waiting: dict[str, tuple[int, int, int]] = {}
        first = begin = 0
        for initial, (count, size) in blocks.items():
            self._waiting[initial] = first, begin, begin + size
            first, begin = first + count, begin + size

    def places(self, names: Sequence[str]) -> list[int]:
        """The places of those names that are features."""
        self.want({name[0] for name in names})
        return [place for place in map(self.get, names) if place is not None]

    def want(self, initials: Iterable[str]) -> None:
        """From now on the names with these initials are here."""
        for initial in self._waiting.keys() & initials:
            first, begin, end = self._waiting.pop(initial)
            names = self._listed[begin:end].decode().split("\n")[:-1]
            self.update(zip(names, range(first, first + len(names)), strict=True))


def listed(names: Sequence[str]) -> tuple[bytes, dict[str, tuple[int, int]]]:
    """Sorted names, as `FeatureNames` takes them; `ValueError` where those with one initial are not together."""
    if list(names) != sorted(names):
        raise ValueError("names are not sorted")
    counts, sizes = Counter(name[0] for name in names), Counter[str]()
    for name in names:
        sizes[name[0]] += len(name.encode()) + 1
    return "".join(f"{name}\n" for name in names).encode(), {c: (counts[c], sizes[c]) for c in counts}
