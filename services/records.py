"""Records in a unit of work: each is one object for all events of a batch, is held against others, and written once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

from tortoise.models import Model

from services import bulk
from services.bulk import Change
from services.statements import Statement
from services.tallies import Counted
from services.unit import Stage, Unit, Write


class Record(Counted, Protocol):
    """What every record has that goes through a workflow.

    `number` is unique and stays, `version` counts the changes, `seal` closes the history.
    """

    id: int
    number: str
    version: int
    seal: str


R = TypeVar("R", bound=Model)


@dataclass(slots=True)
class _Shelf:
    """The records that a unit holds, by table and id; None for an id that nothing has."""

    records: dict[tuple[type[Model], int], Any] = field(default_factory=dict)


async def hold(unit: Unit, model: type[R], ids: Collection[int]) -> None:
    """Read records at once and hold them until the unit is committed: nobody else can move them meanwhile.

    In the order of their ids, so that two units which want the same ones do not wait for each other.
    """
    records = unit.room(_Shelf).records
    if wanted := {i for i in ids if (model, i) not in records}:
        records.update({(model, i): None for i in wanted})
        rows = await _locked(model).objects(model, sorted(wanted))
        records.update({(model, row.pk): row for row in rows})


@lru_cache(maxsize=64)
def _locked(model: type[Model]) -> Statement:
    return Statement(lambda ids: model.filter(pk__in=ids).order_by("id").select_for_update())


async def held(unit: Unit, model: type[R], record: int) -> R | None:
    """The record of this id, as the events before have left it; None where there is none."""
    await hold(unit, model, [record])
    found: R | None = unit.room(_Shelf).records[model, record]
    return found


def move(unit: Unit, record: Record, fields: Mapping[str, Any]) -> None:
    """Set fields of a held record, and have them written with the unit."""
    table: Any = type(record)
    if unit.room(_Shelf).records.get((table, record.id)) is not record:
        raise LookupError(f"{record.number} is not held")
    unit.on_undo(partial(record.__dict__.update, dict(record.__dict__)))
    unit.add(Stage.MOVES, _updates(table), Change(record.id, record.version, fields))
    for name, value in {**fields, "version": record.version + 1}.items():
        setattr(record, name, value)


def file(unit: Unit, record: Record) -> None:
    """Have a new record written with the unit: only then it has an id."""
    unit.add(Stage.RECORDS, _insert, record)


@lru_cache(maxsize=64)
def _updates(model: type[Model]) -> Write:
    """One function for each table: what is written by the same function is written together."""
    return partial(bulk.update, model)


async def _insert(records: Sequence[Any]) -> None:
    await bulk.insert(records, "number")
