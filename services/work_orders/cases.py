"""The repair, use by use: report, move, correct."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.expressions import Q

from domain import work_orders as rules
from domain.catalog import Catalog, Urgency
from domain.errors import Invalid, NotAllowed, Stale, WrongState
from domain.escalation import Level
from domain.grants import Grants, Permission, Relation
from domain.work_orders import REPAIR, Facts, RefuseReason, State
from models import HistoryEntry, WorkOrder
from services.actor import CLOCK, Actor
from services.clock import Clock
from services.columns import new_row
from services.desk import Desk, Move
from services.files import Files
from services.forms import Forms, Question
from services.lessons import UNHEARD, Heard, Lessons
from services.mailroom import Mailroom
from services.numbers import Numbers
from services.people import People
from services.places import Places
from services.records import held, hold
from services.sealing import Seals
from services.tallies import Tallies
from services.unit import together, unit_in_hand
from services.work_orders.changes import Act, changes_of, corrections_of, details_of, used
from services.work_orders.clocks import Clocks
from services.work_orders.lookups import Lookups
from services.work_orders.privacy import Privacy
from services.work_orders.values import OPEN_STATES, SUBJECT, Given, Problem, rank

LETTER = "W"
TICKS = 500
"""Timed steps of one kind that are taken in at one look of the clock."""


class WorkOrders(Lookups):
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
        tallies: Tallies,
        seals: Seals,
        privacy: Privacy,
        lessons: Lessons,
        clocks: Clocks,
    ) -> None:
        """Everything that a repair touches; `zone` is the school's, for times that are told."""
        super().__init__(people, places, files, clock, privacy)
        self._catalog = catalog
        self._forms = forms
        self._numbers = numbers
        self._zone = zone
        self._lessons = lessons
        self._clocks = clocks
        self._desk: Desk[Facts] = Desk(REPAIR, self._standing.audience, people, mailroom, clock, tallies, seals)

    async def expect(self, ids: Collection[int]) -> None:
        """Read at once, and hold, the work orders that a batch names."""
        if unit := unit_in_hand():
            await hold(unit, WorkOrder, ids)

    async def lay_in(self, count: int) -> None:
        """Have numbers for so many reports."""
        await self._numbers.lay_in(LETTER, count)

    async def open_all(
        self, actor: Actor, text: str, problems: Sequence[Problem], reason: str = "", heard: Heard = UNHEARD
    ) -> list[WorkOrder]:
        """Open a work order for each problem of a message; what is missing for sending it on is asked by the caller.

        Each knows the numbers of the others. The first answers its reporter with a card, of the others only those whose
        trade has to be asked. An emergency goes out at once, whatever is missing: without a trade it is the lead's.
        Raises `NotAllowed` for somebody whose roles do not report.
        """
        if not actor.may(Permission.WORK_ORDER_OPEN):
            raise NotAllowed(step="report")
        async with together():
            numbers = [await self._numbers.next(LETTER) for _ in problems]
            orders = []
            for number, problem in zip(numbers, problems, strict=True):
                untold = not (problem.place or problem.location) or problem.category in self._catalog
                answers = number == numbers[0] or not untold
                writer = replace(actor, typed=answers)
                sisters = " ".join(other for other in numbers if other != number)
                orders.append(await self._open(writer, text, problem, reason, heard, number, sisters))
        return orders

    async def _open(
        self,
        actor: Actor,
        text: str,
        problem: Problem,
        reason: str,
        heard: Heard,
        number: str,
        told_with: str,
    ) -> WorkOrder:
        now = self._clock()
        whole = problem.category in self._catalog and bool(problem.place or problem.location)
        urgency = problem.urgency or Urgency.NORMAL
        out = whole or urgency is Urgency.EMERGENCY
        async with together() as unit:
            order = new_row(
                WorkOrder,
                number=number,
                told_with=told_with,
                state=(State.REPORTED if out else State.UNCONFIRMED).value,
                category=problem.category,
                first_category=problem.category,
                reporter_id=actor.person,
                place=problem.place,
                location=problem.location[:120],
                item=problem.item[:80],
                asset=problem.asset[:40],
                urgency=urgency.value,
                raw_text=text,
                reason=reason[:200],
                reported_at=now,
                moved_at=now,
                **self._clocks.opened(State.REPORTED if out else State.UNCONFIRMED, urgency, problem.category, now),
            )
            move = Move(step="report", source="", target=order.state, note=text, details=heard.details())
            alarmed = {Relation.LEAD} if urgency is Urgency.EMERGENCY else set()
            told = {Relation.TEAM, *alarmed} if out else set()
            await self._desk.open(order, actor, move, told, rank(order))
            if self._files.has_waiting(actor):
                await unit.flush()
                await self._files.claim(actor, SUBJECT, order.id)
        return order

    async def filed(self, order: WorkOrder) -> int:
        """The id of a work order that was just opened: in a batch it is written only now."""
        async with together() as unit:
            if order.pk is None:
                await unit.flush()
        return order.id

    async def take(self, actor: Actor, order_id: int, step: str, given: Given, cycle: int | None = None) -> WorkOrder:
        """Take one step of the table. `cycle` is the one that the pressed card showed, if it was a card.

        Raises a `Refusal` that says what stands in the way, and changes nothing then.
        """
        async with together():
            order = await self._get(actor, order_id)
            try:
                if cycle is not None and cycle != order.cycle:
                    raise Stale(step=step)
                await self._move(actor, order, step, used(step, given))
            except (WrongState, Stale) as no:
                raise await self._too_late(order, step) from no
            await self._forms.settle(SUBJECT, order.id, step)
        return order

    async def _move(self, actor: Actor, order: WorkOrder, step: str, given: Given) -> None:
        grants = self._standing.grants(order, actor)
        facts = self._standing.facts(order, actor, given)
        REPAIR.check(step, State(order.state), grants, facts, by_hand=True)
        await self._check_mender(given.colleague)
        given = await self._standing.present(order, step, actor, given)
        self._check_trade(given.category, actor)
        await self._step(order, step, actor, grants, given)
        if step == "refuse":
            await self._after_refusal(order, actor, given, grants)

    async def _step(self, order: WorkOrder, step: str, actor: Actor, grants: Grants, given: Given) -> None:
        """Move the record with all that belongs to the step; another trade teaches how the sentence was meant."""
        if step == "reroute":
            kind = "refusal" if actor.id in order.refused_by else "reroute"
            await self._lessons.corrected(order, actor, {"category": given.category}, kind)
        actor = self._standing.acting(order, step, actor, given)
        now, facts = self._clock(), self._standing.facts(order, actor, given)
        changes = changes_of(
            step, Act(order=order, actor=actor, given=given, now=now, reminders=self._clocks.deadlines.confirm[:-1])
        )
        target = REPAIR.check(step, State(order.state), grants, facts).target or order.state
        late = self._clocks.nudged(order, now) if step == "nudge" else {}
        changes |= late or self._clocks.moved(order, step, State(target), changes, now)
        await self._desk.take(
            order, step, actor, grants, facts,
            note=given.note, details=details_of(given), rank=rank(order), changes=changes,
        )  # fmt: skip
        if step == "nudge" and order.level > Level.LEAD:
            await self._desk.send(order, step, {Relation.LEAD}, actor, rank(order))
        again = step == "reopen" and order.cycle >= rules.LEADS_CYCLE
        if again or (step == "decline" and order.declines >= rules.MOST_DECLINES):
            await self._desk.send(order, step, {Relation.LEAD}, replace(actor, typed=False), rank(order))
        await self._forget_questions(order)
        if over := await self._standing.stand_in(order):
            await self._step(order, "stand_in", replace(actor, typed=False), CLOCK.grants, over)

    async def _forget_questions(self, order: WorkOrder) -> None:
        """What somebody was asked loses its point when the step is no longer theirs to take."""
        asked = await self._forms.asked(SUBJECT, order.id)
        people = await self._people.by_ids(asked)
        pointless = [i for i, step in asked.items() if i not in people or step not in self._offered(order, people[i])]
        await self._forms.forget(SUBJECT, order.id, pointless)

    async def _check_mender(self, person: int | None) -> None:
        """Work is handed only to somebody who mends and is still here."""
        found = await self._people.by_ids([person] if person is not None else [])
        if person is not None and not any(a.may(Permission.WORK_ORDER_MEND) for a in found.values()):
            names = "、".join(m.name for m in await self._people.menders())
            raise Invalid("work_order.refusal.no_mender", names=names)

    def _check_trade(self, category: str, actor: Actor) -> None:
        """A job is given only to a trade of the school's catalogue: no other has a team."""
        if category and category not in self._catalog:
            names = "、".join(c.label(actor.locale) for c in self._catalog)
            raise Invalid("work_order.refusal.no_trade", names=names)

    async def _after_refusal(self, order: WorkOrder, actor: Actor, given: Given, grants: Grants) -> None:
        """Nothing may be left without an owner: another trade, the reporter's answer, or the lead."""
        wrong_trade = given.reason == RefuseReason.WRONG_TRADE
        answered = replace(actor, typed=False)
        if wrong_trade and given.category and given.category != order.category:
            await self._step(order, "reroute", answered, grants, Given(category=given.category))
            return
        if given.reason == RefuseReason.UNCLEAR_PLACE:
            question = Question(subject=SUBJECT, subject_id=order.id, step="amend", field="location")
            await self._forms.ask(order.reporter_id, question)
            await self._desk.tell(order, "unclear", {Relation.REPORTER}, answered, rank(order))
        if wrong_trade or not await self._standing.owned(order):
            await self._desk.send(order, "refuse", {Relation.LEAD}, answered, rank(order))

    async def amend(self, actor: Actor, order_id: int, problem: Problem) -> WorkOrder:
        """Correct what was understood; fields of `problem` that are empty stay as they are.

        A new category sends the job to its owner, a new place is told afresh to those who mend or may take it. A report
        that waited for what is now known goes on its way. Raises `Invalid` for a category that the school has not.
        """
        async with together():
            order = await self._get(actor, order_id)
            out, fields = order.state != State.UNCONFIRMED, corrections_of(order, problem)
            await self._amend(actor, order, problem, fields)
            if out and "place" in fields:
                await self._desk.send(order, "amend", {Relation.TEAM}, replace(actor, typed=False), rank(order))
            await self._send_on(actor, order, asked=bool(problem.place or problem.location))
        return order

    async def amend_all(self, actor: Actor, order_ids: Sequence[int], problem: Problem) -> None:
        """The same correction of several. One card answers for the problems of one message, as it tells of the others.

        Those whose trade has to be asked answer by themselves.
        """
        async with together() as unit:
            await hold(unit, WorkOrder, order_ids)
            answered = set[str]()
            for order_id in order_ids:
                order = await self._get(actor, order_id)
                told = order.number in answered and order.category in self._catalog
                await self.amend(replace(actor, typed=actor.typed and not told), order_id, problem)
                answered |= {order.number, *order.told_with.split()}

    async def _amend(self, actor: Actor, order: WorkOrder, problem: Problem, fields: Mapping[str, Any]) -> None:
        grants = self._standing.grants(order, actor)
        try:
            REPAIR.check("amend", State(order.state), grants, self._standing.facts(order, actor, Given()))
            self._check_trade(problem.category, actor)
            await self._correct(order, actor, grants, fields)
        except (WrongState, Stale) as no:
            raise await self._too_late(order, "amend") from no

    async def _correct(self, order: WorkOrder, actor: Actor, grants: Grants, fields: Mapping[str, Any]) -> None:
        """Set what is new; a new trade on a report that is already out sends it to its new owner."""
        out = order.state != State.UNCONFIRMED
        kept = {key: value for key, value in fields.items() if not (out and key == "category")}
        if kept or not fields:
            facts = self._standing.facts(order, actor, Given())
            details = {key: str(value) for key, value in kept.items()}
            await self._lessons.corrected(order, actor, kept, "amend")
            clocks = self._clocks.moved(order, "amend", State(order.state), kept, self._clock())
            await self._desk.take(order, "amend", actor, grants, facts, details=details, changes={**kept, **clocks})
        if out and "category" in fields:
            await self._step(order, "reroute", actor, grants, Given(category=fields["category"]))

    async def _send_on(self, actor: Actor, order: WorkOrder, *, asked: bool) -> None:
        """A report that lacked something goes on once nothing lacks, or its one question has been answered."""
        placed = bool(order.place or order.location)
        if order.state == State.UNCONFIRMED and placed and (order.category in self._catalog or asked):
            await self._step(order, "send", actor, self._standing.grants(order, actor), Given())
            await self._forms.settle(SUBJECT, order.id, "amend")

    # -- who leaves

    async def release(self, left: Actor) -> int:
        """Give back what lies in the hands of somebody who has left the school; returns how many work orders that are.

        An offer to them is declined, a job of theirs waits for its team again, and the lead hears of it, as of any job
        that now waits for nobody. What they have finished or reported themselves goes its way.
        """
        async with together() as unit:
            await unit.flush()
            offered = WorkOrder.filter(candidate_id=left.person, state=State.OFFERED.value).order_by("id")
            steps = [(row.id, "decline") for row in await offered.only("id")]
            theirs = WorkOrder.filter(assignee_id=left.person, state__in=[s.value for s in REPAIR.sources("release")])
            steps += [(row.id, "release") for row in await theirs.order_by("id").only("id")]
            await hold(unit, WorkOrder, [order_id for order_id, _ in steps])
            await self.tell_of_ownerless(left, "release")
            for order_id, step in steps:
                order = await held(unit, WorkOrder, order_id)
                if order is not None and State(order.state) in REPAIR.sources(step):
                    await self._step(order, step, CLOCK, CLOCK.grants, Given())
        return len(steps)

    async def tell_of_ownerless(self, left: Actor, step: str) -> None:
        """Jobs of their teams that nobody else can take are the lead's; `step` says why."""
        if not left.teams:
            return
        waiting = WorkOrder.filter(state=State.REPORTED.value, category__in=sorted(left.teams))
        for order in await waiting.order_by("id"):
            if not await self._standing.owned(order):
                await self._desk.send(order, step, {Relation.LEAD}, CLOCK, rank(order))

    async def by_house(self, actor: Actor, order_id: int, step: str, given: Given) -> bool:
        """A step that nobody presses, brought about by what `actor` has said; False where it cannot be taken now."""
        async with together() as unit:
            order = await held(unit, WorkOrder, order_id)
            if order is None or State(order.state) not in REPAIR.sources(step):
                return False
            await self._step(order, step, replace(actor, typed=False), CLOCK.grants, given)
        return True

    # -- the clock

    async def tick(self, order_id: int, step: str) -> None:
        """Time has passed: take the clock's step if it is still due; a late tick changes nothing."""
        async with together() as unit:
            await unit.flush()
            order = await held(unit, WorkOrder, order_id)
            due = await self.due(only=order_id)
            if order is not None and any(wanted == step for _, wanted, _ in due):
                await self._step(order, step, CLOCK, CLOCK.grants, Given())

    async def due(self, only: int | None = None) -> list[tuple[WorkOrder, str, str]]:
        """What the clock has to do now: work order, step, and a key that names this very occasion."""
        now = self._clock()
        orders = WorkOrder.filter(Q(id=only) if only is not None else Q())
        found: list[tuple[WorkOrder, str, str]] = []
        for state, wait, step in (
            (State.UNCONFIRMED, self._clocks.deadlines.place, "send"),
            (State.OFFERED, self._clocks.deadlines.offer, "decline"),
            (State.RESOLVED, self._clocks.deadlines.confirm[-1], "lapse"),
        ):
            late = await orders.filter(state=state.value, moved_at__lte=now - wait).order_by("moved_at").limit(TICKS)
            found += [(order, step, str(order.version)) for order in late]
        waking = (State.HELD.value, State.RESOLVED.value)
        awake = await orders.filter(state__in=waking, wake_at__lte=now).order_by("wake_at").limit(TICKS)
        late = await orders.filter(nudge_at__lte=now).order_by("nudge_at").limit(TICKS)
        found += [(order, "nudge", f"{order.nudge_at:%Y%m%d%H%M%S}") for order in late]
        return found + [(order, "remind", f"{order.wake_at:%Y%m%d%H%M%S}") for order in awake]

    # -- showing

    async def show(self, reader: Actor, order_id: int) -> None:
        """Send this reader a fresh card of a work order."""
        order = await self._get(reader, order_id)
        await self._desk.send(order, "show", (), replace(reader, typed=True))

    async def pictured(self, order_id: int, author: int) -> None:
        """A photo has come: whoever has to mend hears of what the reporter sent; a mender's own is seen later.

        Nobody else's card changes: each change uses up a code, and the steps to come need it more.
        """
        order = await self._found(order_id)
        if order is not None and author == order.reporter_id and order.state in OPEN_STATES:
            await self._desk.send(order, "photo", {Relation.TEAM, Relation.ASSIGNEE}, CLOCK)

    async def _too_late(self, order: WorkOrder, step: str) -> Stale:
        """Say how the record stands now, who moved it last and when."""
        if unit := unit_in_hand():
            await unit.flush()
        last = await HistoryEntry.filter(subject=SUBJECT, subject_id=order.id).order_by("-id").first()
        who = last.actor_id if last and last.actor_id else 0
        moved = last.at if last else order.moved_at
        return Stale(
            "work_order.refusal.too_late_now",
            number=order.number,
            step=step,
            state=order.state,
            who=(await self._people.names([who])).get(who, ""),
            at=f"{moved.astimezone(self._zone):%H:%M}",
        )
