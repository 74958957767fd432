"""Which troubles pass: as the database of this run really raises them."""

import asyncio

import pytest
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError, OperationalError

from models import Counter
from services.database import passes, transaction

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
