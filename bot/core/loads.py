"""What goes to one person as one: items of which the last says all that the earlier ones would."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from bot.core.clerk import ASK
from services.mailroom import OutboxItem


@dataclass(frozen=True, slots=True)
class Load:
    """Items that one card answers: the last one says all that the earlier ones would. They end together, or wait so."""

    items: tuple[OutboxItem, ...]

    @property
    def last(self) -> OutboxItem:
        """The one that is carried."""
        return self.items[-1]

    @property
    def fresh(self) -> bool:
        """Does any of them ask for a new card?"""
        return any(item.fresh for item in self.items)

    @property
    def orphaned(self) -> bool:
        """May somebody who did not come back have carried this?"""
        return any(item.orphaned for item in self.items)

    @property
    def seed(self) -> str:
        """The same for every try of the oldest item, whatever is merged with it, and for nothing else.

        An id alone would come again in a school that was set back to an older copy of its database.
        """
        oldest = min(self.items, key=attrgetter("id"))
        return f"{oldest.id}@{oldest.created_at.isoformat()}"


def packed(items: Sequence[OutboxItem]) -> list[Load]:
    """One person's items as loads, each at the place of its last item; a form stands by itself."""
    groups: dict[object, list[OutboxItem]] = {}
    for item in items:
        form = item.step if item.step.startswith(ASK) else ""
        key: object = (item.subject, item.subject_id, form) if item.subject_id else item.id
        groups[key] = [*groups.pop(key, []), item]
    return [Load(tuple(group)) for group in groups.values()]
