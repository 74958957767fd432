"""Seals of the history: each step of a record is sealed onto the step before, and the record bears the chain's end.

Whoever changes, removes, inserts or swaps rows past the house cannot make the seals that would fit: they are made with
a key that is not in the database. Why so, and what it does not prove: docs/decisions/0022-sealed-history.md.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.fields import DatetimeField

from models.canonical import CODECS, dumped

PURPOSE = b"seal of the history"
END = b"end of the history"
SEALED = (
    "subject", "step", "source", "target", "actor_id", "on_behalf_id", "channel", "note", "details", "event", "at",
)  # fmt: skip
"""What a seal covers, besides the record's number. Never changed: a column that is added later is put behind, and only
where a row has something in it, so that older rows keep their seals."""
_moment = CODECS[DatetimeField].read


@dataclass(frozen=True, slots=True)
class Link:
    """What a step adds to a chain: the row's `seal`, and the `end`, which only the record keeps.

    The end is made of the seal with the key, so that it cannot be read off the rows that are left when the last is
    gone.
    """

    seal: str
    end: str


class Seals:
    """Seals the steps of one school, and knows its own seals again."""

    def __init__(self, secret: str, former: Iterable[str] = ()) -> None:
        """`former` are secrets that the school had before: what was sealed with them still fits."""
        self._keys = [hmac.digest(one.encode(), PURPOSE, "sha256") for one in (secret, *former)]

    def link(self, end: str, number: str, row: Mapping[str, Any]) -> Link:
        """Seal the next row of a record's chain; `end` is what the record bears now, "" where nothing was sealed."""
        return _link(self._keys[0], end, _said(number, row))

    def known(self, end: str, number: str, row: Mapping[str, Any]) -> Link | None:
        """The link that a row says it is, where its seal fits behind `end`."""
        said = _said(number, row)
        links = (_link(key, end, said) for key in self._keys)
        return next((link for link in links if link.seal == row["seal"]), None)


def _said(number: str, row: Mapping[str, Any]) -> bytes:
    """What a row says, in one way only."""
    told = [row[name] for name in SEALED[:-1]]
    return dumped([number, *told, _moment(row["at"])])


def _link(key: bytes, end: str, said: bytes) -> Link:
    seal = hmac.digest(key, end.encode() + b"\n" + said, "sha256")
    return Link(seal.hex(), hmac.digest(key, END + seal, "sha256").hex())
