"""What a sentence corrects on a record, and on which: place, thing, trade and urgency."""

import re

from bot.core.context import Context
from domain.errors import Invalid
from domain.numbers import Number
from handlers.work_orders import words
from handlers.work_orders.places import PLACE_ASKED
from handlers.work_orders.which import NONE, heard, id_named, meant, only, own
from services.work_orders import Line, Problem
from understanding.reading import Part

_ADDS = re.compile(r"^\W*(?:补充说明|补充一下|补充|追加)[\s:：,，]*")
_FILLERS = re.compile(r"地点|位置|地址|房间|物品|东西|[是在的也\W]")
_WRONG = re.compile(
    r"^\W*(?:sorry\W+)?(?:wrong|not the right)\s+(?:room|place|floor|building|address)\b\W*", re.IGNORECASE
)
_SETS = re.compile(r"^\W*(?:(?:应该|而|其实)?是|it(?:'s| is)|should be)\s*", re.IGNORECASE)
THING = 12
"""Characters: what stands for a thing in a correction is no longer than this."""


def correction(ctx: Context, line: str) -> Problem:
    """What a sentence corrects. Raises `Invalid` where it names nothing that can be corrected."""
    old = str(ctx.read(line, PLACE_ASKED).extra.get("old", ""))
    new = _new(line, old)
    part = ctx.read(new, PLACE_ASKED).parts[0]
    trade = words.trade(line.replace(part.location or "\0", ""), ctx.services.catalog) or _trade_of(ctx, line)
    if not trade and "类" in line:
        trade = part.category or ""
    problem = Problem(
        category=trade,
        place=part.place or "",
        location=part.location or "",
        item=_thing(part, new, named=bool(old)) if not trade else "",
        urgency=words.pressing(line),
    )
    if _ADDS.match(line) and not (trade or problem.urgency) and _left(line, part):
        raise Invalid("work_order.refusal.supplement")
    if problem == Problem():
        raise Invalid("work_order.refusal.nothing", number="W…")
    return problem


def _new(line: str, old: str) -> str:
    """What is to stand from now on: without what a sentence says is wrong."""
    if _WRONG.match(line):
        return _SETS.sub("", _WRONG.sub("", line, count=1))
    _, found, new = line.partition(old) if old else ("", "", "")
    return _SETS.sub("", new) if found and new.strip() else line


def _thing(part: Part, new: str, *, named: bool) -> str:
    """The thing as the sentence names it; “不是水龙头，是角阀” names one that no list needs to know."""
    if part.item or not named or part.place or part.location:
        return part.item or ""
    said = new.strip(" ，,。.!！的了")
    return said if len(said) <= THING else ""


def _trade_of(ctx: Context, line: str) -> str:
    """Whose things somebody looks after, in words that are no trade's name: “归电脑老师”."""
    said = words.keeper(line)
    return ctx.read(f"{said}坏了").parts[0].category or "" if said else ""


def _left(line: str, part: Part) -> str:
    """What a supplement says besides a place and a thing: words that no field would keep."""
    left = _ADDS.sub("", line)
    for known in (part.location, part.item):
        left = left.replace(known or "\0", "")
    return _FILLERS.sub("", left)


async def record_to_correct(ctx: Context, number: Number | None) -> int | None:
    """The record to correct: the named one, or the only open one of the sender's; None when that was asked back.

    Raises `Invalid` where the sender has none.
    """
    order_id = await id_named(ctx, number, ("amend",)) if number else None
    if order_id is not None:
        return order_id
    found = own(ctx, await ctx.services.work_orders.candidates(ctx.actor, "amend"))
    if not found:
        raise Invalid(NONE, step="amend")
    line = await only(ctx, _ruled_out(ctx, found), found)
    return line.order.id if line else None


def _ruled_out(ctx: Context, found: list[Line]) -> list[Line]:
    """“不是302，是303” means the one that stands at 302; without such a word each may be meant."""
    old = str(ctx.read(ctx.event.text, PLACE_ASKED).extra.get("old", ""))
    wrong = ctx.read(old).parts[0] if old else Part()
    return meant(wrong, found, strict=False) or found


async def corrected(ctx: Context) -> bool:
    """Take a sentence that was read as something else, but only corrects: “急，明天公开课要用”, “归水电”.

    It must begin as corrections do, tell no fault of a thing, and its sender must have something to correct.
    """
    number, line = heard(ctx, figures=False)
    part = ctx.reading.parts[0]
    tells = part.item and not words.keeper(line)
    begins = _WRONG.match(line) or _ADDS.match(line) or (_only_corrects(line) and not tells)
    if ctx.word or ctx.reading.danger or not begins:
        return False
    if not own(ctx, await ctx.services.work_orders.candidates(ctx.actor, "amend")):
        return False
    order_id = await record_to_correct(ctx, number)
    if order_id is not None:
        await ctx.services.work_orders.amend(ctx.actor, order_id, correction(ctx, line))
    return True


def _only_corrects(line: str) -> bool:
    return words.pressing(line) is not None or bool(words.keeper(line))
