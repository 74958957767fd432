"""Rows past the ORM's objects but by its own tables: columns and defaults are those of the models."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, cast

import orjson
from tortoise import Model
from tortoise.apps import Apps

from models.schema import open_database

Row = Sequence[Any]


class Table:
    """One table as it stands in the models, for rows that name only what is not the default."""

    def __init__(self, model: type[Model]) -> None:
        """Of an open database: only then does a model know its foreign keys."""
        meta = model._meta
        self.name = meta.db_table
        self.columns = tuple(meta.fields_db_projection.values())
        fields = [meta.fields_map[name] for name in meta.fields_db_projection]
        self._defaults = [default() if callable(default := field.default) else default for field in fields]
        self._json = {place for place, field in enumerate(fields) if field.__class__.__name__ == "JSONField"}

    def shaped(self, names: Sequence[str]) -> Callable[[Sequence[Any]], list[Any]]:
        """A function that makes whole rows of values for the columns `names`; all others have their defaults."""
        blank = [self._stored(place, value) for place, value in enumerate(self._defaults)]
        places = [self.columns.index(name) for name in names]

        def whole(values: Sequence[Any]) -> list[Any]:
            row = blank.copy()
            for place, value in zip(places, values, strict=True):
                row[place] = value
            return row

        return whole

    def row(self, values: Mapping[str, Any]) -> list[Any]:
        """One whole row."""
        stored = [self._stored(self.columns.index(name), value) for name, value in values.items()]
        return self.shaped(list(values))(stored)

    def _stored(self, place: int, value: Any) -> Any:
        return orjson.dumps(value).decode() if place in self._json and value is not None else value


async def tables(url: str) -> dict[str, Table]:
    """All tables by the names of their models."""
    context = await open_database(url)
    try:
        known = cast("Apps", context.apps)["models"]
        return {name: Table(model) for name, model in known.items()}
    finally:
        await context.close_connections()


def counted(rows: Iterable[Row], every: int, tell: Callable[[int], None]) -> Iterator[Row]:
    """The same rows, saying how many have gone by."""
    for number, row in enumerate(rows, 1):
        if number % every == 0:
            tell(number)
        yield row
