"""The composition root: the only file that sees every room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web as http
from tortoise.context import TortoiseContext

import handlers
import services
import web
from bot.core.broker import Broker
from bot.core.carrying import CardCarry, FileCarry
from bot.core.clerk import Clerk
from bot.core.clockwork import Clockwork
from bot.core.courier import Courier
from bot.core.metrics import Metrics
from bot.core.pipeline import INBOX, Pipeline
from bot.core.texts import Catalogue
from bot.core.worker import Worker
from channels.base import Channel
from config.data import load_catalog, load_roles, load_security, own_file
from config.settings import Settings
from models.schema import behind, open_database
from services import Services
from services.clock import Clock, utc_now
from services.storage import open_storage
from web.site import Site

log = structlog.get_logger(__name__)

GRACE = 20.0
"""Seconds that a stop waits for what is in hand: less than the thirty that process managers give."""
STUCK = 900.0
"""Seconds after which something that waits means trouble."""
CLOCK_BELL = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One school's bot, put together. Nothing in it is shared with another school."""

    settings: Settings
    services: Services
    broker: Broker
    channels: Mapping[str, Channel]
    pipeline: Pipeline
    couriers: tuple[Courier, ...]
    clockwork: Clockwork
    metrics: Metrics
    site: Site
    _workers: list[tuple[Worker, asyncio.Task[None]]] = field(default_factory=list)

    def web_app(self) -> http.Application:
        """Pages and callbacks."""
        app = http.Application(client_max_size=25 * 1024 * 1024)
        web.mount(app, self.site)
        for channel in self.channels.values():
            channel.mount(app, self.pipeline.deliver)
        return app

    def start_workers(self) -> None:
        """Begin to handle, carry and keep time."""
        loops = [Worker("pipeline", self.broker, INBOX, self.pipeline.work)]
        loops += [Worker(f"courier:{c.lane}", self.broker, c.bell, c.work) for c in self.couriers]
        loops.append(Worker("clock", self.broker, CLOCK_BELL, self.clockwork.work))
        self._workers.extend((loop, asyncio.create_task(loop.run(), name=loop.name)) for loop in loops)

    async def stop_workers(self) -> None:
        """Finish what is in hand and end; what was not begun waits on its shelf."""
        for worker, _ in self._workers:
            await worker.stop()
        if self._workers:
            _, late = await asyncio.wait([task for _, task in self._workers], timeout=GRACE)
            for task in late:
                task.cancel()
        for courier in self.couriers:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(courier.finish(), GRACE)
        self._workers.clear()

    async def close(self) -> None:
        """Let go of vendors and broker."""
        for channel in self.channels.values():
            await channel.close()
        await self.broker.close()


def build(
    settings: Settings,
    broker: Broker,
    channels: Mapping[str, Channel],
    *,
    clock: Clock = utc_now,
    framed_by: tuple[str, ...] = (),
) -> House:
    """Put one school's bot together; the database is opened by `opened`."""
    secret = settings.secret_key.get_secret_value()
    use_cases = services.build(
        catalog=load_catalog(own_file(settings.school, "catalog.toml")),
        roles=load_roles(own_file(settings.school, "roles.toml")),
        clock=clock,
        zone=ZoneInfo(settings.tz),
        storage=open_storage(settings.storage),
        secret=secret,
        public_url=settings.public_url,
        lease=timedelta(seconds=settings.lease_seconds),
        lanes=tuple(channels),
        security=load_security(own_file(settings.school, "catalog.toml")),
    )
    metrics = Metrics()
    catalogue = Catalogue((handlers.FOLDER, web.FOLDER))
    lanes = [lane for name in channels for lane in (name, f"{name}:files")]
    pipeline = Pipeline(use_cases, handlers.router(), broker, metrics, lanes)
    clerk = Clerk(use_cases, handlers.DRAWERS, catalogue)
    return House(
        settings=settings,
        services=use_cases,
        broker=broker,
        channels=channels,
        pipeline=pipeline,
        couriers=tuple(_couriers(use_cases, broker, channels, clerk, pipeline, metrics)),
        clockwork=Clockwork({"work_order": use_cases.work_orders.due}, pipeline.deliver, use_cases.mailroom, clock),
        metrics=metrics,
        site=Site(
            services=use_cases,
            catalogue=catalogue,
            broker=broker,
            deliver=pipeline.deliver,
            metrics=metrics,
            gates=channels,
            secret=secret,
            ready=lambda: readiness(use_cases, broker),
            framed_by=framed_by,
        ),
    )


def _couriers(
    use_cases: Services,
    broker: Broker,
    channels: Mapping[str, Channel],
    clerk: Clerk,
    pipeline: Pipeline,
    metrics: Metrics,
) -> list[Courier]:
    mailroom, clock = use_cases.mailroom, use_cases.clock
    couriers = []
    for name, channel in channels.items():
        cards = CardCarry(channel, clerk, mailroom)
        files = FileCarry(channel, use_cases.files, pipeline.deliver, clock)
        couriers.append(Courier(name, cards, mailroom, broker, clock, metrics))
        couriers.append(Courier(f"{name}:files", files, mailroom, broker, clock, metrics))
    return couriers


async def readiness(use_cases: Services, broker: Broker) -> list[str]:
    """Why this process cannot do its work now; nothing when it can. Names only: anybody may read it."""
    problems = []
    try:
        if await behind():
            return ["migrations"]
        ages = await use_cases.mailroom.ages()
        problems += [name for name, seconds in ages.items() if seconds > STUCK]
    except Exception:
        log.exception("ready.database")
        problems.append("database")
    try:
        await broker.ping()
    except OSError:
        problems.append("redis")
    return problems


@contextlib.asynccontextmanager
async def opened(house: House) -> AsyncIterator[TortoiseContext]:
    """The house with its database open; tasks that are started inside see it."""
    context = await open_database(house.settings.database_url)
    try:
        yield context
    finally:
        await house.stop_workers()
        await house.close()
        await context.close_connections()


@contextlib.asynccontextmanager
async def served(house: House, *, pages: bool = True, workers: bool = True) -> AsyncIterator[str]:
    """The house at work: listens, handles, carries. Gives the address it listens on ("" without pages)."""
    async with opened(house):
        if workers:
            await house.pipeline.warm_up()
            house.start_workers()
        runner = http.AppRunner(house.web_app(), access_log=None, shutdown_timeout=GRACE)
        address = ""
        if pages:
            await runner.setup()
            site = http.TCPSite(runner, house.settings.host, house.settings.port)
            await site.start()
            host, port = runner.addresses[0][:2]
            address = f"http://{host}:{port}"
        try:
            yield address
        finally:
            await runner.cleanup()
