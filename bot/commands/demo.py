"""`houqin demo`: the bot with the demo school, and the city outside it."""

import argparse
import asyncio
import contextlib
from collections.abc import Awaitable
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import demo, logs
from bot.app import House, served
from bot.commands import CommandError
from bot.commands.environment import surroundings
from bot.commands.houses import house_of
from bot.commands.school import loading
from bot.commands.serving import until_asked
from bot.core.texts import Catalogue
from config.data import DEMO_SCHOOL
from handlers import FOLDER
from models.schema import migrate, open_database
from sandbox import Sandbox


async def run_demo(args: argparse.Namespace) -> None:
    """The bot with the demo school, and the city outside it."""
    environ = surroundings()
    logs.configure("console")
    data = Path(environ.get("HOUQIN_DATA_DIR") or "data") / "demo"
    public_url = f"http://127.0.0.1:{args.port}"
    config = demo.vendor(public_url, Catalogue((FOLDER,))["zh_CN"])
    sandbox = Sandbox(config)
    base = await listening(sandbox.start("127.0.0.1", args.sandbox_port), args.sandbox_port)
    try:
        own = {
            "HOUQIN_DATA_DIR": str(data),
            "HOUQIN_DATABASE_URL": f"sqlite://{data}/houqin.db",
            "HOUQIN_SECRET_KEY": demo.kept_secret(data),
            "HOUQIN_PUBLIC_URL": public_url,
            "HOUQIN_PORT": str(args.port),
            **demo.environment(config, base),
        }
        house = house_of(own, framed_by=(base,))
        await migrate(house.settings.database_url, zone=ZoneInfo(house.settings.tz))
        await load_demo_school(house)
        await run_both(house, sandbox, base)
    finally:
        await sandbox.stop()


async def load_demo_school(house: House) -> None:
    """The demo's people, places and devices; again changes nothing."""
    context = await open_database(house.settings.database_url)
    try:
        await loading(house.settings).load_school(DEMO_SCHOOL)
    finally:
        await context.close_connections()


async def run_both(house: House, sandbox: Sandbox, base: str) -> None:
    """Serve until stopped, and say when both answer."""
    async with until_asked(), contextlib.AsyncExitStack() as stack:
        bot = await listening(stack.enter_async_context(served(house)), house.settings.port)
        sandbox.connect(f"{bot}/channels/wecom/callback")
        if not await demo.answers(f"{bot}/readyz", base):
            raise CommandError("机器人没有就绪，请看上面的日志。 / The bot is not ready; see the log above.")
        print(demo.greeting(sandbox.config, bot, base), flush=True)
        await asyncio.Event().wait()


async def listening(start: Awaitable[str], port: int) -> str:
    """Start listening; a port that is taken is said in plain words."""
    try:
        return await start
    except OSError as error:
        raise CommandError(
            f"端口 {port} 被占用，请换一个：houqin demo --port 8081 --sandbox-port 8091 / port {port} is taken"
        ) from error
