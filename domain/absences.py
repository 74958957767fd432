"""Who is away, who stands in for them, and what of it may be entered: rules without I/O."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.errors import Invalid, NotAllowed
from domain.grants import Grants, Permission

FARTHEST = timedelta(days=300)
"""What lies farther ahead was meant of the past: “11月20号” on the 23rd is read as next year's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """Somebody is away from `since` to `until` (None: until further notice).

    `teams` are the trades in which `stand_in` takes their place, none named means all; without one nobody does.
    """

    person: int
    since: datetime
    until: datetime | None = None
    stand_in: int | None = None
    teams: frozenset[str] = frozenset()

    def at(self, moment: datetime) -> bool:
        """Are they away at this moment? The first one belongs to it, the last one no more."""
        return self.since <= moment and (self.until is None or moment < self.until)

    def hands_over(self, team: str) -> bool:
        """Does this trade go to the stand-in?"""
        return not self.teams or team in self.teams

    def meets(self, other: "Away") -> bool:
        """Is there a moment that belongs to both?"""
        return (other.until is None or self.since < other.until) and (self.until is None or other.since < self.until)


def away_at(entered: Collection[Away], moment: datetime) -> dict[int, tuple[Away, ...]]:
    """Who is away at a moment, by person; somebody may be for one trade with this stand-in, for another with that."""
    found: dict[int, tuple[Away, ...]] = {}
    for one in entered:
        if one.at(moment):
            found[one.person] = (*found.get(one.person, ()), one)
    return found


def in_place_of(person: int, team: str, away: Mapping[int, Collection[Away]]) -> int | None:
    """Who does this trade for a person: themselves if they are here, else their stand-in.

    If the stand-in is away as well it is theirs in turn, and so on. Nobody where the chain ends with somebody away or
    comes back to where it was.
    """
    seen = set[int]()
    wanted: int | None = person
    while wanted is not None and wanted in away:
        if wanted in seen:
            return None
        seen.add(wanted)
        named = (one.stand_in for one in away[wanted] if one.hands_over(team) and one.stand_in is not None)
        wanted = next(named, None)
    return wanted


def check(wanted: Away, now: datetime, *, by: int, grants: Grants, menders: Collection[int]) -> None:
    """Raises a `Refusal` for what may not be entered.

    Everybody enters their own; of others only who holds `work_order:dispatch`. It lies ahead and has a length, and
    nobody stands in for themselves or without mending. Leave of who does not mend is not this desk's.
    """
    if by != wanted.person and Permission.WORK_ORDER_DISPATCH not in grants:
        raise NotAllowed("absence.refusal.not_yours")
    if wanted.person not in menders:
        raise Invalid("absence.refusal.only_menders")
    if (wanted.until is not None and wanted.until <= now) or wanted.since - now > FARTHEST:
        raise Invalid("absence.refusal.past")
    if wanted.until is not None and wanted.until <= wanted.since:
        raise Invalid("absence.refusal.backwards")
    if wanted.stand_in == wanted.person:
        raise Invalid("absence.refusal.oneself")
    if wanted.stand_in is not None and wanted.stand_in not in menders:
        raise Invalid("absence.refusal.mends_not")


def merged(earlier: Away, later: Away) -> Away:
    """Two absences of one person that meet, as one: from the earlier beginning to the later end.

    Raises `Invalid` where they name different people or trades: who is meant is asked.
    """
    if earlier.stand_in and later.stand_in and (earlier.stand_in, earlier.teams) != (later.stand_in, later.teams):
        raise Invalid("absence.refusal.overlaps")
    named = later if later.stand_in else earlier
    return Away(
        person=earlier.person,
        since=min(earlier.since, later.since),
        until=None if earlier.until is None or later.until is None else max(earlier.until, later.until),
        stand_in=named.stand_in,
        teams=named.teams,
    )
