"""Who hears of leave, and in which words."""

from bot.core.context import Context
from domain.grants import Permission
from handlers.absences.words import last, moment, trades
from services.absences import Told


async def facts_of(ctx: Context, told: Told) -> dict[str, object]:
    """What every line about an absence may say."""
    zone = ctx.services.zone
    names = await ctx.services.people.names([told.person, told.stand_in])
    return {
        "name": names.get(told.person, ""),
        "stand_in": names.get(told.stand_in or 0, ""),
        "since": moment(told.since, zone),
        "until": last(told.until, zone),
        "trades": trades(ctx, told.teams),
        "begun": told.begun,
        "moved": told.moved,
        "mine": told.person == ctx.actor.id,
    }


async def tell_others(ctx: Context, told: Told, key: str) -> None:
    """The person and their stand-in hear of it, and the lead where nobody stands in; not who has said it."""
    line = await facts_of(ctx, told)
    people = {told.person: f"absence.{key}_yours"}
    if told.stand_in is not None:
        people[told.stand_in] = f"absence.{key}_stand_in"
    else:
        leads = await ctx.services.people.holding(Permission.WORK_ORDER_DISPATCH)
        people |= {lead: f"absence.{key}_lead" for lead in leads if lead != told.person}
    for person, words in people.items():
        if person != ctx.actor.id:
            await ctx.tell(person, words, **line)
