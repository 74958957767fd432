"""Corrections in words: of place, thing, trade and urgency."""

import re

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from domain.numbers import Number
from handlers.work_orders import words
from handlers.work_orders.places import PLACE_ASKED, lacking, settle
from handlers.work_orders.which import heard, id_named, meant, only, own
from services.work_orders import Line, Problem
from understanding.reading import Intent, Part, Reading

router = Router()
_CORRECTS = re.compile(
    r"错|改|更正|纠正|订正|不[是在]|应该|应为|其实|正确|准确|补充|追加|漏|忘|换[成到]|^\W*是|"
    r"\b(?:should|meant|mistake|wrong|correct\w*|change|not|sorry|addition)\b",
    re.IGNORECASE,
)
_ADDS = re.compile(r"^\W*(?:补充说明|补充一下|补充|追加)[\s:：,，]*")
_FILLERS = re.compile(r"地点|位置|地址|房间|物品|东西|[是在的也\W]")


@router.command("改", "更正", "说错了", "amend")
@router.intent(Intent.AMEND)
async def amend(ctx: Context) -> None:
    """`改 W… 地点 教学楼302`, “说错了，是303”; a bare place corrects nothing."""
    number, line = heard(ctx, figures=False)
    if not ctx.word and number is None and is_bare(ctx.reading, line):
        await _bare_place(ctx)
        return
    problem = _correction(ctx, line)
    order_id = await _own(ctx, number)
    if order_id is not None:
        await ctx.services.work_orders.amend(ctx.actor, order_id, problem)


def is_bare(reading: Reading, line: str) -> bool:
    """Is this the name of a place and nothing else, not even that something was wrong: “3号楼201”?"""
    return reading.intent is Intent.AMEND and not _CORRECTS.search(line)


async def _bare_place(ctx: Context) -> None:
    """It completes what the sender has just reported without a place; else it is asked what is broken there."""
    part = ctx.reading.parts[0]
    waiting = await lacking(ctx) if part.place or part.location else []
    if not waiting:
        raise Invalid("work_order.ask_thing", place=part.location or "")
    await settle(ctx, waiting, part)


async def _own(ctx: Context, number: Number | None) -> int | None:
    """The record to correct: the named one, or the only open one of the sender's; None when that was asked back."""
    order_id = await id_named(ctx, number, ("amend",)) if number else None
    if order_id is not None:
        return order_id
    found = own(ctx, await ctx.services.work_orders.candidates(ctx.actor, "amend"))
    if not found:
        raise Invalid("work_order.none", step="amend")
    line = await only(ctx, _ruled_out(ctx, found), found)
    return line.order.id if line else None


def _ruled_out(ctx: Context, found: list[Line]) -> list[Line]:
    """“不是302，是303” means the one that stands at 302; without such a word each may be meant."""
    old = str(ctx.read(ctx.event.text, PLACE_ASKED).extra.get("old", ""))
    wrong = ctx.read(old).parts[0] if old else Part()
    return meant(wrong, found, strict=False) or found


def _correction(ctx: Context, line: str) -> Problem:
    """What a sentence corrects. Raises `Invalid` where it names nothing that can be corrected."""
    part = ctx.read(line, PLACE_ASKED).parts[0]
    trade = words.trade(line.replace(part.location or "\0", ""), ctx.services.catalog)
    if not trade and "类" in line:
        trade = part.category or ""
    problem = Problem(
        category=trade,
        place=part.place or "",
        location=part.location or "",
        item=(part.item or "") if not trade else "",
        urgency=words.urgency(line),
    )
    if _ADDS.match(line) and not (trade or problem.urgency) and _left(line, part):
        raise Invalid("work_order.refusal.supplement")
    if problem == Problem():
        raise Invalid("work_order.refusal.nothing", number="W…")
    return problem


def _left(line: str, part: Part) -> str:
    """What a supplement says besides a place and a thing: words that no field would keep."""
    left = _ADDS.sub("", line)
    for known in (part.location, part.item):
        left = left.replace(known or "\0", "")
    return _FILLERS.sub("", left)
