"""latency: reports and presses at a fixed rate, timed from when each was meant to be sent."""

from collections.abc import Mapping

from bench.figures import Job, percentiles
from bench.jobs.report import warmed
from bench.options import Run, tell
from bench.stage import Stage, staged

RATES = {20: 6.0, 200: 5.0}
"""Messages a second, and for how many seconds."""


async def latency(run: Run) -> Mapping[str, Job]:
    """A job for each rate. The value is the p50 of message in → owner's card posted; others under `more`."""
    async with staged(
        "latency", run.surroundings, run.school, run.databases, redis=run.options.redis,
        processes=run.options.processes, at_once=256,
    ) as stage:  # fmt: skip
        await warmed(stage)
        jobs = {f"latency_{rate}": await _at(stage, rate, seconds * run.options.seconds / 2)
                for rate, seconds in RATES.items()}  # fmt: skip
        faults = await stage.faults()
    for job in jobs.values():
        job.faults = faults
    return jobs


async def _at(stage: Stage, rate: int, seconds: float) -> Job:
    tell(f"latency {rate}/s")
    acks, cards = await stage.timed(stage.reports(int(rate * seconds)), rate)
    press_acks, changes = await stage.timed(stage.presses(int(rate * seconds)), rate)
    more = {
        **percentiles(cards),
        "ack": percentiles(acks),
        "press_to_card": percentiles(changes),
        "press_ack": percentiles(press_acks),
        "messages": len(acks) + len(press_acks),
    }
    return Job(value=percentiles(cards)["p50_ms"], unit="ms", more=more)
