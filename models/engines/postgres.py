"""PostgreSQL: a pool of connections."""

from tortoise.backends.asyncpg.client import AsyncpgDBClient, TransactionWrapper
from tortoise.backends.base.client import TransactionalDBClient, TransactionContext, TransactionContextPooled
from tortoise.connection import get_connections

SILENCE = 10_000
"""Milliseconds that a transaction may say nothing. What a process holds that stands still, or whose machine is gone,
would keep all others waiting until the network notices, which may take hours."""

STATEMENTS = 1000
"""Prepared statements that a connection keeps: a batch's insertions have one for each number of rows."""


async def kept_as_it_is(_: object) -> None:
    """Given back to the pool, a connection is not reset: nobody sets anything for longer than a transaction.

    asyncpg undoes an open transaction all the same; it would ask the server once more after each statement.
    """


class Transaction(TransactionContextPooled):
    """One of the pool's connections for a transaction."""

    __slots__ = ()

    async def __aenter__(self) -> TransactionalDBClient:
        """See tortoise; after an error the connection is the pool's again and no longer this task's."""
        await self.ensure_connection()
        pool = self.client._parent._pool
        self.client._connection = await pool.acquire()
        try:
            await self.client.begin()
        except BaseException:
            await pool.release(self.client._connection)
            raise
        self.token = get_connections().set(self.connection_name, self.client)
        return self.client


class Postgres(AsyncpgDBClient):
    """See tortoise; a transaction that falls silent is undone by the server, and its process has a hiccup."""

    async def create_connection(self, with_db: bool) -> None:
        """See tortoise."""
        self.server_settings.setdefault("idle_in_transaction_session_timeout", str(SILENCE))
        self.extra.setdefault("statement_cache_size", STATEMENTS)
        self.extra.setdefault("reset", kept_as_it_is)
        await super().create_connection(with_db)

    def _in_transaction(self) -> TransactionContext:
        return Transaction(TransactionWrapper(self), self._pool_init_lock)


client_class = Postgres
