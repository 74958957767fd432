"""The statistics: how much was reported and mended, how long it took, and how things stand now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web as http

from bot.core.texts import Texts
from domain.statistics import Between, Figures, Period, Times
from domain.work_orders import REPAIR, State
from services.statistics import Bar, Statistics
from web import page, sessions
from web.login import sign_in_first
from web.site import SITE

MEDIAN, MOST = 0.5, 0.9
"""Shares of all that are told: half of them, and nine of ten."""
HOUR, DAY = 60, 1440
HEIGHT = 100
"""Of the chart's drawing: the highest bar."""
LABELS = 7
"""Days that are written under the chart, at most."""


def mount(app: http.Application) -> None:
    """Hang the page on an application."""
    app.router.add_get("/statistics", show)


async def show(request: http.Request) -> http.Response:
    """The statistics of a week, a month or a term."""
    visitor = await sessions.signed_in(request)
    if visitor is None:
        return sign_in_first(request, request.path_qs)
    asked = request.query.get("period", "")
    period = Period(asked) if asked in set(Period) else Period.WEEK
    found = await request.app[SITE].services.statistics.of(visitor.actor, period)
    return page.render(request, "statistics.html", _values(request, found))


def _values(request: http.Request, found: Statistics) -> dict[str, Any]:
    catalog, texts = request.app[SITE].services.catalog, page.texts_of(request)
    trades = [(category.key, category.label(page.locale_of(request))) for category in catalog]
    others = sorted({*found.trades, *found.standing} - {key for key, _ in trades})
    named = [*trades, *((key, key or texts("web.statistics.no_trade")) for key in others)]
    highest = max(max(bar.reported, bar.resolved) for bar in found.bars)
    return {
        "found": found,
        "periods": [period.value for period in Period],
        "trades": named,
        "open_states": [state.value for state in State if state not in REPAIR.settled],
        "standing": standing(found.standing),
        "columns": columns(found.bars),
        "highest": highest,
        "unit": HEIGHT / max(1, highest),
        "size": HEIGHT,
        "of": lambda trade: found.trades.get(trade, Figures()),
        "told": lambda times: told(times, texts),
        "date": lambda day: f"{day:%Y-%m-%d}" if day.year != found.last.year else f"{day:%m-%d}",
    }


def standing(now: Mapping[str, Mapping[str, int]]) -> Mapping[tuple[str, str], int]:
    """How many stand in each open state: by trade and state, and under "" for all trades or states together."""
    total: dict[tuple[str, str], int] = {}
    for trade, numbers in now.items():
        for state, count in numbers.items():
            if State(state) not in REPAIR.settled:
                for key in ((trade, state), (trade, ALL), (ALL, state), (ALL, ALL)):
                    total[key] = total.get(key, 0) + count
    return total


ALL = "*"
"""Stands for every trade, or every state."""


@dataclass(frozen=True, slots=True)
class Column:
    """One day or week of the chart; `label` is "" where there is no room for it."""

    bar: Bar
    label: str


def columns(bars: tuple[Bar, ...]) -> list[Column]:
    """The bars from left to right, every so many with its date."""
    every = -(-len(bars) // LABELS)
    last = len(bars) - 1
    return [
        Column(bar, f"{bar.first:%m-%d}" if (last - number) % every == 0 else "") for number, bar in enumerate(bars)
    ]


@dataclass(frozen=True, slots=True)
class Told:
    """How long something took, in words: "" where nothing was."""

    count: int
    median: str
    most: str
    mean: str


def told(times: Times, texts: Texts) -> Told:
    """Half of them and nine of ten as ranges: more is not kept. The mean is exact."""
    mean = lasting(round(times.minutes / times.count), texts) if times.count else ""
    return Told(times.count, between(times.within(MEDIAN), texts), between(times.within(MOST), texts), mean)


def between(found: Between | None, texts: Texts) -> str:
    """A range in words."""
    if found is None:
        return ""
    if found.upto is None:
        return texts("web.statistics.over", time=lasting(found.over, texts))
    if not found.over:
        return texts("web.statistics.upto", time=lasting(found.upto, texts))
    return texts("web.statistics.between", low=lasting(found.over, texts), high=lasting(found.upto, texts))


def lasting(minutes: int, texts: Texts) -> str:
    """So many minutes, hours or days."""
    if minutes < HOUR:
        return texts("web.statistics.minutes", count=minutes)
    unit, name = (HOUR, "hours") if minutes < DAY else (DAY, "days_long")
    return texts(f"web.statistics.{name}", count=f"{minutes / unit:.1f}".removesuffix(".0"))
