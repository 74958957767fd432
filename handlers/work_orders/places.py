"""Reports that still lack their place, and how they get it."""

from bot.core.context import Context
from services.forms import PATIENCE
from services.work_orders import OPEN_STATES, SUBJECT, Filter, Problem
from understanding.reading import Part

PLACE_ASKED = f"{SUBJECT}:ask_location"
"""How a sentence is read that may be nothing but a place."""
WORDS = 60
"""Characters of a sentence that stand in for a place: of an alarm until its place is known, of an answer for good."""


async def lacking(ctx: Context) -> list[int]:
    """The sender's reports of a moment ago that lack a place; those of alarms have only the sentence itself."""
    lines = await ctx.services.work_orders.lines(ctx.actor, Filter(mine=ctx.actor.person, states=OPEN_STATES))
    since = ctx.services.clock() - PATIENCE
    mine = [line.order for line in lines if line.order.reporter_id == ctx.actor.id and line.order.reported_at > since]
    return [order.id for order in mine if not order.place and order.location in {"", order.raw_text[:WORDS]}]


async def settle(ctx: Context, order_ids: list[int], part: Part, words: str = "") -> None:
    """Set the place of these reports; where none was understood, the words themselves."""
    place = Problem(place=part.place or "", location=part.location or words[:WORDS])
    await ctx.services.work_orders.amend_all(ctx.actor, list(dict.fromkeys(order_ids)), place)
