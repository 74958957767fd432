"""What the engine room needs to know of the database: how to begin a transaction, and which troubles pass."""

from tortoise.exceptions import DBConnectionError, IntegrityError, OperationalError
from tortoise.transactions import in_transaction

transaction = in_transaction
"""An `async with` block that commits at its end and undoes everything on an error; inside another, a savepoint."""


def passes(error: Exception) -> bool:
    """Is this a hiccup of the database, after which the same work may well succeed?"""
    return isinstance(error, OperationalError | DBConnectionError | OSError) and not isinstance(error, IntegrityError)
