"""Taking back what a message has opened by mistake: what nobody has begun is withdrawn, the rest is left."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from domain.errors import NotAllowed
from domain.grants import Relation
from domain.work_orders import State
from models import HistoryEntry, WorkOrder
from services.actor import Actor
from services.lessons import Lessons
from services.records import held, hold
from services.unit import Unit, together
from services.work_orders.cases import WorkOrders
from services.work_orders.values import OPEN_STATES, SUBJECT, Given

NEWEST = 2_000
"""Steps that are looked at for those of a message of a moment ago: history has no index by events."""
OPENING = frozenset({"report", "send"})
"""The answer to the desk's question belongs to the report that it has sent on its way."""
_UNTOUCHED = frozenset({State.UNCONFIRMED, State.REPORTED})
_WAYS = ("cancel", "refuse", "amend")


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A work order that stays as it is: where it stands, in whose hands, and a step that its reader may take, or ""."""

    number: str
    state: str
    who: str
    way: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retracted:
    """What has become of a message: numbers that were withdrawn, and those that were left.

    `lesson` is the record whose example waits for what was really meant, 0 where nothing is kept of the message;
    `opened` whether it opened records at all.
    """

    withdrawn: tuple[str, ...] = ()
    left: tuple[Left, ...] = ()
    lesson: int = 0
    opened: bool = False


class Retraction:
    """Takes back, for the sender alone, what came of a message."""

    def __init__(self, orders: WorkOrders, lessons: Lessons) -> None:
        """`lessons` hear of each record that was opened by mistake."""
        self._orders = orders
        self._lessons = lessons

    async def of_message(self, actor: Actor, event: str) -> Retracted:
        """Take back what this person's message has opened, and leave what it only moved.

        `event` is the message's key in history.
        """
        async with together() as unit:
            await unit.flush()
            steps = await _steps_of(actor, event)
            opened = {row.subject_id for row in steps if row.step in OPENING}
            return await self._taken_back(unit, actor, {row.subject_id for row in steps}, opened)

    async def opened(self, actor: Actor, event: str) -> list[str]:
        """The numbers of what a message has opened, or sent on its way."""
        async with together() as unit:
            await unit.flush()
            ids = {row.subject_id for row in await _steps_of(actor, event) if row.step in OPENING}
            return [row.number for row in await WorkOrder.filter(id__in=ids).order_by("id")]

    async def of_record(self, actor: Actor, order_id: int) -> Retracted:
        """Take back a report, and the others of the same message. Raises `NotAllowed` for who has not made it."""
        async with together() as unit:
            view = await self._orders.view(actor, order_id)
            if Relation.REPORTER not in view.relations:
                raise NotAllowed(step="cancel")
            ids = {order_id, *(sister.order.id for sister in view.sisters)}
            return await self._taken_back(unit, actor, ids, ids)

    async def _taken_back(self, unit: Unit, actor: Actor, ids: Collection[int], opened: Collection[int]) -> Retracted:
        await unit.flush()
        await hold(unit, WorkOrder, ids)
        begun = await _begun(ids)
        withdrawn, left, lesson = list[str](), list[Left](), 0
        for order_id in sorted(ids):
            order = await held(unit, WorkOrder, order_id)
            if order is None:
                continue
            mine = order_id in opened and order.reporter_id == actor.id
            if mine and order.state in OPEN_STATES and await self._lessons.not_meant(order, actor):
                lesson = lesson or order.id
            if mine and order_id not in begun and order.state in _UNTOUCHED:
                await self._orders.take(replace(actor, typed=False), order_id, "cancel", Given())
                withdrawn.append(order.number)
            else:
                left.append(await self._left(actor, order_id))
        return Retracted(withdrawn=tuple(withdrawn), left=tuple(left), lesson=lesson, opened=bool(opened))

    async def _left(self, actor: Actor, order_id: int) -> Left:
        view = await self._orders.view(actor, order_id)
        way = next((step for step in _WAYS if step in view.offers), "")
        return Left(number=view.order.number, state=view.order.state, who=view.assignee, way=way)


async def _steps_of(actor: Actor, event: str) -> Sequence[HistoryEntry]:
    """The steps that a message of a moment ago has taken."""
    newest = await HistoryEntry.all().order_by("-id").first()
    if newest is None:
        return []
    late = HistoryEntry.filter(id__gt=newest.id - NEWEST, subject=SUBJECT)
    return await late.filter(event=event, actor_id=actor.person).order_by("id")


async def _begun(ids: Collection[int]) -> set[int]:
    """Those on which somebody else than their reporter has taken a step; that of the clock begins nothing."""
    steps = await HistoryEntry.filter(subject=SUBJECT, subject_id__in=list(ids)).order_by("id")
    reporters = {row.subject_id: row.actor_id for row in steps if row.step == "report"}
    return {row.subject_id for row in steps if row.actor_id not in {None, reporters.get(row.subject_id)}}
