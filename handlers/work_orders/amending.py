"""Corrections in words: of place, thing, trade and urgency."""

import re

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from handlers.work_orders import words
from handlers.work_orders.corrections import correction, record_to_correct
from handlers.work_orders.halves import keep_place
from handlers.work_orders.places import lacking, settle
from handlers.work_orders.renewed import read_anew
from handlers.work_orders.reports import opened
from handlers.work_orders.which import NONE, heard
from understanding.reading import Intent, Reading

router = Router()
_CORRECTS = re.compile(
    r"错|改|更正|纠正|订正|不[是在]|应该|应为|其实|正确|准确|补充|追加|漏|忘|换[成到]|^\W*是|"
    r"\b(?:should|meant|mistake|wrong|correct\w*|change|not|sorry|addition)\b",
    re.IGNORECASE,
)


@router.command("改", "更正", "说错了", "amend")
@router.intent(Intent.AMEND)
async def amend(ctx: Context) -> None:
    """`改 W… 地点 教学楼302`, “说错了，是303”; a bare place corrects nothing."""
    number, line = heard(ctx, figures=False)
    if not ctx.word and number is None and is_bare(ctx.reading, line):
        await _bare_place(ctx)
    else:
        await _corrected(ctx)


async def _corrected(ctx: Context) -> None:
    """Correct the record that is meant; who has none may have reported something new."""
    number, line = heard(ctx, figures=False)
    try:
        problem = correction(ctx, line)
        order_id = await record_to_correct(ctx, number)
    except Invalid as no:
        again = read_anew(ctx) if no.key == NONE else None
        if again is None:
            raise
        await opened(ctx, again)
        return
    if order_id is not None:
        await ctx.services.work_orders.amend(ctx.actor, order_id, problem)


def is_bare(reading: Reading, line: str) -> bool:
    """Is this the name of a place and nothing else, not even that something was wrong: “3号楼201”?"""
    return reading.intent is Intent.AMEND and not _CORRECTS.search(line) and words.pressing(line) is None


async def _bare_place(ctx: Context) -> None:
    """It completes what the sender has just reported without a place; else it is asked what is broken there."""
    part = ctx.reading.parts[0]
    waiting = await lacking(ctx) if part.place or part.location else []
    if waiting:
        await settle(ctx, waiting, part)
    else:
        await keep_place(ctx, part)
