"""`houqin understand`: what sentences mean, for whoever wants to try or to measure it."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from bot.commands.environment import environment
from config.data import DEMO_SCHOOL, read_school, school_days
from understanding import AssetWords, PlaceWords, Reader
from understanding.lines import answer_line
from understanding.warming import warm


def understand(args: argparse.Namespace) -> None:
    """JSON lines in, readings out, in order."""
    chosen = environment(args).get("HOUQIN_SCHOOL")
    reader = reader_of(read_school(Path(chosen) if chosen else DEMO_SCHOOL))
    warm(reader)
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
