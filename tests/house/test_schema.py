"""The inspector of tables: migrations up to date, and only such as both databases take unharmed."""

import ast
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.models import Model

import models
from models.copying import known, tables_at
from models.schema import behind, changes, migrate, open_database
from tests.databases import MakeDatabase

MIGRATIONS = Path(models.__file__).parent / "migrations"
HARMFUL = {"AlterField", "RemoveField", "RemoveConstraint", "RenameField", "DeleteModel", "RenameModel"}
"""Operations that make tortoise rebuild a table on SQLite, where children and indexes would be gone, or that take away
what the release before still reads."""


async def test_the_migrations_say_what_the_tables_say() -> None:
    assert [writer.name for writer in await changes()] == []


async def test_migrating_again_changes_nothing(fresh_database_url: MakeDatabase) -> None:
    url = await fresh_database_url(migrated=False)
    await migrate(url)
    await migrate(url)
    context = await open_database(url)
    try:
        assert await behind() == []
        for table in Tortoise.apps["models"].values() if Tortoise.apps else ():
            assert await table.all().count() == 0
    finally:
        await context.close_connections()


async def test_an_empty_database_is_said_to_be_behind(fresh_database_url: MakeDatabase) -> None:
    context = await open_database(await fresh_database_url(migrated=False))
    try:
        assert await behind() == [f"models.{name}" for name in known()]
    finally:
        await context.close_connections()


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("[0-9]*.py")), ids=lambda p: p.stem)
def test_a_migration_only_adds(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    used = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not used & HARMFUL


async def test_a_backup_knows_every_table_and_how_to_write_each_column() -> None:
    tables = {table.name: set(table.columns) for table in await tables_at(known())}
    kept = {getattr(models, name)._meta for name in models.__all__}
    assert tables == {meta.db_table: set(meta.fields_db_projection.values()) for meta in kept}


@pytest.mark.parametrize("name", models.__all__)
def test_a_table_can_be_described_to_sqlite(name: str) -> None:
    table = getattr(models, name)
    assert issubclass(table, Model)
    first = (table.__doc__ or "").partition("\n")[0]
    assert first
    assert ";" not in first, "SQLite splits the migration there"
