"""Rows of a file by the names of their columns, whatever the file was: sheets with a first row, or TOML tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl.utils import get_column_letter

from config.data import read_school
from services.loading.columns import COLUMNS, KINDS, Kind, names
from services.loading.report import Problem, Wrong, shown

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 20_000
LAST_COLUMN = 16_384
"""Excel: specifications and limits. A text file may be wider than columns have letters."""
Lines = Iterable[tuple[int, Sequence[object]]]
"""A sheet as it was read: the number of each row that is not blank, and what stands in its cells."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number (see `Problem`), what stands in the columns that the file has, and the TOML table if any."""

    number: int
    cells: Mapping[str, object]
    table: str = ""


def check_size(size: int) -> None:
    """Refuse files that no school's list needs; `size` is in bytes."""
    if size > MOST_BYTES:
        raise Wrong("too_big", limit=MOST_BYTES // 1024 // 1024)


def is_blank(value: object) -> bool:
    """Would somebody call this cell empty?"""
    return value is None or (isinstance(value, str) and not value.strip())


def from_sheet(kind: Kind, lines: Lines) -> tuple[list[Row], list[Problem]]:
    """The rows below the first one, which names the columns; with problems of the first row there are no rows."""
    rest = iter(lines)
    number, head = next(rest, (0, ()))
    if not number:
        raise Wrong("empty")
    header = ["" if is_blank(cell) else str(cell).strip().lower() for cell in head]
    if problems := _header_problems(kind, number, header):
        return [], problems
    return _body(header, rest)


def _header_problems(kind: Kind, number: int, header: Sequence[str]) -> list[Problem]:
    known = names(kind)
    named = [name for name in header if name]
    wrongs = [Wrong("unknown_column", column=shown(n), allowed=known) for n in named if n not in known]
    wrongs += [Wrong("repeated_column", column=n) for n in known if named.count(n) > 1]
    wrongs += [
        Wrong("missing_column", column=column.name)
        for column in COLUMNS[kind]
        if column.required and column.name not in named
    ]
    return [wrong.problem(row=number) for wrong in wrongs]


def _body(header: Sequence[str], lines: Lines) -> tuple[list[Row], list[Problem]]:
    rows: list[Row] = []
    problems: list[Problem] = []
    for number, cells in lines:
        if len(rows) == MOST_ROWS:
            raise Wrong("too_many_rows", limit=MOST_ROWS)
        stray = next((at for at, cell in enumerate(cells) if not is_blank(cell) and not any(header[at : at + 1])), None)
        if stray is not None:
            problems.append(Wrong("no_heading").problem(number, get_column_letter(min(stray, LAST_COLUMN - 1) + 1)))
        padded = [*cells, *[None] * (len(header) - len(cells))]
        rows.append(Row(number, {name: cell for name, cell in zip(header, padded, strict=False) if name}))
    return rows, problems


def from_toml(path: Path) -> tuple[dict[Kind, list[Row]], list[Problem]]:
    """The entries of a school's TOML, a file or a folder, numbered from 1 in each table."""
    try:
        check_size(sum(file.stat().st_size for file in (path.glob("*.toml") if path.is_dir() else [path])))
        whole = read_school(path)
    except OSError as error:
        raise Wrong("unreadable", why=error.strerror or "") from error
    except ValueError as error:
        raise Wrong("toml", why=(str(error),)) from error
    if not any(kind in whole for kind in KINDS):
        raise Wrong("no_tables")
    tables = {kind: _entries(kind, whole.get(kind, [])) for kind in KINDS}
    problems = [problem for kind, rows in tables.items() for row in rows for problem in _key_problems(kind, row)]
    return tables, problems


def _entries(kind: Kind, entries: object) -> list[Row]:
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise Wrong("no_list", table=kind)
    if len(entries) > MOST_ROWS:
        raise Wrong("too_many_rows", limit=MOST_ROWS)
    return [Row(number, entry, kind) for number, entry in enumerate(entries, 1)]


def _key_problems(kind: Kind, row: Row) -> list[Problem]:
    known: Collection[str] = names(kind)
    strange = [name for name in row.cells if name not in known]
    return [Wrong("unknown_column", allowed=known).problem(row.number, shown(n), row.table) for n in strange]
