"""What the environment says, of one school or of several. Nothing else reads it."""

import argparse
import os
from collections.abc import Mapping
from pathlib import Path

from dotenv import dotenv_values

from bot.commands import CommandError
from config.schools import read_schools

Environment = Mapping[str, str]
SCHOOLS = "HOUQIN_SCHOOLS"


def surroundings(args: argparse.Namespace | None = None) -> Environment:
    """The environment of the process, completed by a .env file in the working folder and by the command line."""
    from_file = {key: value for key, value in dotenv_values(".env").items() if value is not None}
    folder = getattr(args, "schools", None)
    return {**from_file, **os.environ, **({SCHOOLS: str(folder)} if folder else {})}


def environments(args: argparse.Namespace | None = None) -> dict[str, Environment]:
    """The environment of each school of this process, or of the one that the command line names.

    Without a folder of schools there is one, called "". Raises `SettingsError` for files that cannot be used, and
    `CommandError` for a school that is none.
    """
    around, wanted = surroundings(args), getattr(args, "school", None)
    folder = around.get(SCHOOLS)
    if not folder:
        if wanted:
            raise CommandError(f"--school: 先设置 {SCHOOLS} / set {SCHOOLS} first")
        return {"": around}
    schools = read_schools(Path(folder), around)
    if wanted and wanted not in schools:
        raise CommandError(f"--school {wanted}: 只有 / there are only: {', '.join(schools)}")
    return {wanted: schools[wanted]} if wanted else dict(schools)


def environment(args: argparse.Namespace | None = None) -> Environment:
    """The environment of one school; `CommandError` where there are several and the command line names none."""
    schools = environments(args)
    if len(schools) > 1:
        raise CommandError(f"请用 --school 指定学校 / name one with --school: {', '.join(schools)}")
    return next(iter(schools.values()))
