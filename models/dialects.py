"""What the two databases say differently, where tables are copied as they are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """One database's way of saying things.

    `one_connection` says that all tasks share one, and that only this process writes. `snapshot` begins a transaction
    that sees one moment only, `by_bytes` sorts text by its bytes in UTF-8 whatever the language of the database,
    `numbering` says with which id the last row was numbered.
    """

    placeholder: Callable[[int], str]
    one_connection: bool
    tables: str
    snapshot: Sequence[str]
    by_bytes: str
    numbering: Callable[[str, str, int], Sequence[str]]


def _sqlite_numbering(table: str, _: str, last: int) -> Sequence[str]:
    return (
        f"DELETE FROM sqlite_sequence WHERE name = '{table}'",  # noqa: S608 - the names are our own
        f"INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {last})",  # noqa: S608
    )


def _postgres_numbering(table: str, key: str, last: int) -> Sequence[str]:
    return (f"SELECT setval(pg_get_serial_sequence('\"{table}\"', '{key}'), {last})",)


PATIENT = "SET LOCAL idle_in_transaction_session_timeout = 0"
"""PostgreSQL: this transaction may say nothing for long, as nobody waits for what it holds."""

DIALECTS: Mapping[str, Dialect] = {
    "sqlite": Dialect(
        placeholder=lambda _: "?",
        one_connection=True,
        tables="SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
        # A reading transaction of the write-ahead log is a snapshot from its first read on.
        snapshot=("SELECT count(*) FROM sqlite_master",),
        by_bytes=" COLLATE BINARY",
        numbering=_sqlite_numbering,
    ),
    "postgres": Dialect(
        placeholder=lambda number: f"${number}",
        one_connection=False,
        tables="SELECT table_name AS name FROM information_schema.tables "
        "WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'",
        # As in SQLite it begins with the first read.
        snapshot=("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY", PATIENT, "SELECT 1"),
        by_bytes=' COLLATE "C"',
        numbering=_postgres_numbering,
    ),
}
"""By the name that tortoise gives them."""
