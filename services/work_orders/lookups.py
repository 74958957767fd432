"""Looking work orders up: one for a reader, lists, and what a sentence may mean."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from tortoise.expressions import Q
from tortoise.queryset import QuerySet

from domain.errors import NotAllowed, NotFound
from domain.grants import Permission, Relation
from domain.work_orders import REPAIR, State
from models import Attachment, HistoryEntry, WorkOrder
from services.actor import Actor
from services.clock import Clock
from services.files import Files
from services.people import People
from services.places import Places
from services.work_orders.privacy import Privacy
from services.work_orders.standing import Standing
from services.work_orders.values import LIST_LIMIT, OPEN_STATES, SUBJECT, Filter, Given, Line, Sight, View


class Lookups:
    """The reading side of the repair."""

    def __init__(self, people: People, places: Places, files: Files, clock: Clock, privacy: Privacy) -> None:
        """Everything that a work order is shown with."""
        self._people = people
        self._places = places
        self._files = files
        self._clock = clock
        self._privacy = privacy
        self._standing = Standing(people, clock)

    async def view(self, reader: Actor, order_id: int) -> View:
        """One work order for one reader; `NotFound` for those who may not know of it."""
        order = await self._get(reader, order_id)
        grants = self._standing.grants(order, reader)
        facts = self._standing.facts(order, reader, Given(), asking=True)
        where = (await self._places.labels({order.place})).get(order.place, "")
        sight = self._sight(order, reader, where)
        willing = sorted(await self._standing.willing(order)) if order.assignee_id is None else []
        named = [order.reporter_id, order.assignee_id, order.candidate_id, *willing]
        names = await self._people.names([] if sight is Sight.STATE else named)
        shown = self._privacy.order(order, sight)
        return View(
            order=shown,
            offers=tuple(s.name for s in REPAIR.offers(State(order.state), grants, facts)),
            reporter=names.get(order.reporter_id, ""),
            assignee=names.get(order.assignee_id or 0, ""),
            candidate=names.get(order.candidate_id or 0, ""),
            owners="、".join(names[i] for i in willing if i in names),
            where="" if sight is Sight.STATE else where or shown.location,
            relations=self._standing.relations(order, reader),
            sight=sight,
        )

    def _sight(self, order: WorkOrder, reader: Actor, where: str) -> Sight:
        return self._privacy.sight(order, where, near=self._standing.near(order, reader))

    async def history(self, reader: Actor, order_id: int) -> list[tuple[HistoryEntry, str]]:
        """The steps that this reader may see, oldest first, each with the name of who took it."""
        order = await self._get(reader, order_id)
        where = (await self._places.labels({order.place})).get(order.place, "")
        rows = await HistoryEntry.filter(subject=SUBJECT, subject_id=order.id).order_by("id")
        shown = self._privacy.history(rows, self._sight(order, reader, where))
        names = await self._people.names(row.actor_id for row in shown)
        return [(row, names.get(row.actor_id or 0, "")) for row in shown]

    async def files(self, reader: Actor, order_id: int) -> list[Attachment]:
        """The files of a work order, for those whom it concerns; others see none."""
        order = await self._get(reader, order_id)
        return await self._files.of(SUBJECT, order.id) if self._standing.near(order, reader) else []

    async def id_of(self, reader: Actor, number: str) -> int:
        """The id behind a number; `NotFound` where there is none for this reader."""
        order = await WorkOrder.get_or_none(number=number.upper())
        if order is None:
            raise NotFound("work_order.refusal.not_found", number=number)
        return (await self._get(reader, order.id)).id

    async def lines(self, reader: Actor, wanted: Filter) -> list[Line]:
        """A page of the list, newest first. Needs the permission to look at the board, or asks only for one's own.

        What was looked for is found only where the reader sees it: a word that is hidden finds nothing.
        """
        if wanted.mine != reader.id and not reader.may(Permission.BOARD_VIEW):
            raise NotAllowed(step="list")
        rows = await self._query(wanted, reader).order_by("-id").limit(wanted.limit)
        return [line for line in await self._lines(rows, reader) if _shows(line, wanted.words)]

    async def _lines(self, orders: Collection[WorkOrder], reader: Actor) -> list[Line]:
        names = await self._people.names([i for o in orders for i in (o.reporter_id, o.assignee_id)])
        places = await self._places.labels({o.place for o in orders})
        return [self._line(order, reader, places.get(order.place, ""), names) for order in orders]

    def _line(self, order: WorkOrder, reader: Actor, where: str, names: Mapping[int, str]) -> Line:
        sight = self._sight(order, reader, where)
        shown = self._privacy.order(order, sight)
        told = sight is not Sight.STATE
        return Line(
            order=shown,
            reporter=names.get(order.reporter_id, "") if told else "",
            assignee=names.get(order.assignee_id or 0, "") if told else "",
            where=(where or shown.location) if told else "",
            sight=sight,
        )

    async def candidates(self, actor: Actor, step: str) -> list[Line]:
        """Work orders on which this person could take this step now, newest first: what a sentence may mean."""
        if actor.id is None:
            return []
        near = Q(reporter_id=actor.id) | Q(assignee_id=actor.id) | Q(candidate_id=actor.id)
        if actor.teams and actor.may(Permission.WORK_ORDER_MEND):
            near |= Q(category__in=actor.teams, state=State.REPORTED.value)
        if actor.may(Permission.WORK_ORDER_DISPATCH):
            leads = REPAIR.sources(step, by=frozenset({Relation.LEAD})) - REPAIR.settled
            near |= Q(state__in=[s.value for s in leads])
        sources = [s.value for s in REPAIR.sources(step)]
        rows = await WorkOrder.filter(near, state__in=sources).order_by("-id").limit(LIST_LIMIT)
        return await self._lines([o for o in rows if step in self._offered(o, actor)], actor)

    def _offered(self, order: WorkOrder, actor: Actor) -> set[str]:
        facts = self._standing.facts(order, actor, Given(), asking=True)
        steps = REPAIR.offers(State(order.state), self._standing.grants(order, actor), facts)
        return {s.name for s in steps}

    async def latest(self, actor: Actor, within: timedelta) -> WorkOrder | None:
        """The open work order that this person last reported or works on, if it moved lately."""
        if actor.id is None:
            return None
        mine = Q(reporter_id=actor.id) | Q(assignee_id=actor.id)
        rows = WorkOrder.filter(mine, state__in=OPEN_STATES, moved_at__gt=self._clock() - within)
        return await rows.order_by("-moved_at", "-id").first()

    async def _get(self, reader: Actor, order_id: int) -> WorkOrder:
        """The only door to a work order."""
        order = await WorkOrder.get_or_none(id=order_id)
        if order is None or not (reader.may(Permission.WORK_ORDER_VIEW) or self._standing.relations(order, reader)):
            raise NotFound("work_order.refusal.not_found", number="")
        return order

    def _query(self, wanted: Filter, reader: Actor) -> QuerySet[WorkOrder]:
        rows = WorkOrder.all()
        if wanted.states:
            rows = rows.filter(state__in=wanted.states)
        if wanted.category:
            rows = rows.filter(category=wanted.category)
        if wanted.mine is not None:
            rows = rows.filter(Q(reporter_id=wanted.mine) | Q(assignee_id=wanted.mine))
        if wanted.words:
            rows = rows.filter(_has_words(wanted.words, reader, self._privacy.security))
        return rows.filter(id__lt=wanted.before) if wanted.before else rows


def _has_words(words: str, reader: Actor, security: Collection[str]) -> Q:
    """Numbers are everybody's, open words everybody's but of the school's security, all words of whom it concerns."""
    shown = Q(item__icontains=words) | Q(location__icontains=words)
    every = shown | Q(raw_text__icontains=words)
    if reader.may(Permission.WORK_ORDER_DISPATCH):
        return Q(number__icontains=words) | every
    near = Q(reporter_id=reader.id) | Q(assignee_id=reader.id) | Q(candidate_id=reader.id)
    if reader.teams:
        near |= Q(category__in=reader.teams)
    for word in security:
        shown &= ~(Q(item__icontains=word) | Q(location__icontains=word) | Q(raw_text__icontains=word))
    return Q(number__icontains=words) | shown | (near & every)


def _shows(line: Line, words: str) -> bool:
    """Are the words among those that the reader sees? Only here the numbers are masked and rooms have their names."""
    if line.sight is Sight.WHOLE:
        return True
    seen = (line.order.number, line.order.item, line.order.location)
    return any(words.casefold() in text.casefold() for text in seen)
