"""Durable rows in raw SQL, many messages to a commit: what piles up while one commit runs goes into the next.

One row is the event, as `accept` writes it; three are the event, a work order and an outbox item, the least that a
report can leave behind. The tables and their indexes are the bot's own.
"""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol, cast

import asyncpg
import orjson

Message = Mapping[str, str]
Waiting = tuple[Message, asyncio.Future[None]]
GROUP = 256
INBOX = """INSERT INTO inbox (channel, event_id, account, body, state, due_at, lease, tries, braved, stumbles, incident,
 received_at) VALUES ('wecom', {0}, {1}, {2}, 'waiting', {3}, '', 0, 0, 0, '', {3}) ON CONFLICT DO NOTHING"""
ORDER = """INSERT INTO work_orders (number, state, version, category, first_category, reporter_id, refused_by, place,
 location, item, asset, urgency, raw_text, reason, cycle, note, hold_reason, reported_at, moved_at) VALUES
 ({0}, 'reported', 0, 'furniture', 'furniture', 1, '[]', '', '', '', '', 'normal', {1}, '', 1, '', '', {2}, {2})"""
ITEM = """INSERT INTO outbox (lane, account, subject, subject_id, step, params, fresh, rank, state, due_at, lease,
 tries, error, created_at, counted) VALUES ('wecom', {0}, 'work_order', 1, 'report', '{{}}', {2}, 1, 'waiting', {1},
 '', 0, '', {1}, {3})"""


class Store(Protocol):
    """Makes messages durable."""

    async def put(self, message: Message) -> None:
        """Return when the message's rows are on the disk."""
        ...

    async def close(self) -> None:
        """End."""
        ...


def values(messages: Sequence[Message], moment: Any) -> tuple[list[Any], list[Any], list[Any]]:
    """Parameters of the three statements for some messages."""
    bodies = [orjson.dumps(message).decode() for message in messages]
    events = [(f"m:{m['MsgId']}", m["FromUserName"], body, moment) for m, body in zip(messages, bodies, strict=True)]
    orders = [(f"F{m['MsgId']}", m.get("Content", ""), moment) for m in messages]
    return events, orders, [(m["FromUserName"], moment) for m in messages]


class SqliteStore:
    """One worker thread with the file; WAL and synchronous=FULL, as the bot has it."""

    def __init__(self, path: str, rows: int) -> None:
        self._path, self._three = path, rows == 3
        self._waiting: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    async def put(self, message: Message) -> None:
        """See `Store`."""
        done = self._loop.create_future()
        self._waiting.put((message, done))
        await done

    async def close(self) -> None:
        """See `Store`."""
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        while (first := self._waiting.get()) is not None:
            group = [first]
            while len(group) < GROUP and not self._waiting.empty() and (more := self._waiting.get()) is not None:
                group.append(more)
            error = self._commit(connection, [message for message, _ in group])
            self._loop.call_soon_threadsafe(_settle, [done for _, done in group], error)
        connection.close()

    def _commit(self, connection: sqlite3.Connection, messages: Sequence[Message]) -> Exception | None:
        events, orders, items = values(messages, datetime.now(UTC).isoformat(" "))
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INBOX.format("?1", "?2", "?3", "?4"), events)
            if self._three:
                connection.executemany(ORDER.format("?1", "?2", "?3"), orders)
                connection.executemany(ITEM.format("?1", "?2", "1", "0"), items)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            connection.execute("ROLLBACK")
            return error
        return None


def _settle(dones: Sequence[asyncio.Future[None]], error: Exception | None) -> None:
    for done in dones:
        if done.done():
            continue
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)


class PostgresStore:
    """One connection; synchronous_commit as the server has it."""

    def __init__(self, connection: Any, rows: int) -> None:
        self._connection, self._three = connection, rows == 3
        self._waiting: list[Waiting] = []
        self._writer: asyncio.Task[None] | None = None

    async def put(self, message: Message) -> None:
        """See `Store`."""
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((message, done))
        if self._writer is None:
            self._writer = asyncio.create_task(self._work())
        await done

    async def close(self) -> None:
        """See `Store`."""
        await self._connection.close()

    async def _work(self) -> None:
        while self._waiting:
            group, self._waiting = self._waiting[:GROUP], self._waiting[GROUP:]
            _settle([done for _, done in group], await self._commit([message for message, _ in group]))
        self._writer = None

    async def _commit(self, messages: Sequence[Message]) -> Exception | None:
        events, orders, items = values(messages, datetime.now(UTC))
        try:
            async with self._connection.transaction():
                await self._connection.executemany(INBOX.format("$1", "$2", "$3", "$4"), events)
                if self._three:
                    await self._connection.executemany(ORDER.format("$1", "$2", "$3"), orders)
                    await self._connection.executemany(ITEM.format("$1", "$2", "true", "false"), items)
        except asyncpg.PostgresError as error:
            return cast("Exception", error)
        return None


async def open_sqlite(url: str, rows: int) -> Store:
    """The store of a file."""
    return SqliteStore(url.removeprefix("sqlite://").partition("?")[0], rows)


async def open_postgres(url: str, rows: int) -> Store:
    """The store of a PostgreSQL."""
    return PostgresStore(await asyncpg.connect(url.replace("asyncpg://", "postgresql://", 1)), rows)


STORES: dict[str, Callable[[str, int], Awaitable[Store]]] = {"sqlite": open_sqlite, "asyncpg": open_postgres}
