"""`houqin doctor`: everything that this installation needs, looked at from here, with what to do about each finding."""

import argparse
import asyncio
from datetime import UTC, datetime

import orjson

import channels
import handlers
from bot import doctor, logs
from bot.app import House, opened
from bot.commands.environment import environment
from bot.commands.houses import house_of
from bot.commands.words import own_locale
from bot.core.findings import Finding, Level, wrong
from bot.core.texts import Catalogue, Texts
from bot.doctor import Report, told
from bot.doctor.trial import trial
from config.settings import SettingsError

PATIENCE = 60.0
"""Seconds for the whole examination; each check has less, and a real person has time of their own."""


async def examine(args: argparse.Namespace) -> None:
    """Look, and say what was found; exit code 1 when there is an error among it."""
    texts = Catalogue((handlers.FOLDER, doctor.FOLDER, channels.FOLDER))[own_locale()]
    logs.quiet()  # what the checks run into is told as findings
    try:
        house = house_of(environment(args))
    except SettingsError as error:
        report = Report(datetime.now(UTC), [wrong("settings.bad", problem=problem) for problem in error.problems])
    else:
        report = await _examined(house, args.send, texts)
    if args.json:
        print(orjson.dumps(told.as_json(report, texts), option=orjson.OPT_INDENT_2).decode())
    else:
        print(*told.lines(report, texts), sep="\n")
    if report.level is Level.ERROR:
        raise SystemExit(1)


async def _examined(house: House, account: str, texts: Texts) -> Report:
    async with opened(house):
        async with asyncio.timeout(PATIENCE):
            report = await house.doctor.examine()
        if not account:
            return report
        return Report(report.at, [*report.findings, await _tried(house, account, texts)])


async def _tried(house: House, account: str, texts: Texts) -> Finding:
    channel = next(iter(house.channels.values()), None)
    if channel is None:
        return wrong("trial.no_channel")
    return await trial(channel, account, house.doctor.patient, texts)
