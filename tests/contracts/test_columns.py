"""Values go into the tables and come out of them as the ORM would turn them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.work_orders import State
from models import Counter, HistoryEntry, InboxEvent, OutboxItem, Person, WorkOrder
from services.columns import new_row, writers
from services.statements import Statement
from tests.school import School

pytestmark = pytest.mark.usefixtures("school")

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
VALUES: tuple[Any, ...] = (None, "", "长" * 300, State.REPORTED, 3, 2**40, True, 2.5, "7", NOW, {"a": [1]}, [], b"x")


def outcome(turn: Any, *value: Any) -> str:
    try:
        return repr(turn(*value))
    except Exception as error:
        return type(error).__name__


@pytest.mark.parametrize("model", [WorkOrder, OutboxItem, HistoryEntry, InboxEvent, Person])
def test_values_are_turned_and_refused_as_the_orm_does(model: Any) -> None:
    for name, write in writers(model).items():
        field = model._meta.fields_map[name]
        for value in VALUES:
            assert outcome(write, value) == outcome(field.to_db_value, value, model), (name, value)


def test_a_new_row_is_what_the_orm_makes() -> None:
    given = {"number": "W20261122-001", "reporter_id": 3, "reported_at": NOW}
    one, other = new_row(WorkOrder, **given), new_row(WorkOrder)
    assert vars(one) == vars(WorkOrder(**given))
    one.refused_by.append(1)
    assert other.refused_by == []


async def test_a_row_is_read_as_the_orm_reads_it(school: School) -> None:
    await school.says("li", "302 灯不亮")
    whole = Statement(lambda number: WorkOrder.filter(number=number))
    (row,) = await WorkOrder.all()
    (read,) = await whole.objects(WorkOrder, row.number)
    assert vars(read) == vars(row)
    names = ("id", "number", "refused_by", "reported_at")
    some = Statement(lambda number: WorkOrder.filter(number=number).only(*names))
    (part,) = await WorkOrder.filter(number=row.number).only(*names)
    (read,) = await some.objects(WorkOrder, row.number)
    assert vars(read) == vars(part)
    await Counter.get_or_create(name="some")
    (one,) = await Statement(lambda name: Counter.filter(name=name).only("id")).objects(Counter, "some")
    assert one.id
    assert not hasattr(one, "name")
