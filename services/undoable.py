"""A savepoint that is begun only when there is something to undo: most events of a batch write nothing directly."""

from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, cast

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.connection import ConnectionToken, get_connections

READING = "SELECT"


class Undoable:
    """Stands before a transaction's connection, and begins the savepoint ahead of the first statement that writes.

    All that the ORM sends in this task goes through the connection in hand, so nothing can be written past it. On an
    error everything since the savepoint is undone; where nothing was written there is nothing to undo.
    """

    def __init__(self, connection: BaseDBAsyncClient, before: Callable[[], Awaitable[None]]) -> None:
        """`connection` is a transaction's; `before` writes what must survive an undoing, ahead of the savepoint."""
        self._connection = connection
        self._before = before
        self._savepoint: TransactionContext | None = None
        self._token: ConnectionToken | None = None
        self._beneath = False

    @property
    def begun(self) -> bool:
        """Has anything been written that an error would undo?"""
        return self._savepoint is not None

    async def __aenter__(self) -> Self:
        """Stand before the connection."""
        proxy = cast("BaseDBAsyncClient", self)
        self._token = get_connections().set(self._connection.connection_name, proxy)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what was written, or undo it."""
        get_connections().reset(self._token)
        if self._savepoint is not None:
            await self._savepoint.__aexit__(kind, error, trace)

    async def begin(self) -> None:
        """Begin the savepoint, if that has not been done."""
        if self._savepoint is None and not self._beneath:
            await self.beneath(self._before)
            self._savepoint = self._connection._in_transaction()
            await self._savepoint.__aenter__()

    async def beneath(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write something that belongs to what went before: ahead of the savepoint, where that has not begun."""
        self._beneath, was = True, self._beneath
        try:
            await write()
        finally:
            self._beneath = was

    # -- what the ORM asks a connection for

    def __getattr__(self, name: str) -> Any:
        """All that runs no statement is the connection's own."""
        return getattr(self._connection, name)

    def _in_transaction(self) -> TransactionContext:
        return cast("TransactionContext", _Nested(self))

    async def execute_insert(self, query: str, values: list[Any]) -> Any:
        """See the ORM's client."""
        await self.begin()
        return await self._connection.execute_insert(query, values)

    async def execute_many(self, query: str, values: list[list[Any]]) -> None:
        """See the ORM's client."""
        await self.begin()
        await self._connection.execute_many(query, values)

    async def execute_script(self, query: str) -> None:
        """See the ORM's client."""
        await self.begin()
        await self._connection.execute_script(query)

    async def execute_query(self, query: str, values: list[Any] | None = None) -> Any:
        """See the ORM's client."""
        await self._begin_for(query)
        return await self._connection.execute_query(query, values)

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> Any:
        """See the ORM's client."""
        await self._begin_for(query)
        return await self._connection.execute_query_dict(query, values)

    async def execute_query_dict_with_affected(self, query: str, values: list[Any] | None = None) -> Any:
        """See the ORM's client."""
        await self._begin_for(query)
        return await self._connection.execute_query_dict_with_affected(query, values)

    async def _begin_for(self, query: str) -> None:
        if not query.lstrip().upper().startswith(READING):
            await self.begin()


class _Nested:
    """A transaction that a use case opens inside: a savepoint within ours, or none while it only collects."""

    def __init__(self, outer: Undoable) -> None:
        self._outer = outer
        self._inner: TransactionContext | None = None

    async def __aenter__(self) -> Any:
        await self._outer.begin()
        self._inner = self._outer._connection._in_transaction()
        return await self._inner.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        assert self._inner is not None, "left before it was entered"  # noqa: S101 - a mistake of the ORM's
        await self._inner.__aexit__(*error)
