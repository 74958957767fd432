"""What is begun only when there is something to write: a batch's transaction, and an event's savepoint in it."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self, cast

from tortoise.backends.base.client import BaseDBAsyncClient, TransactionContext
from tortoise.connection import ConnectionToken, get_connections

READING = "SELECT"


class Lazy(ABC):
    """Stands before a connection, and begins something ahead of the first statement that writes.

    All that the ORM sends in this task goes through the connection in hand, so nothing can be written past it.
    """

    def __init__(self, connection: BaseDBAsyncClient) -> None:
        """`connection` is what it stands before."""
        self._connection = connection
        self._context: TransactionContext | None = None
        self._token: ConnectionToken | None = None

    @property
    def begun(self) -> bool:
        """Has anything been written that an error would undo?"""
        return self._context is not None

    async def __aenter__(self) -> Self:
        """Stand before the connection."""
        self._stand()
        return self

    def _stand(self) -> None:
        proxy = cast("BaseDBAsyncClient", self)
        self._token = get_connections().set(self._connection.connection_name, proxy)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Keep what was written, or undo it."""
        get_connections().reset(self._token)
        if self._context is not None:
            await self._context.__aexit__(kind, error, trace)

    @abstractmethod
    async def begin(self) -> None:
        """Begin, if that has not been done."""

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


class Undoable(Lazy):
    """A savepoint in a transaction: on an error everything since is undone, and most events write nothing directly."""

    def __init__(self, connection: BaseDBAsyncClient, before: Callable[[], Awaitable[None]]) -> None:
        """`connection` is a transaction's; `before` writes what must survive an undoing, ahead of the savepoint."""
        super().__init__(connection)
        self._before = before
        self._beneath = False

    async def begin(self) -> None:
        """Begin the savepoint, if that has not been done."""
        if self._context is None and not self._beneath:
            await self.beneath(self._before)
            savepoint = self._connection._in_transaction()
            await savepoint.__aenter__()
            self._context = savepoint

    async def beneath(self, write: Callable[[], Awaitable[None]]) -> None:
        """Write something that belongs to what went before: ahead of the savepoint, where that has not begun."""
        self._beneath, was = True, self._beneath
        try:
            await write()
        finally:
            self._beneath = was


class Postponed(Lazy):
    """A transaction: until its first writing statement others may use the connection, of which there is only one.

    For who reads long before it writes and looks at the versions of what it has read.
    """

    def __init__(self, connection: BaseDBAsyncClient, first: Callable[[], Awaitable[None]]) -> None:
        """`first` is done at the transaction's beginning, and may forbid it by an error."""
        super().__init__(connection)
        self._first = first

    async def begin(self) -> None:
        """Begin the transaction, if that has not been done; who stands before the connection stays there."""
        if self._context is not None:
            return
        connections, name = get_connections(), self._connection.connection_name
        before = connections.get(name)
        self._context = self._connection._in_transaction()
        try:
            self._connection = await self._context.__aenter__()
        except BaseException:
            self._context = None
            raise
        await self._first()
        connections.set(name, before)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit, or undo everything."""
        try:
            if self._context is not None:
                await self._context.__aexit__(kind, error, trace)
        finally:
            get_connections().reset(self._token)


class _Nested:
    """A transaction that a use case opens inside: a savepoint within ours, or none while it only collects."""

    def __init__(self, outer: Lazy) -> None:
        self._outer = outer
        self._inner: TransactionContext | None = None

    async def __aenter__(self) -> Any:
        await self._outer.begin()
        self._inner = self._outer._connection._in_transaction()
        return await self._inner.__aenter__()

    async def __aexit__(self, *error: Any) -> None:
        assert self._inner is not None, "left before it was entered"  # noqa: S101 - a mistake of the ORM's
        await self._inner.__aexit__(*error)
