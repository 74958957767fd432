"""Where faults happen: a town with its crowd, its clock and its servers, and a way to bring it to rest."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from models.schema import open_database
from sandbox.clock import Clock
from tests.faults import law
from tests.faults.clock import TownClock
from tests.faults.crowd import Crowd
from tests.faults.disks import Disk
from tests.faults.gate import Gate
from tests.faults.people import TOWN
from tests.faults.zygote import CLOCK
from tests.processes import BotProcess, Starter, Town, town
from tests.scenarios.quiet import until_quiet, waiting
from tests.school import furnish
from tests.servers import PostgresServer

RATE = 60.0
"""Seconds of the town in a real one, where a test does not say otherwise: waits and limits pass that much sooner."""
LEASE = 2.5
"""Real seconds that a dead taker keeps its rows from others."""
PATIENCE = 60.0
"""Real seconds after the last fault in which everything must have come to rest."""
HELD = 600.0
"""The same in the town's seconds, where those are the longer: who is owed many cards gets 28 of them a minute."""


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What a stage is put up on: a fresh, migrated database, a broker, and the servers that may be maltreated."""

    database_url: str
    redis_url: str
    folder: Path
    starter: Starter
    bots: int = 1
    rate: float = RATE
    postgres: PostgresServer | None = None
    redis: Gate | None = None
    disk: Disk | None = None

    @property
    def data(self) -> Path:
        """The folder of the bots' data."""
        return (self.disk.folder if self.disk else self.folder) / "data"

    @property
    def storage_url(self) -> str:
        """Where files lie."""
        return f"file://{self.data}/files"


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A town while things happen to it."""

    ground: Ground
    town: Town
    crowd: Crowd
    clock: TownClock
    chance: random.Random

    @property
    def alive(self) -> list[BotProcess]:
        """The bots that run."""
        return [bot for bot in self.town.bots if bot.alive]

    async def revive(self) -> None:
        """Start whoever is dead, and let the vendor call somebody who can answer."""
        dead = [bot for bot in self.town.bots if not bot.alive]
        for bot in dead:
            await bot.begin()
        for bot in dead:
            await bot.ready()
        self.turn_to(self.alive)

    def turn_to(self, bots: list[BotProcess]) -> None:
        """Let the vendor call one of these, if there are any."""
        if bots:
            self.town.call(self.chance.choice(bots))

    async def linger(self, most: float) -> None:
        """Let some time pass, at most these real seconds."""
        await asyncio.sleep(self.chance.uniform(0, most))

    async def answered(self, who: str, text: str) -> float:
        """Say something, and wait for the card that answers it; gives the seconds from acknowledgement to card."""
        chats = self.town.sandbox.world.chats
        seen = chats.revision
        outcome = await self.town.sandbox.people.say(who, text)
        assert outcome["delivered"], outcome
        begun = time.monotonic()
        while not any(message.copy for message in chats.since_of(who, seen)):
            await chats.news(chats.revision)
        return time.monotonic() - begun

    async def rest(self) -> list[str]:
        """Let everybody finish and everything be done; gives the promises that were not kept."""
        await self.revive()
        await self.crowd.end()
        context = await open_database(self.ground.database_url)
        try:
            problems = await self._ended()
            while not problems and await waiting(held=False):  # time alone brought it about, after the last look
                await self.revive()
                problems = await self._ended()
            return problems + await law.broken(self.crowd, self.ground.storage_url)
        finally:
            await context.close_connections()

    async def _ended(self) -> list[str]:
        """Wait until nothing waits and end the bots; gives what went wrong with either."""
        problems = await quiet(max(PATIENCE, HELD / self.clock.rate))
        codes = [await bot.stop() for bot in self.alive]
        return problems + [f"a bot ended with {code}" for code in codes if code != 0]


@contextlib.asynccontextmanager
async def staged(ground: Ground, seed: int, *, pause: float) -> AsyncIterator[Stage]:
    """A furnished town with its bots running and nobody at work yet."""
    chance = random.Random(seed)  # noqa: S311 - to be repeatable, not secret
    context = await open_database(ground.database_url)
    await furnish(TOWN)
    await context.close_connections()
    clock = TownClock.make(ground.folder / "clock", ground.rate)
    extra = {
        CLOCK: str(clock.path),
        "HOUQIN_LEASE_SECONDS": str(LEASE * ground.rate),
        "HOUQIN_DATA_DIR": str(ground.data),
        "HOUQIN_STORAGE_URL": ground.storage_url,
    }
    async with town(
        ground.database_url,
        ground.redis_url,
        ground.folder,
        bots=ground.bots,
        people=TOWN,
        starter=ground.starter,
        clock=Clock(clock.seconds),
        retry_pause=1.0,
        sign="/healthz",  # in a rush things wait for long in the town's time, and the bot says so
        extra=extra,
    ) as place:
        stage = Stage(ground=ground, town=place, crowd=Crowd(place.sandbox, chance, pause), clock=clock, chance=chance)
        await stage.revive()
        yield stage


async def quiet(patience: float) -> list[str]:
    """Return when nothing waits any more in the open database, or say so after so many real seconds."""
    try:
        async with asyncio.timeout(patience):
            await until_quiet(patience=patience)
    except TimeoutError:
        return [f"still waiting after {patience} s"]
    return []
