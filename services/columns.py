"""Values on their way into a table's columns and out again, as the ORM would turn them: only quicker."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

from tortoise.fields import DatetimeField, Field, JSONField
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
    """What is usual is turned here, by one look at its kind; all else by the ORM, which refuses what does not fit."""
    way, kind, longest = type(field).to_db_value, field.field_type, _longest(field)

    def by_the_orm(value: Any) -> Any:
        return None if value is None and field.null else field.to_db_value(value, model)

    def text(value: Any) -> Any:
        return value if value.__class__ is kind and len(value) <= (longest or 0) else by_the_orm(value)

    def moment(value: Any) -> Any:
        return value if value.__class__ is datetime and value.tzinfo is not None else by_the_orm(value)

    def plain(value: Any) -> Any:
        return value if value.__class__ is kind else by_the_orm(value)

    def document(value: Any) -> Any:
        return field.encoder(value) if value.__class__ in {dict, list} else by_the_orm(value)  # type: ignore[attr-defined]

    if longest is None:
        return by_the_orm
    if way is JSONField.to_db_value:
        return document
    if way not in _AS_THEY_ARE:
        return by_the_orm
    if kind is datetime:
        return moment
    return text if longest else plain


def _longest(field: Field[Any]) -> int | None:
    """How long a value may be, 0 for as long as it likes; None where more is asked of it."""
    if not field.validators:
        return 0
    only = field.validators[0] if len(field.validators) == 1 else None
    return only.max_length if type(only) is MaxLengthValidator else None


def from_rows(model: type[M], rows: Sequence[Any]) -> list[M]:
    """The objects of a driver's rows, with those fields only that were read.

    All rows have the same columns, so that is looked at once. The ORM takes long to make an object of less than all.
    """
    if not rows:
        return []
    names = tuple(rows[0].keys())
    turns, own = _reading(model, names)
    return [_made(model, zip(names, row, strict=True), turns, own) for row in rows]


def _made(
    model: type[M], values: Iterable[tuple[str, Any]], turns: Sequence[tuple[str, Turn]], own: Mapping[str, Any]
) -> M:
    made = model.__new__(model)
    fields = made.__dict__
    fields.update(values)
    for name, turn in turns:
        fields[name] = turn(fields[name])
    fields.update(own, _await_when_save={})
    return made


@lru_cache(maxsize=256)
def _reading(model: type[Model], names: tuple[str, ...]) -> tuple[Sequence[tuple[str, Turn]], Mapping[str, Any]]:
    """For rows of these columns: which of them are turned and how, and what the ORM notes of such objects."""
    readers = _readers(model)
    turns = [(name, turn) for name in names if (turn := readers[name])]
    foreign = model._meta.db_pk_column not in model._meta.generated_db_fields
    return turns, {"_partial": len(names) < len(readers), "_saved_in_db": True, "_custom_generated_pk": foreign}


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
    """Numbers and words come out of both databases as they are; SQLite keeps moments and documents as text."""
    if type(field).to_python_value is Field.to_python_value and field.field_type in {int, str}:
        return None
    if isinstance(field, DatetimeField):
        return lambda value: None if value is None else _moment(field, value)
    return field.to_python_value


def _moment(field: Field[Any], value: datetime | str) -> Any:
    """In UTC, as all is that we write (config/database.py tells the ORM so); anything else is the ORM's to turn."""
    moment = datetime.fromisoformat(value) if value.__class__ is str else value
    return moment if moment.__class__ is datetime and moment.tzinfo is UTC else field.to_python_value(moment)
