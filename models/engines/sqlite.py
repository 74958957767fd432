"""SQLite: one connection and one lock."""

import sqlite3
from typing import Any

from tortoise.backends.base.client import ConnectionWrapper, TransactionalDBClient, TransactionContext
from tortoise.backends.sqlite.client import SqliteClient, SqliteTransactionContext, SqliteTransactionWrapper
from tortoise.connection import get_connections
from tortoise.exceptions import TransactionManagementError


class Connection(ConnectionWrapper[Any]):
    """The connection for one statement."""

    __slots__ = ()

    async def __aenter__(self) -> Any:
        """See tortoise; after an error the lock is free."""
        await self._lock.acquire()
        try:
            await self.ensure_connection()
        except BaseException:
            self._lock.release()
            raise
        return self.connection


class Begun(SqliteTransactionWrapper):
    """A transaction's connection."""

    BEGIN = "BEGIN"

    async def begin(self) -> None:
        """One statement, as nothing is ever left open before it: on a busy loop each is a wait."""
        try:
            await self._connection.execute(self.BEGIN)
        except sqlite3.OperationalError as error:
            raise TransactionManagementError(error) from error


class Alone(Begun):
    """A transaction's connection that alone may write from its beginning on: other processes wait at theirs."""

    BEGIN = "BEGIN IMMEDIATE"


class Transaction(SqliteTransactionContext):
    """The connection for a transaction."""

    __slots__ = ()

    async def __aenter__(self) -> TransactionalDBClient:
        """See tortoise; after an error the lock is free."""
        await self._trxlock.acquire()
        try:
            await self.ensure_connection()
            await self.connection.begin()
        except BaseException:
            self._trxlock.release()
            raise
        self.token = get_connections().set(self.connection_name, self.connection)
        found: TransactionalDBClient = self.connection
        return found


class Sqlite(SqliteClient):
    """See tortoise."""

    async def create_connection(self, with_db: bool) -> None:
        """Open the file. One that could not be set up as it should be is closed: half of it would be taken for all."""
        try:
            await super().create_connection(with_db)
        except BaseException:
            await self.close()
            raise

    def acquire_connection(self) -> ConnectionWrapper[Any]:
        """See tortoise."""
        return Connection(self._lock, self)

    def _in_transaction(self) -> TransactionContext:
        return Transaction(Begun(self), self._lock)

    def alone(self) -> TransactionContext:
        """A transaction that reads what nobody can change meanwhile, in whatever process (SQLite: BEGIN IMMEDIATE)."""
        return Transaction(Alone(self), self._lock)


client_class = Sqlite
