"""Actor: the effective person behind an act, and what opens doors to them."""

from dataclasses import dataclass, replace
from typing import Self

from domain.errors import Unknown
from domain.grants import Grants, Permission, Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts or reads. `id` is the person's, or None for the clock and the house itself.

    `grants` are the permissions of the roles, `teams` the categories they mend, `place` the code of their room.
    `channel` and `account` say where they are now. `typed`: they wrote a message, so the answer is a new card,
    not a change of the one they pressed. `event` names the inbox event that they caused, `on_behalf` is the id of the
    person they stand in for.
    """

    id: int | None
    name: str = ""
    locale: str = "zh_CN"
    roles: tuple[str, ...] = ()
    grants: Grants = frozenset()
    teams: frozenset[str] = frozenset()
    place: str = ""
    channel: str = ""
    account: str = ""
    typed: bool = False
    event: str = ""
    on_behalf: int | None = None

    @property
    def person(self) -> int:
        """The person's id; raises `Unknown` for the clock and for strangers."""
        if self.id is None:
            raise Unknown(account=self.account)
        return self.id

    def may(self, permission: Permission) -> bool:
        """Does one of the roles carry this permission?"""
        return permission in self.grants

    def at(self, channel: str, account: str) -> Self:
        """The same person, as they are known there."""
        return replace(self, channel=channel, account=account)

    def acting(self, *, event: str, typed: bool) -> Self:
        """The same person, in the middle of this event."""
        return replace(self, event=event, typed=typed)


CLOCK = Actor(id=None, grants=frozenset({Relation.CLOCK}))
"""Nobody: time has passed."""
