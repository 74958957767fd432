"""Commands about a school's own data: its people, places and devices in and out, and who leaves."""

import argparse
from collections.abc import Callable, Coroutine
from typing import Any

from bot import logs
from bot.app import opened
from bot.commands import CommandError
from bot.commands.care import prepared
from bot.commands.environment import environment
from bot.commands.houses import house_of, settings_of
from bot.commands.words import own_texts
from config.data import DEMO_SCHOOL, load_catalog, load_roles, own_file
from config.settings import Settings
from models.schema import open_database
from services.database import transaction
from services.loading import Loading, Report
from services.places import Places


def loading(settings: Settings) -> Loading:
    """Seed and import, by the school's own roles and categories."""
    roles = load_roles(own_file(settings.school, "roles.toml"))
    catalog = load_catalog(own_file(settings.school, "catalog.toml"))
    return Loading(Places(), set(roles), {category.key for category in catalog})


async def with_database(args: argparse.Namespace, work: Callable[[Settings], Coroutine[Any, Any, None]]) -> None:
    """Run something that needs only the database of the school that the command line names."""
    settings, _ = settings_of(environment(args))
    logs.configure(settings.log_format)
    context = await open_database(settings.database_url)
    try:
        await prepared()
        await work(settings)
    finally:
        await context.close_connections()


async def seed(args: argparse.Namespace) -> None:
    """Load a school's TOML."""

    async def work(settings: Settings) -> None:
        say(await loading(settings).load_school(args.file or settings.school or DEMO_SCHOOL))

    await with_database(args, work)


async def bring_in(args: argparse.Namespace) -> None:
    """Load people, places or assets from a sheet."""

    async def work(settings: Settings) -> None:
        say(await loading(settings).import_sheet(args.kind, args.file, dry_run=args.dry_run))

    await with_database(args, work)


async def bring_out(args: argparse.Namespace) -> None:
    """Write people, places or assets to a sheet, or examples from use as lines."""
    if args.kind == "examples":
        from bot.commands.lessons import write_examples  # noqa: PLC0415 - that opens the database as this module does

        await write_examples(args)
        return

    async def work(settings: Settings) -> None:
        await loading(settings).export_sheet(args.kind, args.file)
        print(args.file)

    await with_database(args, work)


def say(report: Report) -> None:
    """Print what was loaded; with problems, name each and fail."""
    texts = own_texts()
    for problem in report.problems:
        print(problem.told(texts))
    if report.problems:
        raise CommandError(texts("loading.refused", count=len(report.problems)))
    key = "loading.dry_run" if report.dry_run else "loading.done"
    print(texts(key, added=report.added, changed=report.changed, unchanged=report.unchanged))


async def leave(args: argparse.Namespace) -> None:
    """Somebody leaves the school, and what they had in hand goes back; or they return."""
    house = house_of(environment(args))
    logs.configure(house.settings.log_format)
    async with opened(house), transaction():
        await prepared()
        person = await house.services.people.leaves(args.staff_no, back=args.back)
        if not args.back:
            await house.services.work_orders.release(person)
    print(own_texts()("people.is_back" if args.back else "people.has_left", name=person.name))
