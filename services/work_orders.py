"""The repair, use by use: report, move, correct, look up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from domain import work_orders as rules
from domain.catalog import Catalog, Urgency
from domain.errors import Invalid, NotAllowed, NotFound, Stale, WrongState
from domain.grants import Grants, Permission, Relation
from domain.work_orders import REPAIR, Facts, RefuseReason, State
from domain.workflow import Step
from models import Attachment, HistoryEntry, WorkOrder
from services.actor import CLOCK, Actor
from services.clock import Clock
from services.desk import Desk, Move
from services.files import Files
from services.forms import Forms, Question
from services.mailroom import Mailroom
from services.numbers import Numbers
from services.people import People
from services.places import Places, label

SUBJECT = REPAIR.name
OPEN_STATES = tuple(s.value for s in State if s not in REPAIR.settled)
LIST_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is broken, as it was understood. `place` is a code, `location` the reporter's words."""

    category: str = ""
    place: str = ""
    location: str = ""
    item: str = ""
    asset: str = ""
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What somebody brings to a step: the fields of its form, already read."""

    note: str = ""
    reason: str = ""
    category: str = ""
    colleague: int | None = None
    score: int | None = None
    wake_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A work order as one reader may see it. `offers` are the names of the steps they may take now, `owners` those who may accept it."""

    order: WorkOrder
    offers: tuple[str, ...]
    reporter: str
    assignee: str
    candidate: str
    owners: str
    where: str
    relations: frozenset[Relation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A work order in a list."""

    order: WorkOrder
    reporter: str
    assignee: str
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list shows. `before` is the id of the last row of the page before (keyset paging)."""

    states: tuple[str, ...] = ()
    category: str = ""
    mine: int | None = None
    words: str = ""
    before: int | None = None
    limit: int = LIST_LIMIT


class WorkOrders:
    """The use cases of the repair."""

    def __init__(
        self,
        *,
        catalog: Catalog,
        people: People,
        places: Places,
        files: Files,
        forms: Forms,
        numbers: Numbers,
        mailroom: Mailroom,
        clock: Clock,
        zone: ZoneInfo,
    ) -> None:
        """Everything that a repair touches; `zone` is the school's, for times that are told."""
        self._catalog = catalog
        self._people = people
        self._places = places
        self._files = files
        self._forms = forms
        self._numbers = numbers
        self._clock = clock
        self._zone = zone
        self._desk: Desk[Facts] = Desk(REPAIR, self._audience, people, mailroom, clock)

    # -- reporting

    async def open(self, actor: Actor, text: str, problem: Problem, reason: str = "") -> WorkOrder:
        """Open a work order for one problem; what is missing for sending it on is asked by the caller.

        Raises `NotAllowed` for somebody whose roles do not report.
        """
        if actor.id is None or not actor.may(Permission.WORK_ORDER_OPEN):
            raise NotAllowed(step="report")
        now = self._clock()
        whole = problem.category in self._catalog and bool(problem.place or problem.location)
        order = await WorkOrder.create(
            number=await self._numbers.next("W"),
            state=(State.REPORTED if whole else State.UNCONFIRMED).value,
            category=problem.category,
            first_category=problem.category,
            reporter_id=actor.id,
            place=problem.place,
            location=problem.location[:120],
            item=problem.item[:80],
            asset=problem.asset,
            urgency=problem.urgency.value,
            raw_text=text,
            reason=reason[:200],
            reported_at=now,
            moved_at=now,
        )
        await self._files.claim(actor, SUBJECT, order.id)
        await self._desk.write_down(order, actor, Move(step="report", source="", target=order.state, note=text))
        told = {Relation.TEAM} if whole else set()
        await self._desk.tell(order, "report", told, replace(actor, typed=True), rank(order))
        return order

    # -- moving

    async def take(self, actor: Actor, order_id: int, step: str, given: Given, cycle: int | None = None) -> WorkOrder:
        """Take one step of the table. `cycle` is the one that the pressed card showed, if it was a card.

        Raises a `Refusal` that says what stands in the way, and changes nothing then.
        """
        order = await self._get(actor, order_id)
        try:
            if cycle is not None and cycle != order.cycle:
                raise Stale(step=step)
            await self._move(actor, order, step, given)
        except (WrongState, Stale) as no:
            raise await self._too_late(order.id, step) from no
        await self._forms.settle(SUBJECT, order.id, step)
        return order

    async def _move(self, actor: Actor, order: WorkOrder, step: str, given: Given) -> None:
        grants = self.grants(order, actor)
        facts = self._facts(order, actor, given)
        changes = await self._changes(order, actor, step, given, grants)
        await self._desk.take(
            order, step, actor, grants, facts, note=given.note, details=_details(given), rank=rank(order), changes=changes
        )
        if step == "refuse":
            await self._after_refusal(order, actor, given, grants)

    async def _changes(self, order: WorkOrder, actor: Actor, step: str, given: Given, grants: Grants) -> dict[str, Any]:
        now = self._clock()
        match step:
            case "accept":
                return {"assignee_id": actor.id, "candidate_id": None, "accepted_at": now}
            case "start" | "resume":
                return {"started_at": order.started_at or now, "hold_reason": "", "wake_at": None}
            case "hold":
                return {"hold_reason": given.reason, "wake_at": given.wake_at, "note": given.note}
            case "resolve":
                wake = now + rules.CONFIRM_REMINDERS[0]
                return {"resolved_at": now, "note": given.note, "hold_reason": "", "wake_at": wake}
            case "remind":
                return {"wake_at": self._next_reminder(order)}
            case "transfer":
                await self._check_mender(given.colleague)
                return {"candidate_id": given.colleague}
            case "assign":
                await self._check_mender(given.colleague)
                return {"assignee_id": given.colleague, "candidate_id": None, "accepted_at": now}
            case "decline":
                return {"candidate_id": None}
            case "refuse":
                return {"refused_by": [*order.refused_by, actor.id], "assignee_id": None, "accepted_at": None}
            case "confirm" | "lapse" | "cancel":
                return {"settled_at": now, "wake_at": None}
            case "reopen":
                return {"cycle": order.cycle + 1, "settled_at": None, "rating": None, "wake_at": None}
            case "rate":
                return {"rating": given.score}
            case "urge":
                return {"urged_at": now}
            case _:
                return {}

    def _next_reminder(self, order: WorkOrder) -> datetime | None:
        """When a silent reporter is reminded again; a held job is remembered once."""
        if order.state != State.RESOLVED or order.resolved_at is None:
            return None
        times = (order.resolved_at + wait for wait in rules.CONFIRM_REMINDERS)
        return next((t for t in times if t > self._clock()), None)

    async def _check_mender(self, person: int | None) -> None:
        """Work is handed only to somebody who mends and is still here."""
        found = await self._people.by_ids([person] if person is not None else [])
        if person is not None and not any(a.may(Permission.WORK_ORDER_MEND) for a in found.values()):
            raise Invalid("work_order.refusal.no_mender")

    async def _after_refusal(self, order: WorkOrder, actor: Actor, given: Given, grants: Grants) -> None:
        """Nothing may be left without an owner: another trade, the reporter's answer, or the lead."""
        if given.reason == RefuseReason.WRONG_TRADE and given.category in self._catalog:
            if given.category != order.category:
                await self._reroute(order, actor, given.category, grants)
                return
        if given.reason == RefuseReason.UNCLEAR_PLACE:
            question = Question(subject=SUBJECT, subject_id=order.id, step="amend", field="location")
            await self._forms.ask(order.reporter_id, question)
            await self._desk.tell(order, "unclear", {Relation.REPORTER}, actor, rank(order))
        elif given.reason == RefuseReason.WRONG_TRADE or not await self._willing(order):
            await self._desk.tell(order, "refuse", {Relation.LEAD}, actor, rank(order))

    async def _reroute(self, order: WorkOrder, actor: Actor, category: str, grants: Grants) -> None:
        changes = {"category": category, "refused_by": [], "assignee_id": None, "candidate_id": None, "accepted_at": None}
        facts = self._facts(order, actor, Given())
        details = {"category": category}
        await self._desk.take(
            order, "reroute", actor, grants, facts, details=details, rank=rank(order), changes=changes
        )

    async def amend(self, actor: Actor, order_id: int, problem: Problem) -> WorkOrder:
        """Correct what was understood; fields of `problem` that are empty stay as they are.

        A new category sends the job to its owner. A report that waited for what is now known goes on its way.
        """
        order = await self._get(actor, order_id)
        grants, facts = self.grants(order, actor), self._facts(order, actor, Given())
        fields = _corrections(order, problem)
        try:
            REPAIR.check("amend", self._desk.state(order), grants, facts)
            fresh_trade = fields.pop("category", None)
            if fields or fresh_trade is None or order.state == State.UNCONFIRMED:
                if fresh_trade and order.state == State.UNCONFIRMED:
                    fields["category"] = fresh_trade
                details = {k: str(v) for k, v in fields.items()}
                await self._desk.take(order, "amend", actor, grants, facts, details=details, changes=fields)
            if fresh_trade and order.state != State.UNCONFIRMED:
                await self._reroute(order, actor, fresh_trade, grants)
        except (WrongState, Stale) as no:
            raise await self._too_late(order.id, "amend") from no
        await self._send_on(actor, order, asked=bool(problem.place or problem.location))
        return order

    async def _send_on(self, actor: Actor, order: WorkOrder, *, asked: bool) -> None:
        """A report that lacked something goes on once nothing lacks, or its one question has been answered."""
        facts = self._facts(order, actor, Given())
        if order.state == State.UNCONFIRMED and facts.placed and (order.category in self._catalog or asked):
            await self._desk.take(order, "send", actor, self.grants(order, actor), facts, rank=rank(order))
            await self._forms.settle(SUBJECT, order.id, "amend")

    async def tick(self, order_id: int, step: str) -> None:
        """Time has passed: take the clock's step if it is still due; a late tick changes nothing."""
        order = await WorkOrder.get_or_none(id=order_id)
        if order is None or (order.id, step) not in {(o.id, s) for o, s, _ in await self.due(only=order_id)}:
            return
        facts = self._facts(order, CLOCK, Given())
        changes = await self._changes(order, CLOCK, step, Given(), CLOCK.grants)
        await self._desk.take(order, step, CLOCK, CLOCK.grants, facts, rank=rank(order), changes=changes)

    async def due(self, only: int | None = None) -> list[tuple[WorkOrder, str, str]]:
        """What the clock has to do now: work order, step, and a key that names this very occasion."""
        now = self._clock()
        one = Q(id=only) if only is not None else Q()
        old = WorkOrder.filter(one)
        found: list[tuple[WorkOrder, str, str]] = []
        for order in await old.filter(state=State.UNCONFIRMED.value, moved_at__lte=now - rules.INTAKE_WAIT).limit(500):
            found.append((order, "send", f"{order.version}"))
        for order in await old.filter(state=State.OFFERED.value, moved_at__lte=now - rules.OFFER_WAIT).limit(500):
            found.append((order, "decline", f"{order.version}"))
        waking = (State.HELD.value, State.RESOLVED.value)
        for order in await old.filter(state__in=waking, wake_at__lte=now).limit(500):
            found.append((order, "remind", f"{order.wake_at:%Y%m%d%H%M%S}"))
        for order in await old.filter(state=State.RESOLVED.value, moved_at__lte=now - rules.CONFIRM_WAIT).limit(500):
            found.append((order, "lapse", f"{order.version}"))
        return found

    # -- looking up

    async def view(self, reader: Actor, order_id: int) -> View:
        """One work order for one reader; `NotFound` for those who may not know of it."""
        order = await self._get(reader, order_id)
        grants = self.grants(order, reader)
        facts = replace(self._facts(order, reader, Given()), asking=True)
        willing = sorted(await self._willing(order)) if order.assignee_id is None else []
        names = await self._people.names([order.reporter_id, order.assignee_id, order.candidate_id, *willing])
        place = await self._places.place(order.place)
        return View(
            order=order,
            offers=tuple(s.name for s in REPAIR.offers(self._desk.state(order), grants, facts)),
            reporter=names.get(order.reporter_id, ""),
            assignee=names.get(order.assignee_id or 0, ""),
            candidate=names.get(order.candidate_id or 0, ""),
            owners="、".join(names[i] for i in willing if i in names),
            where=label(place) if place else order.location,
            relations=self.relations(order, reader),
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
        facts = replace(self._facts(order, actor, Given()), asking=True)
        steps: list[Step[Facts]] = REPAIR.offers(self._desk.state(order), self.grants(order, actor), facts)
        return {s.name for s in steps}

    async def latest(self, actor: Actor, within: timedelta) -> WorkOrder | None:
        """The open work order that this person last reported or works on, if it moved lately."""
        if actor.id is None:
            return None
        mine = Q(reporter_id=actor.id) | Q(assignee_id=actor.id)
        rows = WorkOrder.filter(mine, moved_at__gt=self._clock() - within)
        return await rows.order_by("-moved_at", "-id").first()

    async def show(self, reader: Actor, order_id: int) -> None:
        """Send this reader a fresh card of a work order."""
        order = await self._get(reader, order_id)
        await self._desk.tell(order, "show", (), replace(reader, typed=True))

    async def refreshed(self, order_id: int) -> None:
        """Something about a work order is new (a photo came): let the cards that hang show it."""
        order = await WorkOrder.get_or_none(id=order_id)
        if order is not None:
            await self._desk.tell(order, "photo", (), CLOCK)

    async def _get(self, reader: Actor, order_id: int) -> WorkOrder:
        """The only door to a work order."""
        order = await WorkOrder.get_or_none(id=order_id)
        if order is None or not (reader.may(Permission.WORK_ORDER_VIEW) or self.relations(order, reader)):
            raise NotFound("work_order.refusal.not_found", number="")
        return order

    # -- who stands how to a record

    def relations(self, order: WorkOrder, actor: Actor) -> frozenset[Relation]:
        """How this person stands to this work order."""
        if actor.id is None:
            return frozenset()
        mends = actor.may(Permission.WORK_ORDER_MEND)
        standing = {
            Relation.REPORTER: actor.id == order.reporter_id,
            Relation.ASSIGNEE: actor.id == order.assignee_id,
            Relation.CANDIDATE: mends and actor.id == order.candidate_id,
            Relation.TEAM: mends and order.category in actor.teams and actor.id not in order.refused_by,
            Relation.LEAD: actor.may(Permission.WORK_ORDER_DISPATCH),
        }
        return frozenset(relation for relation, true in standing.items() if true)

    def grants(self, order: WorkOrder, actor: Actor) -> Grants:
        """Everything that opens steps of this work order to this person."""
        return actor.grants | self.relations(order, actor)

    async def _willing(self, order: WorkOrder) -> set[int]:
        return set(await self._people.team(order.category)) - set(order.refused_by)

    async def _audience(self, order: WorkOrder, relations: Collection[Relation]) -> set[int]:
        told: set[int] = set()
        for relation in relations:
            people = await self._standing(order, relation)
            if not people and relation in {Relation.TEAM, Relation.ASSIGNEE} and order.state in OPEN_STATES:
                people = await self._standing(order, Relation.LEAD)  # nothing may be left without an owner
            told |= people
        return told

    async def _standing(self, order: WorkOrder, relation: Relation) -> set[int]:
        match relation:
            case Relation.TEAM:
                return await self._willing(order) if order.assignee_id is None else {order.assignee_id}
            case Relation.LEAD:
                return set(await self._people.holding(Permission.WORK_ORDER_DISPATCH))
            case Relation.REPORTER:
                return {order.reporter_id}
            case Relation.ASSIGNEE:
                return set(await self._people.by_ids([order.assignee_id] if order.assignee_id else []))
            case Relation.CANDIDATE:
                return {order.candidate_id} if order.candidate_id else set()
            case _:
                return set()

    def _facts(self, order: WorkOrder, actor: Actor, given: Given) -> Facts:
        return Facts(
            actor=actor.id,
            assignee=order.assignee_id,
            now=self._clock(),
            note=given.note,
            reason=given.reason,
            chosen=given.colleague,
            score=given.score,
            rating=order.rating,
            placed=bool(order.place or order.location),
            settled_at=order.settled_at,
            urged_at=order.urged_at,
        )

    async def _too_late(self, order_id: int, step: str) -> Stale:
        """Say how the record stands now, who moved it last and when."""
        order = await WorkOrder.get(id=order_id)
        last = await HistoryEntry.filter(subject=SUBJECT, subject_id=order_id).order_by("-id").first()
        names = await self._people.names([last.actor_id if last else None, order.assignee_id])
        return Stale(
            "work_order.refusal.too_late_now",
            number=order.number,
            step=step,
            state=order.state,
            who=names.get((last.actor_id if last else None) or 0, ""),
            assignee=names.get(order.assignee_id or 0, ""),
            at=f"{(last.at if last else order.moved_at).astimezone(self._zone):%H:%M}",
        )


def rank(order: WorkOrder) -> int:
    """How pressing the news of a work order are in the outbox."""
    return 0 if order.urgency == Urgency.EMERGENCY else 1


def _details(given: Given) -> dict[str, str]:
    known: Mapping[str, object] = {
        "reason": given.reason,
        "category": given.category,
        "colleague": given.colleague,
        "score": given.score,
        "wake_at": given.wake_at.isoformat() if given.wake_at else "",
    }
    return {key: str(value) for key, value in known.items() if value}


def _corrections(order: WorkOrder, problem: Problem) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    if problem.category and problem.category != order.category:
        wanted["category"] = problem.category
    if problem.place or problem.location:
        wanted |= {"place": problem.place, "location": problem.location[:120]}
    if problem.item:
        wanted["item"] = problem.item[:80]
    if problem.asset:
        wanted["asset"] = problem.asset
    if problem.urgency not in (Urgency.NORMAL, order.urgency):
        wanted["urgency"] = problem.urgency.value
    return wanted


def _query(wanted: Filter) -> Any:
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
