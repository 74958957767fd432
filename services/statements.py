"""Statements that are put together once: what the ORM writes for a question, asked again with other values.

Putting a statement together takes the ORM longer than most of those in the post room take the database.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain, count
from typing import Any, TypeVar

from tortoise.models import Model
from tortoise.queryset import AwaitableQuery

from services.columns import from_rows
from services.database import connection_in_hand

M = TypeVar("M", bound=Model)
Row = Mapping[Any, Any]
"""What a database's driver gives: its values by name, or by position."""

NUMBER, MOMENT = 2_000_000_000, datetime(1, 1, 1, tzinfo=UTC)
"""Values that nothing real has stand for numbers and moments while a statement is put together."""


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement's text, the values it always has, and of each placeholder which value: of these, behind the given."""

    text: str
    constants: list[Any]
    places: Sequence[int]

    def filled(self, values: list[Any]) -> list[Any]:
        return list(map((values + self.constants).__getitem__, self.places))


class Statement:
    """A query whose text is kept, one for each database and for each length of its lists.

    `build` is given texts, numbers, moments and lists of those (never empty), and must hand them on as they are: what
    it reckons out of them would be fixed for ever, which is refused for moments and for what it leaves unused.
    """

    def __init__(self, build: Callable[..., AwaitableQuery[Any]]) -> None:
        """Nothing is put together before it is asked for."""
        self._build = build
        self._forms: dict[tuple[Any, ...], _Form] = {}

    async def run(self, *given: Any) -> tuple[int, Sequence[Row]]:
        """How many rows were changed, or found; and those that were found, with what the driver makes of values."""
        connection = connection_in_hand()
        parts = [_padded(part) if isinstance(part, list) else [part] for part in given]
        key = (connection.query_class, *map(len, parts))
        form = self._forms.get(key)
        if form is None:
            lists = [isinstance(part, list) for part in given]
            form = self._forms[key] = _composed(self._build, parts, lists)
        values = list(chain.from_iterable(parts))
        return await connection.execute_query(form.text, form.filled(values))

    async def changed(self, *given: Any) -> int:
        """How many rows this changed."""
        return (await self.run(*given))[0]

    async def found(self, *given: Any) -> Sequence[Row]:
        """The rows that this found."""
        return (await self.run(*given))[1]

    async def objects(self, model: type[M], *given: Any) -> list[M]:
        """The rows that this found, as objects of `model`."""
        return from_rows(model, await self.found(*given))


def _padded(values: list[Any]) -> list[Any]:
    """The same set, of a length of which there are few: the last value as often as it takes."""
    return values + values[-1:] * ((1 << (len(values) - 1).bit_length()) - len(values))


def _composed(build: Callable[..., AwaitableQuery[Any]], parts: Sequence[list[Any]], lists: Sequence[bool]) -> _Form:
    marks = _marks(parts)
    places = {mark: position for position, mark in enumerate(mark for part in marks for mark in part)}
    query = build(*(part if many else part[0] for part, many in zip(marks, lists, strict=True)))
    query._choose_db_if_not_chosen()
    query._make_query()
    text, values = query.query.get_parameterized_sql()
    constants = [value for value in values if value not in places]
    if any(isinstance(constant, datetime) for constant in constants):
        raise ValueError(f"{build.__qualname__}: a moment that was not given")
    if not places.keys() <= set(values):
        raise ValueError(f"{build.__qualname__}: a value that is used nowhere")
    behind = count(len(places))
    return _Form(text, constants, [places[value] if value in places else next(behind) for value in values])


def _marks(parts: Sequence[list[Any]]) -> list[list[Any]]:
    numbers = count()
    return [[_mark(value, next(numbers)) for value in part] for part in parts]


def _mark(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return f"\x1f{number}"
    if isinstance(value, datetime):
        return MOMENT + timedelta(microseconds=number)
    if type(value) is int:
        return NUMBER + number
    raise TypeError(f"no value of a statement: {type(value).__name__}")
