"""How load is put on a server: closed loops for throughput, open loops from the intended time for latency."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

from bench.client import Line
from bench.figures import Count, timed

T = TypeVar("T")


async def posted(lines: Sequence[Line], requests: Iterator[bytes], seconds: float) -> Count:
    """Every line sends its next request as soon as the last was answered; ends after `seconds` or with the requests.

    Each line sends one at least. Only answers with 200 count; others are counted apart.
    """
    count = Count()

    async def one(line: Line, end: float) -> None:
        begun = time.perf_counter()
        while (request := next(requests, None)) is not None:
            if await line.ask(request) == 200:
                count.times.append(time.perf_counter() - begun)
            else:
                count.refused += 1
            if (begun := time.perf_counter()) > end:
                return

    with timed(count):
        end = time.perf_counter() + seconds
        await asyncio.gather(*(one(line, end) for line in lines))
    return count


async def completed(things: Iterator[T], at_once: int, seconds: float, do: Callable[[T], Awaitable[None]]) -> Count:
    """`at_once` things under way, a new one as soon as one is through; the last ones are waited for and counted.

    The rate is that of the steady state: from when the first ones were through until no new ones were begun.
    """
    count, moments, over = Count(), list[float](), list[float]()

    async def one(end: float) -> None:
        begun = time.perf_counter()
        while (thing := next(things, None)) is not None:
            await do(thing)
            count.times.append(time.perf_counter() - begun)
            moments.append(begun := time.perf_counter())
            if begun > end:
                break
        over.append(time.perf_counter())

    with timed(count):
        end = time.perf_counter() + seconds
        await asyncio.gather(*(one(end) for _ in range(at_once)))
    count.steady = _steady(moments, at_once, min(over))
    return count


def _steady(moments: Sequence[float], at_once: int, end: float) -> tuple[int, float] | None:
    """How many things were through in how many seconds, of what lies between ramp and end; None for too few."""
    inside = [moment for moment in moments[at_once:] if moment <= end]
    return (len(inside), inside[-1] - moments[at_once - 1]) if len(inside) >= at_once else None


async def at_rate(things: Sequence[T], rate: float, do: Callable[[T, float], Awaitable[None]]) -> None:
    """One thing every 1/`rate` seconds, whatever became of those before; each is told its intended time."""
    begun = time.perf_counter() + 0.05

    async def one(place: int, thing: T) -> None:
        due = begun + place / rate
        await asyncio.sleep(due - time.perf_counter())
        await do(thing, due)

    count = Count()
    with timed(count):
        await asyncio.gather(*(one(place, thing) for place, thing in enumerate(things)))
