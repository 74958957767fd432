"""Who somebody is, what their roles allow, and how they are reached."""

from collections.abc import Iterable, Mapping

from tortoise.expressions import F

from domain.absences import Away, in_place_of
from domain.errors import NotFound
from domain.grants import Permission
from models import Membership, Person
from services.actor import Actor
from services.database import transaction
from services.directory import PERSON, Address, Directory

__all__ = ["WEB", "Address", "People"]

WEB = "web"
"""The channel of pages: there an account is the id of a signed-in person."""


class People:
    """Looks people up in the school's directory."""

    def __init__(self, directory: Directory) -> None:
        """Everything but sessions is answered from the directory."""
        self._directory = directory

    async def actor(self, channel: str, account: str) -> Actor | None:
        """The active person behind an account, or None for a stranger and for somebody who has left."""
        return (await self.actors([(channel, account)])).get((channel, account))

    async def actors(self, senders: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Actor]:
        """The same for many at once."""
        pages = await self._directory.pages()
        found: dict[tuple[str, str], Actor] = {}
        for sender in senders:
            channel, account = sender
            if channel == WEB and account.isdecimal():
                own = pages.people.get(int(account))
                actor = own.at(channel, account) if own else None
            else:
                actor = pages.senders.get(sender)
            if actor is not None:
                found[sender] = actor
        return found

    async def by_ids(self, ids: Iterable[int]) -> dict[int, Actor]:
        """Active people by id."""
        people = (await self._directory.pages()).people
        return {i: people[i] for i in ids if i in people}

    async def names(self, ids: Iterable[int | None]) -> dict[int, str]:
        """Names by id, of those who have left as well: records keep them."""
        names = (await self._directory.pages()).names
        return {i: names[i] for i in ids if i is not None and i in names}

    async def addresses(self, ids: Iterable[int]) -> dict[int, Address]:
        """Where each active person is reached; who has no account in a lane that is carried is left out."""
        addresses = (await self._directory.pages()).addresses
        return {i: addresses[i] for i in ids if i in addresses}

    async def team(self, team: str) -> list[int]:
        """Ids of the active members of a team who may mend."""
        return list((await self._directory.pages()).teams.get(team, ()))

    async def away(self) -> Mapping[int, tuple[Away, ...]]:
        """The absences that have begun and not ended, by person."""
        return (await self._directory.pages()).away

    async def in_place_of(self, person: int, team: str) -> int | None:
        """Who does this trade for a person now: they, or whoever stands in for them; None for nobody."""
        return in_place_of(person, team, await self.away())

    async def stands_in(self, person: int, team: str) -> int | None:
        """In whose place somebody is in a team; None for a member, and for who has nothing to do with it."""
        away = await self.away()
        if not away or await self.is_member(person, team):
            return None
        members = await Membership.filter(team=team, person_id__in=list(away)).order_by("id")
        absent = [row.person_id for row in members]
        return next((one for one in absent if in_place_of(one, team, away) == person), None)

    async def is_member(self, person: int, team: str) -> bool:
        """Is the team their own, whoever stands in for whom?"""
        return await Membership.filter(team=team, person_id=person).exists()

    async def holding(self, permission: Permission) -> list[int]:
        """Ids of all active people whose roles carry a permission."""
        return list((await self._directory.pages()).permitted[permission])

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

    async def leaves(self, staff_no: str, *, back: bool = False) -> Actor:
        """Somebody leaves the school, or comes back; returns them with their teams. Sessions end at once.

        What they had in hand is given back by `WorkOrders.release`. Raises `NotFound` for a number that nobody has.
        """
        async with transaction():
            mine = Person.filter(staff_no=staff_no)
            if not await mine.update(active=back, session_epoch=F("session_epoch") + 1):
                raise NotFound("people.no_such", staff_no=staff_no)
            await self._directory.changed()
        (row,) = await Person.filter(staff_no=staff_no).values_list(*PERSON)
        teams = await Membership.filter(person_id=row[0]).values_list("team", flat=True)
        return self._directory.actor(row, frozenset(map(str, teams)))

    async def session_epoch(self, person: int) -> int | None:
        """The number that a signed-in session must carry, or None for somebody who has left."""
        row = await Person.get_or_none(id=person, active=True)
        return row.session_epoch if row else None

    async def end_sessions(self, person: int) -> None:
        """Sign somebody out of every browser."""
        await Person.filter(id=person).update(session_epoch=F("session_epoch") + 1)
