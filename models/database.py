"""One school's database, opened: which connections its work and its pages go through."""

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

from tortoise.context import (
    TortoiseContext,
    _current_context,  # its own `with` keeps one token an object: not for tasks that run side by side
)

from config.database import tortoise_config

PAGES_APART = {"sqlite": True, "asyncpg": False}
"""Have pages a connection of their own? SQLite's is one with a lock, where a page would wait for a batch; PostgreSQL's
is a pool, where it does not."""


class Database:
    """One school's database. Code inside `entered` or `reading`, and tasks that are started there, talk to it alone."""

    def __init__(self, url: str) -> None:
        """`url` as in HOUQIN_DATABASE_URL; nothing is opened yet."""
        self._url = url
        self._work = TortoiseContext()
        self._pages = TortoiseContext() if PAGES_APART[urlsplit(url).scheme] else self._work

    async def open(self) -> None:
        """Make ready; connections are made when somebody needs one, and again after the server was away."""
        for context in {self._work, self._pages}:
            with _within(context):
                await context.init(config=tortoise_config(self._url))

    async def close(self) -> None:
        """Let go of connections."""
        for context in {self._work, self._pages}:
            await context.close_connections()

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """For whoever writes."""
        with _within(self._work):
            yield

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """For pages that only look; a single statement may write."""
        with _within(self._pages):
            yield


@contextlib.contextmanager
def _within(context: TortoiseContext) -> Iterator[None]:
    token = _current_context.set(context)
    try:
        yield
    finally:
        _current_context.reset(token)
