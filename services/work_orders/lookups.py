"""Looking work orders up: one for a reader, lists, and what a sentence may mean."""

from collections.abc import Collection
from datetime import timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from domain.errors import NotAllowed, NotFound
from domain.grants import Permission
from domain.work_orders import REPAIR, State
from models import Attachment, HistoryEntry, WorkOrder
from services.actor import Actor
from services.clock import Clock
from services.files import Files
from services.people import People
from services.places import Places, label
from services.work_orders.standing import Standing
from services.work_orders.values import LIST_LIMIT, SUBJECT, Filter, Given, Line, View


class Lookups:
    """The reading side of the repair."""

    def __init__(self, people: People, places: Places, files: Files, clock: Clock) -> None:
        """Everything that a work order is shown with."""
        self._people = people
        self._places = places
        self._files = files
        self._clock = clock
        self._standing = Standing(people, clock)

    async def view(self, reader: Actor, order_id: int) -> View:
        """One work order for one reader; `NotFound` for those who may not know of it."""
        order = await self._get(reader, order_id)
        grants = self._standing.grants(order, reader)
        facts = self._standing.facts(order, reader, Given(), asking=True)
        willing = sorted(await self._standing.willing(order)) if order.assignee_id is None else []
        names = await self._people.names([order.reporter_id, order.assignee_id, order.candidate_id, *willing])
        place = await self._places.place(order.place)
        return View(
            order=order,
            offers=tuple(s.name for s in REPAIR.offers(State(order.state), grants, facts)),
            reporter=names.get(order.reporter_id, ""),
            assignee=names.get(order.assignee_id or 0, ""),
            candidate=names.get(order.candidate_id or 0, ""),
            owners="、".join(names[i] for i in willing if i in names),
            where=label(place) if place else order.location,
            relations=self._standing.relations(order, reader),
        )

    async def history(self, reader: Actor, order_id: int) -> list[tuple[HistoryEntry, str]]:
        """The steps of a work order, oldest first, each with the name of who took it."""
        order = await self._get(reader, order_id)
        rows = await HistoryEntry.filter(subject=SUBJECT, subject_id=order.id).order_by("id")
        names = await self._people.names(row.actor_id for row in rows)
        return [(row, names.get(row.actor_id or 0, "")) for row in rows]

    async def files(self, reader: Actor, order_id: int) -> list[Attachment]:
        """The files of a work order that this reader may see."""
        order = await self._get(reader, order_id)
        return await self._files.of(SUBJECT, order.id)

    async def id_of(self, reader: Actor, number: str) -> int:
        """The id behind a number; `NotFound` where there is none for this reader."""
        order = await WorkOrder.get_or_none(number=number.upper())
        if order is None:
            raise NotFound("work_order.refusal.not_found", number=number)
        return (await self._get(reader, order.id)).id

    async def lines(self, reader: Actor, wanted: Filter) -> list[Line]:
        """A page of the list, newest first. Needs the permission to look at the board, or asks only for one's own."""
        if wanted.mine != reader.id and not reader.may(Permission.BOARD_VIEW):
            raise NotAllowed(step="list")
        return await self._lines(await _query(wanted).order_by("-id").limit(wanted.limit))

    async def _lines(self, orders: Collection[WorkOrder]) -> list[Line]:
        names = await self._people.names([i for o in orders for i in (o.reporter_id, o.assignee_id)])
        places = await self._places.labels({o.place for o in orders})
        return [
            Line(
                order=o,
                reporter=names.get(o.reporter_id, ""),
                assignee=names.get(o.assignee_id or 0, ""),
                where=places.get(o.place) or o.location,
            )
            for o in orders
        ]

    async def candidates(self, actor: Actor, step: str) -> list[Line]:
        """Work orders on which this person could take this step now, newest first: what a sentence may mean."""
        if actor.id is None:
            return []
        near = Q(reporter_id=actor.id) | Q(assignee_id=actor.id) | Q(candidate_id=actor.id)
        if actor.teams and actor.may(Permission.WORK_ORDER_MEND):
            near |= Q(category__in=actor.teams, state=State.REPORTED.value)
        sources = {s.value for row in REPAIR.steps if row.name == step for s in row.source}
        rows = await WorkOrder.filter(near, state__in=sources).order_by("-id").limit(LIST_LIMIT)
        return await self._lines([o for o in rows if step in self._offered(o, actor)])

    def _offered(self, order: WorkOrder, actor: Actor) -> set[str]:
        facts = self._standing.facts(order, actor, Given(), asking=True)
        steps = REPAIR.offers(State(order.state), self._standing.grants(order, actor), facts)
        return {s.name for s in steps}

    async def latest(self, actor: Actor, within: timedelta) -> WorkOrder | None:
        """The open work order that this person last reported or works on, if it moved lately."""
        if actor.id is None:
            return None
        mine = Q(reporter_id=actor.id) | Q(assignee_id=actor.id)
        rows = WorkOrder.filter(mine, moved_at__gt=self._clock() - within)
        return await rows.order_by("-moved_at", "-id").first()

    async def _get(self, reader: Actor, order_id: int) -> WorkOrder:
        """The only door to a work order."""
        order = await WorkOrder.get_or_none(id=order_id)
        if order is None or not (reader.may(Permission.WORK_ORDER_VIEW) or self._standing.relations(order, reader)):
            raise NotFound("work_order.refusal.not_found", number="")
        return order


def _query(wanted: Filter) -> QuerySet[WorkOrder]:
    rows = WorkOrder.all()
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    if wanted.mine is not None:
        rows = rows.filter(Q(reporter_id=wanted.mine) | Q(assignee_id=wanted.mine))
    if wanted.words:
        rows = rows.filter(Q(number__icontains=wanted.words) | Q(raw_text__icontains=wanted.words))
    return rows.filter(id__lt=wanted.before) if wanted.before else rows
