"""Something is broken: a work order for each problem, and help at once where somebody is in danger."""

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from domain.work_orders import State
from handlers.work_orders.corrections import corrected
from handlers.work_orders.places import WORDS
from services.forms import Question
from services.lessons import Heard
from services.work_orders import SUBJECT, Given, Problem, WorkOrder
from understanding.model import model
from understanding.reading import Intent, Part, Reading

router = Router()
SURE = 0.5
"""A sentence that reads less surely as a repair is asked back: nothing is opened by a guess."""


@router.command("报修", "repair")
@router.intent(Intent.REPAIR)
async def report(ctx: Context) -> None:
    """`报修 <place> <what is broken>`, or the bare sentence if it is clearly one, or tells of danger."""
    reading = ctx.reading
    if ctx.word and reading.intent is not Intent.REPAIR:
        reading = ctx.read(f"{ctx.word} {ctx.rest}")  # the command itself says what is meant
    if await corrected(ctx):
        return
    if not ctx.word and not reading.danger and reading.confidence < SURE:
        raise Invalid("work_order.ask_what")
    await opened(ctx, reading)


async def opened(ctx: Context, reading: Reading) -> None:
    """One work order for each problem, and one answer: the card of the first tells of the others."""
    parts = reading.parts
    if not ctx.rest or not (reading.danger or any(p.item or p.location for p in parts)):
        raise Invalid("work_order.ask_what")
    await warn(ctx, reading)
    orders = await _open(ctx, reading)
    unplaced = next((order for order, part in zip(orders, parts, strict=True) if not _placed(part)), None)
    if unplaced is not None:
        await _ask_place(ctx, unplaced, alarm=bool(reading.danger))


async def _ask_place(ctx: Context, order: WorkOrder, *, alarm: bool) -> None:
    """The card of a report that waits for its place asks by itself; an alarm is out, and its card does not.

    A question that waits for a line in somebody's own words stays: a mere place is not taken for its answer.
    """
    if alarm:
        await ctx.say("work_order.ask_danger_place", number=order.number)
    forms = ctx.services.forms
    waiting = await forms.open(ctx.actor.person)
    if waiting is None or waiting.field != "note":
        order_id = await ctx.services.work_orders.filed(order)
        question = Question(subject=SUBJECT, subject_id=order_id, step="amend", field="location")
        await forms.ask(ctx.actor.person, question)


async def warn(ctx: Context, reading: Reading) -> None:
    """What to do first, before any help can come."""
    if reading.danger:
        await ctx.say(f"work_order.danger.{reading.danger}")


async def _open(ctx: Context, reading: Reading) -> list[WorkOrder]:
    """Open them together; an alarm goes out at once, whatever is still unknown about it."""
    orders = ctx.services.work_orders
    problems = [problem_of(part, in_danger=ctx.rest if reading.danger else "") for part in reading.parts]
    heard = Heard(confidence=reading.confidence, model=model().origin.get("material", ""))
    opened_now = await orders.open_all(ctx.actor, ctx.rest, problems, reading.reason, heard)
    if not reading.danger:
        return opened_now
    return [await _sent(ctx, order) for order in opened_now]


async def _sent(ctx: Context, order: WorkOrder) -> WorkOrder:
    orders = ctx.services.work_orders
    if order.state != State.UNCONFIRMED:
        return order
    return await orders.take(ctx.actor, await orders.filed(order), "send", Given())


def _placed(part: Part) -> bool:
    return bool(part.place or part.location)


def problem_of(part: Part, in_danger: str = "") -> Problem:
    """A part of a reading as the work orders take it; in danger the words themselves stand in for a missing place."""
    return Problem(
        category=part.category or "",
        place=part.place or "",
        location=part.location or ("" if part.place else in_danger[:WORDS]),
        item=part.item or "",
        asset=part.asset or "",
        urgency=part.urgency,
    )
