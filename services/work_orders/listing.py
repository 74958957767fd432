"""Lists that stay quick at any size: merged from the newest rows of a few ranges of an index.

Each branch of a list fixes the first columns of an index that goes on with the id, so that the database reads no more
than what is shown. What no index can find is looked for in so many rows at a time, and the page says how far it got.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from domain.work_orders import State
from models import WorkOrder
from models.dialects import DIALECTS
from services.database import connection_in_hand
from services.work_orders.values import Filter

WINDOW = 1000
"""Rows in which one page of a search looks. Older ones are looked at when the reader goes on."""
WHOLE_NUMBER = re.compile(r"[A-Z]\d{8}-\d{3,}", re.IGNORECASE)
WORDS = ("number", "item", "location", "raw_text")
"""Columns in which words are looked for."""
NEVER = 2**31 - 1
"""Larger than any id."""
Branch = Mapping[str, str | int]
"""Columns and what they equal: the first of an index, in any order; the index goes on with the id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a search has found, newest first, and the last row it looked at, None where there are no older ones."""

    ids: list[int]
    last: int | None


def branches_of(wanted: Filter) -> list[Branch]:
    """The ranges that a list is merged from; what they leave open has to be looked for."""
    if wanted.mine is None and not wanted.category:
        return [{"state": state} for state in wanted.states] or [{}]
    states = wanted.states or tuple(State)
    if wanted.mine is None:
        return [{"category": wanted.category, "state": state} for state in states]
    return [{role: wanted.mine, "state": state} for role in ("reporter_id", "assignee_id") for state in states]


def is_search(wanted: Filter) -> bool:
    """Does the list need a look into its rows?"""
    return bool(wanted.words) or (wanted.mine is not None and bool(wanted.category))


async def newest(branches: Sequence[Branch], limit: int, before: int | None = None) -> list[int]:
    """Ids of the newest rows of all branches together, newest first, in one statement."""
    statement, values = _merged(branches, limit, before)
    return [row["id"] for row in await connection_in_hand().execute_query_dict(statement, values)]


async def look(wanted: Filter) -> Looked:
    """Look for the words and the trade in the newest `WINDOW` rows. What a reader may not see is taken out later."""
    mark, (merged, values) = _mark(), _merged(branches_of(wanted), WINDOW, wanted.before)
    values += [f"%{_literally(wanted.words.lower())}%", wanted.category]
    words, trade = mark(len(values) - 1), mark(len(values))
    text = " || '\n' || ".join(f"seen.{column}" for column in WORDS)
    rows = await connection_in_hand().execute_query_dict(
        f"WITH found AS ({merged}) "  # noqa: S608 - see `_merged`
        "SELECT seen.id AS id, 0 AS looked FROM found JOIN work_orders AS seen ON seen.id = found.id "
        f"WHERE LOWER({text}) LIKE {words} ESCAPE '!' AND {trade} IN ('', seen.category) "
        "UNION ALL SELECT MIN(id), COUNT(*) FROM found",
        values,
    )
    ids = sorted((row["id"] for row in rows if not row["looked"] and row["id"]), reverse=True)
    return Looked(ids=ids, last=next((row["id"] for row in rows if row["looked"] == WINDOW), None))


def _literally(words: str) -> str:
    return "".join(f"!{letter}" if letter in "!%_" else letter for letter in words)


def _mark() -> Callable[[int], str]:
    return DIALECTS[connection_in_hand().capabilities.dialect].placeholder


def _merged(branches: Sequence[Branch], limit: int, before: int | None) -> tuple[str, list[str | int]]:
    """A limit in each branch and one over all; whole numbers stand in the statement, so that it is planned for them."""
    mark, values, ranges = _mark(), list[str | int](), list[str]()
    for number, branch in enumerate(branches):
        conditions = []
        for column, value in {**branch, "id": before or NEVER}.items():
            values.append(value)
            conditions.append(f"{column} {'<' if column == 'id' else '='} {mark(len(values))}")
        where = " AND ".join(conditions)
        rows = f"SELECT id FROM work_orders WHERE {where} ORDER BY id DESC LIMIT {limit}"  # noqa: S608 - names are our own
        ranges.append(f"SELECT id FROM ({rows}) AS branch{number}")  # noqa: S608 - see above
    union = " UNION ".join(ranges)
    return f"SELECT id FROM ({union}) AS merged ORDER BY id DESC LIMIT {limit}", values  # noqa: S608 - see above


async def by_ids(ids: Sequence[int]) -> list[WorkOrder]:
    """Work orders, newest first."""
    return await WorkOrder.filter(id__in=ids).order_by("-id") if ids else []
