"""A school goes in from TOML, csv and xlsx, and out again: all of it or nothing, and the same at the second time."""

import csv
import datetime
import io
import re
import tomllib
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from tortoise import Tortoise

import handlers
from bot.core import texts
from bot.core.texts import Catalogue
from config.data import DEMO_SCHOOL, load_catalog, load_roles
from domain.errors import Invalid
from models import Account, Asset, Membership, Person, Place
from models.schema import open_database
from services.loading import KINDS, Kind, Loading, Report, columns, rows, xlsx_files
from services.places import Places
from tests.databases import MakeDatabase

PEOPLE = "staff_no,name,wecom,dingtalk,roles,teams,place,locale\n"
CATEGORIES = [category.key for category in load_catalog().categories]
CATALOGUE = Catalogue([handlers.FOLDER])


@pytest.fixture
async def loading(fresh_database_url: MakeDatabase) -> AsyncIterator[Loading]:
    """The use cases on a fresh database with one place in it."""
    context = await open_database(await fresh_database_url())
    await Place.create(code="J3-302", name="高一3班")
    yield Loading(Places(), load_roles(), CATEGORIES)
    await context.close_connections()


async def imported(loading: Loading, kind: Kind, path: Path, content: str | bytes, *, dry_run: bool = False) -> Report:
    """Write a file and import it."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return await loading.import_sheet(kind, path, dry_run=dry_run)


def workbook(path: Path, lines: Iterable[Sequence[Any]]) -> Path:
    """Write a workbook as Excel would, each value in its own type."""
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    book.save(path)
    return path


def named(report: Report) -> list[tuple[int, str, str]]:
    """Where the problems are and what they are; each can be said in every language."""
    for problem in report.problems:
        for locale in texts.LOCALES:
            assert problem.told(CATALOGUE[locale])
    return [(p.row, p.column, p.key.removeprefix("loading.problem.")) for p in report.problems]


async def everything() -> dict[str, list[Any]]:
    """All that a load may touch."""
    return {
        "places": await Place.all().order_by("code").values(),
        "assets": await Asset.all().order_by("code").values(),
        "people": await Person.all().order_by("id").values(),
        "accounts": await Account.all().order_by("id").values_list("person_id", "channel", "account"),
        "teams": await Membership.all().order_by("person_id", "team").values_list("person_id", "team"),
    }


def counts(report: Report) -> tuple[int, int, int]:
    """New, changed and unchanged rows of a load that went well."""
    assert named(report) == []
    return report.added, report.changed, report.unchanged


# ---------------------------------------------------------------------------------------------------- the whole school


async def test_the_demo_school_is_loaded_once_however_often_it_is_loaded(loading: Loading) -> None:
    tables = {kind: tomllib.loads((DEMO_SCHOOL / f"{kind}.toml").read_text())[kind] for kind in KINDS}
    first = await loading.load_school(DEMO_SCHOOL)
    assert first.added + first.changed + first.unchanged == sum(map(len, tables.values()))
    loaded = await everything()
    edition = await Places().edition()
    assert counts(await loading.load_school(DEMO_SCHOOL)) == (0, 0, first.added + first.changed + first.unchanged)
    assert await everything() == loaded
    assert await Places().edition() == edition == 1
    assert [len(loaded[kind]) for kind in KINDS if kind != "places"] == [len(tables["people"]), len(tables["assets"])]
    wang = await Person.get(staff_no="T001")
    assert (wang.name, wang.roles, wang.place) == ("王芳", ["teacher"], "J3-302")
    assert await Account.get(channel="wecom", account="wangfang").values_list("person_id", flat=True) == wang.id
    board = await Asset.get(code="IB-0001")
    assert (board.price_cents, board.bought_on) == (2_180_000, datetime.date(2021, 8, 20))


async def test_one_bad_entry_of_a_school_loads_nothing(loading: Loading, tmp_path: Path) -> None:
    before = await everything()
    path = tmp_path / "school.toml"
    path.write_text(
        """
        [[places]]
        code = "A-1"
        name = ["Hall"]
        [[people]]
        staff_no = 17
        name = "Li"
        place = "A-1"
        [[people]]
        staff_no = "18"
        shoes = 44
        roles = ["king", "teacher"]
        """
    )
    report = await loading.load_school(path)
    problems = [(2, "shoes", "unknown_column"), (2, "name", "required"), (2, "roles", "unknown_role")]
    assert named(report) == [*problems, (1, "name", "wrong_type")]
    assert await everything() == before
    assert report.problems[0].told(CATALOGUE["en"]).startswith('[[people]] entry 2, "shoes": there is no such column.')


@pytest.mark.parametrize(
    ("content", "problem"),
    [("= 3", "toml"), ("people = 3", "no_list"), ("name = 'x'", "no_tables"), (b"\xff", "toml")],
)
async def test_a_school_that_cannot_be_read(
    loading: Loading, tmp_path: Path, content: str | bytes, problem: str
) -> None:
    path = tmp_path / "school.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert named(await loading.load_school(path)) == [(0, "", problem)]
    assert named(await loading.load_school(tmp_path / "missing.toml")) == [(0, "", "unreadable")]


# --------------------------------------------------------------------------------------------- how files are written


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
    assert sorted(named(await loading.import_sheet("assets", path, dry_run=False))) == sorted(problems)
    book.active.delete_rows(5)
    book.save(path)
    assert counts(await loading.import_sheet("assets", path, dry_run=False)) == (1, 0, 0)
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
    assert counts(await loading.import_sheet("assets", sized, dry_run=False)) == (2, 0, 0)
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
    assert named(await loading.import_sheet("assets", path, dry_run=False)) == [(0, "", "too_many_rows")]
    monkeypatch.setattr(rows, "MOST_BYTES", path.stat().st_size - 1)
    assert named(await loading.import_sheet("assets", path, dry_run=False)) == [(0, "", "too_big")]
    assert named(await loading.import_sheet("assets", tmp_path, dry_run=False)) == [(0, "", "unreadable")]


# ------------------------------------------------------------------------------------------------- what stands in them


async def test_every_bad_row_is_named_and_then_nothing_is_loaded(loading: Loading, tmp_path: Path) -> None:
    await imported(loading, "people", tmp_path / "p.csv", PEOPLE + "T001,王芳,WangFang,,,,,\n")
    before = await everything()
    lines = (
        PEOPLE + "T002,李强,liqiang,,repairer,water_electric,J3-302,\n"
        "T003,,,,,,,\n"
        f"T004,{'长' * 61},,,,,,\n"
        '"T005\n","赵\x01敏",,,,,,\n'
        "\n"
        "T002,again,WANGFANG,,,,,\n"
        "T006,钱,LiQiang,with blank,teacher;boss,gardening,J9-999,fr\n"
        "1.23E+17,孙,王芳,,,,,\n"
    )
    problems = {
        (3, "name", "required"),
        (4, "name", "too_long"),
        (5, "name", "control"),
        (7, "staff_no", "repeated"),
        (7, "wecom", "account_taken"),
        (8, "wecom", "repeated"),
        (8, "dingtalk", "account"),
        (8, "roles", "unknown_role"),
        (8, "teams", "unknown_team"),
        (8, "place", "unknown_place"),
        (8, "locale", "unknown_locale"),
        (9, "staff_no", "long_number"),
        (9, "wecom", "wecom_account"),
    }
    report = await imported(loading, "people", tmp_path / "p.csv", lines)
    assert set(named(report)) == problems
    assert [problem.row for problem in report.problems] == sorted(problem.row for problem in report.problems)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 0)
    assert await everything() == before
    told = [problem.told(CATALOGUE["zh_CN"]) for problem in report.problems]
    assert "第 7 行“wecom”：账号“wangfang”已属于王芳（T001），一个账号只能属于一个人。" in told


@pytest.mark.parametrize(
    ("price", "cents"),
    [("21800", 2_180_000), ("0.5", 50), ("6,499.00", 649_900), ("￥12.30元", 1230), ("１２", 1200), ("", None)],
)
async def test_prices_are_whole_cents(loading: Loading, tmp_path: Path, price: str, cents: int | None) -> None:
    path = workbook(tmp_path / "a.xlsx", [["code", "name", "price"], ["A-1", "lamp", price]])
    assert counts(await loading.import_sheet("assets", path, dry_run=False)) == (1, 0, 0)
    assert (await Asset.get(code="A-1")).price_cents == cents


@pytest.mark.parametrize("price", ["-1", "1.234", "1,23", "about 5", "1e5", "99999999999", "٣", "NaN"])
async def test_anything_else_is_no_price(loading: Loading, tmp_path: Path, price: str) -> None:
    path = workbook(tmp_path / "a.xlsx", [["code", "name", "price"], ["A-1", "lamp", price]])
    assert named(await loading.import_sheet("assets", path, dry_run=False)) == [(2, "price", "price")]


@pytest.mark.parametrize(
    "day", ["2024-8-20", "2024/08/20", "2024.8.20", "20240820", "2024年8月20日", "2024-08-20 0:00:00"]
)
async def test_days_are_written_in_many_ways(loading: Loading, tmp_path: Path, day: str) -> None:
    report = await imported(loading, "assets", tmp_path / "a.csv", f"code,name,bought_on\nA-1,lamp,{day}\n")
    assert counts(report) == (1, 0, 0)
    assert (await Asset.get(code="A-1")).bought_on == datetime.date(2024, 8, 20)


@pytest.mark.parametrize("day", ["2024-02-30", "20-08-2024", "8/20/2024", "45158", "1066-10-14", "soon"])
async def test_anything_else_is_no_day(loading: Loading, tmp_path: Path, day: str) -> None:
    report = await imported(loading, "assets", tmp_path / "a.csv", f"code,name,bought_on\nA-1,lamp,{day}\n")
    assert named(report) == [(2, "bought_on", "day")]


async def test_a_dry_run_counts_and_changes_nothing(loading: Loading, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    assert counts(await imported(loading, "people", path, PEOPLE + "T001,王芳,wf,,,,,\nT002,李强,lq,,,,,\n")) == (
        2,
        0,
        0,
    )
    before, edition = await everything(), await Places().edition()
    lines = PEOPLE + "T001,王芳,wf,,,,,\nT002,李强,other,,,furniture,,\nT003,赵敏,,,,,,\n"
    report = await imported(loading, "people", path, lines, dry_run=True)
    assert (report.dry_run, *counts(report)) == (True, 1, 1, 1)
    assert (await everything(), await Places().edition()) == (before, edition)
    assert counts(await imported(loading, "people", path, lines)) == (1, 1, 1)
    assert await Places().edition() == edition + 1
    assert counts(await imported(loading, "people", path, lines)) == (0, 0, 3)
    assert await Places().edition() == edition + 1
    assert (await Person.get(staff_no="T003")).roles == ["teacher"]


async def test_columns_that_are_left_out_stay_and_empty_cells_clear(loading: Loading, tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    await imported(loading, "people", path, PEOPLE + "T001,王芳,wf,,repairer,furniture;multimedia,J3-302,en\n")
    assert counts(await imported(loading, "people", path, "staff_no,name\nT001,王方\n")) == (0, 1, 0)
    wang = await Person.get(staff_no="T001")
    assert (wang.name, wang.roles, wang.place, wang.locale) == ("王方", ["repairer"], "J3-302", "en")
    assert counts(await imported(loading, "people", path, "staff_no,name,wecom,teams\nT001,王方,,furniture\n")) == (
        0,
        1,
        0,
    )
    assert await Account.all().count() == 0
    assert await Membership.all().values_list("team", flat=True) == ["furniture"]


async def test_accounts_move_within_a_file_and_the_oldest_channel_stays_first(loading: Loading, tmp_path: Path) -> None:
    path, head = tmp_path / "p.csv", "staff_no,name,wecom,dingtalk\n"
    await imported(loading, "people", path, head + "T001,王芳,a,da\nT002,李强,b,db\n")
    left = await Person.create(staff_no="T000", name="老赵", active=False)
    await Account.create(channel="wecom", account="zhao", person=left)
    assert counts(await imported(loading, "people", path, head + "T001,王芳,B,da\nT002,李强,A,db\n")) == (0, 2, 0)
    rows = await Account.filter(person__active=True).order_by("id").values_list("person__staff_no", "account")
    assert rows == [("T001", "b"), ("T001", "da"), ("T002", "a"), ("T002", "db")]
    report = await imported(loading, "people", path, head + "T001,王芳,zhao,\nT003,钱,a,\n")
    assert named(report) == [(2, "wecom", "account_taken"), (3, "wecom", "account_taken")]
    assert counts(await imported(loading, "people", path, head + "T002,李强,,db\nT003,钱,a,\n")) == (1, 1, 0)
    assert await Account.get(account="a").values_list("person__staff_no", flat=True) == "T003"


async def test_five_thousand_people_are_quick(loading: Loading, tmp_path: Path) -> None:
    lines = [f"T{n:05d},老师{n},user{n},d{n},teacher,furniture,J3-302,zh_CN\n" for n in range(5000)]
    connection = Tortoise.get_connection("default")
    assert counts(await imported(loading, "people", tmp_path / "p.csv", PEOPLE + "".join(lines))) == (5000, 0, 0)
    assert (await connection.execute_query_dict("SELECT count(*) AS n FROM accounts"))[0]["n"] == 10_000
    changed = [line.replace("furniture", "multimedia").replace(",d", ",e") for line in lines]
    assert counts(await imported(loading, "people", tmp_path / "p.csv", PEOPLE + "".join(changed))) == (0, 5000, 0)
    assert await Membership.filter(team="multimedia").count() == 5000


# ----------------------------------------------------------------------------------------------------- and out again


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
async def test_what_was_exported_is_what_there_is(loading: Loading, tmp_path: Path, suffix: str) -> None:
    await loading.load_school(DEMO_SCHOOL)
    before = await everything()
    for kind in KINDS:
        path = tmp_path / (kind + suffix)
        assert await loading.export_sheet(kind, path) == len(before[kind])
        assert counts(await loading.import_sheet(kind, path, dry_run=False)) == (0, 0, len(before[kind]))
    assert await everything() == before
    for model in (Account, Membership, Person, Asset, Place):
        await model.all().delete()
    for kind in KINDS:
        report = await loading.import_sheet(kind, tmp_path / (kind + suffix), dry_run=False)
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
    with xlsxwriter.Workbook(str(book), xlsx_files.PLAIN) as file:
        for number, line in enumerate(lines):
            file.worksheets()[0].write_row(number, 0, line) if number else file.add_worksheet().write_row(0, 0, line)
    assert counts(await loading.import_sheet("assets", book, dry_run=False)) == (len(texts_at_risk), 0, 0)
    await loading.export_sheet("assets", tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfcode,name,")
    cells = [cell for line in csv.reader(io.StringIO(raw.decode("utf-8-sig"))) for cell in line]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "＝"))] == []
    assert counts(await loading.import_sheet("assets", tmp_path / "a.csv", dry_run=False)) == (0, 0, len(texts_at_risk))
    await loading.export_sheet("assets", tmp_path / "b.xlsx")
    cells = [cell for row in openpyxl.load_workbook(tmp_path / "b.xlsx").active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not [cell for cell in cells if cell.data_type == "n" and cell.value is not None]
    assert not [cell for cell in cells if cell.hyperlink]


async def test_who_has_left_is_not_exported(loading: Loading, tmp_path: Path) -> None:
    await Person.create(staff_no="T000", name="老赵", active=False)
    assert await loading.export_sheet("people", tmp_path / "p.csv") == 0
    with pytest.raises(Invalid):
        await loading.export_sheet("people", tmp_path / "p.pdf")


def test_every_problem_has_its_words_and_every_word_its_problem() -> None:
    source = "\n".join(path.read_text() for path in Path(rows.__file__).parent.glob("*.py"))
    raised = set(re.findall(r'Wrong\(\s*"(\w+)"|"loading\.problem\.(\w+)"', source))
    keys = {f"loading.problem.{one or other}" for one, other in raised}
    keys |= {f"loading.problem.unknown_{c.words}" for kind in KINDS for c in columns.COLUMNS[kind] if c.words}
    assert columns.LOCALES == texts.LOCALES
    for locale in texts.LOCALES:
        assert {key for key in CATALOGUE[locale].keys if key.startswith("loading.problem.")} == keys  # noqa: SIM118
