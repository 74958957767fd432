"""What a sentence about leave says: who, from when to when, who stands in, and for which trades."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.context import Context
from domain.errors import Invalid
from services.absences import Leave
from services.actor import Actor

DAY = timedelta(days=1)
_ME = frozenset({"", "我", "本人", "me"})


@dataclass(frozen=True, slots=True)
class Span:
    """From when to when, in UTC; an open end is None."""

    since: datetime
    until: datetime | None


def span(facts: Mapping[str, object], now: datetime, zone: ZoneInfo) -> Span:
    """The time of a reading's facts. Days are whole ones; where no time is named it is today.

    “三天” begins today, one day alone is that day; from a day on without an end (从今天起) is until they are back.
    """
    since, until, minutes = facts.get("from"), facts.get("until"), facts.get("minutes")
    begins = _start(str(since), zone) if since else _midnight(now.astimezone(zone).date(), zone)
    if until:
        return Span(begins, _end(str(until), zone))
    if isinstance(minutes, int):
        return Span(begins, begins + timedelta(minutes=minutes))
    if facts.get("open"):
        return Span(begins, None)
    return Span(begins, _midnight(begins.astimezone(zone).date() + DAY, zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _start(said: str, zone: ZoneInfo) -> datetime:
    return datetime.fromisoformat(said) if "T" in said else _midnight(date.fromisoformat(said), zone)


def _end(said: str, zone: ZoneInfo) -> datetime:
    """The last day belongs to it."""
    return datetime.fromisoformat(said) if "T" in said else _midnight(date.fromisoformat(said) + DAY, zone)


async def named(ctx: Context, said: str) -> Actor:
    """The one mender whom a name means; `Invalid` where it fits nobody, or several: then which is asked."""
    found = await ctx.services.people.mender_named(said)
    if not found:
        names = "、".join(mender.name for mender in await ctx.services.people.menders())
        raise Invalid("absence.refusal.nobody", said=said, names=names)
    if len(found) > 1:
        raise Invalid("absence.refusal.several", said=said, names="、".join(mender.name for mender in found))
    return found[0]


async def who(ctx: Context, facts: Mapping[str, object]) -> Actor:
    """Whose absence a sentence tells of: the sender's, unless it names somebody else."""
    said = str(facts.get("who", ""))
    return ctx.actor if said in _ME else await named(ctx, said)


def teams(ctx: Context, facts: Mapping[str, object]) -> frozenset[str]:
    """The trades that are named; none where all are meant."""
    scope = facts.get("scope")
    wanted = scope if isinstance(scope, Sequence) else ()
    return frozenset(key for key in wanted if key in ctx.services.catalog)


async def leave(ctx: Context, facts: Mapping[str, object], text: str) -> Leave:
    """The absence that a sentence tells of."""
    services, to = ctx.services, str(facts.get("to", ""))
    when = span(facts, services.clock(), services.zone)
    person = await who(ctx, facts)
    return Leave(
        person=person.person,
        since=when.since,
        until=when.until,
        stand_in=None if not to else ctx.actor.person if to in {"我", "me"} else (await named(ctx, to)).person,
        teams=teams(ctx, facts),
        reason=text,
    )
