"""Jobs change hands: from who goes away to whoever stands in, and back."""

from dataclasses import replace

from domain.work_orders import REPAIR, State
from models import WorkOrder
from services.actor import CLOCK, Actor
from services.people import People
from services.records import hold
from services.unit import together
from services.work_orders import Given, WorkOrders


class Hands:
    """Moves the jobs of somebody who is away by the repair's own steps."""

    def __init__(self, people: People, orders: WorkOrders) -> None:
        """Who is away is known to `people` before anything moves."""
        self._people = people
        self._orders = orders

    async def over(self, actor: Actor, person: int) -> int:
        """Somebody is away now: how many of their jobs went to whoever stands in, or back to the team.

        An offer to them is declined. The lead hears of a job for which nobody is there. What waits for the team is
        shown to a stand-in from another one.
        """
        async with together() as unit:
            await unit.flush()
            states = [state.value for state in REPAIR.sources("stand_in")]
            offered = WorkOrder.filter(candidate_id=person, state=State.OFFERED.value).order_by("id")
            theirs = WorkOrder.filter(assignee_id=person, state__in=states).order_by("id")
            ids, mine = [row.id for row in await offered], list(await theirs)
            await hold(unit, WorkOrder, sorted([*ids, *(row.id for row in mine)]))
            for order_id in ids:
                await self._orders.by_house(CLOCK, order_id, "decline", Given())
            moved = [await self._hand(actor, row, person) for row in mine]
            await self._show_waiting(person)
        return sum(moved)

    async def _hand(self, actor: Actor, order: WorkOrder, person: int) -> bool:
        there = await self._people.in_place_of(person, order.category)
        if there == person:
            return False
        if there is None:
            return await self._orders.by_house(actor, order.id, "away", Given())
        given = Given(colleague=there, instead_of=order.instead_of_id or person)
        return await self._orders.by_house(actor, order.id, "stand_in", given)

    async def _show_waiting(self, person: int) -> None:
        """What waits for a team is shown to who has just joined it; the lead hears of what waits for nobody."""
        away = (await self._people.by_ids([person])).get(person)
        if away is None or not away.teams:
            return
        await self._orders.tell_of_ownerless(away, "away")
        waiting = WorkOrder.filter(state=State.REPORTED.value, category__in=sorted(away.teams))
        for order in await waiting.order_by("id"):
            there = await self._people.in_place_of(person, order.category)
            if there is not None and not await self._people.is_member(there, order.category):
                await self._show(there, order.id)

    async def _show(self, person: int, order_id: int) -> None:
        actor = (await self._people.by_ids([person]))[person]
        for address in (await self._people.addresses([person])).values():
            await self._orders.show(replace(actor, channel=address.lane, account=address.account), order_id)

    async def back(self, actor: Actor, person: int) -> int:
        """Somebody is back: the jobs that stand-ins have not begun are theirs again; returns how many."""
        moved = 0
        for order_id in await self._untouched(person):
            moved += await self._orders.by_house(actor, order_id, "stand_in", Given(colleague=person))
        return moved

    async def dropped(self, actor: Actor, person: int, stand_in: int) -> int:
        """A stand-in cannot: what they have not begun goes the way of a job for which nobody is there."""
        ids = await self._untouched(person, stand_in)
        return sum([await self._orders.by_house(actor, order_id, "away", Given()) for order_id in ids])

    @staticmethod
    async def _untouched(person: int, stand_in: int | None = None) -> list[int]:
        """Jobs that somebody has in this person's place and has not begun; they are held."""
        async with together() as unit:
            await unit.flush()
            rows = WorkOrder.filter(instead_of_id=person, state=State.ACCEPTED.value)
            mine = rows if stand_in is None else rows.filter(assignee_id=stand_in)
            ids = [row.id for row in await mine.order_by("id")]
            await hold(unit, WorkOrder, ids)
        return ids
