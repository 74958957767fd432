"""`houqin bench`: run jobs, check them, print tables, keep JSON."""

import argparse
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import orjson

from bench.arguments import ALL, JOBS, LATER, MANY, ROWS
from bench.bots import Surroundings, profiler
from bench.databases import databases_of
from bench.envelope import App
from bench.figures import Job
from bench.jobs.accept import accept
from bench.jobs.latency import latency
from bench.jobs.report import report_and_press
from bench.jobs.scale import scale
from bench.jobs.scaleout import lacks, scaleout
from bench.jobs.serve import serve
from bench.jobs.understand import understand
from bench.options import Options, Run, tell
from bench.processes import BenchError
from bench.results import outcome, tables
from bench.school import BenchSchool

NOWHERE = "http://127.0.0.1:9"
"""Where a bot's vendor is that has nothing to say to one."""
Jobs = Mapping[str, Job]


def named(name: str, job: Callable[[Run], Awaitable[Job]]) -> Callable[[Run], Awaitable[Jobs]]:
    """A measurement of one job."""

    async def measure(run: Run) -> Jobs:
        return {name: await job(run)}

    return measure


MEASUREMENTS: dict[str, Callable[[Run], Awaitable[Jobs]]] = {
    "serve": named("serve", serve),
    "understand": named("understand", understand),
    "accept": named("accept", accept),
    "report": report_and_press,
    "press": report_and_press,
    "latency": latency,
    "scaleout": named("scaleout", scaleout),
    "scale": named("scale", scale),
}


async def bench(given: argparse.Namespace) -> None:
    """Measure; exit code 1 for a run that is void, whatever its figures say."""
    if LATER in given.jobs:
        raise BenchError("relays：校内网关还不在这个版本里 / relays: not part of this version yet")
    options = options_of(given)
    found = outcome(await measured(chosen(given.jobs, options), options, profiler() if given.profile else ""))
    written = orjson.dumps(found, option=orjson.OPT_INDENT_2)
    if given.json is not None and str(given.json) != "-":
        given.json.write_bytes(written)
    print(written.decode() if str(given.json) == "-" else tables(found), flush=True)
    if not found["valid"]:
        raise BenchError("\n".join(("测量无效 / the run is void:", *found["faults"])))


def chosen(jobs: Sequence[str], options: Options) -> tuple[str, ...]:
    """The jobs of a run; of all of them, those for which everything is there."""
    if ALL not in jobs:
        return tuple(dict.fromkeys(jobs))
    if lacking := lacks(options):
        tell(f"{lacking} (跳过 / left out)")
    return tuple(job for job in JOBS if job != "scaleout" or not lacking)


def options_of(given: argparse.Namespace) -> Options:
    """What was asked for, completed."""
    if given.database and not given.database.startswith("asyncpg://"):
        raise BenchError("--database: asyncpg://…；不写就用 SQLite 的临时文件 / left out, SQLite in a temporary file")
    if given.processes > 1 and not given.database:
        raise BenchError("--processes: SQLite 只能有一个进程 / SQLite has one process: --database asyncpg://…")
    return Options(
        rounds=max(1, given.rounds),
        seconds=max(0.1, given.seconds),
        rows=given.rows or (MANY if given.jobs == ["scale"] else ROWS),
        processes=given.processes,
        database=given.database,
        redis=given.redis,
    )


async def measured(wanted: tuple[str, ...], options: Options, profiled: str = "") -> Jobs:
    """The jobs by name; report and press come of one measurement, and only what was asked for is kept."""
    jobs: dict[str, Job] = {}
    school = BenchSchool()
    with tempfile.TemporaryDirectory(prefix="houqin-bench-") as name:
        folder = Path(name)
        databases = databases_of(options.database, folder)
        own = school.write_catalog(folder / "school")
        surroundings = Surroundings(folder=folder, app=App(), vendor=NOWHERE, school=own, profiler=profiled)
        run = Run(options=options, surroundings=surroundings, databases=databases, school=school)
        try:
            for job in wanted:
                if job not in jobs:
                    tell(job)
                    jobs.update(await MEASUREMENTS[job](run))
        finally:
            await databases.close()
    return {name: job for name, job in jobs.items() if name.partition("_")[0] in wanted}
