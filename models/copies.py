"""Before a SQLite file gets a new schema it is copied: the way back, should the upgrade fail or be regretted."""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

KEPT = 3
"""Copies that stay beside a database, the newest ones."""
UNFINISHED = ".partial"


def copy_before(path: Path, migration: str, now: datetime) -> Path:
    """Copy the database at `path` beside it, whole and on the disk, also while somebody writes; older copies go.

    `migration` is the first that is about to run: the copy fits programs that do not know it yet. `sqlite3.Error` or
    `OSError` where there is no room; nothing is left behind then.
    """
    copy = path.with_name(f"{path.name}.before-{migration}-{now:%Y%m%dT%H%M%S}")
    unfinished = copy.with_name(copy.name + UNFINISHED)
    try:
        _copy(path, unfinished)
        unfinished.rename(copy)
    finally:
        unfinished.unlink(missing_ok=True)
    for old in _by_age(path)[:-KEPT]:
        old.unlink()
    return copy


def _copy(path: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    target.touch(mode=0o600)
    with closing(sqlite3.connect(path, timeout=10)) as connection:
        connection.execute("VACUUM INTO ?", (str(target),))
    with target.open("rb") as file:
        os.fsync(file.fileno())


def _by_age(path: Path) -> list[Path]:
    copies = (found for found in path.parent.glob(f"{path.name}.before-*") if found.suffix != UNFINISHED)
    return sorted(copies, key=lambda copy: copy.name.rpartition("-")[2])
