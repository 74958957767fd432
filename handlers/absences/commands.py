"""What people say about leave: “周三到周五去培训，水电找小王”, “我回来了”, “代不了”."""

from collections.abc import Mapping

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from handlers.absences.duty import duty_said
from handlers.absences.said import leave, teams, who
from handlers.absences.telling import facts_of, tell_others
from handlers.work_orders.commands import about_a_job, handed_on
from understanding.reading import Intent

router = Router()


@router.intent(Intent.DELEGATE)
async def said(ctx: Context) -> None:
    """A sentence about leave, standing in or duty; “我今天请假，这单去不了” is about that job alone."""
    facts = ctx.reading.extra
    if facts.get("back"):
        await _back(ctx, facts)
    elif facts.get("roster") or "duty" in _scope(facts):
        await duty_said(ctx, facts)
    elif await about_a_job(ctx):
        await handed_on(ctx)
    elif "approvals" in _scope(facts) and not teams(ctx, facts):
        raise Invalid("absence.refusal.approvals")
    else:
        await _enter(ctx, facts, ctx.event.text)


def _scope(facts: Mapping[str, object]) -> tuple[str, ...]:
    scope = facts.get("scope")
    return tuple(map(str, scope)) if isinstance(scope, list) else ()


@router.command("请假", "on leave")
async def on_leave(ctx: Context) -> None:
    """`请假 周三 周五 小王`: from, to, who stands in; each may be left out. Anything longer is read as a sentence."""
    text = _sentence(ctx.rest)
    await _enter(ctx, ctx.read(text).extra, ctx.event.text)


_MOST = 3


def _sentence(rest: str) -> str:
    """The words of the command as people would say them: times joined, then the name."""
    parts = rest.split()
    if not parts or len(parts) > _MOST or any(mark in rest for mark in "，,。"):
        return f"请假 {rest}".strip()
    days = [part for part in parts if _is_time(part)]
    names = [part for part in parts if part not in days]
    handed = f"，活给{names[0]}" if names else ""
    return f"我{'到'.join(days)}请假{handed}"


_TIME_WORDS = "周天日号月午早晚星期礼拜今明后"


def _is_time(part: str) -> bool:
    return part[0].isdigit() or (any(mark in part for mark in _TIME_WORDS) and "师傅" not in part)


async def _enter(ctx: Context, facts: Mapping[str, object], text: str) -> None:
    told = await ctx.services.absences.enter(ctx.actor, await leave(ctx, facts, text))
    await ctx.say("absence.entered", **await facts_of(ctx, told))
    await tell_others(ctx, told, "entered")


@router.command("销假", "提前销假", "back from leave")
async def back(ctx: Context) -> None:
    """`销假`, `销假 李师傅`: back again; the lead says it for others."""
    await _back(ctx, {"who": ctx.rest})


async def _back(ctx: Context, facts: Mapping[str, object]) -> None:
    person = await who(ctx, facts)
    told = await ctx.services.absences.end(ctx.actor, person.person)
    await ctx.say("absence.ended", **await facts_of(ctx, told))
    await tell_others(ctx, told, "ended")


@router.command("代不了", "我代不了", "不能代", "cannot stand in")
async def cannot(ctx: Context) -> None:
    """`代不了`: whoever was named as the stand-in declines; what they have not begun goes to the team."""
    for told in await ctx.services.absences.decline(ctx.actor):
        await ctx.say("absence.declined", **await facts_of(ctx, told))
        await tell_others(ctx, told, "declined")


@router.command("谁请假", "who is away")
async def away(ctx: Context) -> None:
    """`谁请假`: who is away now, until when, and who stands in."""
    rows = [await facts_of(ctx, told) for told in await ctx.services.absences.current()]
    await ctx.say("absence.away", rows=rows)
