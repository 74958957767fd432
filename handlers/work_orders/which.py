"""Which work order a sentence means: by its number, by what it names, or because there is only one."""

import re
from collections.abc import Sequence
from contextlib import suppress

from bot.core.context import Context
from domain.errors import Invalid, NotFound
from domain.numbers import Number, numbers_in
from services.work_orders import OPEN_STATES, Filter, Line
from understanding.reading import Part

MINE_LIMIT = 10
NONE = "work_order.none"
"""Said to who has no record on which a step could be taken."""
REPORTERS = frozenset({"confirm", "reopen", "rate", "urge", "cancel"})
"""Steps whose sentences name what was broken; a mender's sentence may name what it was mended with."""
OWN_FIRST = frozenset({"confirm", "reopen", "cancel", "hold"})
"""Steps that the lead may take on any record: their own are meant, as long as there are some."""
BEFORE = {"rate": "confirm"}
"""Who takes the first step too early is told so about the record that still waits for the second."""
_SPACES = re.compile(r"\s+")


def heard(ctx: Context, *, figures: bool) -> tuple[Number | None, str]:
    """The record number that the sentence names, and the sentence without it.

    Raises `Invalid` for several. `figures`: see `numbers_in`.
    """
    named = numbers_in(ctx.rest, figures=figures)
    if len(named.numbers) > 1:
        raise Invalid("work_order.one_at_a_time", numbers="、".join(n.said for n in named.numbers))
    return (named.numbers[0] if named.numbers else None), named.rest


async def id_named(ctx: Context, number: Number, steps: Sequence[str] = ()) -> int | None:
    """The id behind a number; None where mere figures turn out to be a room.

    A number without its day is today's, else the newest on which one of `steps` can be taken (without steps: of mine).
    Raises `NotFound` where it fits nothing: to pass it over would move another record.
    """
    orders = ctx.services.work_orders
    if number.whole:
        return await orders.id_of(ctx.actor, number.whole)
    if number.counter is not None:
        today = ctx.services.clock().astimezone(ctx.services.zone)
        with suppress(NotFound):
            return await orders.id_of(ctx.actor, number.on(f"{today:%Y}{number.day or f'{today:%m%d}'}"))
        for line in await _near(ctx, steps):
            if number.fits(line.order.number):
                return line.order.id
    if number.bare and (ctx.reading.parts[0].location or "").startswith(number.said):
        return None
    raise NotFound("work_order.refusal.not_found", number=number.said[:40])


async def _near(ctx: Context, steps: Sequence[str]) -> list[Line]:
    if not steps:
        return await ctx.services.work_orders.lines(ctx.actor, Filter(mine=ctx.actor.person, states=OPEN_STATES))
    return [line for step in steps for line in await candidates(ctx, step)]


async def chosen(ctx: Context, steps: Sequence[str], number: Number | None) -> tuple[int, str] | None:
    """The record that is meant, and the first of `steps` that can be taken there; None when that has been asked back.

    Raises `NotFound` for a number that fits nothing, `Invalid` where no step can be taken anywhere.
    """
    order_id = await id_named(ctx, number, steps) if number else None
    if order_id is not None:
        view = await ctx.services.work_orders.view(ctx.actor, order_id)
        return order_id, next((s for s in steps if s in view.offers), steps[0])
    for step in steps:
        if found := await candidates(ctx, step):
            line = await only(ctx, meant(_mention(ctx, step), found, strict=step in REPORTERS), found)
            return (line.order.id, step) if line else None
    early = await candidates(ctx, BEFORE[steps[0]]) if steps[0] in BEFORE else []
    if len(early) == 1:
        return early[0].order.id, steps[0]
    raise Invalid(NONE, step=steps[0])


async def candidates(ctx: Context, step: str) -> list[Line]:
    """Where the sender could take a step now, newest first."""
    found = await ctx.services.work_orders.candidates(ctx.actor, step)
    return own(ctx, found) or found if step in OWN_FIRST else found


def own(ctx: Context, found: Sequence[Line]) -> list[Line]:
    """Those that the sender has reported or mends."""
    return [line for line in found if ctx.actor.id in {line.order.reporter_id, line.order.assignee_id}]


async def only(ctx: Context, best: Sequence[Line], found: Sequence[Line]) -> Line | None:
    """The one that is meant; where it is not certain, ask which and return None."""
    if len(best) == 1:
        return best[0]
    await ctx.say("work_order.which", lines=listed(best or found))
    return None


def _mention(ctx: Context, step: str) -> Part:
    """What the sentence names; a thing without its trade is looked up, where it must be the thing that was broken."""
    part = ctx.reading.parts[0]
    if step not in REPORTERS or part.category or not part.item:
        return part
    category = ctx.read(f"{part.item}坏了").parts[0].category
    return Part(category=category, location=part.location, place=part.place, item=part.item)


def meant(part: Part, found: Sequence[Line], *, strict: bool) -> list[Line]:
    """Those of `found` that fit best what a sentence names; none where it speaks of something else.

    `strict`: another trade than the record's is something else. A single one need not be named at all.
    """
    likely = [(_likeness(part, line, strict=strict), line) for line in found]
    fitting = [(score, line) for score, line in likely if score is not None]
    best = max((score for score, _ in fitting), default=0)
    return [line for score, line in fitting if score == best or best <= 0]


def _likeness(part: Part, line: Line, *, strict: bool) -> int | None:
    """How well a sentence's words fit a record; None where they contradict it."""
    order, score = line.order, 0
    if part.place and order.place:
        if part.place != order.place:
            return None
        score += 4
    elif part.location and _SPACES.sub("", part.location) in _SPACES.sub("", f"{line.where} {order.location}"):
        score += 4
    if part.category and order.category and part.category != order.category:
        return None if strict else score - 1
    return score + (2 if alike(part.item or "", order.item) else 0)


def alike(one: str, other: str) -> bool:
    """Are these two names of one thing: 锁 and 门锁, 灯 and 灯管?"""
    return bool(one and other) and (one in other or other in one)


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
