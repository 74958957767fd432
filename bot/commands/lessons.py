"""Commands about learning from use: examples out of the database, and the report of what was taken for what."""

import argparse
import asyncio
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import orjson

from bot.commands import CommandError
from bot.commands.school import with_database
from config.settings import Settings
from services.clock import utc_now
from services.lessons import Confusion, confusion, examples
from services.moving.owners import private_opener


async def write_examples(args: argparse.Namespace) -> None:
    """Write what corrections have taught as labelled lines; only their owner may read the file."""
    try:
        since = date.fromisoformat(args.since) if args.since else None
    except ValueError as error:
        raise CommandError(f"--since: 2026-09-01，不是 / not {args.since}") from error

    async def work(_: Settings) -> None:
        lines = [orjson.dumps(line) + b"\n" for line in await examples(since)]
        await asyncio.to_thread(_write, args.file, lines)
        print(f"{args.file}: {len(lines)}")

    await with_database(args, work)


def _write(path: Path, lines: Iterable[bytes]) -> None:
    with open(path, "wb", opener=private_opener) as file:
        file.writelines(lines)


async def confused(args: argparse.Namespace) -> None:
    """Print by week how many readings were corrected, and what was taken for what."""

    async def work(settings: Settings) -> None:
        print(page(await confusion(args.weeks, utc_now, ZoneInfo(settings.tz))))

    await with_database(args, work)


def page(found: Confusion) -> str:
    """The report as plain lines."""
    lines = ["周 / week      报修 / readings  更正 / corrected"]
    lines += [f"{w.monday}  {w.readings:>8}  {w.corrected:>8}  {w.share:.1%}" for w in found.weeks]
    lines += ["", "听成 → 其实 / read as → meant"]
    lines += [f"{count:>6}  {field}: {was or '–'} → {meant or '–'}" for (field, was, meant), count in found.taken]
    lines += ["", "常被更正 / often corrected"]
    lines += [f"{count:>6}  {word}" for word, count in found.words]
    return "\n".join(lines)
