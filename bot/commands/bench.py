"""`houqin bench`: how quick this machine, this database and this version are together."""

import argparse

from bot.commands import CommandError


async def measure(args: argparse.Namespace) -> None:
    """Run what was asked for; a run that is void fails."""
    from bench.command import bench  # noqa: PLC0415 - the same
    from bench.processes import BenchError  # noqa: PLC0415 - only this command needs it, and no start waits for it

    try:
        await bench(args)
    except BenchError as error:
        raise CommandError(str(error)) from None
