"""Values on their way into a table's columns and out again, as the ORM would turn them: only quicker."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

from tortoise.fields import DatetimeField, Field
from tortoise.models import Model
from tortoise.validators import MaxLengthValidator

M = TypeVar("M", bound=Model)
Turn = Callable[[Any], Any]
"""Turns one value of a column."""

_AS_THEY_ARE = (Field.to_db_value, DatetimeField.to_db_value)
"""Columns of which a value of the right kind goes into the database as it is."""


def columns(model: type[Model]) -> list[str]:
    """All fields that are columns, but for the id."""
    return [name for name in model._meta.fields_db_projection if name != model._meta.pk_attr]


@lru_cache(maxsize=64)
def writers(model: type[Model]) -> Mapping[str, Turn]:
    """For each column what turns a value into the database's, refusing what does not fit as the ORM does."""
    return {name: _writer(model, model._meta.fields_map[name]) for name in model._meta.fields_db_projection}


def _writer(model: type[Model], field: Field[Any]) -> Turn:
    kind, longest = field.field_type, _longest(field)
    if type(field).to_db_value not in _AS_THEY_ARE or longest is None:
        return lambda value: field.to_db_value(value, model)

    def write(value: Any) -> Any:
        if value.__class__ is kind and _fits(value, longest):
            return value
        return None if value is None and field.null else field.to_db_value(value, model)

    return write


def _longest(field: Field[Any]) -> int | None:
    """How long a value may be, 0 for as long as it likes; None where more is asked of it."""
    if not field.validators:
        return 0
    only = field.validators[0] if len(field.validators) == 1 else None
    return only.max_length if type(only) is MaxLengthValidator else None


def _fits(value: Any, longest: int) -> bool:
    if longest:
        return len(value) <= longest
    return value.__class__ is not datetime or value.tzinfo is not None


def from_row(model: type[M], row: Mapping[Any, Any]) -> M:
    """The object of a row, with those fields only that were read: the ORM takes long to make one of less than all."""
    made, turns = model.__new__(model), _readers(model)
    values = {name: turn(value) if (turn := turns[name]) else value for name, value in dict(row).items()}
    own = {"_partial": len(values) < len(turns), "_saved_in_db": True, "_await_when_save": {}}
    foreign = model._meta.db_pk_column not in model._meta.generated_db_fields
    made.__dict__.update(values, **own, _custom_generated_pk=foreign)
    return made


def new_row(model: type[M], **fields: Any) -> M:
    """The object of a row still to be written, with defaults for what is left out; values are of the fields' kinds."""
    made, (blank, fresh) = model.__new__(model), _blank(model)
    made.__dict__.update(blank, **{name: make() for name, make in fresh}, **{"_await_when_save": {}, **fields})
    return made


@lru_cache(maxsize=64)
def _blank(model: type[Model]) -> tuple[Mapping[str, Any], Sequence[tuple[str, Callable[[], Any]]]]:
    """What the ORM puts into a new object, and those defaults that are made anew for each."""
    fields = model._meta.fields_map.items()
    return dict(vars(model())), [(name, field.default) for name, field in fields if callable(field.default)]


@lru_cache(maxsize=64)
def _readers(model: type[Model]) -> Mapping[str, Turn | None]:
    """For each column what turns the database's value into ours; None where it comes as it is."""
    fields = ((name, model._meta.fields_map[name]) for name in model._meta.fields_db_projection)
    return {name: _reader(field) for name, field in fields}


def _reader(field: Field[Any]) -> Turn | None:
    """Numbers and words come out of both databases as they are; SQLite keeps moments as text."""
    if type(field).to_python_value is Field.to_python_value and field.field_type in {int, str}:
        return None
    if isinstance(field, DatetimeField):
        return lambda value: field.to_python_value(datetime.fromisoformat(value) if isinstance(value, str) else value)
    return field.to_python_value
