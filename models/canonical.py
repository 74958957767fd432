"""The one form in which a value is the same in every database: what JSON knows, written in one way only.

Times are UTC with microseconds, days are ISO 8601, yes and no are true and false, JSON is itself with sorted keys, and
a number in it that is whole is written without a point: PostgreSQL keeps numbers, SQLite the text of them.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from tortoise import fields
from tortoise.fields.base import Field


@dataclass(frozen=True, slots=True)
class Codec:
    """How a column's value becomes canonical (`read`) and what the drivers want for it (`write`)."""

    read: Callable[[Any], Any]
    write: Callable[[Any], Any]


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


_text_of = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_parsed = json.JSONDecoder(parse_float=_number).decode
"""Made once: a million rows pass here, and `json.dumps` would make such an encoder for each of them."""


def dumped(value: Any) -> bytes:
    """A canonical value as its only text, in UTF-8."""
    return _text_of(value).encode()


def _moment(value: datetime | str) -> str:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def _day(value: date | str) -> str:
    return value if isinstance(value, str) else value.isoformat()


def _same(value: Any) -> Any:
    return value


def _unless_empty(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else change(value)


PLAIN = Codec(_same, _same)
CODECS: Mapping[type[Field[Any]], Codec] = {
    fields.SmallIntField: PLAIN,
    fields.IntField: PLAIN,
    fields.BigIntField: PLAIN,
    fields.CharField: PLAIN,
    fields.TextField: PLAIN,
    fields.BooleanField: Codec(_unless_empty(bool), _same),
    fields.DatetimeField: Codec(_unless_empty(_moment), _unless_empty(datetime.fromisoformat)),
    fields.DateField: Codec(_unless_empty(_day), _unless_empty(date.fromisoformat)),
    fields.JSONField: Codec(_unless_empty(_parsed), _unless_empty(lambda value: dumped(value).decode())),
}
"""By the kind of the field; a kind that is missing here stops a backup, and tests/house/test_schema.py before that."""


def codec_of(field: Field[Any]) -> Codec:
    """The codec of a field; `LookupError` for a kind that nobody has thought of yet."""
    for kind in type(field).__mro__:
        if kind in CODECS:
            return CODECS[kind]
    raise LookupError(f"models/canonical.py knows no {type(field).__name__}")
