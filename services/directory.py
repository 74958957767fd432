"""The directory: who works here and where things are, kept in memory and as fresh as the database says."""

import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from tortoise.expressions import F

from domain.absences import Away, in_place_of
from domain.grants import Grants, Permission
from models import Absence, Account, Counter, Membership, Person, Place
from services.actor import Actor
from services.database import connection_in_hand, inside_transaction
from services.statements import Statement

EDITION = "words"
"""The counter that grows with every change of people, accounts, teams, places and devices."""
PERSON = ("id", "name", "locale", "roles", "place", "active")
LABEL = ("building", "room", "name")

_EDITION = Statement(lambda name: Counter.filter(name=name).values("value"))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached: lane of the outbox and account in it."""

    lane: str
    account: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """One edition of the directory. Nothing in it is ever changed.

    `people` are the active ones by id, `senders` the same by (channel, account), each with where they are, `names`
    those of everybody who ever was here, `addresses` maps ids to where somebody is reached. `permitted` and `teams` are
    ids in order, `labels` say where a place's code is. `away` are the absences that have begun, by person: in `teams`
    and in the teams of an actor a stand-in takes the place of who is away.
    """

    edition: int
    people: Mapping[int, Actor]
    names: Mapping[int, str]
    senders: Mapping[tuple[str, str], Actor]
    addresses: Mapping[int, Address]
    permitted: Mapping[Permission, tuple[int, ...]]
    teams: Mapping[str, tuple[int, ...]]
    labels: Mapping[str, str]
    away: Mapping[int, tuple[Away, ...]]


class Directory:
    """Gives the pages as they are now.

    Who reads much in one go opens the directory once: the pipeline for a batch, a courier for a round, a page for a
    request. The edition is asked for then, so that nobody acts on rights that were lost before. Everybody else is
    answered after a look at the edition each time. Only what was read outside of any transaction is kept for others:
    what a transaction sees of its own changes may be undone.
    """

    def __init__(self, roles: Mapping[str, Grants] | None = None, lanes: Collection[str] | None = None) -> None:
        """`roles` maps a role's name to what it permits (config/roles.toml); `lanes` are carried, None means all."""
        self._roles = roles or {}
        self._lanes = lanes
        self._kept: Pages | None = None
        self._draft: tuple[object, Pages] | None = None

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[Pages]:
        """Within this block the directory is as it was at its beginning, but for what the block itself changes."""
        with self.once():
            yield await self.pages()

    @contextlib.contextmanager
    def once(self) -> Iterator[None]:
        """Within this block the directory is as it is at its first use: for a request that may need none of it."""
        token = _OPEN.set(_Reading(self))
        try:
            yield
        finally:
            _OPEN.reset(token)

    async def pages(self) -> Pages:
        """The open pages, or those of now."""
        reading = _OPEN.get()
        mine = reading if reading is not None and reading.directory is self else None
        if mine is not None and mine.pages is not None:
            return mine.pages
        edition = await self.edition()
        if inside_transaction():
            return await self._drafted(edition)
        pages = await self._current(edition)
        if mine is not None:
            mine.pages = pages
        return pages

    async def edition(self) -> int:
        """Grows whenever people, accounts, teams, places or devices have changed."""
        rows = await _EDITION.found(EDITION)
        return int(rows[0]["value"]) if rows else 0

    async def changed(self) -> None:
        """Say, in the transaction of the change, that the directory is no longer what it was."""
        self._draft = None
        _OPEN.set(None)
        if not await Counter.filter(name=EDITION).update(value=F("value") + 1):
            await Counter.get_or_create(name=EDITION)
            await Counter.filter(name=EDITION).update(value=F("value") + 1)

    async def _current(self, edition: int) -> Pages:
        """The kept pages while they are of this edition, else new ones: read until no change came between."""
        while self._kept is None or self._kept.edition != edition:
            pages = await self._read(edition)
            edition = await self.edition()
            if edition == pages.edition:
                self._kept = pages
        return self._kept

    async def _drafted(self, edition: int) -> Pages:
        """Inside a transaction: what it has changed itself may be undone, so nobody else is ever given these pages."""
        connection = connection_in_hand()
        if self._kept is not None and self._kept.edition == edition:
            return self._kept
        if self._draft is None or self._draft[0] is not connection or self._draft[1].edition != edition:
            self._draft = (connection, await self._read(edition))
        return self._draft[1]

    async def _read(self, edition: int) -> Pages:
        teams: dict[int, set[str]] = defaultdict(set)
        for person, team in await Membership.all().values_list("person_id", "team"):
            teams[person].add(team)
        rows = await Person.all().order_by("id").values_list(*PERSON)
        here = {row[0]: self.actor(row, frozenset(teams[row[0]])) for row in rows if row[5]}
        away = await _away(here)
        members = _menders(here, away)
        people = {i: replace(actor, teams=actor.teams | _joined(i, members)) for i, actor in here.items()}
        accounts = await Account.all().order_by("-id").values_list("channel", "account", "person_id")
        return Pages(
            edition=edition,
            people=people,
            names={row[0]: row[1] for row in rows},
            senders={
                (channel, account): people[person].at(channel, account)
                for channel, account, person in accounts
                if person in people
            },
            addresses={
                person: Address(channel, account)
                for channel, account, person in accounts
                if person in people and (self._lanes is None or channel in self._lanes)
            },
            permitted={p: tuple(a.id for a in people.values() if a.id and a.may(p)) for p in Permission},
            teams=members,
            labels={code: label(*rest) for code, *rest in await Place.all().values_list("code", *LABEL)},
            away=away,
        )

    def actor(self, row: Sequence[Any], teams: frozenset[str]) -> Actor:
        """Somebody as their row (`PERSON`) and their teams say."""
        person, name, locale, roles, place, _ = row
        held = (self._roles.get(role, frozenset()) for role in roles)
        return Actor(
            id=person,
            name=name,
            locale=locale,
            roles=tuple(roles),
            grants=frozenset().union(*held),
            teams=teams,
            place=place,
        )


