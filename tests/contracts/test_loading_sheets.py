"""Sheets of all usual kinds are read as their authors see them, and those of ours come back as they went."""

import csv
import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from config.data import DEMO_SCHOOL
from domain.errors import Invalid
from models import Account, Asset, Membership, Person, Place
from services.loading import KINDS, Kind, Loading, rows, xlsx_files
from tests.contracts.school_files import counts, everything, imported, named, workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_text_files_of_all_usual_kinds(loading: Loading, tmp_path: Path, encoding: str, delimiter: str) -> None:
    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter)
    writer.writerows([["code", "name", "aliases"], ["B-1", "大礼堂㐂", "礼堂；报告厅;礼堂"], ["", " ", ""]])
    assert counts(await imported(loading, "places", tmp_path / "p.csv", lines.getvalue().encode(encoding))) == (1, 0, 0)
    place = await Place.get(code="B-1")
    assert (place.name, place.aliases) == ("大礼堂㐂", ["礼堂", "报告厅"])


async def test_a_workbook_says_what_its_author_sees(loading: Loading, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    head = ["code", "name", "serial", "model", "price", "bought_on", "warranty_until", "place"]
    line = [302, 302.0, 7, 0.1 + 0.2, 6499.5, datetime.datetime(2024, 8, 20), "2027年8月20日", "J3-302"]  # noqa: DTZ001
    book = openpyxl.load_workbook(
        workbook(path, [head, [], line, [""], [303, "屏", "#N/A", None, 10**15, "8/20/2024"]])
    )
    book.active["C3"].number_format = "000"
    book.save(path)
    problems = [(5, "serial", "formula_error"), (5, "bought_on", "day"), (5, "price", "long_number")]
    assert sorted(named(await loading.import_sheet("assets", path, False))) == sorted(problems)
    book.active.delete_rows(5)
    book.save(path)
    assert counts(await loading.import_sheet("assets", path, False)) == (1, 0, 0)
    asset = await Asset.get(code="302")
    assert (asset.name, asset.serial, asset.model, asset.price_cents) == ("302", "007", "0.3", 649_950)
    assert (asset.bought_on, asset.warranty_until) == (datetime.date(2024, 8, 20), datetime.date(2027, 8, 20))


async def test_a_formula_counts_as_its_value_and_a_wrong_size_of_the_sheet_hides_nothing(
    loading: Loading, tmp_path: Path
) -> None:
    path, sized = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("code", "name"), ("A-1", "钟"), ("A-2", "铃")]):
            sheet.write_row(number, 0, row)
        sheet.write_formula("B2", '="挂"&"钟"', value="挂钟")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(sized, "w") as new:
        for name in old.namelist():
            new.writestr(name, re.sub(rb'<dimension ref="[^"]+"', b'<dimension ref="A1"', old.read(name)))
    assert counts(await loading.import_sheet("assets", sized, False)) == (2, 0, 0)
    assert (await Asset.get(code="A-1")).name == "挂钟"


