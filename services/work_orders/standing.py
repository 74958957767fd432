"""How people stand to a work order, and who hears of it."""

from collections.abc import Collection

from domain.grants import Grants, Permission, Relation
from domain.work_orders import Facts, State
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
