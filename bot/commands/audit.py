"""The command that looks the history through: does every row still bear the seal it was given?"""

import argparse
import sys

from bot.commands import CommandError
from bot.commands.care import prepared
from bot.commands.environment import environments
from bot.commands.houses import settings_of
from bot.commands.words import own_texts
from bot.core.texts import Texts
from config.settings import Settings
from models.schema import open_database
from services.audit import Flaw, Walk, verify
from services.sealing import Seals


async def verified(args: argparse.Namespace) -> None:
    """Walk the seals of all schools or of one; `CommandError` with the first place of each that does not fit."""
    texts, broken = own_texts(), list[str]()
    for name, environ in environments(args).items():
        settings, _channels = settings_of(environ)
        walk = await _walked(settings)
        print(f"{name} {texts('audit.walked', rows=walk.rows, records=walk.records, before=walk.before)}".lstrip())
        if walk.flaw:
            broken.append(f"{name} {_told(walk.flaw, texts)}".lstrip())
    if broken:
        raise CommandError("\n".join([*broken, texts("audit.what_now")]))


async def _walked(settings: Settings) -> Walk:
    context = await open_database(settings.database_url)
    try:
        await prepared()
        return await verify(Seals(settings.secret_key.get_secret_value(), settings.former_secrets), _tell)
    finally:
        await context.close_connections()


def _told(flaw: Flaw, texts: Texts) -> str:
    what = texts(f"audit.{flaw.why}", number=flaw.number)
    return texts("audit.row", what=what, row=flaw.row, step=flaw.step, at=flaw.at) if flaw.row else what


def _tell(rows: int) -> None:
    """How far it has come, to somebody who sits there: a nightly run writes its result only."""
    if sys.stderr.isatty():
        print(rows, end="\r", file=sys.stderr, flush=True)
