"""What is asked of the database: the statements of a block, and how the database goes about them."""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import orjson
from tortoise import Tortoise

Statement = tuple[str, Sequence[Any]]
ASKING = ("execute_query", "execute_query_dict", "execute_insert")
BIG = frozenset({"work_orders", "history", "attachments", "inbox", "outbox", "shown_cards", "tallies"})
"""Tables that grow with the years."""
MANY = 2500
"""Rows that a statement may look at, of however many there are: a search looks through a thousand, twice."""


@contextlib.contextmanager
def watched() -> Iterator[list[Statement]]:
    """Collects every statement of the block; those that begin and end transactions are none."""
    seen: list[Statement] = []
    family = [
        kind for kind in type(Tortoise.get_connection("default")).__mro__ if kind.__module__.startswith("tortoise")
    ]
    with contextlib.ExitStack() as stack:
        for kind in family:
            for name in ASKING:
                if name in vars(kind):
                    stack.enter_context(_listening(kind, name, seen))
        yield seen


@contextlib.contextmanager
def _listening(kind: type, name: str, seen: list[Statement]) -> Iterator[None]:
    plain = vars(kind)[name]

    async def listening(self: Any, query: str, values: Any = None, *rest: Any) -> Any:
        if not seen or seen[-1][1] is not values or seen[-1][0] != query:  # one of these may call another
            seen.append((query, values or ()))
        return await plain(self, query, values, *rest)

    setattr(kind, name, listening)
    try:
        yield
    finally:
        setattr(kind, name, plain)


async def too_much(statement: Statement) -> list[str]:
    """Why a SELECT would take longer the more rows there are; nothing when it would not."""
    dialect = Tortoise.get_connection("default").capabilities.dialect
    return await {"sqlite": _scans, "postgres": _rows}[dialect](*statement)


async def _scans(query: str, values: Sequence[Any]) -> list[str]:
    """SQLite says which tables it walks through instead of searching an index."""
    connection = Tortoise.get_connection("default")
    plan = [
        str(row["detail"]) for row in await connection.execute_query_dict(f"EXPLAIN QUERY PLAN {query}", list(values))
    ]
    return [line for line in plan if line.startswith("SCAN ") and line.split()[1] in BIG]


async def _rows(query: str, values: Sequence[Any]) -> list[str]:
    """PostgreSQL counts how many rows it has looked at; it must not think that these few are quicker read whole."""
    connection = Tortoise.get_connection("default")
    async with connection._in_transaction() as inside:
        for way in ("seqscan", "mergejoin", "hashjoin"):
            await inside.execute_query(f"SET LOCAL enable_{way} = off")
        answer = await inside.execute_query_dict(f"EXPLAIN (ANALYZE, FORMAT JSON) {query}", list(values))
    plan = answer[0]["QUERY PLAN"]
    return list(_costly((orjson.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]))


def _costly(node: dict[str, Any]) -> Iterator[str]:
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    rows = (node["Actual Rows"] + removed) * node["Actual Loops"]
    if node.get("Relation Name") in BIG and rows > MANY:
        yield f"{node['Node Type']} {node['Relation Name']}: {rows} rows"
    for part in node.get("Plans", ()):
        yield from _costly(part)
