"""What the engine room needs to know of the database: how to begin a transaction, and which troubles pass."""

import sqlite3

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.exceptions import DBConnectionError, OperationalError, TransactionManagementError
from tortoise.transactions import in_transaction

from models import Counter
from services.undoable import Lazy

transaction = in_transaction
"""An `async with` block that commits at its end and undoes everything on an error; inside another, a savepoint."""


class OvertakenError(Exception):
    """Somebody else changed a row that was ours to change: the same work, tried again, will see it as it now is."""


PASSING = (
    OvertakenError,
    asyncpg.TransactionRollbackError,  # deadlock, serialisation: class 40
    asyncpg.PostgresConnectionError,  # class 08
    asyncpg.InsufficientResourcesError,  # disk full, too many connections: class 53
    asyncpg.OperatorInterventionError,  # shutting down, starting up: class 57
    asyncpg.LockNotAvailableError,
    asyncpg.IdleInTransactionSessionTimeoutError,  # we stood still for too long
    asyncpg.InterfaceError,  # the connection went away under a statement
    DBConnectionError,
    OSError,
)
"""Troubles that are the database's, not the statement's (PostgreSQL: appendix A, error codes).

SQLite's are all `sqlite3.OperationalError` (locked, disk full, cannot be opened) and so are mistakes in a statement,
which alone have the code SQLITE_ERROR.
"""


def passes(error: BaseException) -> bool:
    """Is this a hiccup of the database, after which the same work may well succeed?

    Tortoise wraps what sqlite3 raises and hands on most of what asyncpg raises; a mistake in a statement or its values
    comes wrapped as well, and stays a mistake.
    """
    said = _wrapped(error)
    if isinstance(said, sqlite3.OperationalError):
        return getattr(said, "sqlite_errorcode", sqlite3.SQLITE_BUSY) != sqlite3.SQLITE_ERROR
    return isinstance(said, PASSING)


def _wrapped(error: BaseException) -> BaseException:
    """What the driver said: the cause of what tortoise raised, or what it was raised with."""
    if not isinstance(error, (OperationalError, TransactionManagementError)):
        return error
    return error.__cause__ or next((part for part in error.args if isinstance(part, Exception)), error)


def connection_in_hand() -> BaseDBAsyncClient:
    """The connection on which this task's next statement runs: inside a transaction that transaction's own."""
    return Counter._meta.db


def inside_transaction() -> bool:
    """Would what this task writes now be undone with something else?"""
    return isinstance(connection_in_hand(), TransactionalDBClient | Lazy)
