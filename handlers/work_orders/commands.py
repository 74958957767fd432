"""What people say and press about repairs."""

from collections.abc import Sequence
from datetime import timedelta

from bot.core.context import NO_CHAT, Context
from bot.core.pipeline import ID_DIGITS
from bot.core.router import Router
from domain.catalog import Urgency
from domain.errors import Invalid
from domain.numbers import split_number
from handlers.work_orders import words
from handlers.work_orders.given import CHOICES, NOTES, from_fields, from_line, lacks
from services.forms import Question
from services.work_orders import OPEN_STATES, SUBJECT, Filter, Given, Line, Problem
from understanding.reading import Intent, Part, Reading

router = Router()
LATELY = timedelta(days=1)
MINE_LIMIT = 10
SURE = 0.5
"""A sentence that reads less surely as a repair is asked back: nothing is opened by a guess."""

STEP_WORDS: dict[str, tuple[str, ...]] = {
    "accept": ("接单", "accept"),
    "start": ("开工", "start"),
    "resume": ("恢复", "继续", "resume"),
    "resolve": ("完工", "done"),
    "hold": ("挂起", "hold"),
    "transfer": ("转单", "转给", "transfer"),
    "decline": ("不接", "decline"),
    "refuse": ("拒单", "派错", "refuse"),
    "assign": ("派单", "派给", "改派", "assign"),
    "confirm": ("确认", "confirm"),
    "reopen": ("返修", "没修好", "reopen"),
    "rate": ("评分", "评价", "rate"),
    "urge": ("催办", "催单", "催一下", "催", "urge"),
    "cancel": ("撤单", "撤销", "撤回", "cancel"),
}
"""The typed equals of the buttons."""


@router.command("报修", "repair")
@router.intent(Intent.REPAIR)
async def report(ctx: Context) -> None:
    """`报修 <place> <what is broken>`, or the bare sentence if it is clearly one."""
    if not ctx.word and ctx.reading.confidence < SURE:
        raise Invalid("work_order.ask_what")
    await _report(ctx, ctx.rest, ctx.reading)


async def _report(ctx: Context, text: str, reading: Reading) -> None:
    """One work order for each problem; each shows its reading on a card of its own."""
    if not text or not any(p.item or p.location for p in reading.parts):
        raise Invalid("work_order.ask_what")
    if reading.danger:
        await ctx.say(f"work_order.danger.{reading.danger}")
    orders = [
        await ctx.services.work_orders.open(ctx.actor, text, problem_of(part), reading.reason) for part in reading.parts
    ]
    if len(orders) > 1:
        await ctx.say("work_order.two_parts", count=len(orders), numbers="、".join(o.number for o in orders))
    open_one = next((o for o in orders if not (o.place or o.location)), None)
    if open_one is not None:
        question = Question(subject=SUBJECT, subject_id=open_one.id, step="amend", field="location")
        await ctx.services.forms.ask(ctx.actor.person, question)


def problem_of(part: Part) -> Problem:
    """A part of a reading as the work orders take it."""
    return Problem(
        category=part.category or "",
        place=part.place or "",
        location=part.location or "",
        item=part.item or "",
        asset=part.asset or "",
        urgency=part.urgency,
    )


@router.press(SUBJECT)
async def press(ctx: Context) -> None:
    """Any button on a work order: its name is `work_order:<id>:<step>:<cycle>`."""
    _, order_id, step, *rest = [*ctx.event.name.split(":"), "", ""]
    if not order_id.isdecimal() or len(order_id) > ID_DIGITS:
        raise Invalid
    cycle = int(rest[0]) if rest and rest[0].isdecimal() else None
    if step == "amend":
        await _amend_pressed(ctx, int(order_id))
        return
    await _take(ctx, int(order_id), step, from_fields(ctx, ctx.event.fields), cycle)
    for file in ctx.event.files:  # photos that a page has sent along
        await ctx.services.files.note(
            ctx.actor, SUBJECT, int(order_id), ref=file.ref, kind=file.kind.value, name=file.name[:120]
        )


async def _take(ctx: Context, order_id: int, step: str, given: Given, cycle: int | None = None) -> None:
    """Take a step, or ask for what it still needs."""
    view = await ctx.services.work_orders.view(ctx.actor, order_id)
    current = cycle is None or cycle == view.order.cycle
    if lacks(step, given) and current and step in view.offers and ctx.event.channel not in NO_CHAT:
        await _ask(ctx, order_id, step, view.order.number)
        return
    await ctx.services.work_orders.take(ctx.actor, order_id, step, given, cycle)


async def _ask(ctx: Context, order_id: int, step: str, number: str) -> None:
    if step in CHOICES:
        await ctx.show(SUBJECT, order_id, f"ask:{step}")
    if step in NOTES:
        question = Question(subject=SUBJECT, subject_id=order_id, step=step, field="note")
        await ctx.services.forms.ask(ctx.actor.person, question)
        await ctx.say(f"work_order.ask_note_{step}", number=number)


async def _amend_pressed(ctx: Context, order_id: int) -> None:
    """The button opens the form, the form's fields correct the record; a place is written in words."""
    fields = ctx.event.fields
    if fields:
        said = fields.get("location", "").strip()
        place = ctx.read(said).parts[0] if said else Part()
        urgency = fields.get("urgency", "")
        problem = Problem(
            category=fields.get("category", ""),
            place=place.place or "",
            location=place.location or said,
            item=fields.get("item", "").strip(),
            urgency=Urgency(urgency) if urgency in set(Urgency) else None,
        )
        await ctx.services.work_orders.amend(ctx.actor, order_id, problem)
        return
    view = await ctx.services.work_orders.view(ctx.actor, order_id)
    if "amend" not in view.offers:
        await ctx.services.work_orders.take(ctx.actor, order_id, "amend", Given())  # raises what stands in the way
    await ctx.show(SUBJECT, order_id, "ask:amend")
    if ctx.event.channel not in NO_CHAT:
        question = Question(subject=SUBJECT, subject_id=order_id, step="amend", field="location")
        await ctx.services.forms.ask(ctx.actor.person, question)


