"""Buttons and forms of a work order, and the time that passes for it."""

from collections.abc import Mapping

from bot.core.context import NO_CHAT, Context
from bot.core.pipeline import ID_DIGITS
from bot.core.router import Router
from domain.catalog import Urgency
from domain.errors import Invalid
from handlers.lessons.again import retracted
from handlers.work_orders.given import figure, from_fields
from handlers.work_orders.sisters import ACCEPT_ALL
from handlers.work_orders.taking import accept_all, take
from handlers.work_orders.taps import NOT_MEANT, tapped
from services.forms import Question
from services.work_orders import SUBJECT, Given, Problem
from understanding.reading import Part

router = Router()


@router.press(SUBJECT)
async def press(ctx: Context) -> None:
    """Any button on a work order: `work_order:<id>:<step>:<cycle>`; one that corrects at once has its value behind."""
    _, order_id, step, *rest = [*ctx.event.name.split(":"), "", "", "", ""]
    if not order_id.isdecimal() or len(order_id) > ID_DIGITS:
        raise Invalid
    if step == "amend":
        await _amend(ctx, int(order_id), rest[0], rest[1])
        return
    if step == ACCEPT_ALL:
        await accept_all(ctx, int(order_id), figure(rest[0] if rest else ""))
        return
    if step == NOT_MEANT:
        await _not_meant(ctx, int(order_id))
        return
    await take(ctx, int(order_id), step, from_fields(ctx, ctx.event.fields), figure(rest[0] if rest else ""))
    for file in ctx.event.files:  # photos that a page has sent along
        await ctx.services.files.note(
            ctx.actor, SUBJECT, int(order_id), ref=file.ref, kind=file.kind.value, name=file.name[:120]
        )


async def _amend(ctx: Context, order_id: int, cycle: str, value: str) -> None:
    """The button opens the form, the form's fields correct the record; a place is written in words.

    With a value it corrects at once, on the round that its card showed.
    """
    orders = ctx.services.work_orders
    if value:
        await _tap(ctx, order_id, figure(cycle), tapped(value, ctx.services.catalog))
        return
    if ctx.event.fields:
        await orders.amend(ctx.actor, order_id, _corrected(ctx, ctx.event.fields))
        return
    view = await orders.view(ctx.actor, order_id)
    if "amend" not in view.offers:
        await orders.take(ctx.actor, order_id, "amend", Given())  # raises what stands in the way
    await ctx.show(SUBJECT, order_id, "ask:amend")
    if ctx.event.channel not in NO_CHAT:
        question = Question(subject=SUBJECT, subject_id=order_id, step="amend", field="location")
        await ctx.services.forms.ask(ctx.actor.person, question)


async def _not_meant(ctx: Context, order_id: int) -> None:
    """The button of “不是这个意思”: it is about the report of its card, and about those of the same message."""
    found = await ctx.services.retraction.of_record(ctx.actor, order_id)
    await ctx.services.forms.close(ctx.actor.person)
    await retracted(ctx, found, again=True)


async def _tap(ctx: Context, order_id: int, cycle: int | None, problem: Problem) -> None:
    if cycle is None:
        raise Invalid
    orders = ctx.services.work_orders
    view = await orders.view(ctx.actor, order_id)
    if cycle != view.order.cycle:
        await orders.take(ctx.actor, order_id, "amend", Given(), cycle)  # raises that the card is an old one
        return
    await orders.amend(ctx.actor, order_id, problem)


def _corrected(ctx: Context, fields: Mapping[str, str]) -> Problem:
    said = fields.get("location", "").strip()
    place = ctx.read(said).parts[0] if said else Part()
    urgency = fields.get("urgency", "")
    return Problem(
        category=fields.get("category", ""),
        place=place.place or "",
        location=place.location or said,
        item=fields.get("item", "").strip(),
        urgency=Urgency(urgency) if urgency in set(Urgency) else None,
    )


@router.tick(SUBJECT)
async def tick(ctx: Context) -> None:
    """Time has passed for a work order."""
    _, order_id, step = ctx.event.name.split(":")
    await ctx.services.work_orders.tick(int(order_id), step)
