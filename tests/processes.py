"""A bot in a process of its own, at the city's stand-in of WeCom: what can be killed for real."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp

from sandbox import Config, Member, Sandbox
from sandbox.clock import Clock
from tests.school import PEOPLE, Who
from tests.servers import free_port

ROOT = Path(__file__).parents[1]
READY_SECONDS = 30.0
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Process(Protocol):
    """A process that was started: asyncio's, or one that was started in another way."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """Its exit code, negative for a signal; None while it runs."""

    def send_signal(self, signal: int, /) -> None:
        """Send a signal."""

    async def wait(self) -> int:
        """Wait for its end; gives the exit code."""


class Starter(Protocol):
    """A way to start `houqin` with arguments, in an environment, with its output at the end of a log."""

    async def __call__(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
        """Start it."""


async def start_afresh(arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Process:
    """Start it as an operator does."""
    command = (sys.executable, "-m", "bot", *arguments)
    with log.open("ab") as end:
        return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=dict(environ), stdout=end, stderr=end)


@dataclass
class BotProcess:
    """`houqin serve` as an operator starts it; `start` and `kill` may follow each other any number of times."""

    environ: Mapping[str, str]
    port: int
    log: Path
    arguments: tuple[str, ...] = ("serve",)
    starter: Starter = start_afresh
    sign: str = "/readyz"
    process: Process | None = field(default=None, init=False)

    @property
    def base(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def alive(self) -> bool:
        """Has it been started, and not ended since?"""
        return self.process is not None and self.process.returncode is None

    async def start(self) -> None:
        """Start it and return when it is ready; `AssertionError` with its log when it does not get there."""
        await self.begin()
        await self.ready()

    async def begin(self) -> None:
        """Start it, without waiting for anything."""
        self.process = await self.starter(self.arguments, self.environ, self.log)

    async def ready(self) -> None:
        """Wait until it says that it can do its work (or, with another `sign` of life, that it is there at all)."""
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
            while True:
                assert self.alive, self.log.read_text(encoding="utf-8")
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.base}{self.sign}") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.02)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, if it runs."""
        assert self.process is not None
        if self.alive:
            self.process.send_signal(number)

    async def kill(self) -> None:
        """End it without a goodbye: kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end, as a process manager does; returns its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        self.send(how)
        async with asyncio.timeout(READY_SECONDS):
            return await self.process.wait()


@dataclass(frozen=True)
class Town:
    """Bot processes of one school, and the vendor they live by. The vendor calls the first until told otherwise."""

    bots: tuple[BotProcess, ...]
    sandbox: Sandbox

    @property
    def bot(self) -> BotProcess:
        """The first, where there is only one."""
        return self.bots[0]

    def call(self, bot: BotProcess) -> None:
        """Let the vendor bring its callbacks to this one."""
        self.sandbox.connect(callback_at(bot.port))


def callback_at(port: int) -> str:
    """Where a bot takes callbacks."""
    return f"http://127.0.0.1:{port}/channels/wecom/callback"


@contextlib.asynccontextmanager
async def town(
    database_url: str,
    redis_url: str,
    folder: Path,
    *,
    bots: int = 1,
    people: Sequence[Who] = PEOPLE,
    starter: Starter = start_afresh,
    clock: Clock | None = None,
    retry_pause: float = 1.5,
    sign: str = "/readyz",
    extra: Mapping[str, str] | None = None,
) -> AsyncIterator[Town]:
    """The vendor up, the bots ready to be started; all are gone afterwards. `clock` is the vendor's."""
    ports = [free_port() for _ in range(bots)]
    config = Config(
        corp_id="wwtestschool",
        agent_id=1000002,
        secret="only-for-this-test",
        token="token",
        aes_key=KEY,
        members=tuple(Member(userid=account, name=name) for account, name, _, _ in people),
        trusted_host=f"127.0.0.1:{ports[0]}",
        callback_url=callback_at(ports[0]),
        retry_pause=retry_pause,
    )
    sandbox = Sandbox(config, clock)
    environ = environment(config, await sandbox.start(), ports[0], folder) | {
        "HOUQIN_DATABASE_URL": database_url,
        "HOUQIN_REDIS_URL": redis_url,
        **(extra or {}),
    }
    started = [
        BotProcess(environ | {"HOUQIN_PORT": str(port)}, port, folder / f"bot-{port}.log", starter=starter, sign=sign)
        for port in ports
    ]
    try:
        yield Town(tuple(started), sandbox)
    finally:
        for bot in started:
            if bot.process is not None:
                await bot.kill()
        await sandbox.stop()


def environment(config: Config, vendor: str, port: int, folder: Path) -> dict[str, str]:
    """What `houqin serve` is told of a school at this vendor; the port is that of its pages."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOUQIN_SECRET_KEY": "only for the tests of it",
        "HOUQIN_DATA_DIR": str(folder / "data"),
        "HOUQIN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HOUQIN_LEASE_SECONDS": "1",
        "HOUQIN_CHANNELS": "wecom",
        "HOUQIN_WECOM_CORP_ID": config.corp_id,
        "HOUQIN_WECOM_AGENT_ID": str(config.agent_id),
        "HOUQIN_WECOM_SECRET": config.secret,
        "HOUQIN_WECOM_TOKEN": config.token,
        "HOUQIN_WECOM_AES_KEY": config.aes_key,
        "HOUQIN_WECOM_API_BASE": vendor,
        "HOUQIN_WECOM_OPEN_BASE": vendor,
    }
