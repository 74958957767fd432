"""A statement whose text is kept asks what the ORM would ask, with the values of each time."""

from datetime import UTC, datetime, timedelta

import pytest
from tortoise.queryset import QuerySet

from models import OutboxItem
from services.statements import Statement

pytestmark = pytest.mark.usefixtures("school")

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def asked(lane: str, accounts: list[str], until: datetime, limit: int) -> QuerySet[OutboxItem]:
    due = OutboxItem.filter(lane=lane, state="waiting", account__in=accounts, due_at__lt=until)
    return due.order_by("-id").limit(limit)


async def test_the_same_rows_as_the_orm_for_lists_of_any_length() -> None:
    for number in range(12):
        due = NOW + timedelta(hours=number)
        await OutboxItem.create(
            lane="ab"[number % 2], account=f"p{number}", subject="x", step="show", due_at=due, created_at=NOW
        )
    statement = Statement(asked)
    for many in (1, 2, 3, 5, 12, 3):
        given = ("ab"[many % 2], [f"p{n}" for n in range(many)], NOW + timedelta(hours=8), 3)
        found = await statement.objects(OutboxItem, *given)
        assert [vars(item) for item in found] == [vars(item) for item in await asked(*given)]


async def test_what_was_reckoned_out_of_a_moment_is_refused() -> None:
    statement = Statement(lambda now: OutboxItem.filter(due_at__lt=now + timedelta(hours=1)))
    with pytest.raises(ValueError, match="a moment that was not given"):
        await statement.found(NOW)


async def test_a_value_that_is_used_nowhere_is_refused() -> None:
    statement = Statement(lambda lane, limit: OutboxItem.filter(lane=lane, id__lt=limit + 1))
    with pytest.raises(ValueError, match="used nowhere"):
        await statement.found("a", 3)
