"""Taking a step, or asking for what it still needs."""

from dataclasses import asdict

from bot.core.context import NO_CHAT, Context
from handlers.work_orders.given import CHOICES, NOTES, lacks
from services.forms import Question
from services.work_orders import SUBJECT, Given


async def take(ctx: Context, order_id: int, step: str, given: Given, cycle: int | None = None) -> None:
    """Take a step, or ask for what it still needs.

    `cycle` is the one that a pressed card showed. Raises a `Refusal` that says what stands in the way.
    """
    view = await ctx.services.work_orders.view(ctx.actor, order_id)
    current = cycle is None or cycle == view.order.cycle
    if lacks(step, given) and current and step in view.offers and ctx.event.channel not in NO_CHAT:
        await _ask(ctx, order_id, step, view.order.number)
        return
    await ctx.services.work_orders.take(ctx.actor, order_id, step, given, cycle)


async def accept_all(ctx: Context, order_id: int, cycle: int | None = None) -> None:
    """Accept a job and its sisters of the same trade, and say which, and why others were not."""
    visit = await ctx.services.visits.accept_all(ctx.actor, order_id, cycle)
    passed = [{**asdict(one), "why": one.why.value} for one in visit.passed]
    await ctx.say("work_order.accepted_all", taken=list(visit.taken), mine=list(visit.mine), passed=passed)


async def _ask(ctx: Context, order_id: int, step: str, number: str) -> None:
    if step in CHOICES:
        await ctx.show(SUBJECT, order_id, f"ask:{step}")
    if step in NOTES:
        question = Question(subject=SUBJECT, subject_id=order_id, step=step, field="note")
        await ctx.services.forms.ask(ctx.actor.person, question)
        await ctx.say(f"work_order.ask_note_{step}", number=number)
