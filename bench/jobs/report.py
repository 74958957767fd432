"""report and press: from the message to everybody's card at the vendor, in a steady state."""

from collections.abc import Mapping

from bench.figures import Count, Job, median, percentiles
from bench.jobs.accept import Door, Messages, committed
from bench.loops import completed
from bench.options import Run, tell
from bench.processes import running
from bench.stage import Stage, staged

KNOWN = 114.0 / 4496.0
"""What the quickest other program reaches of its machine's floor: Roundup creates 114 tickets a second there, 32 at a
time, and the floor commits three rows for 4,496 messages. Machines differ, shares of a floor can be compared."""
WARMING = 64
ROWS = 3
"""Of the floor's commit: event, work order, outbox item."""


async def report_and_press(run: Run) -> Mapping[str, Job]:
    """Both in the same rounds, beside the floor that commits three rows a message."""
    floor = Door(committed(run, await run.databases.fresh(), rows=ROWS), writes=True)
    options, messages = run.options, Messages(run)
    async with (
        running(floor.process),
        staged("report", run.surroundings, run.school, run.databases, redis=options.redis,
               processes=options.processes, at_once=options.window) as stage,
    ):  # fmt: skip
        await warmed(stage)
        counts: dict[str, list[Count]] = {"report": [], "press": []}
        for number in range(options.rounds):
            tell(f"report, press {number + 1}/{options.rounds}")
            await floor.round(messages, 32, options.seconds / 4, keep=True)
            counts["report"].append(await reported(run, stage))
            pressing = stage.presses(len(counts["report"][-1].times))
            counts["press"].append(await stage.round(pressing, options.window, options.seconds))
        faults = await stage.faults()
    return _jobs(counts, median(floor.rates[32]), faults)


async def warmed(stage: Stage) -> None:
    """What is slow only the first time is over."""
    for ready in (stage.reports(WARMING), stage.presses(WARMING)):
        await stage.round(ready, WARMING // 4, 60.0)
    await completed(iter(stage.presses(WARMING)), WARMING // 4, 60.0, stage.through)


async def reported(run: Run, stage: Stage) -> Count:
    """One round of reports."""
    options = run.options
    most = min(run.most(options.rounds + 1), int(options.seconds * 1500))
    return await stage.round(stage.reports(most), options.window, options.seconds)


def _jobs(counts: Mapping[str, list[Count]], floor: float, faults: list[str]) -> Mapping[str, Job]:
    rates = {name: median([count.rate for count in rounds]) for name, rounds in counts.items()}
    jobs = {}
    for name, rounds in counts.items():
        times = [seconds for count in rounds for seconds in count.times]
        worked = sum(count.worked for count in rounds) / max(1, len(times))
        more = {**percentiles(times), "processor_ms": worked * 1000, "done": len(times)}
        jobs[name] = Job(
            value=rates[name], unit="1/s", floor=floor, ratio=rates[name] / floor, more=more, faults=faults
        )
    jobs["report"].more["times_the_quickest_other"] = rates["report"] / floor / KNOWN
    jobs["press"].more["press_to_report"] = rates["press"] / rates["report"] if rates["report"] else 0.0
    return jobs
