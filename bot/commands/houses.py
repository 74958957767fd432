"""The settings that an environment describes, and the house with them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeVar

from pydantic import ValidationError

from bot.app import House, build
from bot.commands.environment import Environment
from bot.core.broker import open_broker
from channels import CHANNELS
from channels.base import Channel
from config.schools import clashes, host_of
from config.settings import ProcessSettings, Settings, SettingsError, problems_of

T = TypeVar("T")


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
