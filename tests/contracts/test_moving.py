"""Backup and restore: the same rows whichever database they lie in, all of them or none, and every damage named."""

import asyncio
import fcntl
import gzip
import json
import os
import shutil
import stat
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Invalid
from models import Attachment, HistoryEntry, InboxEvent, Person, WorkOrder, copying
from models.copying import GAP, Row, is_empty, opened_connection, present, read, snapshot, tables_at
from services.moving import Manifest, restore, verify
from services.moving import parts as parts_room
from services.moving.parts import LONGEST
from services.storage import FolderStorage, open_storage
from tests.buckets import new_bucket
from tests.databases import MakeDatabase
from tests.moving import (
    RELEASES,
    begun,
    environment,
    filled,
    forge,
    forge_rows,
    houqin,
    opened,
    quiet,
    rows_of,
    taken,
)

Tables = dict[str, dict[str, Any]]
"""What a manifest says of each table."""
ODD = {
    "whole": 1.0,
    "large": 10**18,
    "small": 1e-7,
    "text": '„引号"\n🔧\\',
    "键": [None, True, {"b": 1, "a": 2.5}],
    "zero": -0.0,
}
"""JSON that one database writes otherwise than the other."""


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """A sound backup, to be damaged."""
    return Path(shutil.copytree(RELEASES[-1], tmp_path / "backup"))


@pytest.fixture
async def other_kind(database_kind: str, tmp_path: Path) -> str:
    """A SQLite file in the run with PostgreSQL: with that run all four ways are gone."""
    if database_kind == "sqlite":
        pytest.skip("the run with PostgreSQL moves between the two")
    return f"sqlite://{tmp_path}/other.db"


async def moved(source: str, target: str, folder: Path) -> tuple[Manifest, Manifest]:
    """Fill a database, back it up, restore it into another, back that up: what lies on top of the two backups."""
    first, second = environment(source, folder / "first"), environment(target, folder / "second")
    for environ, *arguments in (
        (first, "restore", RELEASES[-1]),
        (first, "backup", folder / "a"),
        (second, "restore", folder / "a"),
        (second, "backup", folder / "b"),
    ):
        done = await houqin(environ, *arguments)
        assert done.code == 0, done.said
    return Manifest.read(folder / "a"), Manifest.read(folder / "b")


def assert_the_same(one: Manifest, other: Manifest) -> None:
    """Every row is the same, and every file."""
    assert sum(part.rows for part in one.tables.values()) > 5_000
    assert one.tables == other.tables
    assert one.history_sha256 == other.history_sha256
    assert one.files == other.files
    assert one.migrations == other.migrations


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_what_is_put_back_into_the_same_kind_is_the_same(
    fresh_database_url: MakeDatabase, tmp_path: Path
) -> None:
    source, target = await fresh_database_url(migrated=False), await fresh_database_url(migrated=False)
    assert_the_same(*await moved(source, target, tmp_path))


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_sqlite_moves_to_postgresql(fresh_database_url: MakeDatabase, other_kind: str, tmp_path: Path) -> None:
    one, other = await moved(other_kind, await fresh_database_url(migrated=False), tmp_path)
    assert (one.database, other.database) == ("sqlite", "postgres")
    assert_the_same(one, other)


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_postgresql_moves_to_sqlite(fresh_database_url: MakeDatabase, other_kind: str, tmp_path: Path) -> None:
    one, other = await moved(await fresh_database_url(migrated=False), other_kind, tmp_path)
    assert (one.database, other.database) == ("postgres", "sqlite")
    assert_the_same(one, other)


