"""What people say before a scenario of sentences begins."""

from models import WorkOrder
from services.actor import Actor
from tests.school import School

DAY = "W20261123"
"""The first part of the numbers of the day on which scenarios play."""


async def actor_of(school: School, account: str) -> Actor:
    """Who is behind an account."""
    actor = await school.house.services.people.actor("wecom", account)
    assert actor is not None
    return actor


async def reported(school: School, *lines: str) -> list[WorkOrder]:
    """What Li reports, in this order."""
    for line in lines:
        await school.says("li", f"报修 {line}")
    return await WorkOrder.all().order_by("id")


async def fresh(order: WorkOrder) -> WorkOrder:
    """The record as it is now."""
    await order.refresh_from_db()
    return order


async def mended(school: School, order: WorkOrder, who: str, note: str) -> None:
    """Take a job and finish it."""
    await school.says(who, f"接单 {order.number}")
    await school.says(who, f"完工 {order.number} {note}")
