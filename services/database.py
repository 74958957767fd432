"""What the engine room needs to know of the database: how to begin a transaction, and which troubles pass."""

import sqlite3

import asyncpg
from tortoise.backends.base.client import BaseDBAsyncClient, TransactionalDBClient
from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.transactions import in_transaction

from models import Counter
from services.undoable import Undoable

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
    asyncpg.InterfaceError,  # the connection went away under a statement
    sqlite3.OperationalError,  # locked, disk full
    DBConnectionError,
    OSError,
)
"""Troubles that are the database's, not the statement's (PostgreSQL: appendix A, error codes)."""


def passes(error: BaseException) -> bool:
    """Is this a hiccup of the database, after which the same work may well succeed?

    Tortoise wraps what sqlite3 raises and hands on most of what asyncpg raises; a mistake in a statement or its values
    comes wrapped as well, and stays a mistake.
    """
    cause = error.__cause__ if isinstance(error, OperationalError) and error.__cause__ is not None else error
    return isinstance(cause, PASSING)


def connection_in_hand() -> BaseDBAsyncClient:
    """The connection on which this task's next statement runs: inside a transaction that transaction's own."""
    return Counter._meta.db


def inside_transaction() -> bool:
    """Would what this task writes now be undone with something else?"""
    return isinstance(connection_in_hand(), TransactionalDBClient | Undoable)
