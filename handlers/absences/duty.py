"""The duty roster: “本周值班：水电张师傅”, “五一值班是张师傅”."""

from collections.abc import Mapping
from datetime import date, timedelta

from bot.core.context import Context
from bot.core.router import Router
from domain.errors import Invalid
from handlers.absences.said import Span, named, span, teams
from handlers.absences.words import trades
from services.absences import Turn
from services.actor import Actor

router = Router()
_SECOND = timedelta(seconds=1)


@router.command("值班", "duty")
async def duty(ctx: Context) -> None:
    """`值班`: who is on duty; `值班 本周 水电 张师傅` puts somebody there."""
    if not ctx.rest:
        await _show(ctx)
        return
    await duty_said(ctx, ctx.read(f"{ctx.rest} 值班").extra)


async def duty_said(ctx: Context, facts: Mapping[str, object]) -> None:
    """A sentence about the roster; who names nobody is shown it."""
    turns = await _turns(ctx, facts)
    if not turns:
        await _show(ctx)
        return
    await ctx.services.rota.enter(ctx.actor, turns, _today(ctx))
    await ctx.say("absence.duty", added=True, rows=await _rows(ctx, turns))
    for turn in turns:
        if turn.person != ctx.actor.id:
            (row,) = await _rows(ctx, [turn])
            await ctx.tell(turn.person, "absence.duty_yours", **row)


async def _turns(ctx: Context, facts: Mapping[str, object]) -> list[Turn]:
    roster = facts.get("roster")
    team = next(iter(sorted(teams(ctx, facts))), "")
    if isinstance(roster, Mapping):
        return [await _turn(ctx, team, str(name), ctx.read(f"{day}请假").extra) for day, name in roster.items()]
    to = str(facts.get("to", "") or facts.get("who", ""))
    return [await _turn(ctx, team, to, facts)] if to else []


async def _turn(ctx: Context, team: str, name: str, facts: Mapping[str, object]) -> Turn:
    person: Actor = ctx.actor if name == "我" else await named(ctx, name)
    when = span(facts, ctx.services.clock(), ctx.services.zone)
    first, final = _days(ctx, when)
    return Turn(person=person.person, first=first, last=final, team=team)


def _days(ctx: Context, when: Span) -> tuple[date, date]:
    if when.until is None:
        raise Invalid("absence.refusal.no_days")
    zone = ctx.services.zone
    return when.since.astimezone(zone).date(), (when.until - _SECOND).astimezone(zone).date()


def _today(ctx: Context) -> date:
    return ctx.services.clock().astimezone(ctx.services.zone).date()


async def _show(ctx: Context) -> None:
    turns = await ctx.services.rota.ahead(_today(ctx))
    await ctx.say("absence.duty", added=False, rows=await _rows(ctx, turns))


async def _rows(ctx: Context, turns: list[Turn]) -> list[dict[str, object]]:
    names = await ctx.services.people.names(turn.person for turn in turns)
    return [
        {
            "name": names.get(turn.person, ""),
            "first": f"{turn.first.month}-{turn.first.day:02d}",
            "last": f"{turn.last.month}-{turn.last.day:02d}" if turn.last != turn.first else "",
            "trade": trades(ctx, [turn.team]),
        }
        for turn in turns
    ]
