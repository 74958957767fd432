"""Commands that move a school: its backup, and putting one back."""

import argparse
import sys
from importlib.metadata import version
from zoneinfo import ZoneInfo

from bot import logs
from bot.commands.environment import environment
from bot.commands.houses import settings_of
from bot.commands.words import own_texts
from models.schema import open_database
from services.clock import utc_now
from services.moving import FILES, Manifest, back_up, restore, verify
from services.storage import open_storage

ROWS, FEW = 50_000, 500
"""So many rows, and so many files, are between two lines of progress."""


async def take_backup(args: argparse.Namespace) -> None:
    """Everything of the school into a new folder; with --verify, look one through that is there."""
    if args.verify:
        manifest = await verify(args.folder, _tell)
        print(own_texts()("moving.verified", **_summary(manifest, args)))
        return
    settings, _ = settings_of(environment(args))
    logs.configure(settings.log_format)
    context = await open_database(settings.database_url)
    try:
        storage = open_storage(settings.storage, settings.storage_keys)
        manifest = await back_up(args.folder, storage, utc_now, version("houqin"), _tell)
    finally:
        await context.close_connections()
    _say(manifest, "moving.taken", args)


async def put_back(args: argparse.Namespace) -> None:
    """A backup into the empty database that the settings name."""
    settings, _ = settings_of(environment(args))
    logs.configure(settings.log_format)
    storage = open_storage(settings.storage, settings.storage_keys)
    manifest = await restore(args.folder, settings.database_url, storage, _tell, zone=ZoneInfo(settings.tz))
    _say(manifest, "moving.restored", args)


def _say(manifest: Manifest, key: str, args: argparse.Namespace) -> None:
    texts = own_texts()
    if manifest.files.missing:
        print(texts("moving.missing", digests=manifest.files.missing), file=sys.stderr)
    print(texts(key, **_summary(manifest, args)))


def _summary(manifest: Manifest, args: argparse.Namespace) -> dict[str, object]:
    return {
        "folder": args.folder,
        "rows": sum(part.rows for part in manifest.tables.values()),
        "tables": len(manifest.tables),
        "files": manifest.files.count,
        "made_at": manifest.made_at,
        "history": manifest.history_sha256,
    }


def _tell(what: str, count: int) -> None:
    """Say how far it has come, to somebody who sits there: a nightly run writes only when something is wrong."""
    if sys.stderr.isatty() and count % (FEW if what == FILES else ROWS) == 0:
        print(what, count, file=sys.stderr)
