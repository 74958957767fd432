"""Commands about words: the tables as drawings, and the language of the terminal itself."""

import argparse
import os
from pathlib import Path

from bot import drawings
from bot.commands import CommandError
from bot.core.texts import Catalogue, Texts
from domain.work_orders import REPAIR
from handlers import FOLDER

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
