"""What the environment says: the settings, and the house that they describe. Nothing else reads the environment."""

import argparse
import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TypeVar

from dotenv import dotenv_values
from pydantic import ValidationError

from bot.app import House, build
from bot.commands import CommandError
from bot.core.broker import open_broker
from channels import CHANNELS
from channels.base import Channel
from config.schools import clashes, host_of, read_schools
from config.settings import ProcessSettings, Settings, SettingsError, problems_of

T = TypeVar("T")
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


def settings_of(environ: Environment) -> tuple[Settings, list[str]]:
    """The settings and the names of the channels that are on; `SettingsError` with everything that is wrong."""
    settings = Settings.read(environ)
    if unknown := [name for name in settings.channel_names if name not in CHANNELS]:
        raise SettingsError([f"HOUQIN_CHANNELS: {', '.join(unknown)}: there are only {', '.join(CHANNELS)}"])
    return settings, settings.channel_names


def house_of(environ: Environment, *, name: str = "", framed_by: tuple[str, ...] = ()) -> House:
    """The house that an environment describes; all problems of all settings at once."""
    problems: list[str] = []
    settings: Settings | None = None
    try:
        settings, names = settings_of(environ)
    except SettingsError as error:
        problems += error.problems
        names = [name.strip() for name in environ.get("HOUQIN_CHANNELS", "").split(",") if name.strip() in CHANNELS]
    # The public address is the school's own, and the same in all its processes: what they share goes under it.
    space = host_of(settings.public_url) if settings else ""
    broker = open_broker(settings.redis_url if settings else "memory://", space)
    channels: dict[str, Channel] = {}
    for channel in names:
        try:
            channels[channel] = CHANNELS[channel](environ, broker, settings.public_url if settings else "")
        except ValidationError as error:
            problems += problems_of(error)
    if settings is None or problems:
        raise SettingsError(problems)
    return build(settings, broker, channels, name=name, environ=environ, framed_by=framed_by)


def houses_of(environs: Mapping[str, Environment], around: Environment) -> tuple[list[House], ProcessSettings]:
    """The houses of all schools and the settings of their process; `SettingsError` with the problems of all of them."""
    process, problems = _tried("", lambda: ProcessSettings.read(around))
    houses = []
    for name, environ in environs.items():
        house, wrong = _tried(name, partial(house_of, environ, name=name))
        houses += [house] if house else []
        problems += wrong
    problems += clashes({house.name: house.settings for house in houses})
    if problems or process is None:
        raise SettingsError(list(dict.fromkeys(problems)))
    return houses, process


def _tried(name: str, make: Callable[[], T]) -> tuple[T | None, list[str]]:
    """What was made, or what is wrong, under the school's name."""
    try:
        return make(), []
    except SettingsError as error:
        return None, [f"{name}: {problem}" if name else problem for problem in error.problems]
