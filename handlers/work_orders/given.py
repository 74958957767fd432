"""What somebody brings to a step, read from a card's choices, a page's fields or a typed line."""

import re
from collections.abc import Mapping

from bot.core.context import Context
from domain.errors import Invalid
from handlers.work_orders import words
from services.work_orders import Given

_HANDED = re.compile(r"^(?:请|帮忙|把?这?单?)?(?:转|派|交|给|让)+\s*")
NOTES = frozenset({"resolve", "reopen"})
"""Steps that need a line in somebody's own words."""
CHOICES = frozenset({"hold", "refuse", "rate", "transfer", "assign", "amend"})
"""Steps whose card asks with choices."""


def from_fields(ctx: Context, fields: Mapping[str, str]) -> Given:
    """From choices of a card or fields of a page; what is not there stays empty."""
    number = fields.get("score", "")
    colleague = fields.get("colleague", "")
    wake = words.WAKES.get(fields.get("wake", ""))
    services = ctx.services
    return Given(
        note=fields.get("note", "").strip()[:1000],
        reason=fields.get("reason", ""),
        category=fields.get("category", ""),
        colleague=int(colleague) if colleague.isdecimal() else None,
        score=int(number) if number.isdecimal() else None,
        wake_at=words.wake_in(wake, services.clock(), services.zone) if wake is not None else None,
    )


async def from_line(ctx: Context, step: str, line: str) -> Given:
    """From what was typed behind the command and the number."""
    services = ctx.services
    note = line.strip()[:1000]
    match step:
        case "hold":
            wake = words.wake_said(line, services.clock(), services.zone)
            return Given(note=note, reason=words.hold_reason(line), wake_at=wake)
        case "refuse":
            return Given(note=note, reason=words.refuse_reason(line), category=words.trade(line, services.catalog))
        case "rate":
            return Given(note=note, score=words.score(line))
        case "transfer" | "assign":
            return Given(note=note, colleague=await _named(ctx, line) if note else None)
        case _:
            return Given(note=note)


async def _named(ctx: Context, line: str) -> int | None:
    """The mender whom a line names; `Invalid` when it fits nobody or several."""
    said = _HANDED.sub("", line).split()[0].strip("，,。")
    found = await ctx.services.people.mender_named(said)
    others = found or await ctx.services.people.menders()
    names = "、".join(m.name for m in others)
    if not found:
        raise Invalid("work_order.refusal.no_mender", names=names)
    if len(found) > 1:
        raise Invalid("work_order.refusal.several_menders", names=names)
    return found[0].id


def lacks(step: str, given: Given) -> bool:
    """Is what the step asks for still missing?"""
    match step:
        case "resolve" | "reopen":
            return not given.note
        case "hold" | "refuse":
            return not given.reason
        case "rate":
            return given.score is None
        case "transfer" | "assign":
            return given.colleague is None
        case _:
            return False
