"""A batch's unit: its transaction begins with the first writing, and what happens first in it may forbid it."""

import asyncio
import contextlib
import contextvars

import pytest

from models import Counter
from services.database import inside_transaction, transaction
from services.unit import batched
from tests.school import School


class First:
    """What is done at a transaction's beginning: notes that it was, or refuses."""

    def __init__(self, *, refusing: bool = False) -> None:
        """Not done yet."""
        self.times, self._refusing = 0, refusing

    async def __call__(self) -> None:
        """Inside the transaction."""
        assert inside_transaction()
        self.times += 1
        if self._refusing:
            raise ConnectionResetError


async def names() -> list[str]:
    return [counter.name for counter in await Counter.filter(name__startswith="x").order_by("name")]


async def test_others_may_write_until_the_first_writing(
    school: School,  # noqa: ARG001 - opens the database
    database_kind: str,
) -> None:
    async def other() -> None:
        async with transaction():
            await Counter.create(name="x-other")

    first, outside = First(), contextvars.copy_context()
    async with batched(first):
        assert await names() == []
        async with asyncio.timeout(10):
            await asyncio.create_task(other(), context=outside)
        assert await names() == ["x-other"]
        assert first.times == (0 if database_kind == "sqlite" else 1)
        await Counter.create(name="x-own")
        await Counter.create(name="x-own-too")
        assert first.times == 1
    assert await names() == ["x-other", "x-own", "x-own-too"]
    assert not inside_transaction()


async def test_who_reads_only_is_no_trouble_to_anybody(school: School) -> None:  # noqa: ARG001 - opens the database
    async with batched(First()):
        assert await names() == []
    assert not inside_transaction()


async def test_what_fails_later_takes_everything_back(school: School) -> None:  # noqa: ARG001
    with contextlib.suppress(ZeroDivisionError):
        async with batched(First()):
            await Counter.create(name="x")
            raise ZeroDivisionError
    assert await names() == []
    assert not inside_transaction()


async def written(first: First, name: str, *, inside_an_event: bool, failing: bool = False) -> None:
    """A batch of one writing."""
    async with batched(first) as unit:
        if not inside_an_event:
            await Counter.create(name=name)
            return
        with contextlib.suppress(ZeroDivisionError):
            async with unit.event(alone=False):
                await Counter.create(name=name)
                if failing:
                    raise ZeroDivisionError
        async with unit.event(alone=False):
            await Counter.create(name=f"{name}-kept")


async def test_one_event_is_undone_by_itself_also_when_it_was_the_first_to_write(
    school: School,  # noqa: ARG001
) -> None:
    await written(First(), "x", inside_an_event=True, failing=True)
    assert await names() == ["x-kept"]


@pytest.mark.parametrize("inside_an_event", [False, True])
async def test_what_is_refused_at_the_beginning_writes_nothing(
    school: School,  # noqa: ARG001
    inside_an_event: bool,
) -> None:
    with pytest.raises(ConnectionResetError):
        await written(First(refusing=True), "x", inside_an_event=inside_an_event)
    assert await names() == []
    assert not inside_transaction()
    async with transaction():
        await Counter.create(name="x-after")
    assert await names() == ["x-after"]