def _typed(step: str, *aliases: str) -> None:
    """Register the typed equal of one button."""

    async def typed(ctx: Context) -> None:
        number, line = split_number(ctx.rest)
        await _step_said(ctx, step, number, line)

    typed.__doc__ = f"`{aliases[0]} W…`: the typed equal of the button."
    router.command(*aliases)(typed)


for _step, _aliases in STEP_WORDS.items():
    _typed(_step, *_aliases)


async def _step_said(ctx: Context, step: str, number: str | None, line: str) -> None:
    order_id = await _which(ctx, step, number)
    if order_id is not None:
        await _take(ctx, order_id, step, await from_line(ctx, step, line))


async def _which(ctx: Context, step: str, number: str | None) -> int | None:
    """The record that a sentence means: named, or the only one on which the step can be taken; else ask."""
    if number:
        return await ctx.services.work_orders.id_of(ctx.actor, number)
    found = await ctx.services.work_orders.candidates(ctx.actor, step)
    if len(found) == 1:
        return found[0].order.id
    if not found:
        raise Invalid("work_order.none", step=step)
    await ctx.say("work_order.which", lines=listed(found))
    return None


SAID: dict[Intent, str] = {
    Intent.ACCEPT: "accept",
    Intent.TRANSFER: "transfer",
    Intent.PROGRESS: "hold",
    Intent.COMPLETE: "resolve",
    Intent.CONFIRM: "confirm",
    Intent.REOPEN: "reopen",
    Intent.CANCEL: "cancel",
    Intent.URGE: "urge",
}
"""Sentences that mean a step."""


@router.intent(*SAID)
async def step_meant(ctx: Context) -> None:
    """A sentence that means a step: “好了，换了垫圈”, “还在漏”, “转给李师傅”."""
    number, line = split_number(ctx.rest)
    step = SAID[ctx.reading.intent]
    if step == "transfer" and words.refuse_reason(line):
        step = "refuse"
    await _step_said(ctx, step, number, line)


@router.command("改", "更正", "说错了", "amend")
@router.intent(Intent.AMEND)
async def amend(ctx: Context) -> None:
    """`改 W… 地点 教学楼302`, “说错了，是303”."""
    number, line = split_number(ctx.rest)
    if number:
        order_id = await ctx.services.work_orders.id_of(ctx.actor, number)
    else:
        latest = await ctx.services.work_orders.latest(ctx.actor, LATELY)
        if latest is None:
            raise Invalid("work_order.none", step="amend")
        order_id, number = latest.id, latest.number
    part = ctx.read(line, f"{SUBJECT}:location").parts[0]
    trade = words.trade(line, ctx.services.catalog)
    problem = Problem(
        category=trade,
        place=part.place or "",
        location=part.location or "",
        item=(part.item or "") if not trade else "",
    )
    if problem == Problem():
        raise Invalid("work_order.refusal.nothing", number=number)
    await ctx.services.work_orders.amend(ctx.actor, order_id, problem)


@router.answer(SUBJECT)
async def answer(ctx: Context) -> None:
    """The next sentence after a question: a place, or what was done."""
    question = await ctx.services.forms.open(ctx.actor.person)
    if question is None:  # it ran out in this very moment: what was said stands for itself
        await _report(ctx, ctx.rest, ctx.read(ctx.rest))
        return
    if question.field == "note":
        await _take(ctx, question.subject_id, question.step, Given(note=ctx.rest[:1000]))
        return
    part = ctx.reading.parts[0]
    view = await ctx.services.work_orders.view(ctx.actor, question.subject_id)
    if ctx.reading.intent is Intent.REPAIR and part.item and part.location and part.item != view.order.item:
        await _report(ctx, ctx.rest, ctx.reading)
        return
    place = Problem(place=part.place or "", location=part.location or ctx.rest[:60])
    await ctx.services.work_orders.amend(ctx.actor, question.subject_id, place)
    await ctx.services.forms.close(ctx.actor.person)


@router.command("我的", "查单", "进度", "单号", "mine")
@router.intent(Intent.STATUS)
async def status(ctx: Context) -> None:
    """`我的`: what is open; with a number, or in a sentence: that card."""
    number, _ = split_number(ctx.rest)
    if number:
        order_id = await ctx.services.work_orders.id_of(ctx.actor, number)
        await ctx.services.work_orders.show(ctx.actor, order_id)
        return
    mine = Filter(mine=ctx.actor.person, states=OPEN_STATES, limit=MINE_LIMIT)
    lines = await ctx.services.work_orders.lines(ctx.actor, mine)
    if not lines:
        await ctx.say("work_order.mine_empty")
    elif len(lines) == 1:
        await ctx.services.work_orders.show(ctx.actor, lines[0].order.id)
    else:
        await ctx.say("work_order.mine", lines=listed(lines))


def listed(lines: Sequence[Line]) -> list[dict[str, str]]:
    """Lines of a list, as the catalogue's `work_order.line` takes them."""
    return [
        {
            "number": line.order.number,
            "where": line.where,
            "item": line.order.item,
            "state": line.order.state,
            "assignee": line.assignee,
        }
        for line in lines[:MINE_LIMIT]
    ]


@router.tick(SUBJECT)
async def tick(ctx: Context) -> None:
    """Time has passed for a work order."""
    _, order_id, step = ctx.event.name.split(":")
    await ctx.services.work_orders.tick(int(order_id), step)
