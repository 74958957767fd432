"""A bot in a process of its own, at the city's stand-in of WeCom: what can be killed for real."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from sandbox import Config, Member, Sandbox
from tests.school import PEOPLE
from tests.servers import free_port

ROOT = Path(__file__).parents[1]
READY_SECONDS = 30.0
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


@dataclass
class BotProcess:
    """`houqin serve` as an operator starts it; `start` and `kill` may follow each other any number of times."""

    environ: Mapping[str, str]
    port: int
    log: Path
    arguments: tuple[str, ...] = ("serve",)
    process: asyncio.subprocess.Process | None = field(default=None, init=False)

    @property
    def base(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and return when it is ready; `AssertionError` with its log when it does not get there."""
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *self.arguments, cwd=ROOT, env=dict(self.environ), stdout=log, stderr=log
            )
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
            while True:
                assert self.process.returncode is None, self.log.read_text(encoding="utf-8")
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get(f"{self.base}/readyz") as answer:
                        if answer.status == 200:
                            return
                await asyncio.sleep(0.02)

    async def kill(self) -> None:
        """End it without a goodbye: kill -9."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Ask it to end, as a process manager does; returns its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, how: signal.Signals) -> int:
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(READY_SECONDS):
            return await self.process.wait()


@dataclass(frozen=True)
class Town:
    """A bot process and the vendor it lives by."""

    bot: BotProcess
    sandbox: Sandbox


@contextlib.asynccontextmanager
async def town(database_url: str, redis_url: str, folder: Path) -> AsyncIterator[Town]:
    """The vendor up, the bot ready to be started; both are gone afterwards."""
    port = free_port()
    config = Config(
        corp_id="wwtestschool",
        agent_id=1000002,
        secret="only-for-this-test",
        token="token",
        aes_key=KEY,
        members=tuple(Member(userid=account, name=name) for account, name, _, _ in PEOPLE),
        trusted_host=f"127.0.0.1:{port}",
        callback_url=f"http://127.0.0.1:{port}/channels/wecom/callback",
        retry_pause=1.5,
    )
    sandbox = Sandbox(config)
    vendor = await sandbox.start()
    environ = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOUQIN_SECRET_KEY": "only for the tests of it",
        "HOUQIN_DATABASE_URL": database_url,
        "HOUQIN_REDIS_URL": redis_url,
        "HOUQIN_DATA_DIR": str(folder / "data"),
        "HOUQIN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HOUQIN_PORT": str(port),
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
    bot = BotProcess(environ, port, folder / "bot.log")
    try:
        yield Town(bot, sandbox)
    finally:
        if bot.process is not None:
            await bot.kill()
        await sandbox.stop()