def _menders(people: Mapping[int, Actor], away: Mapping[int, tuple[Away, ...]]) -> dict[str, tuple[int, ...]]:
    """Each team's members who may mend; whoever stands in for one who is away is there instead."""
    found: dict[str, dict[int, None]] = defaultdict(dict)
    for person, actor in people.items():
        for team in actor.teams if actor.may(Permission.WORK_ORDER_MEND) else ():
            present = in_place_of(person, team, away)
            found[team] |= {present: None} if present is not None else {}
    return {team: tuple(sorted(members)) for team, members in found.items()}


def _joined(person: int, members: Mapping[str, Collection[int]]) -> set[str]:
    """The teams to which somebody belongs now."""
    return {team for team, ids in members.items() if person in ids}


async def _away(people: Mapping[int, Actor]) -> dict[int, tuple[Away, ...]]:
    """The absences that have begun; nobody stands in who has left or mends no more."""
    found: dict[int, tuple[Away, ...]] = {}
    for row in await Absence.filter(begun_at__isnull=False, ended_at=None).order_by("id"):
        stand_in = people.get(row.stand_in_id or 0)
        able = stand_in is not None and stand_in.may(Permission.WORK_ORDER_MEND)
        one = away_of(row)
        found[row.person_id] = (*found.get(row.person_id, ()), one if able else replace(one, stand_in=None))
    return found


def away_of(row: Absence) -> Away:
    """A row as the rules see it."""
    return Away(
        person=row.person_id,
        since=row.since,
        until=row.until,
        stand_in=row.stand_in_id,
        teams=frozenset(row.teams),
    )


def label(building: str, room: str, name: str) -> str:
    """A place as a stranger would find it: 教学楼 302 高一3班."""
    around = [part for part in (building, room) if part and part not in name]
    return " ".join([*around, name])


@dataclass(slots=True)
class _Reading:
    """Somebody who reads in a directory, and the pages that lie open before them."""

    directory: Directory
    pages: Pages | None = None


_OPEN: ContextVar[_Reading | None] = ContextVar("directory", default=None)
