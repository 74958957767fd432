"""What can break and who answers for it: the categories of repair, as the school's catalogue names them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """How soon a repair is wanted, most pressing first (labelling conventions of the repair desk)."""

    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the most pressing; sorts lists and the outbox."""
        return list(Urgency).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One kind of repair. `key` is also the name of the team that owns it; `labels` maps a locale to its name."""

    key: str
    labels: Mapping[str, str]

    def label(self, locale: str) -> str:
        """The name in this locale, or the key where nobody has written one."""
        return self.labels.get(locale, self.key)


@dataclass(frozen=True, slots=True)
class Catalog:
    """All categories of one school, in the order in which they are offered."""

    categories: tuple[Category, ...]

    def __getitem__(self, key: str) -> Category:
        return next(c for c in self.categories if c.key == key)

    def __contains__(self, key: object) -> bool:
        return any(c.key == key for c in self.categories)

    def __iter__(self) -> Iterator[Category]:
        return iter(self.categories)
