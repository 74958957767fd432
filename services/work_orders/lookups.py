"""Looking work orders up: one for a reader, lists, and what a sentence may mean."""

from collections.abc import Collection, Mapping
from datetime import timedelta

from tortoise.expressions import Q

from domain.errors import NotAllowed, NotFound
from domain.grants import Permission, Relation
from domain.work_orders import REPAIR, State
from models import Attachment, HistoryEntry, WorkOrder
from services.actor import Actor
from services.clock import Clock
from services.files import Files
from services.people import People
from services.places import Places
from services.records import held
from services.statements import Statement
from services.unit import unit_in_hand
from services.work_orders import listing
from services.work_orders.privacy import Privacy
from services.work_orders.standing import Standing
from services.work_orders.values import (
    LIST_LIMIT,
    OPEN_STATES,
    SUBJECT,
    Filter,
    Folder,
    Given,
    Line,
    Page,
    Sight,
    Sister,
    View,
)

OWN = ("reporter_id", "assignee_id", "candidate_id")
"""How a work order may be somebody's."""
_NOTHING = Given()
"""What somebody has brought who only looks."""
_ORDERS = Statement(lambda ids: WorkOrder.filter(id__in=ids))


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
        sisters = await self._sisters([order])
        return await self.view_of(reader, Folder(order, sisters=sisters.get(order.id, ())))

    async def gather(self, ids: Collection[int]) -> dict[int, Folder]:
        """Work orders and what belongs to them by id, in two queries: to be shown by `view_of` and `files_of`.

        Where several problems were told in one message, a third one reads the sisters.
        """
        files = await self._files.of_many(SUBJECT, ids)
        orders = await _ORDERS.objects(WorkOrder, list(ids))
        sisters = await self._sisters(orders)
        return {order.id: Folder(order, tuple(files.get(order.id, ())), sisters.get(order.id, ())) for order in orders}

    async def _sisters(self, orders: Collection[WorkOrder]) -> dict[int, tuple[WorkOrder, ...]]:
        """The other problems of the same messages, by the id of each of these."""
        told = {order.id: order.told_with.split() for order in orders if order.told_with}
        if not told:
            return {}
        await _written()
        rows = await WorkOrder.filter(number__in={number for numbers in told.values() for number in numbers})
        found = {row.number: row for row in rows}
        return {key: tuple(found[number] for number in numbers if number in found) for key, numbers in told.items()}

    async def view_of(self, reader: Actor, folder: Folder) -> View:
        """What `view` gives, of a work order that was gathered."""
        order = self._let_in(reader, folder.order)
        relations = self._standing.relations(order, reader)
        where = (await self._places.labels({order.place})).get(order.place, "")
        sight = self._sight(order, reader, where)
        willing = sorted(await self._standing.willing(order)) if order.assignee_id is None else []
        named = [order.reporter_id, order.assignee_id, order.candidate_id, order.instead_of_id]
        named += [*order.helpers, *willing]
        names = await self._people.names([] if sight is Sight.STATE else named)
        shown = self._privacy.order(order, sight)
        return View(
            order=shown,
            offers=tuple(self._open_to(order, reader, relations)),
            reporter=names.get(order.reporter_id, ""),
            assignee=names.get(order.assignee_id or 0, ""),
            candidate=names.get(order.candidate_id or 0, ""),
            helpers="、".join(names[i] for i in order.helpers if i in names),
            instead_of=names.get(order.instead_of_id or 0, ""),
            owners="、".join(names[i] for i in willing if i in names),
            where="" if sight is Sight.STATE else where or shown.location,
            relations=relations,
            sight=sight,
            sisters=await self._seen(reader, folder.sisters),
        )

    async def _seen(self, reader: Actor, sisters: Collection[WorkOrder]) -> tuple[Sister, ...]:
        """The sisters as a reader may see them."""
        places = await self._places.labels({order.place for order in sisters}) if sisters else {}
        return tuple(self._sister(order, reader, places.get(order.place, "")) for order in sisters)

    def _sister(self, order: WorkOrder, reader: Actor, where: str) -> Sister:
        sight = self._sight(order, reader, where)
        shown = self._privacy.order(order, sight)
        seen = "" if sight is Sight.STATE else where or shown.location
        return Sister(order=shown, where=seen, offers=tuple(self._offered(order, reader)))

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

    def files_of(self, reader: Actor, folder: Folder) -> tuple[Attachment, ...]:
        """What `files` gives, of a work order that was gathered."""
        order = self._let_in(reader, folder.order)
        return folder.files if folder.files and self._standing.near(order, reader) else ()

    async def id_of(self, reader: Actor, number: str) -> int:
        """The id behind a number; `NotFound` where there is none for this reader."""
        await _written()
        order = await WorkOrder.get_or_none(number=number.upper())
        if order is None:
            raise NotFound("work_order.refusal.not_found", number=number)
        return (await self._get(reader, order.id)).id

    async def lines(self, reader: Actor, wanted: Filter) -> list[Line]:
        """The lines of `page`."""
        return (await self.page(reader, wanted)).lines

    async def page(self, reader: Actor, wanted: Filter) -> Page:
        """A page of the list, newest first. Needs the permission to look at the board, or asks only for one's own.

        Who names a whole number gets that one, whatever its state and trade. Words are looked for in so many rows at a
        time, and found only where the reader sees them: a word that is hidden finds nothing.
        """
        if wanted.mine != reader.id and not reader.may(Permission.BOARD_VIEW):
            raise NotAllowed(step="list")
        await _written()
        if listing.WHOLE_NUMBER.fullmatch(wanted.words):
            named = await WorkOrder.filter(number=wanted.words.upper())
            mine = [o for o in named if wanted.mine in {None, o.reporter_id, o.assignee_id}]
            return Page(lines=await self._lines(mine, reader))
        if listing.is_search(wanted):
            return await self._searched(reader, wanted)
        ids = await listing.newest(listing.branches_of(wanted), wanted.limit + 1, wanted.before)
        shown = ids[: wanted.limit]
        older = shown[-1] if len(ids) > wanted.limit else None
        return Page(lines=await self._lines(await listing.by_ids(shown), reader), older=older)

    async def _searched(self, reader: Actor, wanted: Filter) -> Page:
        """What is found among the next rows; how far that was is told where they have not filled the page."""
        looked, found = await listing.look(wanted), list[Line]()
        for start in range(0, len(looked.ids), wanted.limit):
            orders = await listing.by_ids(looked.ids[start : start + wanted.limit])
            found += [line for line in await self._lines(orders, reader) if _shows(line, wanted.words)]
            if len(found) > wanted.limit:
                return Page(lines=found[: wanted.limit], older=found[wanted.limit - 1].order.id)
        if looked.last is None:
            return Page(lines=found)
        return Page(lines=found, older=looked.last, reached=(await WorkOrder.get(id=looked.last)).number)

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
        sources = sorted(REPAIR.sources(step))
        near: list[listing.Branch] = [{role: actor.id, "state": state} for role in OWN for state in sources]
        if actor.may(Permission.WORK_ORDER_MEND) and State.REPORTED in sources:
            near += [{"category": team, "state": State.REPORTED.value} for team in sorted(actor.teams)]
        if actor.may(Permission.WORK_ORDER_DISPATCH):
            leads = REPAIR.sources(step, by=frozenset({Relation.LEAD})) - REPAIR.settled
            near += [{"state": state} for state in sorted(leads)]
        await _written()
        rows = await listing.by_ids(await listing.newest(near, LIST_LIMIT))
        possible = [o for o in rows if step in self._offered(o, actor)]
        return await self._lines(possible, actor)

    def _offered(self, order: WorkOrder, actor: Actor) -> list[str]:
        """The steps that this person could take now, in the order of the table."""
        return self._open_to(order, actor, self._standing.relations(order, actor))

    def _open_to(self, order: WorkOrder, actor: Actor, relations: frozenset[Relation]) -> list[str]:
        """The same for who is known to stand so to the work order."""
        facts = self._standing.facts(order, actor, _NOTHING, asking=True)
        steps = REPAIR.offers(State(order.state), actor.grants | relations, facts)
        return [step.name for step in steps]

    async def latest(self, actor: Actor, within: timedelta) -> WorkOrder | None:
        """The open work order that this person last reported or works on, if it moved lately."""
        if actor.id is None:
            return None
        mine = Q(reporter_id=actor.id) | Q(assignee_id=actor.id)
        await _written()
        rows = WorkOrder.filter(mine, state__in=OPEN_STATES, moved_at__gt=self._clock() - within)
        return await rows.order_by("-moved_at", "-id").first()

    async def _get(self, reader: Actor, order_id: int) -> WorkOrder:
        return self._let_in(reader, await self._found(order_id))

    async def _found(self, order_id: int) -> WorkOrder | None:
        """In a unit of work a record is held, so that it can be moved."""
        unit = unit_in_hand()
        return await held(unit, WorkOrder, order_id) if unit else await WorkOrder.get_or_none(id=order_id)

    def _let_in(self, reader: Actor, order: WorkOrder | None) -> WorkOrder:
        """The only door to a work order."""
        if order is None or not (reader.may(Permission.WORK_ORDER_VIEW) or self._standing.relations(order, reader)):
            raise NotFound("work_order.refusal.not_found", number="")
        return order


async def _written() -> None:
    """What earlier events of the same batch did is found as well."""
    if unit := unit_in_hand():
        await unit.flush()


def _shows(line: Line, words: str) -> bool:
    """Are the words among those that the reader sees? Only here the numbers are masked and rooms have their names."""
    if line.sight is Sight.WHOLE:
        return True
    seen = (line.order.number, line.order.item, line.order.location)
    return any(words.casefold() in text.casefold() for text in seen)
