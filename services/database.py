"""What the engine room needs to know of the database: how to begin a transaction, and which troubles pass."""

import sqlite3

import asyncpg
from tortoise.exceptions import DBConnectionError, OperationalError
from tortoise.transactions import in_transaction

transaction = in_transaction
"""An `async with` block that commits at its end and undoes everything on an error; inside another, a savepoint."""

PASSING = (
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
