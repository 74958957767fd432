"""How people stand to a work order, and who hears of it."""

from collections.abc import Collection
from dataclasses import replace

from domain.errors import Invalid
from domain.grants import Grants, Permission, Relation
from domain.work_orders import REPAIR, Facts, State
from models import WorkOrder
from services.actor import Actor
from services.clock import Clock
from services.people import People
from services.work_orders.values import OPEN_STATES, Given

OWNERS = frozenset({Relation.TEAM, Relation.ASSIGNEE, Relation.CANDIDATE})
"""Those without whom an open job rests: where none of them can be reached, the lead is told."""


class Standing:
    """Relations of people to work orders."""

    def __init__(self, people: People, clock: Clock) -> None:
        """Begin."""
        self._people = people
        self._clock = clock

    def relations(self, order: WorkOrder, actor: Actor) -> frozenset[Relation]:
        """How this person stands to this work order."""
        if actor.id is None:
            return frozenset()
        standing: set[Relation] = set()
        if actor.id == order.reporter_id:
            standing.add(Relation.REPORTER)
        if actor.id == order.assignee_id:
            standing.add(Relation.ASSIGNEE)
        if actor.may(Permission.WORK_ORDER_MEND):
            if actor.id == order.candidate_id:
                standing.add(Relation.CANDIDATE)
            if order.category in actor.teams and actor.id not in order.refused_by:
                standing.add(Relation.TEAM)
            if actor.id in order.helpers:
                standing.add(Relation.HELPER)
        if actor.may(Permission.WORK_ORDER_DISPATCH):
            standing.add(Relation.LEAD)
        return frozenset(standing)

    def grants(self, order: WorkOrder, actor: Actor) -> Grants:
        """Everything that opens steps of this work order to this person."""
        return actor.grants | self.relations(order, actor)

    def near(self, order: WorkOrder, actor: Actor) -> bool:
        """Does this work order concern this person? A team's jobs concern also those of it who refused."""
        return order.category in actor.teams or bool(self.relations(order, actor))

    async def willing(self, order: WorkOrder) -> set[int]:
        """Ids of those who own the category and have not refused this one."""
        return set(await self._people.team(order.category)) - set(order.refused_by)

    async def present(self, order: WorkOrder, step: str, actor: Actor, given: Given) -> Given:
        """What was brought, with whoever is there for a colleague who is away, and in whose place somebody accepts.

        Raises `Invalid` for a colleague for whom nobody stands in, and for who accepts while somebody stands in for
        them.
        """
        if step in {"accept", "take_over"} and actor.id is not None:
            if await self._people.in_place_of(actor.id, order.category) not in {actor.id, None}:
                raise Invalid("absence.refusal.on_leave")
            return replace(given, instead_of=await self._people.stands_in(actor.id, order.category))
        if given.colleague is None or step == "stand_in":
            return given
        there = await self._people.in_place_of(given.colleague, order.category)
        if there is None:
            names = await self._people.names([given.colleague])
            raise Invalid("absence.refusal.nobody_there", name=names.get(given.colleague, ""))
        return given if there == given.colleague else replace(given, colleague=there, instead_of=given.colleague)

    @staticmethod
    def acting(order: WorkOrder, step: str, actor: Actor, given: Given) -> Actor:
        """Who acts, with whoever they act for: the history and everybody's card tell in whose place it was."""
        mine = order.instead_of_id if actor.id is not None and actor.id == order.assignee_id else None
        whom = given.instead_of if step in {"accept", "take_over"} else mine
        return replace(actor, on_behalf=whom) if whom else actor

    async def stand_in(self, order: WorkOrder) -> Given | None:
        """To whom a job goes whose assignee is away; None where it stays as it is."""
        mine, states = order.assignee_id, REPAIR.sources("stand_in")
        if mine is None or State(order.state) not in states or mine not in await self._people.away():
            return None
        there = await self._people.in_place_of(mine, order.category)
        return Given(colleague=there, instead_of=order.instead_of_id or mine) if there is not None else None

    async def owned(self, order: WorkOrder) -> bool:
        """Can anybody be reached who owns the category and has not refused this one?"""
        return bool(await self._people.addresses(await self.willing(order)))

    async def audience(self, order: WorkOrder, relations: Collection[Relation]) -> set[int]:
        """Ids of the people who stand in any of these relations; an open job that reaches no owner is the lead's."""
        told: set[int] = set()
        for relation in relations:
            people = await self._standing(order, relation)
            owner = relation in OWNERS and order.state in OPEN_STATES
            if owner and not await self._people.addresses(people):
                people = await self._standing(order, Relation.LEAD)
            told |= people
        return told

    async def _standing(self, order: WorkOrder, relation: Relation) -> set[int]:
        match relation:
            case Relation.TEAM:
                return await self.willing(order) if order.assignee_id is None else {order.assignee_id}
            case Relation.LEAD:
                return set(await self._people.holding(Permission.WORK_ORDER_DISPATCH))
            case Relation.REPORTER:
                own = order.state == State.RESOLVED and order.reporter_id == order.assignee_id
                others = await self._standing(order, Relation.LEAD) if own else set()
                return {order.reporter_id} | others  # nobody confirms their own work
            case Relation.HELPER:
                return set(order.helpers)
            case _:
                one = {
                    Relation.ASSIGNEE: order.assignee_id,
                    Relation.CANDIDATE: order.candidate_id,
                    Relation.FORMER: order.former_id,
                }.get(relation)
                return {one} if one else set()

    def facts(self, order: WorkOrder, actor: Actor, given: Given, *, asking: bool = False) -> Facts:
        """What the guards look at."""
        return Facts(
            actor=actor.id,
            assignee=order.assignee_id,
            now=self._clock(),
            state=str(order.state),
            moved_at=order.moved_at,
            helpers=frozenset(order.helpers),
            holds=order.holds,
            leads=actor.may(Permission.WORK_ORDER_DISPATCH),
            appealed=order.appealed,
            note=given.note,
            reason=given.reason,
            chosen=given.colleague,
            score=given.score,
            rating=order.rating,
            placed=bool(order.place or order.location),
            settled_at=order.settled_at,
            urged_at=order.urged_at,
            asking=asking,
        )
