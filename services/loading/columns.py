"""The columns of the three sheets. They are a promise to those who keep the sheets: names stay as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from tortoise.models import Model

from models import Account, Asset, Membership, Person, Place
from services.loading import values

Kind = Literal["places", "people", "assets"]
KINDS: tuple[Kind, ...] = ("places", "people", "assets")
"""In the order in which they are loaded: people and devices stand in places."""
LOCALES = ("zh_CN", "en")
STARTING_ROLE = "teacher"
"""Who is listed without a role works at the school and may report what is broken: the least that a role gives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    `limit` is the most characters that a value, or each item of a list, may have. `read` turns clean text into the
    value and gives the default for empty text; `show` is its opposite. `many` marks lists, `unique` values that only
    one row may have, `words` the list of known words that a value must come from.
    """

    name: str
    limit: int
    required: bool = False
    unique: bool = False
    many: bool = False
    words: str = ""
    read: Callable[[str], object] = field(default=str)
    show: Callable[[Any], str] = field(default=str)


def _width(model: type[Model], name: str) -> int:
    """How long the table lets a field be."""
    return int(model._meta.fields_map[name].max_length)  # type: ignore[attr-defined]


def _plain(model: type[Model], *names: str) -> tuple[Column, ...]:
    return tuple(Column(name=name, limit=_width(model, name)) for name in names)


def _key(model: type[Model], name: str) -> Column:
    return Column(name=name, limit=_width(model, name), required=True, unique=True, read=values.key)


def _name(model: type[Model]) -> Column:
    return Column(name="name", limit=_width(model, "name"), required=True)


def _place(model: type[Model]) -> Column:
    return Column(name="place", limit=_width(model, "place"), words="place")


def _list(name: str, limit: int, read: Callable[[str], object], words: str = "") -> Column:
    return Column(name=name, limit=limit, many=True, words=words, read=read, show=values.joined)


def _account(channel: str, read: Callable[[str], object]) -> Column:
    return Column(name=channel, limit=_width(Account, "account"), unique=True, read=read)


def _day(name: str) -> Column:
    return Column(name=name, limit=40, read=values.day, show=values.day_text)


def _roles(text: str) -> list[str]:
    return values.items(text) or [STARTING_ROLE]


def _teams(text: str) -> list[str]:
    return sorted(values.items(text))


def _locale(text: str) -> str:
    return text or LOCALES[0]


COLUMNS: Mapping[Kind, tuple[Column, ...]] = {
    "places": (
        _key(Place, "code"),
        *_plain(Place, "building", "floor", "room"),
        _name(Place),
        _list("aliases", _width(Place, "name"), values.items),
    ),
    "people": (
        _key(Person, "staff_no"),
        _name(Person),
        _account("wecom", values.wecom_account),
        _account("dingtalk", values.account),
        _list("roles", 40, _roles, words="role"),
        _list("teams", _width(Membership, "team"), _teams, words="team"),
        _place(Person),
        Column(name="locale", limit=_width(Person, "locale"), words="locale", read=_locale),
    ),
    "assets": (
        _key(Asset, "code"),
        _name(Asset),
        *_plain(Asset, "kind"),
        Column(name="category", limit=_width(Asset, "category"), words="category"),
        _place(Asset),
        *_plain(Asset, "brand", "model", "serial"),
        _day("bought_on"),
        Column(name="price", limit=40, read=values.cents, show=values.yuan_text),
        _day("warranty_until"),
    ),
}
"""By kind of sheet, in the order in which they are written; the first column names the row."""
CHANNELS = ("wecom", "dingtalk")
"""The columns of people that are accounts: a column is named after its channel."""


def names(kind: Kind) -> tuple[str, ...]:
    """The names of a sheet's columns."""
    return tuple(column.name for column in COLUMNS[kind])
