"""Files of a school for the suites of loading, and what came of them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl

import handlers
from bot.core import texts
from bot.core.texts import Catalogue
from models import Account, Asset, Membership, Person, Place
from services.loading import Kind, Loading, Report

CATALOGUE = Catalogue([handlers.FOLDER])


async def imported(loading: Loading, kind: Kind, path: Path, content: str | bytes, *, dry_run: bool = False) -> Report:
    """Write a file and import it."""
    written(path, content)
    return await loading.import_sheet(kind, path, dry_run)


def written(path: Path, content: str | bytes) -> Path:
    """A file with this in it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def workbook(path: Path, lines: Iterable[Sequence[Any]]) -> Path:
    """A workbook as Excel would write it, each value in its own type."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def named(report: Report) -> list[tuple[int, str, str]]:
    """Where the problems are and what they are. Each can be said in every language."""
    for problem in report.problems:
        for locale in texts.LOCALES:
            assert problem.told(CATALOGUE[locale])
    return [(p.row, p.column, p.key.removeprefix("loading.problem.")) for p in report.problems]


def counts(report: Report) -> tuple[int, int, int]:
    """New, changed and unchanged rows of a load that went well."""
    assert named(report) == []
    return report.added, report.changed, report.unchanged


async def everything() -> dict[str, list[Any]]:
    """All that a load may touch."""
    return {
        "places": await Place.all().order_by("code").values(),
        "assets": await Asset.all().order_by("code").values(),
        "people": await Person.all().order_by("id").values(),
        "accounts": await Account.all().order_by("id").values("person_id", "channel", "account"),
        "teams": await Membership.all().order_by("person_id", "team").values("person_id", "team"),
    }
