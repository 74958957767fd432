"""Who somebody is, what their roles allow, and how they are reached."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from tortoise.expressions import F

from domain.errors import NotFound
from domain.grants import Grants, Permission
from models import Account, Membership, Person
from services.actor import Actor

WEB = "web"
"""The channel of pages: there an account is the id of a signed-in person."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached: lane of the outbox and account in it."""

    lane: str
    account: str


class People:
    """Looks people up. `roles` maps a role's name to the permissions that it carries (config/roles.toml)."""

    def __init__(self, roles: Mapping[str, Grants], lanes: Collection[str] | None = None) -> None:
        """Remember what roles allow, and which lanes somebody carries; None stands for all."""
        self._roles = roles
        self._lanes = lanes

    async def actor(self, channel: str, account: str) -> Actor | None:
        """The active person behind an account, or None for a stranger and for somebody who has left."""
        return (await self.actors([(channel, account)])).get((channel, account))

    async def actors(self, senders: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Actor]:
        """The same for many at once, in a fixed number of queries."""
        wanted = set(senders)
        ids = {(c, a): int(a) for c, a in wanted if c == WEB and a.isdecimal()}
        named = [a for c, a in wanted if c != WEB]
        if named:
            for row in await Account.filter(account__in=named):
                if (row.channel, row.account) in wanted:
                    ids[row.channel, row.account] = row.person_id
        people = await self.by_ids(ids.values())
        return {
            (channel, account): replace(people[person], channel=channel, account=account)
            for (channel, account), person in ids.items()
            if person in people
        }

    async def by_ids(self, ids: Iterable[int]) -> dict[int, Actor]:
        """Active people by id."""
        wanted = set(ids)
        if not wanted:
            return {}
        teams: dict[int, set[str]] = defaultdict(set)
        for member in await Membership.filter(person_id__in=wanted):
            teams[member.person_id].add(member.team)
        rows = await Person.filter(id__in=wanted, active=True)
        return {row.id: self._actor(row, frozenset(teams[row.id])) for row in rows}

    def _actor(self, row: Person, teams: frozenset[str]) -> Actor:
        held = (self._roles.get(role, frozenset()) for role in row.roles)
        return Actor(
            id=row.id,
            name=row.name,
            locale=row.locale,
            roles=tuple(row.roles),
            grants=frozenset().union(*held),
            teams=teams,
            place=row.place,
        )

    async def names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Names by id, of those who have left as well: records keep them."""
        wanted = {i for i in ids if i is not None}
        if not wanted:
            return {}
        return dict(await Person.filter(id__in=wanted).values_list("id", "name"))

    async def addresses(self, ids: Iterable[int]) -> dict[int, Address]:
        """Where each active person is reached; who has no account in a lane that is carried is left out."""
        wanted = set(ids)
        if not wanted:
            return {}
        rows = await Account.filter(person_id__in=wanted, person__active=True).order_by("-id")
        carried = (row for row in rows if self._lanes is None or row.channel in self._lanes)
        return {row.person_id: Address(row.channel, row.account) for row in carried}

    async def team(self, team: str) -> list[int]:
        """Ids of the active members of a team who may mend."""
        rows = await Person.filter(memberships__team=team, active=True).order_by("id")
        return [row.id for row in rows if self._allows(row.roles, Permission.WORK_ORDER_MEND)]

    async def holding(self, permission: Permission) -> list[int]:
        """Ids of all active people whose roles carry a permission."""
        rows = await Person.filter(active=True).order_by("id")
        return [row.id for row in rows if self._allows(row.roles, permission)]

    async def menders(self) -> list[Actor]:
        """Everybody who mends, by name: those to whom a job can be handed."""
        rows = await self.by_ids(await self.holding(Permission.WORK_ORDER_MEND))
        return sorted(rows.values(), key=lambda actor: actor.name)

    async def mender_named(self, said: str) -> list[Actor]:
        """Menders whom a spoken name may mean: 李强, 李师傅, 老李, 小李."""
        menders = await self.menders()
        exact = [m for m in menders if m.name == said or m.name in said]
        if exact:
            return exact
        family = said.removesuffix("师傅").removesuffix("老师").removeprefix("老").removeprefix("小").strip()
        return [m for m in menders if family and m.name.startswith(family)]

    def _allows(self, roles: Iterable[str], permission: Permission) -> bool:
        return any(permission in self._roles.get(role, frozenset()) for role in roles)

    async def leaves(self, staff_no: str, *, back: bool = False) -> Actor:
        """Somebody leaves the school, or comes back; returns them with their teams. Sessions end at once.

        What they had in hand is given back by `WorkOrders.release`. Raises `NotFound` for a number that nobody has.
        """
        mine = Person.filter(staff_no=staff_no)
        if not await mine.update(active=back, session_epoch=F("session_epoch") + 1):
            raise NotFound("people.no_such", staff_no=staff_no)
        row = await Person.get(staff_no=staff_no)
        teams = [member.team for member in await Membership.filter(person_id=row.id)]
        return self._actor(row, frozenset(teams))

    async def session_epoch(self, person: int) -> int | None:
        """The number that a signed-in session must carry, or None for somebody who has left."""
        row = await Person.get_or_none(id=person, active=True)
        return row.session_epoch if row else None

    async def end_sessions(self, person: int) -> None:
        """Sign somebody out of every browser."""
        await Person.filter(id=person).update(session_epoch=F("session_epoch") + 1)
