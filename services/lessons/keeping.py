"""Keeping examples: each correction of a work order, in the transaction of the correction."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Subquery

from domain.grants import Permission
from domain.lessons import week_of
from domain.personal import covered
from domain.work_orders import REPAIR
from models import HistoryEntry, Lesson, Misread, PlaceWord, Unkept, WorkOrder
from services.actor import Actor
from services.clock import Clock
from services.database import transaction
from services.directory import Directory
from services.lessons.aliases import Aliases

FIELDS = ("category", "location", "item", "urgency")
"""What a correction may teach; the code of a place teaches a word instead."""
_REPLACED = ("meant", "kind", "role", "week")
_LONGEST = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """How surely a sentence was read, and by which model: kept with the first step of a record's history."""

    confidence: float = 0.0
    model: str = ""

    def details(self) -> dict[str, str]:
        """As the history keeps it."""
        return {key: str(value) for key, value in asdict(self).items() if value}


UNHEARD = Heard()
"""Nothing is known of the reading."""


class Lessons:
    """Writes down what a correction teaches, unless the school or one of the two people wants nothing kept."""

    def __init__(self, directory: Directory, aliases: Aliases, clock: Clock, zone: ZoneInfo, *, on: bool) -> None:
        """`zone` is the school's, for weeks; with `on` false nothing is ever written."""
        self._directory = directory
        self._aliases = aliases
        self._clock = clock
        self._zone = zone
        self._on = on

    async def corrected(self, order: WorkOrder, actor: Actor, fields: Mapping[str, Any], kind: str) -> None:
        """A record is about to be corrected: `fields` are those that will change, `kind` says how it is done.

        One example a record and field: a later correction replaces what was meant, never what was read first.
        """
        changed = {key: str(fields[key]) for key in FIELDS if key in fields and self._teaches(order, key, fields[key])}
        if not (self._on and order.pk and actor.id and (changed or "place" in fields)):
            return
        if not await wants_none(order.reporter_id, actor.person):
            if changed:
                await self._keep(order, actor, changed, kind)
            if fields.get("place") and fields["place"] != order.place and order.location:
                await self._aliases.proposed(order.location, str(fields["place"]), actor)

    @staticmethod
    def _teaches(order: WorkOrder, key: str, meant: object) -> bool:
        """A value that is new; what was not said at all teaches nothing, but for a trade that had to be asked."""
        was = str(getattr(order, key))
        return bool(meant) and was != str(meant) and bool(was or key == "category")

    async def not_meant(self, order: WorkOrder, actor: Actor) -> bool:
        """This report was none, as its reporter says; was that kept?"""
        keeps = self._on and not await wants_none(order.reporter_id, actor.person)
        if keeps:
            await self._keep(order, actor, {"intent": ""}, "not_meant")
        return keeps

    async def _keep(self, order: WorkOrder, actor: Actor, changed: Mapping[str, str], kind: str) -> None:
        pages, read = await self._directory.pages(), await self._read(order)
        names = tuple(pages.names.values())
        rows = [
            Lesson(
                record=order.id,
                field=field,
                sentence=covered(order.raw_text, names),
                read={key: covered(value, names) for key, value in read.items()},
                was=covered(read.get(field, ""), names)[:_LONGEST],
                meant=covered(meant, names)[:_LONGEST],
                kind="asked" if field == "category" and not read.get(field) else kind,
                role=_role(order, actor),
                week=week_of(self._clock().astimezone(self._zone).date()),
            )
            for field, meant in changed.items()
        ]
        await Lesson.bulk_create(rows, on_conflict=["record", "field"], update_fields=_REPLACED)

    async def _read(self, order: WorkOrder) -> dict[str, str]:
        """What stands in the record before this correction; an earlier lesson of it knows what was read at first.

        With the role in which the reporter spoke: the same words mean another thing when somebody else says them.
        """
        earlier = await Lesson.filter(record=order.id).order_by("id").first()
        if earlier is not None:
            return dict(earlier.read)
        first = await HistoryEntry.filter(subject=REPAIR.name, subject_id=order.id).order_by("id").first()
        heard = {key: first.details.get(key, "") for key in ("confidence", "model")} if first else {}
        reporter = (await self._directory.pages()).people.get(order.reporter_id)
        heard |= {"role": next(iter(reporter.roles), "")} if reporter else {}
        return {"intent": "repair", **{key: str(getattr(order, key)) for key in FIELDS}, **heard}

    async def keep_none(self, actor: Actor) -> None:
        """Keep no words of this person from now on, and forget what was kept of theirs; again is harmless."""
        async with transaction():
            await Unkept.get_or_create(person_id=actor.person)
            theirs = WorkOrder.filter(reporter_id=actor.person).values("id")
            await Lesson.filter(record__in=Subquery(theirs)).delete()
            await Misread.filter(person_id=actor.person).delete()
            if await PlaceWord.filter(person_id=actor.person).delete():
                await self._directory.changed()

    async def keep_again(self, actor: Actor) -> None:
        """This person's words may be kept again; again is harmless."""
        await Unkept.filter(person_id=actor.person).delete()


async def wants_none(*people: int) -> bool:
    """Does any of these people want none of their words kept?"""
    return await Unkept.filter(person_id__in=people).exists()


def _role(order: WorkOrder, actor: Actor) -> str:
    """How the corrector stands to the record."""
    if actor.id == order.reporter_id:
        return "reporter"
    if actor.id == order.assignee_id:
        return "assignee"
    return "lead" if actor.may(Permission.WORK_ORDER_DISPATCH) else "team"
