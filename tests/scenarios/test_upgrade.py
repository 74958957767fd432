"""A school of an earlier release moves in: no row is lost, its cards can still be pressed, and there is a way back."""

import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from aiohttp.pytest_plugin import AiohttpClient
from aiohttp.test_utils import TestServer

from bot.app import build, opened
from bot.core.broker import open_broker
from bot.core.event import Kind
from config.settings import Settings
from models import Account, HistoryEntry, InboxEvent, Membership, OpenForm, OutboxItem, ShownCard, WorkOrder
from models.copies import KEPT, copy_before
from models.copying import Row, applied, known, opened_connection, read, tables_at
from models.schema import behind, migrate
from services.audit import verify
from services.moving import Manifest
from services.moving.restore import load
from services.sealing import Seals
from services.storage import FolderStorage
from tests.databases import MakeDatabase
from tests.fakes import FakeChannel, FakeClock
from tests.moving import RELEASES, quiet
from tests.moving import opened as opened_at
from tests.school import School
from tests.visiting import Browser

RELEASE_IDS = [folder.name for folder in RELEASES]


def path_of(url: str) -> Path:
    """Where a SQLite database lies."""
    return Path(url.removeprefix("sqlite://"))


async def moved_in(folder: Path, url: str, files: Path) -> Manifest:
    """An earlier release's database, as it was left: nothing of today's schema in it."""
    manifest = Manifest.read(folder)
    await load(folder, manifest, url, FolderStorage(files), quiet)
    return manifest


async def rows_at(url: str, migrations: tuple[str, ...]) -> dict[str, list[Row]]:
    """All rows of the tables and columns that there were with these migrations."""
    found: dict[str, list[Row]] = {}
    async with opened_at(url):
        for table in await tables_at(migrations):
            found[table.name] = [row async for page in read(opened_connection(), table) for row in page]
    return found


@pytest.mark.parametrize("folder", RELEASES, ids=RELEASE_IDS)
async def test_an_upgrade_keeps_every_row(fresh_database_url: MakeDatabase, tmp_path: Path, folder: Path) -> None:
    url = await fresh_database_url(migrated=False)
    manifest = await moved_in(folder, url, tmp_path)
    before = await rows_at(url, manifest.migrations)
    assert {name: len(rows) for name, rows in before.items()} == {n: p.rows for n, p in manifest.tables.items()}
    assert len(before["work_orders"]) > 300
    await migrate(url)
    assert await rows_at(url, manifest.migrations) == before
    async with opened_at(url):
        assert await behind() == []


@pytest.fixture(params=RELEASES, ids=RELEASE_IDS)
async def old_school(
    request: pytest.FixtureRequest,
    settings: Settings,
    fresh_database_url: MakeDatabase,
    broker_url: str,
    tmp_path: Path,
) -> AsyncIterator[School]:
    """A school of an earlier release, upgraded, on the next morning."""
    url = await fresh_database_url(migrated=False)
    await moved_in(request.param, url, tmp_path / "files")
    await migrate(url)
    clock, channel = FakeClock(), FakeChannel()
    house = build(
        settings.model_copy(update={"database_url": url}), open_broker(broker_url), {"wecom": channel}, clock=clock
    )
    async with opened(house):
        last = await HistoryEntry.all().order_by("-id").first()
        assert last is not None
        clock.now = datetime.fromisoformat(last.at.isoformat())
        clock.advance(hours=12)
        yield School(house, channel, clock)


async def test_what_was_on_its_way_arrives_once(old_school: School) -> None:
    waiting = await InboxEvent.filter(state="waiting").count()
    orders = await WorkOrder.all().count()
    assert (waiting, await OutboxItem.filter(state="waiting").exists()) == (3, True)
    assert await InboxEvent.filter(state="waiting").exclude(lease="").exists()
    assert await OutboxItem.filter(state="waiting").exclude(lease="").exists()
    await old_school.settle()
    assert not await InboxEvent.exclude(state="done").exists()
    assert not await OutboxItem.exclude(state="done").exists()
    assert await WorkOrder.all().count() == orders + waiting
    assert old_school.channel.sent
    walk = await verify(Seals(old_school.house.settings.secret_key.get_secret_value()), lambda _: None)
    assert (walk.flaw, walk.records) == (None, orders + waiting)
    assert 0 < walk.before < walk.rows, "what has happened since is sealed"


async def test_an_old_card_can_be_pressed(old_school: School) -> None:
    await old_school.settle()
    order = await WorkOrder.filter(state="reported", category="furniture").order_by("-id").first()
    assert order is not None
    member = await Membership.filter(team=order.category).order_by("id").first()
    account = await Account.get(channel="wecom", person_id=member.person_id if member else 0)
    card = await ShownCard.get(account=account.account, key=f"work_order:{order.id}", state="live")
    press = {"name": f"work_order:{order.id}:accept:{order.cycle}", "card": card.ref}
    code = old_school.channel.new_code(account.account, card.ref)
    await old_school.deliver(old_school.event(account.account, Kind.PRESS, code=code, **press))
    await order.refresh_from_db()
    assert (order.state, order.assignee_id) == ("accepted", account.person_id)
    assert "resolve" in old_school.buttons(account.account)


