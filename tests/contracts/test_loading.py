"""A school goes in from TOML and sheets: all of it or nothing, and the same at the second time."""

import datetime
import re
import tomllib
from pathlib import Path

import pytest
from tortoise.log import db_client_logger

from bot.core import texts
from config.data import DEMO_SCHOOL
from models import Account, Asset, Membership, Person
from services.loading import KINDS, Loading, columns, rows
from services.places import Places
from tests.contracts.school_files import CATALOGUE, counts, everything, imported, named, workbook

PEOPLE = "staff_no,name,wecom,dingtalk,roles,teams,place,locale\n"


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
    assert (await Account.get(channel="wecom", account="wangfang")).person_id == wang.id
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
    assert counts(await loading.import_sheet("assets", path, False)) == (1, 0, 0)
    assert (await Asset.get(code="A-1")).price_cents == cents


@pytest.mark.parametrize("price", ["-1", "1.234", "1,23", "about 5", "1e5", "99999999999", "٣", "NaN"])
async def test_anything_else_is_no_price(loading: Loading, tmp_path: Path, price: str) -> None:
    path = workbook(tmp_path / "a.xlsx", [["code", "name", "price"], ["A-1", "lamp", price]])
    assert named(await loading.import_sheet("assets", path, False)) == [(2, "price", "price")]


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
    report = await imported(loading, "people", path, "staff_no,name,wecom,teams\nT001,王方,,furniture\n")
    assert counts(report) == (0, 1, 0)
    assert await Account.all().count() == 0
    assert [member.team for member in await Membership.all()] == ["furniture"]


async def test_accounts_move_within_a_file_and_the_oldest_channel_stays_first(loading: Loading, tmp_path: Path) -> None:
    path, head = tmp_path / "p.csv", "staff_no,name,wecom,dingtalk\n"
    await imported(loading, "people", path, head + "T001,王芳,a,da\nT002,李强,b,db\n")
    left = await Person.create(staff_no="T000", name="老赵", active=False)
    await Account.create(channel="wecom", account="zhao", person=left)
    assert counts(await imported(loading, "people", path, head + "T001,王芳,B,da\nT002,李强,A,db\n")) == (0, 2, 0)
    accounts = await Account.filter(person__active=True).order_by("id").prefetch_related("person")
    held = [(row.person.staff_no, row.account) for row in accounts]
    assert held == [("T001", "b"), ("T001", "da"), ("T002", "a"), ("T002", "db")]
    report = await imported(loading, "people", path, head + "T001,王芳,zhao,\nT003,钱,a,\n")
    assert named(report) == [(2, "wecom", "account_taken"), (3, "wecom", "account_taken")]
    assert counts(await imported(loading, "people", path, head + "T002,李强,,db\nT003,钱,a,\n")) == (1, 1, 0)
    assert (await Account.get(account="a").prefetch_related("person")).person.staff_no == "T003"


async def test_five_thousand_people_take_no_query_each(
    loading: Loading, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[object] = []
    monkeypatch.setattr(db_client_logger, "debug", lambda *said: statements.append(said))
    lines = [f"T{n:05d},老师{n},user{n},d{n},teacher,furniture,J3-302,zh_CN\n" for n in range(5000)]
    assert counts(await imported(loading, "people", tmp_path / "p.csv", PEOPLE + "".join(lines))) == (5000, 0, 0)
    assert await Account.all().count() == 10_000
    changed = [line.replace("furniture", "multimedia").replace(",d", ",e") for line in lines]
    assert counts(await imported(loading, "people", tmp_path / "p.csv", PEOPLE + "".join(changed))) == (0, 5000, 0)
    assert await Membership.filter(team="multimedia").count() == 5000
    assert 0 < len(statements) < 200


def test_every_problem_has_its_words_and_every_word_its_problem() -> None:
    source = "\n".join(path.read_text() for path in Path(rows.__file__).parent.glob("*.py"))
    raised = set(re.findall(r'Wrong\(\s*"(\w+)"|"loading\.problem\.(\w+)"', source))
    keys = {f"loading.problem.{one or other}" for one, other in raised}
    keys |= {f"loading.problem.unknown_{c.words}" for kind in KINDS for c in columns.COLUMNS[kind] if c.words}
    assert columns.LOCALES == texts.LOCALES
    for locale in texts.LOCALES:
        assert {key for key in CATALOGUE[locale].keys if key.startswith("loading.problem.")} == keys
