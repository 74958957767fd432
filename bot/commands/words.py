"""Commands about words: what sentences mean, the tables as drawings, and the language of the terminal itself."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from bot import drawings
from bot.commands import CommandError
from bot.commands.environment import environment
from bot.core.texts import Catalogue, Texts
from config.data import DEMO_SCHOOL, read_school, school_days
from domain.work_orders import REPAIR
from handlers import FOLDER
from understanding import AssetWords, PlaceWords, Reader
from understanding.lines import answer_line

DOCS = Path("docs/workflows.md")


def own_locale() -> str:
    """The language of whoever sits at the terminal: English where the shell says so, else Chinese."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if language.startswith("en") else "zh_CN"


def own_texts() -> Texts:
    """The words for whoever sits at the terminal."""
    return Catalogue((FOLDER,))[own_locale()]


def workflows(args: argparse.Namespace) -> None:
    """Draw the tables into docs/workflows.md."""
    page = drawings.page([REPAIR], Catalogue((FOLDER,)))
    if not args.check:
        DOCS.write_text(page, encoding="utf-8")
    elif not DOCS.exists() or DOCS.read_text(encoding="utf-8") != page:
        raise CommandError(f"{DOCS} is not fresh: run houqin workflows")


def understand(args: argparse.Namespace) -> None:
    """JSON lines in, readings out, in order."""
    chosen = environment(args).get("HOUQIN_SCHOOL")
    reader = reader_of(read_school(Path(chosen) if chosen else DEMO_SCHOOL))
    for line in sys.stdin.buffer:
        if line.strip():
            sys.stdout.write(orjson.dumps(answer_line(line, reader)).decode() + "\n")
            sys.stdout.flush()


def reader_of(school: Mapping[str, Any]) -> Reader:
    """A reader that knows the words of a school's TOML."""
    places = [PlaceWords(**{**row, "aliases": tuple(row.get("aliases", ()))}) for row in school.get("places", ())]
    assets = [
        AssetWords(code=row["code"], name=row["name"], category=row.get("category", ""), place=row.get("place", ""))
        for row in school.get("assets", ())
    ]
    return Reader(places, assets, [row["name"] for row in school.get("people", ())], days=school_days(school))