def bomb() -> bytes:
    """A workbook that unpacks to far more than it weighs."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(xlsx_files.MOST_UNPACKED + 1))
    return file.getvalue()


def entities() -> bytes:
    """A workbook whose list of sheets grows when it is read."""
    file, evil = io.BytesIO(), b'<!DOCTYPE l [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><workbook>&b;</workbook>'
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", evil)
        archive.writestr("xl/workbook.xml", evil)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", (0, "", "empty")),
        (b"\n\n", (0, "", "empty")),
        (b"\xff\xff\xff", (0, "", "encoding")),
        (b"\xd0\xcf\x11\xe0 and so on", (0, "", "old_workbook")),
        (b"PK\x03\x04 and so on", (0, "", "broken_xlsx")),
        (entities(), (0, "", "broken_xlsx")),
        (bomb(), (0, "", "unpacked")),
        (b'code,name\nA-1,one\nA-2,"two\n', (3, "", "broken_csv")),
        (b"code,name,colour\n", (1, "colour", "unknown_column")),
        (b"code,name,Name\n", (1, "name", "repeated_column")),
        (b"code\n", (1, "name", "missing_column")),
        (b"code,name,\nA-1,one,red\n", (2, "C", "no_heading")),
        (b"code,name\nA-1,one,red\n", (2, "C", "no_heading")),
        (b"code,name\nA-1,one" + b"," * 20_000 + b"red\n", (2, "XFD", "no_heading")),
    ],
)
async def test_a_file_that_is_no_sheet_of_ours(
    loading: Loading, tmp_path: Path, content: bytes, problem: tuple[int, str, str]
) -> None:
    assert named(await imported(loading, "assets", tmp_path / "a.xlsx", content)) == [problem]
    assert await Asset.all().count() == 0


async def test_files_have_a_size(loading: Loading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "MOST_ROWS", 2)
    monkeypatch.setattr(xlsx_files, "MOST_ROWS", 2)
    lines = [["code", "name"], *([f"A-{number}", "lamp"] for number in range(3))]
    content = "\n".join(",".join(line) for line in lines)
    assert named(await imported(loading, "assets", tmp_path / "a.csv", content)) == [(0, "", "too_many_rows")]
    path = workbook(tmp_path / "a.xlsx", lines)
    assert named(await loading.import_sheet("assets", path, False)) == [(0, "", "too_many_rows")]
    monkeypatch.setattr(rows, "MOST_BYTES", path.stat().st_size - 1)
    assert named(await loading.import_sheet("assets", path, False)) == [(0, "", "too_big")]
    assert named(await loading.import_sheet("assets", tmp_path, False)) == [(0, "", "unreadable")]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
async def test_what_was_exported_is_what_there_is(loading: Loading, tmp_path: Path, suffix: str) -> None:
    await loading.load_school(DEMO_SCHOOL)
    before = await everything()
    for kind in KINDS:
        path = tmp_path / (kind + suffix)
        assert await loading.export_sheet(kind, path) == len(before[kind])
        assert counts(await loading.import_sheet(kind, path, False)) == (0, 0, len(before[kind]))
    assert await everything() == before
    for model in (Account, Membership, Person, Asset, Place):
        await model.all().delete()
    for kind in KINDS:
        report = await loading.import_sheet(kind, tmp_path / (kind + suffix), False)
        assert counts(report) == (len(before[kind]), 0, 0)
    after = await everything()
    assert [names_of(after, kind) for kind in KINDS] == [names_of(before, kind) for kind in KINDS]


def names_of(tables: dict[str, list[Any]], kind: Kind) -> list[dict[str, object]]:
    """Rows without the numbers that the database gives them."""
    return sorted(({k: v for k, v in row.items() if k != "id"} for row in tables[kind]), key=str)


async def test_text_that_excel_would_run_is_stopped_and_comes_back_as_it_was(loading: Loading, tmp_path: Path) -> None:
    texts_at_risk = ["=HYPERLINK(1)", "+86", "-5", "@x", "＝1", "'=1", "''-", "'", "http://a.b"]
    lines = [["code", "name"], *([f"A-{number}", text] for number, text in enumerate(texts_at_risk))]
    book = tmp_path / "a.xlsx"
    xlsx_files.write_xlsx(book, lines)
    assert counts(await loading.import_sheet("assets", book, False)) == (len(texts_at_risk), 0, 0)
    await loading.export_sheet("assets", tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcode,name,")
    values = [cell for line in csv.reader(io.StringIO(raw.decode("utf-8-sig"))) for cell in line]
    assert [value for value in values if value.startswith(("=", "+", "-", "@", "＝"))] == []
    assert counts(await loading.import_sheet("assets", tmp_path / "a.csv", False)) == (0, 0, len(texts_at_risk))
    await loading.export_sheet("assets", tmp_path / "b.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "b.xlsx").active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    assert [cell for cell in cells if cell.hyperlink] == []


async def test_who_has_left_is_not_exported(loading: Loading, tmp_path: Path) -> None:
    await Person.create(staff_no="T000", name="老赵", active=False)
    assert await loading.export_sheet("people", tmp_path / "p.csv") == 0
    with pytest.raises(Invalid):
        await loading.export_sheet("people", tmp_path / "p.pdf")
