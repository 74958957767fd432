"""Loading a school, importing a sheet, exporting one: each a single transaction, all of it or nothing."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from tortoise.expressions import F

from domain.errors import Invalid
from models import Asset, Counter, Place
from services.database import transaction
from services.directory import EDITION
from services.loading.checks import Record, Words, check
from services.loading.columns import COLUMNS, KINDS, LOCALES, Kind, names
from services.loading.csv_files import read_csv, write_csv
from services.loading.people import PeopleShelf
from services.loading.report import Problem, Report, Wrong
from services.loading.rows import Row, check_size, from_sheet, from_toml
from services.loading.shelves import Change, Shelf, TableShelf, changes
from services.loading.xlsx_files import read_xlsx, write_xlsx
from services.places import Places

SHELVES: Mapping[Kind, Shelf] = {
    "places": TableShelf("places", Place),
    "people": PeopleShelf(),
    "assets": TableShelf("assets", Asset, {"price": "price_cents"}),
}
WRITERS = {".csv": write_csv, ".xlsx": write_xlsx}
ZIP, OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How workbooks begin: today's, and those of Excel 97 to 2003, which is also what one with a password looks like."""


class Loading:
    """Brings a school's people, places and devices in and out.

    `roles` are the names of roles that somebody may have, `categories` the keys of categories and so of teams.
    """

    def __init__(self, places: Places, roles: Collection[str], categories: Collection[str]) -> None:
        """`places` is told when the school's words have changed."""
        self._places = places
        self._words: Words = {"role": roles, "team": categories, "category": categories, "locale": LOCALES}

    async def load_school(self, path: Path) -> Report:
        """Load the TOML of a school, a folder or one file with the tables `places`, `people` and `assets`.

        Safe to run again: rows are recognised by their code or staff number. What the files do not name stays.
        """
        try:
            tables, problems = await asyncio.to_thread(from_toml, path)
        except Wrong as wrong:
            return Report(problems=(wrong.problem(),))
        return await self._load(tables, problems, dry_run=False)

    async def import_sheet(self, kind: Kind, path: Path, dry_run: bool) -> Report:
        """Load a csv file or the first sheet of a workbook; with `dry_run` only say what would change."""
        try:
            rows, problems = await asyncio.to_thread(_read_sheet, kind, path)
        except Wrong as wrong:
            return Report(problems=(wrong.problem(),), dry_run=dry_run)
        return await self._load({kind: rows}, problems, dry_run=dry_run)

    async def export_sheet(self, kind: Kind, path: Path) -> int:
        """Write all rows of a kind as .csv or .xlsx, as the import reads them; returns how many.

        `Invalid` for any other name of a file, `OSError` where it cannot be written.
        """
        write = WRITERS.get(path.suffix.lower())
        if write is None:
            raise Invalid("loading.problem.suffix", allowed=", ".join(WRITERS))
        rows = await SHELVES[kind].exported()
        texts = [[column.show(row[column.name]) for column in COLUMNS[kind]] for row in rows]
        await asyncio.to_thread(write, path, [names(kind), *texts])
        return len(rows)

    async def _load(
        self, tables: Mapping[Kind, Sequence[Row]], problems: Sequence[Problem], *, dry_run: bool
    ) -> Report:
        async with transaction():
            if not dry_run:
                await _queue_up()
            records, found = await self._checked(tables)
            if wrong := [*problems, *found]:
                return Report(problems=tuple(sorted(wrong, key=_in_order)), dry_run=dry_run)
            plans = {kind: changes(kind, rows, await SHELVES[kind].rows()) for kind, rows in records.items()}
            if not dry_run:
                await self._write(plans)
        return _report([change for plan in plans.values() for change in plan], dry_run=dry_run)

    async def _checked(self, tables: Mapping[Kind, Sequence[Row]]) -> tuple[dict[Kind, list[Record]], list[Problem]]:
        codes = {code for (code,) in await Place.all().values_list("code")}
        records: dict[Kind, list[Record]] = {}
        problems: list[Problem] = []
        for kind in (kind for kind in KINDS if kind in tables):
            codes |= {str(record.values.get("code", "")) for record in records.get("places", ())}
            records[kind], found = check(kind, tables[kind], {**self._words, "place": codes})
            problems += [*found, *await SHELVES[kind].objections(records[kind])]
        return records, problems

    async def _write(self, plans: Mapping[Kind, Sequence[Change]]) -> None:
        news = {kind: [change for change in plan if change.old != change.new] for kind, plan in plans.items()}
        for kind, plan in news.items():
            if plan:
                await SHELVES[kind].write(plan)
        if any(news.values()):
            await self._places.changed()


async def _queue_up() -> None:
    """Make the transaction a writing one before it reads, so that two loads at a time go one after the other."""
    await Counter.filter(name=EDITION).update(value=F("value"))


def _read_sheet(kind: Kind, path: Path) -> tuple[list[Row], list[Problem]]:
    try:
        check_size(path.stat().st_size)
        data = path.read_bytes()
    except OSError as error:
        raise Wrong("unreadable", why=error.strerror or "") from error
    if data.startswith(OLD_OFFICE):
        raise Wrong("old_workbook")
    return from_sheet(kind, read_xlsx(data) if data.startswith(ZIP) else read_csv(data, names(kind)))


def _in_order(problem: Problem) -> tuple[str, int]:
    return problem.table, problem.row


def _report(plan: Sequence[Change], *, dry_run: bool) -> Report:
    added = sum(change.old is None for change in plan)
    unchanged = sum(change.old == change.new for change in plan)
    return Report(added=added, changed=len(plan) - added - unchanged, unchanged=unchanged, dry_run=dry_run)