async def test_an_old_question_can_be_answered(old_school: School) -> None:
    await old_school.settle()
    old_school.clock.now = (await OpenForm.all().order_by("-expires_at"))[0].expires_at
    old_school.clock.advance(minutes=-1)
    form = await OpenForm.filter(step="resolve", expires_at__gt=old_school.clock()).first()
    assert form is not None
    account = await Account.get(channel="wecom", person_id=form.person_id)
    await old_school.says(account.account, "换了新的")
    assert (await WorkOrder.get(id=form.subject_id)).state == "resolved"


async def test_old_records_have_their_pages(old_school: School, aiohttp_client: AiohttpClient) -> None:
    await old_school.settle()
    lead = next(a for a in await Account.filter(channel="wecom").prefetch_related("person") if is_lead(a))
    visitor = Browser(await aiohttp_client(TestServer(old_school.house.web_app())))
    await visitor.sign_in(lead.account)
    assert "W2027" in await visitor.page("/board")
    for state in await WorkOrder.all().distinct().values_list("state", flat=True):
        order = await WorkOrder.filter(state=state).order_by("id").first()
        assert order is not None
        assert order.number in await visitor.page(f"/work-orders/{order.number}")


def is_lead(account: Account) -> bool:
    """Does this account's owner lead the desk?"""
    return "logistics_head" in account.person.roles


# -- the way back (SQLite: a copy is made before the schema changes)


@pytest.fixture
async def old_file(database_kind: str, fresh_database_url: MakeDatabase, tmp_path: Path) -> Path:
    """A SQLite file of the latest release that has another schema than today's."""
    if database_kind != "sqlite":
        pytest.skip("PostgreSQL goes back by restore")
    older = [folder for folder in RELEASES if list(Manifest.read(folder).migrations) != known()]
    url = await fresh_database_url(migrated=False)
    await moved_in(older[-1], url, tmp_path / "files")
    return path_of(url)


def schema_of(path: Path) -> Mapping[str, str]:
    """The statements that made a file's tables and indexes; the file must be sound."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))


def copies_of(path: Path) -> list[Path]:
    """The copies that migrations have left beside a file."""
    return sorted(path.parent.glob(f"{path.name}.before-*"))


async def test_a_regretted_upgrade_is_undone_by_the_copy(old_file: Path) -> None:
    url, before = f"sqlite://{old_file}", schema_of(old_file)
    async with opened_at(url):
        had, lacked = await applied(opened_connection()), await behind()
    rows = await rows_at(url, tuple(had))
    await migrate(url)
    await migrate(url)
    assert schema_of(old_file) != before
    (copy,) = copies_of(old_file)
    assert lacked[0].removeprefix("models.") in copy.name
    copy.replace(old_file)
    assert schema_of(old_file) == before, "what the old program had made and nothing else"
    async with opened_at(url):
        assert (await applied(opened_connection()), await behind()) == (had, lacked)
    assert await rows_at(url, tuple(had)) == rows


async def test_a_failed_upgrade_says_where_the_copy_is(old_file: Path) -> None:
    url = f"sqlite://{old_file}"
    async with opened_at(url):
        had = await applied(opened_connection())
    rows = await rows_at(url, tuple(had))
    new = {table.name for table in await tables_at(known())} - set(rows)
    with closing(sqlite3.connect(old_file)) as connection:
        for name in new:
            connection.execute(f'CREATE TABLE "{name}" (in_the_way)')
    with pytest.raises(Exception, match="already exists") as failure:
        await migrate(url)
    (copy,) = copies_of(old_file)
    assert str(copy) in "".join(failure.value.__notes__)
    assert await rows_at(f"sqlite://{copy}", tuple(had)) == rows


async def test_only_a_few_copies_stay(old_file: Path) -> None:
    made = [copy_before(old_file, "0002_x", datetime(2026, 11, day)) for day in range(1, KEPT + 3)]  # noqa: DTZ001
    assert copies_of(old_file) == made[-KEPT:]
    assert {path.stat().st_mode & 0o777 for path in made[-KEPT:]} == {0o600}


async def test_a_new_database_is_not_copied(database_kind: str, fresh_database_url: MakeDatabase) -> None:
    if database_kind != "sqlite":
        pytest.skip("only files are copied")
    url = await fresh_database_url(migrated=False)
    await migrate(url)
    assert copies_of(path_of(url)) == []
