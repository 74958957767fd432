"""Commands that keep an installation well: its schema, and what was given up."""

import argparse
import sys
from zoneinfo import ZoneInfo

from bot.app import opened
from bot.commands import CommandError
from bot.commands.environment import environment, environments
from bot.commands.houses import house_of, settings_of
from models.schema import behind, migrate


async def run_migrate(args: argparse.Namespace) -> None:
    """The schema up to date, of all schools or of one."""
    for name, environ in environments(args).items():
        settings, _channels = settings_of(environ)
        await migrate(settings.database_url, zone=ZoneInfo(settings.tz), tell=_tell)
        print(f"{name} 数据库已是最新。 / The database is up to date.".lstrip())


def _tell(count: int) -> None:
    """Only where there are very many: whoever waits, or reads the log of a start, sees that it goes on."""
    print(f"统计：已数 {count} 张报修单 / statistics: {count} work orders counted", file=sys.stderr, flush=True)


async def prepared() -> None:
    """`CommandError` where the open database has not the tables of this program."""
    if await behind():
        raise CommandError(
            "数据库结构不是最新的，请先运行 houqin migrate。 / The schema is not up to date: houqin migrate"
        )


async def replay(args: argparse.Namespace) -> None:
    """Try again what was given up or set aside."""
    house = house_of(environment(args))
    async with opened(house):
        await prepared()
        print(await house.services.mailroom.replay())
