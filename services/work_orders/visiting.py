"""One way, one visit: accepting the jobs of one message together."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.work_orders import State
from models import WorkOrder
from services.actor import Actor
from services.records import hold
from services.unit import Unit, together
from services.work_orders.cases import WorkOrders
from services.work_orders.values import Given, View

_IN_HAND = frozenset({State.ACCEPTED, State.OFFERED, State.STARTED, State.HELD, State.RESTORED, State.REOPENED})


class Why(StrEnum):
    """Why a job was not accepted with the others."""

    TAKEN = "taken"
    REFUSED = "refused"
    NOT_YOURS = "not_yours"
    APART = "apart"
    STATE = "state"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A job that was left as it is; `who` has it, where that may be known."""

    number: str
    item: str
    why: Why
    who: str
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of it: numbers that were accepted now, that were in the same hands before, and what was left."""

    taken: tuple[str, ...]
    mine: tuple[str, ...]
    passed: tuple[Passed, ...]


class Visits:
    """Accepts together what was told together."""

    def __init__(self, orders: WorkOrders) -> None:
        """Each is accepted by the repair's own step."""
        self._orders = orders

    async def accept_all(self, actor: Actor, order_id: int, cycle: int | None = None) -> Visit:
        """Accept a work order, and with it those of the same message that wait for the same trade.

        The first is taken as by `take`, and raises what that raises, unless it is in these hands already. All are held
        in the order of their ids before anything is looked at, as every unit does.
        """
        async with together() as unit:
            sisters = await self._hold(unit, order_id)
            first = await self._orders.view(actor, order_id)
            taken, mine, passed = list[str](), list[str](), list[Passed]()
            if _in_hand(first) and first.order.assignee_id == actor.id and cycle in {None, first.order.cycle}:
                mine.append(first.order.number)
            else:
                taken.append((await self._orders.take(actor, order_id, "accept", Given(), cycle)).number)
            for sister in sisters:
                view = await self._orders.view(actor, sister)
                if "accept" in view.offers and view.order.category == first.order.category:
                    taken.append((await self._orders.take(actor, sister, "accept", Given())).number)
                elif _in_hand(view) and view.order.assignee_id == actor.id:
                    mine.append(view.order.number)
                else:
                    passed.append(_passed(actor, view))
        return Visit(taken=tuple(sorted(taken)), mine=tuple(mine), passed=tuple(passed))

    @staticmethod
    async def _hold(unit: Unit, order_id: int) -> Sequence[int]:
        """Hold a record with its sisters; returns their ids."""
        await unit.flush()
        order = await WorkOrder.get_or_none(id=order_id)
        told = WorkOrder.filter(number__in=order.told_with.split() if order else [])
        sisters = [row.id for row in await told.order_by("id").only("id")]
        await hold(unit, WorkOrder, [order_id, *sisters])
        return sisters


def _in_hand(view: View) -> bool:
    return view.order.state in _IN_HAND


def _passed(actor: Actor, view: View) -> Passed:
    order = view.order
    return Passed(number=order.number, item=order.item, why=_why(actor, view), who=view.assignee, state=order.state)


def _why(actor: Actor, view: View) -> Why:
    order = view.order
    if _in_hand(view):
        return Why.TAKEN
    if order.state != State.REPORTED:
        return Why.STATE
    if actor.id in order.refused_by:
        return Why.REFUSED
    return Why.APART if "accept" in view.offers else Why.NOT_YOURS