async def test_odd_values_have_one_form(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url, storage = await fresh_database_url(), FolderStorage(tmp_path / "files")
    moments = [datetime(2026, 11, 22, 16, 0, tzinfo=UTC), datetime(2026, 11, 22, 16, 0, 0, 1, tzinfo=UTC)]
    async with opened(url):
        for number, moment in enumerate(moments):
            await InboxEvent.create(
                channel="x", event_id=str(number), account="y", body=ODD, due_at=moment, received_at=moment
            )
    await taken(url, tmp_path / "backup", storage)
    rows = rows_of(tmp_path / "backup", "inbox")
    assert [row["received_at"] for row in rows] == [
        "2026-11-22T16:00:00.000000+00:00",
        "2026-11-22T16:00:00.000001+00:00",
    ]
    assert rows[0]["body"] == ODD
    line = (b'"body":{"large":1000000000000000000,"small":1e-07,', b'"whole":1,"zero":0,')
    text = gzip.decompress((tmp_path / "backup" / "tables" / "inbox.jsonl.gz").read_bytes())
    assert all(piece in text for piece in line)


async def test_every_table_comes_along(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url()
    manifest = await taken(url, tmp_path / "backup", FolderStorage(tmp_path))
    async with opened(url):
        there = set(await present(opened_connection()))
    assert there == set(manifest.tables) | {"tortoise_migrations"}


async def test_a_backup_is_its_owners_alone(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url(migrated=False)
    await taken(url, tmp_path / "in" / "backup", await filled(url, tmp_path / "files"))
    folder = tmp_path / "in"
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*")) if path.is_dir()}
    assert (modes, folders) == ({0o600}, {0o700})


async def test_who_writes_meanwhile_is_not_in_it(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url()
    async with opened(url), snapshot() as connection:
        done = await houqin(environment(url, tmp_path), "seed")
        assert done.code == 0, "a backup keeps nobody from writing"
        for table in await tables_at(["0001_initial"]):
            if table.name in {"people", "places", "assets"}:
                assert [rows async for rows in read(connection, table)] == []
    async with opened(url):
        assert await Person.all().count() > 40


async def test_what_is_not_empty_is_left_as_it_is(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url(migrated=False)
    storage = await filled(url, tmp_path / "files")
    before = await taken(url, tmp_path / "before", storage)
    with pytest.raises(Invalid) as no:
        await restore(RELEASES[-1], url, storage, quiet)
    assert no.value.key == "moving.not_empty"
    assert (await taken(url, tmp_path / "after", storage)).tables == before.tables


async def test_an_empty_database_may_have_its_tables(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url(migrated=False)
    storage = await filled(url, tmp_path / "files")
    manifest = await taken(url, tmp_path / "backup", storage)
    target = await fresh_database_url()
    await restore(tmp_path / "backup", target, storage, quiet)
    assert (await taken(target, tmp_path / "again", storage)).tables == manifest.tables


def parts(folder: Path) -> list[str]:
    """Everything in a backup whose damage must be noticed: the paper on top, each table with rows, a photo."""
    tables = [path for path in sorted((folder / "tables").iterdir()) if path.stat().st_size > 40]
    return [
        str(p.relative_to(folder)) for p in (folder / "manifest.json", *tables, next((folder / "files").glob("*/*")))
    ]


@pytest.mark.parametrize("part", parts(RELEASES[-1]) if RELEASES else [])
async def test_one_changed_byte_is_found_and_named(backup: Path, part: str) -> None:
    body = bytearray((backup / part).read_bytes())
    body[len(body) // 2] ^= 1
    (backup / part).write_bytes(body)
    with pytest.raises(Invalid) as no:
        await verify(backup, quiet)
    assert (no.value.key, str(no.value.params["part"])) == ("moving.damaged", part)


@pytest.mark.parametrize("part", parts(RELEASES[-1])[1:] if RELEASES else [])
async def test_what_has_gone_is_named(backup: Path, part: str) -> None:
    (backup / part).unlink()
    with pytest.raises(Invalid) as no:
        await verify(backup, quiet)
    assert (no.value.key, str(no.value.params["part"])) == ("moving.damaged", part)


async def test_a_folder_without_its_paper_is_no_backup(backup: Path) -> None:
    (backup / "manifest.json").unlink()
    with pytest.raises(Invalid) as no:
        await verify(backup, quiet)
    assert no.value.key == "moving.no_manifest"


async def test_a_damaged_backup_is_not_put_anywhere(
    fresh_database_url: MakeDatabase, backup: Path, tmp_path: Path
) -> None:
    url = await fresh_database_url(migrated=False)
    (backup / "tables" / "history.jsonl.gz").write_bytes(b"")
    done = await houqin(environment(url, tmp_path / "data"), "restore", backup)
    assert done.code == 1
    assert "tables/history.jsonl.gz is missing or has changed" in done.said
    async with opened(url):
        assert await present(opened_connection()) == []
    assert not (tmp_path / "data" / "files").exists()


@pytest.mark.parametrize("changes", [{"format": 2}, {"migrations": ["0001_initial", "9999_of_tomorrow"]}], ids=str)
async def test_a_backup_of_a_newer_program_is_refused(
    fresh_database_url: MakeDatabase, backup: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    forge(backup, **changes)
    url = await fresh_database_url(migrated=False)
    with pytest.raises(Invalid) as no:
        await restore(backup, url, FolderStorage(tmp_path), quiet)
    assert no.value.key == "moving.newer"
    async with opened(url):
        assert await present(opened_connection()) == []


def moved_out(tables: Tables) -> None:
    tables["people"]["file"] = "../outside.jsonl.gz"


def misnamed(tables: Tables) -> None:
    tables["../outside"] = {**tables["people"], "file": "tables/../outside.jsonl.gz"}


def one_too_many(tables: Tables) -> None:
    tables["passwords"] = {**tables["people"], "file": "tables/passwords.jsonl.gz"}


def one_too_few(tables: Tables) -> None:
    del tables["accounts"]


def without_history(tables: Tables) -> None:
    del tables["history"]


def half_said(tables: Tables) -> None:
    del tables["people"]["rows"]


@pytest.mark.parametrize(
    "lie", [moved_out, misnamed, one_too_many, one_too_few, without_history, half_said], ids=lambda lie: lie.__name__
)
async def test_a_manifest_that_lies_is_refused(
    fresh_database_url: MakeDatabase, backup: Path, tmp_path: Path, lie: Callable[[Tables], None]
) -> None:
    people = (backup / "tables" / "people.jsonl.gz").read_bytes()
    for place in (backup.parent / "outside.jsonl.gz", backup / "tables" / "passwords.jsonl.gz"):
        place.write_bytes(people)
    tables = json.loads((backup / "manifest.json").read_text(encoding="utf-8"))["tables"]
    lie(tables)
    forge(backup, tables=tables)
    url = await fresh_database_url(migrated=False)
    with pytest.raises(Invalid) as no:
        await restore(backup, url, FolderStorage(tmp_path / "files"), quiet)
    assert (no.value.key, str(no.value.params["part"])) == ("moving.damaged", "manifest.json")
    async with opened(url):
        assert await present(opened_connection()) == []


async def test_a_manifest_without_a_release_is_refused(backup: Path) -> None:
    forge(backup, migrations=[])
    with pytest.raises(Invalid, match="damaged"):
        await verify(backup, quiet)


async def test_a_row_as_long_as_a_table_is_none(backup: Path) -> None:
    forge_rows(backup, "people", lambda rows: [{**rows[0], "name": "x" * LONGEST}])
    with pytest.raises(Invalid) as no:
        await verify(backup, quiet)
    assert str(no.value.params["part"]) == "tables/people.jsonl.gz"


async def test_a_link_in_the_place_of_the_unfinished_leads_nowhere(
    fresh_database_url: MakeDatabase, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter").touch()
    (tmp_path / "backup.partial").symlink_to(tmp_path / "mine")
    with pytest.raises(OSError, match="partial"):
        await taken(await fresh_database_url(), tmp_path / "backup", FolderStorage(tmp_path / "files"))
    assert (tmp_path / "mine" / "letter").exists()


@pytest.mark.parametrize(
    "forged",
    [lambda rows: rows[:-20], lambda rows: [{"id": row["id"]} for row in rows]],
    ids=["referred to and not there", "without their columns"],
)
async def test_rows_that_do_not_fit_leave_nothing(
    fresh_database_url: MakeDatabase, backup: Path, tmp_path: Path, forged: Callable[[list[Row]], list[Row]]
) -> None:
    forge_rows(backup, "people", forged)
    url = await fresh_database_url(migrated=False)
    with pytest.raises(Invalid) as no:
        await restore(backup, url, FolderStorage(tmp_path), quiet)
    assert no.value.key == "moving.not_taken"
    async with opened(url):
        assert await is_empty(opened_connection())
    await filled(url, tmp_path)  # and the database is still good for another try


async def test_an_id_that_was_lost_is_not_given_again(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url(migrated=False)
    await filled(url, tmp_path)
    async with opened(url):
        last = await WorkOrder.all().order_by("-id").first()
        person = await Person.all().first()
        assert last is not None
        assert person is not None
        new = await WorkOrder.create(
            number="W1", state="reported", reporter=person, reported_at=last.moved_at, moved_at=last.moved_at
        )
        assert new.id == last.id + GAP + 1


async def test_a_file_that_the_storage_lost_is_named_and_stops_nothing(
    fresh_database_url: MakeDatabase, tmp_path: Path
) -> None:
    url = await fresh_database_url(migrated=False)
    await filled(url, tmp_path / "data" / "files")
    lost, damaged, *_ = sorted((tmp_path / "data" / "files").glob("*/*"))
    lost.unlink()
    damaged.write_bytes(b"rubbish")
    done = await houqin(environment(url, tmp_path / "data"), "backup", tmp_path / "backup")
    assert done.code == 0
    assert (
        f"2 files are not in the storage or are damaged there, all else came along: {lost.name} {damaged.name}"
        in done.said
    )
    manifest = await verify(tmp_path / "backup", quiet)
    assert manifest.files.missing == (lost.name, damaged.name)
    assert manifest.files.count == Manifest.read(RELEASES[-1]).files.count - 2
    target = await fresh_database_url(migrated=False)
    await restore(tmp_path / "backup", target, FolderStorage(tmp_path / "new"), quiet)
    assert len(list((tmp_path / "new").glob("*/*"))) == manifest.files.count
    async with opened(target):
        assert await Attachment.filter(sha256=lost.name).exists()


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_files_move_between_a_folder_and_a_bucket(
    fresh_database_url: MakeDatabase, s3_server: str, tmp_path: Path
) -> None:
    first, second = await fresh_database_url(migrated=False), await fresh_database_url(migrated=False)
    bucket = open_storage(new_bucket(s3_server), ("anybody", "may"))
    await restore(RELEASES[-1], first, bucket, quiet)
    manifest = await taken(first, tmp_path / "backup", bucket)
    assert manifest.files == Manifest.read(RELEASES[-1]).files
    await restore(tmp_path / "backup", second, FolderStorage(tmp_path / "files"), quiet)
    assert len(list((tmp_path / "files").glob("*/*"))) == manifest.files.count


@pytest.mark.slow
@pytest.mark.timeout(400)
async def test_killed_in_the_middle_it_leaves_no_backup(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url, folder = await fresh_database_url(migrated=False), tmp_path / "backup"
    await filled(url, tmp_path / "data" / "files")
    stuck = min((tmp_path / "data" / "files").glob("*/*"))
    body = stuck.read_bytes()
    stuck.unlink()
    os.mkfifo(stuck)  # whoever reads this waits for ever
    process = await begun(environment(url, tmp_path / "data"), "backup", folder)
    unfinished = tmp_path / "backup.partial"
    async with asyncio.timeout(60):
        while not (unfinished / "files").exists() and process.returncode is None:  # noqa: ASYNC110 - another process
            await asyncio.sleep(0.02)
    process.kill()
    said, _ = await process.communicate()
    assert unfinished.exists(), said
    assert not folder.exists()
    with pytest.raises(Invalid, match="no_manifest"):
        await verify(unfinished, quiet)
    stuck.unlink()
    stuck.write_bytes(body)
    done = await houqin(environment(url, tmp_path / "data"), "backup", folder)
    assert done.code == 0, done.said
    assert not unfinished.exists()
    assert (await verify(folder, quiet)).files.missing == ()


async def test_a_folder_in_use_is_left_alone(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url, storage = await fresh_database_url(), FolderStorage(tmp_path / "files")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").touch()
    with pytest.raises(Invalid, match="folder_in_use"):
        await taken(url, tmp_path / "full", storage)
    busy = tmp_path / "busy.partial"
    busy.mkdir()
    gate = os.open(busy, os.O_RDONLY)
    try:
        fcntl.flock(gate, fcntl.LOCK_EX)
        with pytest.raises(Invalid, match="folder_in_use"):
            await taken(url, tmp_path / "busy", storage)
        assert busy.exists()
    finally:
        os.close(gate)


async def test_a_backup_that_fails_leaves_nothing(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url(migrated=False)
    storage = await filled(url, tmp_path / "files")
    broken = min((tmp_path / "files").glob("*/*"))
    broken.unlink()
    broken.mkdir()  # the storage itself is broken, not only one of its files
    with pytest.raises(OSError, match="s a directory"):
        await taken(url, tmp_path / "backup", storage)
    assert not (tmp_path / "backup").exists()
    assert not (tmp_path / "backup.partial").exists()


async def test_without_tables_there_is_nothing_to_back_up(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no_tables"):
        await taken(await fresh_database_url(migrated=False), tmp_path / "backup", FolderStorage(tmp_path))


NOTE = "换了垫圈" * 6000
"""Long, so that a few pages weigh more than whatever else lies about until the garbage collector comes."""


async def grown(first: int, last: int) -> None:
    """A history from one row to another, in the open database."""
    await HistoryEntry.bulk_create(
        HistoryEntry(subject="work_order", subject_id=number, step="x", target="y", note=NOTE, at=datetime.now(UTC))
        for number in range(first, last)
    )


async def test_a_large_school_needs_no_more_memory_than_a_small_one(
    fresh_database_url: MakeDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in (copying, parts_room):
        monkeypatch.setattr(room, "PAGE", 10)
    url, storage, small, large = await fresh_database_url(), FolderStorage(tmp_path / "files"), 60, 1060
    peaks = []
    for before, rows in ((0, small), (small, large)):
        async with opened(url):
            await grown(before, rows)
        target, folder = await fresh_database_url(), tmp_path / str(rows)
        tracemalloc.start()
        try:
            assert (await taken(url, folder, storage)).tables["history"].rows == rows
            await restore(folder, target, storage, quiet)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    added = (large - small) * len(NOTE.encode())
    assert peaks[1] - peaks[0] < added / 8, f"a page at a time, not the table: {peaks}"


async def test_a_backup_is_the_same_twice(fresh_database_url: MakeDatabase, tmp_path: Path) -> None:
    url = await fresh_database_url(migrated=False)
    storage = await filled(url, tmp_path / "files")
    for name in ("a", "b"):
        await taken(url, tmp_path / name, storage)
    for path in (tmp_path / "a" / "tables").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / "tables" / path.name).read_bytes()
