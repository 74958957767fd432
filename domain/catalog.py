"""What can break and who answers for it: the categories of repair, as the school's catalogue names them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class Urgency(StrEnum):
    """How soon a repair is wanted, most pressing first (labelling conventions of the repair desk)."""

    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most pressing; sorts lists and the outbox."""
        return _RANKS[self]


_RANKS = {urgency: rank for rank, urgency in enumerate(Urgency)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of repair. `key` is also the name of the team that owns it; `labels` maps a locale to its name."""

    key: str
    labels: Mapping[str, str]

    def label(self, locale: str) -> str:
        """The name in this locale, or the key where nobody has written one."""
        return self.labels.get(locale, self.key)


@dataclass(frozen=True)
class Catalog:
    """All categories of one school, in the order in which they are offered."""

    categories: tuple[Category, ...]

    @cached_property
    def _by_key(self) -> Mapping[str, Category]:
        return {category.key: category for category in self.categories}

    def __getitem__(self, key: str) -> Category:
        return self._by_key[key]

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories)
