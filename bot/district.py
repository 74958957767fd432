"""A district: several schools in one process, behind one door. A request goes to the school whose address it names."""

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from secrets import token_hex

import orjson
from aiohttp import web as http

from bot.app import LARGEST, House, kept_open, listening, measured
from bot.core.metrics import exposition
from bot.core.spreading import Spreading
from config.schools import host_of
from config.settings import ProcessSettings
from web import health

HOUSES = http.AppKey("houses", tuple[House, ...])


def door(houses: Sequence[House]) -> http.Application:
    """The one door. What is asked of an address that is no school's gets an answer about the process, or none."""
    app = machine_door(houses)
    hosts = {host_of(house.settings.public_url): house for house in houses}
    # A host without a port answers at every port (aiohttp), so those that name theirs are asked first.
    for host in sorted(hosts, key=lambda host: ":" not in host):
        app.add_domain(host, hosts[host].web_app())
    return app


def machine_door(houses: Sequence[House]) -> http.Application:
    """What is said about the process and its schools to machines."""
    app = http.Application(client_max_size=LARGEST)
    app[HOUSES] = tuple(houses)
    app.router.add_get("/healthz", health.alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)
    return app


async def ready(request: http.Request) -> http.Response:
    """What each school lacks. 503 only when none can work: one school's trouble must not take the others off line."""
    houses = request.app[HOUSES]
    found = await asyncio.gather(*(problems_of(house) for house in houses))
    schools = {house.name: problems for house, problems in zip(houses, found, strict=True)}
    able = not all(found)
    body = orjson.dumps({"ready": able, "schools": schools})
    return http.Response(body=body, status=200 if able else 503, content_type="application/json")


async def problems_of(house: House) -> list[str]:
    """Why a school cannot do its work now."""
    with house.database.reading():
        return await health.problems(house.site)


async def metrics(request: http.Request) -> http.Response:
    """The counters of all schools, each line labelled with its school."""
    houses = request.app[HOUSES]
    await asyncio.gather(*(looked(house) for house in houses))
    return health.page(exposition(house.metrics for house in houses))


async def looked(house: House) -> None:
    """Have a school's queues looked at."""
    with house.database.reading():
        await health.look(house.site)


def process_name() -> str:
    """What tells this process from all others, also from one that had its number before."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{token_hex(4)}"


@contextlib.asynccontextmanager
async def working(houses: Sequence[House], *, spread: bool) -> AsyncIterator[None]:
    """The workers of all schools, or where processes share them out, of those that fall to this one."""
    await asyncio.gather(*(house.warm_up() for house in houses))
    if not spread:
        for house in houses:
            house.start_workers()
        try:
            yield
        finally:
            await asyncio.gather(*(house.stop_workers() for house in houses))
        return
    length = timedelta(seconds=max(house.settings.lease_seconds for house in houses))
    spreading = Spreading(process_name(), houses, length)
    task = asyncio.create_task(spreading.run(), name="spreading")
    try:
        yield
    finally:
        spreading.end()
        await task


@contextlib.asynccontextmanager
async def served_together(
    houses: Sequence[House], process: ProcessSettings, *, pages: bool = True, workers: bool = True
) -> AsyncIterator[str]:
    """All schools at work. Gives the address that the process listens on ("" without pages)."""
    async with contextlib.AsyncExitStack() as stack:
        for house in houses:
            await stack.enter_async_context(kept_open(house))
        if workers:
            await stack.enter_async_context(working(houses, spread=process.spread))
        await stack.enter_async_context(measured(machine_door(houses), process))
        app = door(houses) if process.schools else houses[0].web_app()
        yield await stack.enter_async_context(listening(app, process)) if pages else ""
