"""Whatever a table may hold comes back from a sheet as it went there."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.loading.checks import check
from services.loading.columns import COLUMNS, Kind, names
from services.loading.csv_files import read_csv, write_csv
from services.loading.report import Wrong
from services.loading.rows import Lines, from_sheet
from services.loading.values import clean, items, text_of
from services.loading.xlsx_files import read_xlsx, write_xlsx

WORDS = {"category": ["furniture"], "place": ["J3-302"], "role": [], "team": [], "locale": []}
RISKY = ["=1+1", "'=1", "''@x", "-5", "+86", "＝1", "'", '"', "a,b", "a;b", "0012", "1E5", "http://a.b", "{=1}", "TRUE"]
CELL = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), max_size=20
)


def readable(text: str) -> str:
    """The text as it is kept; empty for what is turned away."""
    try:
        return clean(text)
    except Wrong:
        return ""


TEXT = (st.sampled_from(RISKY) | CELL).map(readable)
NAME = TEXT.filter(bool)
DAY = st.none() | st.dates(date(1900, 1, 1), date(2199, 12, 31))
ASSET = st.fixed_dictionaries(
    {
        "name": NAME,
        **dict.fromkeys(["kind", "brand", "model", "serial"], TEXT),
        "category": st.sampled_from(["", "furniture"]),
        "place": st.sampled_from(["", "J3-302"]),
        "price": st.none() | st.integers(0, 10**12),
        **dict.fromkeys(["bought_on", "warranty_until"], DAY),
    }
)
PLACE = st.fixed_dictionaries(
    {
        "name": NAME,
        **dict.fromkeys(["building", "floor", "room"], TEXT),
        "aliases": st.lists(TEXT, max_size=4).map(";".join).map(items),
    }
)


def as_read_from_csv(path: Path) -> Lines:
    """Through the text file."""
    return read_csv(path.read_bytes(), names("assets") + names("places"))


def as_read_from_xlsx(path: Path) -> Lines:
    """Through the workbook."""
    return read_xlsx(path.read_bytes())


WAYS = [(write_csv, as_read_from_csv), (write_xlsx, as_read_from_xlsx)]


@pytest.mark.parametrize(("write", "read"), WAYS)
@given(places=st.lists(PLACE, max_size=3), assets=st.lists(ASSET, max_size=3))
def test_sheets_give_back_what_was_put_in(
    write: Callable[[Path, Any], None],
    read: Callable[[Path], Lines],
    tmp_path_factory: pytest.TempPathFactory,
    places: list[dict[str, Any]],
    assets: list[dict[str, Any]],
) -> None:
    path = tmp_path_factory.getbasetemp() / "sheet"
    sheets: dict[Kind, list[dict[str, Any]]] = {"places": places, "assets": assets}
    for kind, given_rows in sheets.items():
        numbered = [{"code": f"N-{number}", **row} for number, row in enumerate(given_rows)]
        lines = [[column.show(row[column.name]) for column in COLUMNS[kind]] for row in numbered]
        write(path, [names(kind), *lines])
        rows, problems = from_sheet(kind, read(path))
        records, more = check(kind, rows, WORDS)
        assert [*problems, *more] == []
        assert [record.values for record in records] == numbered


@given(CELL)
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    assert readable(readable(text)) == readable(text)


@given(st.integers(-(10**14), 10**14))
def test_whole_numbers_are_shown_whole(number: int) -> None:
    assert text_of(number) == text_of(float(number)) == str(number)


def test_marks_that_nobody_sees_do_not_count() -> None:
    assert clean("\u202dJ3-302\u202c\ufeff \u3000 x\n") == "J3-302 x"
