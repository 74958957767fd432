"""Text files of cells: UTF-8 with or without a mark, UTF-16, or GB18030, as Excel in China saves them."""

import codecs
import csv
import io
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from services.loading.report import Wrong
from services.loading.rows import Lines, is_blank

DELIMITERS = ",\t;"
MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
WOULD_RUN = re.compile("'*[=+@＝＋－＠-]")
"""Excel runs a cell of a text file that begins so; an apostrophe before it stops that (OWASP: CSV Injection)."""
WAS_STOPPED = re.compile("'+[=+@＝＋－＠-]")


def read_csv(data: bytes, known: Collection[str]) -> Lines:
    """The rows that are not blank. `known` are the names of columns, by which the separator is recognised."""
    text = _decoded(data)
    header = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=lambda mark: _known_columns(header, mark, known))
    return _lines(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


def _decoded(data: bytes) -> str:
    marked = next((encoding for mark, encoding in MARKS.items() if data.startswith(mark)), None)
    for encoding in [marked] if marked else ["utf-8", "gb18030"]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Wrong("encoding")


def _known_columns(header: str, delimiter: str, known: Collection[str]) -> int:
    return sum(cell.strip(' "').lower() in known for cell in header.split(delimiter))


def _lines(reader: Iterator[list[str]]) -> Lines:
    number = 0
    while True:
        number += 1  # a quoted line break does not begin a new row in Excel, so records are counted and not lines
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Wrong("broken_csv", row=number) from error
        if cells is None:
            return
        if not all(map(is_blank, cells)):
            yield number, [cell[1:] if WAS_STOPPED.match(cell) else cell for cell in cells]


def write_csv(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write a file that Excel opens with the right letters and without running anything."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(["'" + cell if WOULD_RUN.match(cell) else cell for cell in row] for row in rows)
