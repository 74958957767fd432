"""serve: from the start to ready, and the memory of the bot with the demo school."""

import asyncio
import sys

import aiohttp

from bench.bots import Surroundings
from bench.figures import Job, median
from bench.options import Run, tell
from bench.processes import ROOT, BenchError, Process, running

PAGES = ("/readyz", "/login", "/metrics")
"""Looked at before the memory is read, so that what is loaded on demand is there."""


async def serve(run: Run) -> Job:
    """The value is the memory in MB; `start_s` the seconds to ready, the files being in the system's cache."""
    starts, memory = [], []
    url = f"sqlite://{run.surroundings.folder / 'demo.db'}"
    here = Surroundings(folder=run.surroundings.folder, app=run.surroundings.app, vendor=run.surroundings.vendor)
    for command in ("migrate", "seed"):
        await _command(here.bot("demo", url, "memory://"), command)
    for number in range(run.options.rounds + 1):
        tell(f"serve {number}/{run.options.rounds}")
        bot = here.bot("demo", url, "memory://")
        async with running(bot):
            await _looked_at(bot)
            if number:
                starts.append(bot.started_in)
                memory.append(bot.memory_mb)
    return Job(value=median(memory), unit="MB", more={"start_s": median(starts)})


async def _command(bot: Process, command: str) -> None:
    """A command of the bot's own, in its surroundings."""
    with bot.log.open("ab") as log:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", command, cwd=ROOT, env=dict(bot.environ), stdout=log, stderr=log
        )
        if await running.wait():
            raise BenchError(f"houqin {command}:\n{bot.last_words()}")


async def _looked_at(bot: Process) -> None:
    async with aiohttp.ClientSession() as session:
        for page in PAGES:
            async with session.get(f"http://127.0.0.1:{bot.port}{page}") as answer:
                await answer.read()
