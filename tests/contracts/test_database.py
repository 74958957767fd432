"""Which troubles pass: as the database of this run really raises them."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from tortoise import Tortoise
from tortoise.backends.asyncpg.client import TransactionWrapper
from tortoise.exceptions import IntegrityError, OperationalError

from models import Counter
from models.database import Database
from models.engines.sqlite import Begun
from services.database import connection_in_hand, inside_transaction, passes, transaction

pytestmark = pytest.mark.usefixtures("school")


async def test_a_second_row_of_one_name_is_a_mistake() -> None:
    await Counter.create(name="x")
    with pytest.raises(IntegrityError) as wrong:
        await Counter.create(name="x")
    assert not passes(wrong.value)


async def test_a_value_that_fits_no_column_is_a_mistake(database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite keeps texts of any length")
    await Counter.create(name="x")
    with pytest.raises(OperationalError) as wrong:
        await Tortoise.get_connection("default").execute_query("UPDATE counters SET name = repeat('z', 1000)")
    assert not passes(wrong.value)


async def test_a_deadlock_passes(database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("one connection waits for nobody")
    await Counter.bulk_create([Counter(name="a"), Counter(name="b")])
    both = asyncio.Barrier(2)

    async def lock(first: str, second: str) -> None:
        async with transaction():
            await Counter.filter(name=first).update(value=1)
            await both.wait()
            await Counter.filter(name=second).update(value=1)

    ends = await asyncio.gather(lock("a", "b"), lock("b", "a"), return_exceptions=True)
    (error,) = [end for end in ends if end is not None]
    assert passes(error)


async def test_a_mistake_in_a_statement_does_not_pass() -> None:
    with pytest.raises(OperationalError) as wrong:
        await Tortoise.get_connection("default").execute_query("SELECT nothing FROM counters")
    assert not passes(wrong.value)


async def test_a_file_that_cannot_be_opened_passes_and_is_tried_again(database_kind: str, tmp_path: Path) -> None:
    if database_kind != "sqlite":
        pytest.skip("one kind of database a process")
    database = Database(f"sqlite://{tmp_path}/school.db")
    await database.open()
    (tmp_path / "school.db").mkdir()  # as good as a folder that is not there
    with database.entered():
        connection = Tortoise.get_connection("default")
        for _ in range(2):
            with pytest.raises(OperationalError) as wrong:
                async with asyncio.timeout(30):  # for ever, if the first had kept the lock
                    await connection.execute_query_dict("SELECT 1 AS one")
            assert passes(wrong.value)
        with pytest.raises(sqlite3.OperationalError):
            async with asyncio.timeout(30), transaction():
                raise AssertionError("nothing to begin on")
        (tmp_path / "school.db").rmdir()
        assert await connection.execute_query_dict("SELECT 1 AS one") == [{"one": 1}]
    await database.close()


async def test_a_transaction_that_could_not_begin_leaves_nothing_locked(
    database_kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins = {"sqlite": Begun, "postgres": TransactionWrapper}[database_kind]

    async def lost(_: object) -> None:
        raise ConnectionResetError

    async def tried(name: str) -> None:
        async with asyncio.timeout(30), transaction():
            await Counter.create(name=name)

    with monkeypatch.context() as broken:
        broken.setattr(begins, "begin", lost)
        for _ in range(20):  # more than a pool has connections
            with pytest.raises(ConnectionResetError):
                await asyncio.create_task(tried("x"))
        with pytest.raises(ConnectionResetError):
            await tried("x")
    assert not inside_transaction()
    await tried("y")
    assert [counter.name for counter in await Counter.all()] == ["y"]


async def test_a_connection_that_is_given_back_costs_nothing_more(database_kind: str) -> None:
    if database_kind == "sqlite":
        pytest.skip("SQLite has no pool")
    said: list[str] = []
    async with connection_in_hand().acquire_connection() as connection:
        connection.add_query_logger(lambda record: said.append(record.query))
    await Counter.filter(name="x").exists()
    async with transaction():
        await Counter.create(name="x")
    assert [line.split()[0].rstrip(";") for line in said] == ["SELECT", "BEGIN", "INSERT", "COMMIT"]
