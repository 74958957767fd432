"""Leave, use by use: enter, begin, end, decline."""

from datetime import datetime

from tortoise.expressions import Q

from domain import absences as rules
from domain.absences import Away
from domain.errors import Invalid, NotAllowed
from domain.grants import Permission
from models import Absence
from services.absences.hands import Hands
from services.absences.values import SUBJECT, Leave, Told
from services.actor import CLOCK, Actor
from services.clock import Clock
from services.directory import Directory, away_of
from services.people import People
from services.unit import together

LOOK = 500
"""Absences that are brought about at one look of the clock."""

__all__ = ["SUBJECT", "Absences"]


class Absences:
    """The use cases of leave. Who is away is what has begun and not ended: a begun absence counts until it is ended."""

    def __init__(self, directory: Directory, people: People, hands: Hands, clock: Clock) -> None:
        """`hands` moves the jobs."""
        self._directory = directory
        self._people = people
        self._hands = hands
        self._clock = clock

    async def enter(self, actor: Actor, wanted: Leave) -> Told:
        """Enter an absence; one that has come begins at once. It joins those of the same person that it meets.

        Raises what the rules refuse: somebody else's, a past one, oneself or who mends not as the stand-in.
        """
        now = self._clock()
        away = Away(
            person=wanted.person,
            since=max(wanted.since, now),
            until=wanted.until,
            stand_in=wanted.stand_in,
            teams=wanted.teams,
        )
        menders = await self._people.holding(Permission.WORK_ORDER_MEND)
        rules.check(away, now, by=actor.person, grants=actor.grants, menders=menders)
        async with together():
            row = await self._kept(actor, away, wanted.reason, now)
            moved = await self._begin(actor, row) if row.since <= now else 0
        return _told(row, moved)

    async def _kept(self, actor: Actor, away: Away, reason: str, now: datetime) -> Absence:
        """The row of an absence, one with those it meets; of two that meet the begun one stays."""
        meets = [row for row in await self._open(away.person) if away_of(row).meets(away)]
        for row in meets:
            away = rules.merged(away_of(row), away)
        kept = next((row for row in meets if row.begun_at), meets[0] if meets else Absence(person_id=away.person))
        for row in meets:
            if row is not kept:
                await self._close(row, now)
        kept.since, kept.until, kept.stand_in_id = away.since, away.until, away.stand_in
        kept.teams, kept.reason = sorted(away.teams), reason[:200] or kept.reason
        kept.entered_by_id, kept.entered_at = actor.person, now
        await kept.save()
        return kept

    @staticmethod
    async def _open(person: int) -> list[Absence]:
        return await Absence.filter(person_id=person, ended_at=None).order_by("since", "id")

    async def _close(self, row: Absence, now: datetime) -> bool:
        """End a row once: False for whoever comes second."""
        row.ended_at = now
        return bool(await Absence.filter(id=row.id, ended_at=None).update(ended_at=now))

    async def _begin(self, actor: Actor, row: Absence) -> int:
        row.begun_at = row.begun_at or self._clock()
        await Absence.filter(id=row.id, begun_at=None).update(begun_at=row.begun_at)
        await self._directory.changed()
        return await self._hands.over(actor, row.person_id)

    async def end(self, actor: Actor, person: int) -> Told:
        """Somebody is back: their present absence ends, else the next one is called off.

        Jobs that the stand-in has not begun are theirs again; what was begun stays where it is. Raises `NotAllowed` for
        somebody else's without the right to it, `Invalid` where nothing was entered.
        """
        if actor.id != person and not actor.may(Permission.WORK_ORDER_DISPATCH):
            raise NotAllowed("absence.refusal.not_yours")
        rows = await self._open(person)
        if not rows:
            raise Invalid("absence.refusal.none")
        begun = [row for row in rows if row.begun_at] or rows[:1]
        moved = 0
        async with together():
            for row in begun:
                moved += await self._end(actor, row)
        return _told(begun[0], moved)

    async def _end(self, actor: Actor, row: Absence) -> int:
        if not await self._close(row, self._clock()) or row.begun_at is None:
            return 0
        await self._directory.changed()
        return await self._hands.back(actor, row.person_id)

    async def decline(self, actor: Actor) -> list[Told]:
        """“代不了”: nobody stands in any more for those who had named this person; returns their absences.

        What was not begun goes to the team, and the lead hears of it. Raises `Invalid` where nobody had named them.
        """
        rows = await Absence.filter(stand_in_id=actor.person, ended_at=None).order_by("since", "id")
        if not rows:
            raise Invalid("absence.refusal.stands_in_for_nobody")
        told = []
        async with together():
            for row in rows:
                row.stand_in_id = None
                await row.save(update_fields=["stand_in_id"])
                await self._directory.changed()
                moved = await self._hands.dropped(actor, row.person_id, actor.person)
                told.append(_told(row, moved))
        return told

    async def current(self) -> list[Told]:
        """Who is away now, the longest first."""
        rows = await Absence.filter(begun_at__isnull=False, ended_at=None).order_by("since", "id")
        return [_told(row) for row in rows]

    async def of_person(self, person: int) -> list[Told]:
        """Somebody's absences that have not ended, the next one first."""
        return [_told(row) for row in await self._open(person)]

    async def due(self, only: int | None = None) -> list[tuple[Absence, str, str]]:
        """What time has brought about: absence, `begin` or `end`, and the key of the occasion.

        It is looked for in the rows alone, so that what fell into a standstill of the house is caught up.
        """
        now = self._clock()
        rows = Absence.filter(Q(id=only) if only is not None else Q(), ended_at=None)
        begin = await rows.filter(begun_at=None, since__lte=now).order_by("since").limit(LOOK)
        end = await rows.filter(begun_at__isnull=False, until__lte=now).order_by("until").limit(LOOK)
        found = [(row, "begin", f"{row.since:%Y%m%d%H%M%S}") for row in begin]
        return found + [(row, "end", f"{row.until:%Y%m%d%H%M%S}") for row in end]

    async def tick(self, absence: int, step: str) -> Told | None:
        """Time has passed: bring it about if it is still due; None for a late tick, that changes nothing.

        One that ended while the house stood still begins and ends at once, and moves nothing for good.
        """
        async with together():
            row = next((one for one, wanted, _ in await self.due(only=absence) if wanted == step), None)
            if row is None:
                return None
            return _told(row, await (self._begin(CLOCK, row) if step == "begin" else self._end(CLOCK, row)))


def _told(row: Absence, moved: int = 0) -> Told:
    return Told(
        id=row.id,
        person=row.person_id,
        since=row.since,
        until=row.until,
        stand_in=row.stand_in_id,
        teams=frozenset(row.teams),
        begun=row.begun_at is not None,
        moved=moved,
    )
