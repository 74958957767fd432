"""What somebody brings to a step, read from a card's choices, a page's fields or a typed line."""

import re
from collections.abc import Mapping

from bot.core.context import Context
from bot.core.pipeline import ID_DIGITS
from domain.errors import Invalid
from domain.work_orders import HoldReason, RefuseReason
from handlers.work_orders import words
from handlers.work_orders.days import wake_in, wake_said
from services.actor import Actor
from services.work_orders import Given
from understanding.reading import Intent

_HANDED = re.compile(r"^(?:请|帮忙|把?这?单?)?(?:转|派|交|给|让)+\s*")
_CALLED = re.compile(r"[一-鿿]师傅|[老小][一-鿿]")
NOTES = frozenset({"resolve", "reopen", "restore", "reject", "appeal", "close"})
"""Steps that need a line in somebody's own words."""
CHOICES = frozenset({"hold", "refuse", "rate", "transfer", "assign", "invite", "amend"})
"""Steps whose card asks with choices."""


def figure(said: str) -> int | None:
    """A number as a form or a button brings it; None for anything that no column could hold."""
    return int(said) if said.isdecimal() and len(said) <= ID_DIGITS else None


def from_fields(ctx: Context, fields: Mapping[str, str]) -> Given:
    """From choices of a card or fields of a page; what is not there stays empty."""
    wake = words.WAKES.get(fields.get("wake", ""))
    services = ctx.services
    return Given(
        note=fields.get("note", "").strip()[:1000],
        reason=fields.get("reason", ""),
        category=fields.get("category", ""),
        colleague=figure(fields.get("colleague", "")),
        score=figure(fields.get("score", "")),
        wake_at=wake_in(wake, services.clock(), services.zone) if wake is not None else None,
    )


async def from_line(ctx: Context, step: str, line: str) -> Given:
    """From what was typed behind the command and the number."""
    services = ctx.services
    note = line.strip()[:1000]
    match step:
        case "hold":
            wake = wake_said(line, services.clock(), services.zone)
            return Given(note=note, reason=hold_reason(ctx, line), wake_at=wake)
        case "refuse":
            trade = words.trade(line, services.catalog)
            reason = words.refuse_reason(line) or (RefuseReason.WRONG_TRADE.value if trade else "")
            return Given(note=note, reason=reason, category=trade)
        case "rate":
            return Given(note=note, score=words.score(line))
        case "transfer" | "assign" | "invite":
            return Given(note=note, colleague=await _colleague(ctx, line))
        case _:
            return Given(note=note)


def hold_reason(ctx: Context, line: str) -> str:
    """Why a job waits, or "": in the words of the form, else as the sentence was understood."""
    understood = ctx.reading.extra.get("hold") if ctx.reading.intent is Intent.PROGRESS else None
    return words.hold_reason(line) or (str(understood) if understood in set(HoldReason) else "")


async def menders_named(ctx: Context, line: str) -> list[Actor]:
    """The menders whom a line names in passing, by whole name or as 周师傅, 老周."""
    people = ctx.services.people
    if whole := [mender for mender in await people.menders() if mender.name in line]:
        return whole
    called = [mender for said in _CALLED.findall(line) for mender in await people.mender_named(said)]
    return list({mender.id: mender for mender in called}.values())


async def _colleague(ctx: Context, line: str) -> int | None:
    """The mender whom a line names, None where it names nobody; `Invalid` when it fits no mender or several."""
    found = await menders_named(ctx, line)
    if not found and (said := _said_name(ctx, line)):
        found = await ctx.services.people.mender_named(said)
        if not found:
            others = await ctx.services.people.menders()
            raise Invalid("work_order.refusal.no_mender", names="、".join(m.name for m in others))
    if len(found) > 1:
        raise Invalid("work_order.refusal.several_menders", names="、".join(m.name for m in found))
    return found[0].id if found else None


def _said_name(ctx: Context, line: str) -> str:
    """The word behind the command; in a free sentence only what was understood as a name."""
    if not ctx.word:
        return str(ctx.reading.extra.get("to", ""))
    said = _HANDED.sub("", line).split()
    return said[0].strip("，,。") if said else ""


def lacks(step: str, given: Given) -> bool:
    """Is what the step asks for still missing?"""
    match step:
        case note if note in NOTES:
            return not given.note
        case "hold" | "refuse":
            return not given.reason
        case "rate":
            return given.score is None
        case "transfer" | "assign" | "invite":
            return given.colleague is None
        case _:
            return False
