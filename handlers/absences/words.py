"""How times and trades of leave are told."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.context import Context


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """A beginning: the day, with the hour unless it is midnight; "" for none."""
    if at is None:
        return ""
    here = at.astimezone(zone)
    day = f"{here.month}-{here.day:02d}"
    return day if (here.hour, here.minute) == (0, 0) else f"{day} {here:%H:%M}"


def last(at: datetime | None, zone: ZoneInfo) -> str:
    """An end as people say it: midnight is the day before."""
    if at is None:
        return ""
    here = at.astimezone(zone)
    whole = (here.hour, here.minute) == (0, 0)
    return moment(here - timedelta(days=1), zone) if whole else moment(here, zone)


def trades(ctx: Context, teams: Iterable[str]) -> str:
    """The names of trades, in the reader's language; "" for all."""
    catalog = ctx.services.catalog
    return "、".join(catalog[team].label(ctx.actor.locale) for team in sorted(teams) if team in catalog)
