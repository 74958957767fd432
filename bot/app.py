"""The composition root: the only file that sees every room."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from zoneinfo import ZoneInfo

import structlog
from aiohttp import web as http
from aiohttp.typedefs import Handler

import channels as ways
import handlers
import services
import web
from bot import doctor as doctors
from bot.core.broker import Broker
from bot.core.carrying import CardCarry, FileCarry
from bot.core.clerk import Clerk
from bot.core.clockwork import Clockwork
from bot.core.courier import Courier
from bot.core.metrics import Metrics
from bot.core.pipeline import INBOX, Pipeline
from bot.core.pulse import BELL, Pulse
from bot.core.texts import Catalogue
from bot.core.worker import Worker
from bot.doctor import Doctor, Patient
from channels.base import Channel
from config.data import load_catalog, load_roles, load_security, own_file, read_school, school_days
from config.deadlines import load_deadlines
from config.settings import ProcessSettings, Settings
from models.database import Database
from models.schema import behind
from services import Services
from services.clock import Clock, utc_now
from services.leases import Leases
from services.storage import open_storage
from web import health
from web.site import SITE, Site

log = structlog.get_logger(__name__)

GRACE = 20.0
"""Seconds that a stop waits for what is in hand: less than the thirty that process managers give."""
STUCK = 900.0
"""Seconds after which something that waits means trouble."""
WARMING = 5.0
"""Seconds for getting ready: a database that does not answer is waited for by the workers."""
LARGEST = 25 * 1024 * 1024
"""Bytes of one request: a photo and what goes with it."""
LOOKING = frozenset({"GET", "HEAD"})
"""Requests that only look."""
CLOCK_BELL = "clock"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """One school's bot, put together. Nothing in it is shared with another school.

    `name` is what operators call the school where a process has several, else "".
    """

    name: str
    settings: Settings
    database: Database
    services: Services
    broker: Broker
    channels: Mapping[str, Channel]
    pipeline: Pipeline
    couriers: tuple[Courier, ...]
    clockwork: Clockwork
    metrics: Metrics
    doctor: Doctor
    site: Site
    _workers: list[tuple[Worker, asyncio.Task[None]]] = field(default_factory=list)

    def web_app(self) -> http.Application:
        """Pages and callbacks. What a request does, it does in this school's database."""
        app = http.Application(client_max_size=LARGEST, middlewares=[self._at_home])
        web.mount(app, self.site)
        for channel in self.channels.values():
            channel.mount(app, self.pipeline.deliver)
        return app

    def machine_app(self) -> http.Application:
        """Health and counters alone, for a process without pages."""
        app = http.Application(middlewares=[self._at_home])
        app[SITE] = self.site
        health.mount(app)
        return app

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """What runs inside, and tasks that are started there, work for this school: database and log know its name."""
        with self.database.entered(), _called(self.name):
            yield

    @http.middleware
    async def _at_home(self, request: http.Request, handler: Handler) -> http.StreamResponse:
        looks = request.method in LOOKING
        with self.database.reading() if looks else self.database.entered(), _called(self.name):
            return await handler(request)

    async def warm_up(self) -> None:
        """Make ready what the first event would wait for; a database that is away is no reason not to start."""
        try:
            with self.entered():
                async with asyncio.timeout(WARMING):
                    await self.pipeline.warm_up()
        except Exception as error:
            log.warning("warm_up.failed", error=type(error).__name__)

    @property
    def leases(self) -> Leases:
        """Where the processes of this school agree."""
        return self.services.leases

    def start_workers(self) -> None:
        """Begin to handle, carry and keep time."""
        loops = [Worker("pipeline", self.broker, INBOX, self.pipeline.work)]
        loops += [Worker(f"courier:{c.lane}", self.broker, c.bell, c.work) for c in self.couriers]
        loops.append(Worker("clock", self.broker, CLOCK_BELL, self.clockwork.work))
        loops.append(Worker("pulse", self.broker, BELL, Pulse(self.services.checkup, self.metrics).work))
        with self.entered():
            self._workers.extend((loop, asyncio.create_task(loop.run(), name=loop.name)) for loop in loops)

    async def stop_workers(self) -> None:
        """Finish what is in hand and end; what was not begun waits on its shelf."""
        with self.entered():
            await self._stop_workers()

    async def _stop_workers(self) -> None:
        for worker, _ in self._workers:
            await worker.stop()
        if self._workers:
            _, late = await asyncio.wait([task for _, task in self._workers], timeout=GRACE)
            for task in late:
                task.cancel()
        self._workers.clear()
        for courier in self.couriers:
            try:
                await asyncio.wait_for(courier.finish(), GRACE)
            except Exception as error:  # with the database away, say: what is on its way is settled by who comes next
                log.warning("courier.unfinished", lane=courier.lane, error=type(error).__name__)
        try:
            await self.services.numbers.give_back()
        except Exception:  # a database that is away must not keep a process from ending: some numbers are left out
            log.exception("numbers.kept")

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
    name: str = "",
    environ: Mapping[str, str] | None = None,
    clock: Clock = utc_now,
    framed_by: tuple[str, ...] = (),
) -> House:
    """Put one school's bot together; the database is opened by `opened`."""
    secret = settings.secret_key.get_secret_value()
    school = read_school(settings.school) if settings.school else {}
    use_cases = services.build(
        catalog=load_catalog(own_file(settings.school, "catalog.toml")),
        roles=load_roles(own_file(settings.school, "roles.toml")),
        clock=clock,
        zone=ZoneInfo(settings.tz),
        storage=open_storage(settings.storage, settings.storage_keys),
        secret=secret,
        public_url=settings.public_url,
        lease=timedelta(seconds=settings.lease_seconds),
        lanes=tuple(channels),
        security=load_security(own_file(settings.school, "catalog.toml")),
        learn=settings.learn,
        days=school_days(school | {"timezone": settings.tz}),
        deadlines=load_deadlines(school),
    )
    metrics = Metrics(name)
    for channel in channels.values():
        channel.observed_by(metrics.called)
    catalogue = Catalogue((handlers.FOLDER, web.FOLDER, doctors.FOLDER, ways.FOLDER))
    doctor = Doctor(
        Patient(settings=settings, services=use_cases, broker=broker, channels=channels, environ=environ or {})
    )
    lanes = [lane for name in channels for lane in (name, f"{name}:files")]
    pipeline = Pipeline(use_cases, handlers.router(), broker, metrics, lanes)
    clerk = Clerk(use_cases, handlers.DRAWERS, catalogue)
    return House(
        name=name,
        settings=settings,
        database=Database(settings.database_url),
        services=use_cases,
        broker=broker,
        channels=channels,
        pipeline=pipeline,
        couriers=tuple(_couriers(use_cases, broker, channels, clerk, pipeline, metrics)),
        clockwork=Clockwork(
            {"work_order": use_cases.work_orders.due, "absence": use_cases.absences.due},
            pipeline.deliver,
            use_cases.mailroom,
            clock,
            metrics,
        ),
        metrics=metrics,
        doctor=doctor,
        site=Site(
            services=use_cases,
            catalogue=catalogue,
            broker=broker,
            deliver=pipeline.deliver,
            metrics=metrics,
            doctor=doctor,
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
        cards = CardCarry(channel, clerk, mailroom, clock)
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


def _called(name: str) -> contextlib.AbstractContextManager[object]:
    """Every line of the log says whose it is, where a process has several schools."""
    return structlog.contextvars.bound_contextvars(school=name) if name else contextlib.nullcontext()


@contextlib.asynccontextmanager
async def kept_open(house: House) -> AsyncIterator[None]:
    """The house with its database open; only what asks for it with `entered` sees it."""
    await house.database.open()
    try:
        yield
    finally:
        await house.stop_workers()
        await house.close()
        await house.database.close()


@contextlib.asynccontextmanager
async def opened(house: House) -> AsyncIterator[None]:
    """The house with its database open; what runs inside, and tasks that are started there, work for this school."""
    async with kept_open(house):
        with house.entered():
            yield


@contextlib.asynccontextmanager
async def served(house: House, *, pages: bool = True, workers: bool = True) -> AsyncIterator[str]:
    """The house at work: listens, handles, carries. Gives the address it listens on ("" without pages)."""
    async with opened(house):
        if workers:
            await house.warm_up()
            house.start_workers()
        async with measured(house.machine_app(), house.settings):
            if not pages:
                yield ""
                return
            async with listening(house.web_app(), house.settings) as address:
                yield address


@contextlib.asynccontextmanager
async def measured(app: http.Application, settings: ProcessSettings) -> AsyncIterator[None]:
    """Counters at the port that is set for them, for this machine alone; nothing where none is set."""
    if not settings.metrics_port:
        yield
        return
    local = settings.model_copy(update={"host": "127.0.0.1", "port": settings.metrics_port})
    async with listening(app, local):
        yield


@contextlib.asynccontextmanager
async def listening(app: http.Application, settings: ProcessSettings) -> AsyncIterator[str]:
    """An application that takes requests; gives its address. Those in hand are finished before it ends."""
    runner = http.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await http.TCPSite(runner, settings.host, settings.port).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{host}:{port}"
    finally:
        await runner.cleanup()
