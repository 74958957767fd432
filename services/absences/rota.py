"""The duty roster: who is on duty on which days."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from domain.errors import Invalid, NotAllowed
from domain.grants import Permission
from models import Duty
from services.actor import Actor
from services.unit import together


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Somebody is on duty from the first day to the last; `team` is "" for the whole house."""

    person: int
    first: date
    last: date
    team: str = ""


class Rota:
    """Keeps the roster. It tells who answers; jobs go to their teams as ever."""

    async def enter(self, actor: Actor, turns: list[Turn], today: date) -> None:
        """Put these turns in; whoever stood there for the same team on exactly these days is replaced.

        Raises `NotAllowed` for who does not dispatch, `Invalid` for days that lie behind or run backwards.
        """
        if not actor.may(Permission.WORK_ORDER_DISPATCH):
            raise NotAllowed("absence.refusal.no_rota")
        if any(turn.last < turn.first for turn in turns):
            raise Invalid("absence.refusal.backwards")
        if any(turn.last < today for turn in turns):
            raise Invalid("absence.refusal.past")
        async with together():
            for turn in turns:
                same: dict[str, Any] = {"team": turn.team, "first_day": turn.first, "last_day": turn.last}
                await Duty.filter(**same).delete()
                await Duty.create(**same, person_id=turn.person, entered_by_id=actor.person)

    async def ahead(self, today: date, limit: int = 20) -> list[Turn]:
        """Who is on duty today and after, in order."""
        rows = await Duty.filter(last_day__gte=today).order_by("first_day", "team", "id").limit(limit)
        return [Turn(person=row.person_id, first=row.first_day, last=row.last_day, team=row.team) for row in rows]
