"""Marks: what is in hand, so that log lines, outbox items and spans made meanwhile say which message they belong to.

Written for the quick: every message passes three or four of them.
"""

from contextlib import AbstractContextManager
from contextvars import Token
from types import TracebackType
from typing import Any

from structlog.contextvars import bind_contextvars, reset_contextvars

from bot.core import tracing
from services.cause import CAUSE
from services.mailroom import OutboxItem


class _Mark:
    """Binds values for the log, names the cause of posts, and has a span open, until its block ends."""

    __slots__ = ("_bound", "_cause", "_names", "_span", "_token")

    def __init__(self, names: dict[str, Any], span: AbstractContextManager[object], cause: str = "") -> None:
        """`names` are what log lines carry; what is posted meanwhile has the `cause`."""
        self._names, self._span, self._cause = names, span, cause

    def __enter__(self) -> None:
        """From here on."""
        self._token: Token[str] = CAUSE.set(self._cause)
        self._bound = bind_contextvars(**self._names)
        self._span.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """As it was before."""
        self._span.__exit__(kind, error, trace)
        reset_contextvars(**self._bound)
        CAUSE.reset(self._token)


def taking_in(key: str) -> AbstractContextManager[None]:
    """An event is being written down: the first span of its trace."""
    return _Mark({"event_id": key}, tracing.begin("callback", key))


def handling(key: str) -> AbstractContextManager[None]:
    """An event is being handled; what is posted meanwhile has it as its cause."""
    return _Mark({"event_id": key}, tracing.under("event", key), key)


def carrying(item: OutboxItem) -> AbstractContextManager[None]:
    """An item is being carried."""
    names = {"item": item.id, "event_id": item.cause} if item.cause else {"item": item.id}
    return _Mark(names, tracing.under("item", item.cause, lane=item.lane, item=item.id))
