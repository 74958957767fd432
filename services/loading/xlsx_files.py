"""Workbooks: the first sheet, read as its author sees it and written so that nothing in it runs."""

import io
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.cell.read_only import EMPTY_CELL

from services.loading.report import Wrong
from services.loading.rows import MOST_ROWS, Lines, is_blank

MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes: four times what a list of the most rows and longest names comes to."""
MOST_FILES = 1000
MOST_COLUMNS = 64
LAST_ROW = 1_048_576
"""Excel: specifications and limits. A file that claims more rows was not written by Excel."""
PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
WIDTH = 18
"""Characters of a column on the screen."""


def read_xlsx(data: bytes) -> Lines:
    """The rows of the first sheet that are not blank."""
    try:
        _check_unpacked(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and validations that a list of values does not need
            return list(
                islice(_lines(data), MOST_ROWS + 2)
            )  # with the headings, and one more to show that it is too many
    except Wrong:
        raise
    except Exception as error:
        # A damaged workbook makes the parsers raise nearly anything; whatever it is, the file cannot be read.
        raise Wrong("broken_xlsx") from error


def _check_unpacked(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = archive.infolist()
    # The reader stops at the sizes that are written here, so a file that lies about them is only cut short.
    if len(files) > MOST_FILES or sum(file.file_size for file in files) > MOST_UNPACKED:
        raise Wrong("unpacked", limit=MOST_UNPACKED // 1024 // 1024)


def _lines(data: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            if number > LAST_ROW:
                raise Wrong("broken_xlsx")
            cells = [None if cell is EMPTY_CELL else _value(cell) for cell in row]
            if not all(map(is_blank, cells)):
                yield number, cells
    finally:
        book.close()


def _value(cell: Any) -> object:
    """What stands in the cell; 7 that is shown as 007 is 007."""
    value = cell.value
    if isinstance(value, int) and set(cell.number_format) == {"0"}:
        return str(value).zfill(len(cell.number_format))
    return value


def write_xlsx(path: Path, rows: Sequence[Sequence[str]]) -> None:
    """Write all cells as text, in columns that stay text when somebody edits them: 302 and 2024-08-20 remain so."""
    with xlsxwriter.Workbook(str(path), PLAIN) as book:
        sheet, as_text = book.add_worksheet(), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(rows[0]) - 1, WIDTH, as_text)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, cell, as_text)
