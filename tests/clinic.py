"""A whole installation to be examined: a house that serves on a port of its own, and the vendor it lives by."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from bot import demo
from bot.app import House, opened, served
from bot.commands.houses import house_of
from bot.core.findings import Finding
from sandbox import Config, Member, Sandbox
from tests.school import PEOPLE, furnish
from tests.servers import free_port

CORP, SECRET, TOKEN = "wwtestschool", "the-secret-of-this-app", "callbacktoken"
KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
HOUSE_KEY = "a key that is long and varied enough: 0123456789"


@dataclass
class Clinic:
    """The house under examination, its vendor, and the environment that it was built from."""

    house: House
    sandbox: Sandbox
    environ: dict[str, str]

    async def found(self) -> dict[str, Finding]:
        """Examine once more; the findings by key."""
        report = await self.house.doctor.examine()
        return {finding.key: finding for finding in report.findings}


def environment(database_url: str, redis_url: str, folder: Path, **others: str) -> dict[str, str]:
    """What an operator would write into .env; `others` replace or add."""
    port = free_port()
    (folder / "data").mkdir(mode=0o700, exist_ok=True)
    return {
        "HOUQIN_SECRET_KEY": HOUSE_KEY,
        "HOUQIN_DATABASE_URL": database_url,
        "HOUQIN_REDIS_URL": redis_url,
        "HOUQIN_DATA_DIR": str(folder / "data"),
        "HOUQIN_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "HOUQIN_PORT": str(port),
        **others,
    }


@contextlib.asynccontextmanager
async def clinic(environ: dict[str, str], *, workers: bool = True, **changed: str) -> AsyncIterator[Clinic]:
    """Serve and stay until the block ends; `changed` are settings of the channel that differ from the vendor's."""
    port = environ["HOUQIN_PORT"]
    config = Config(
        corp_id=CORP,
        agent_id=1000002,
        secret=SECRET,
        token=TOKEN,
        aes_key=KEY,
        members=tuple(Member(userid=account, name=name) for account, name, _, _ in PEOPLE),
        trusted_host=f"127.0.0.1:{port}",
        callback_url=f"http://127.0.0.1:{port}/channels/wecom/callback",
    )
    sandbox = Sandbox(config)
    base = await sandbox.start()
    whole = {**environ, **demo.environment(config, base), **changed}
    house = house_of(whole)
    try:
        async with opened(house_of(whole)):
            await furnish()
        async with served(house, workers=workers):
            if workers:
                await _shown(house)
            yield Clinic(house, sandbox, whole)
    finally:
        await sandbox.stop()


async def _shown(house: House) -> None:
    """The workers have given their first sign of life."""
    async with asyncio.timeout(10):
        while not await house.services.checkup.pulses():  # noqa: ASYNC110 - nobody rings for it
            await asyncio.sleep(0.01)
