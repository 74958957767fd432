"""Leases: a token on the row and a `due_at` in the future; whoever finds it over may take the row."""

import contextlib
from collections.abc import AsyncIterator, Collection, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, TypeVar

from tortoise.expressions import F, Q
from tortoise.queryset import UpdateQuery
from tortoise.transactions import in_transaction

from models import Counter, InboxEvent, OutboxItem
from models.engines.sqlite import Sqlite
from services.database import connection_in_hand
from services.mailroom.values import UNSETTLED
from services.statements import Statement

Row = TypeVar("Row", InboxEvent, OutboxItem)


@contextlib.asynccontextmanager
async def turnstile(name: str) -> AsyncIterator[None]:
    """A transaction for a claim, which lets one claimer of a queue in at a time, over all processes.

    A row is locked until the claim commits. SQLite locks the whole file as well from its beginning, if it is told to,
    and writes nothing for it.

    Who is in looks at the clock again. Waiting takes time, standing still even more: by a moment that is long over
    somebody else's fresh leases look as if the clock had been put back, and one's own are over when they begin.
    """
    connection = connection_in_hand()
    if isinstance(connection, Sqlite):
        async with connection.alone():
            yield
        return
    async with in_transaction():
        if not await _PUSHED.changed(name):
            await Counter.get_or_create(name=name)
            await _PUSHED.changed(name)
        yield


_PUSHED = Statement(lambda name: Counter.filter(name=name).update(value=F("value") + 1))


def beyond(now: datetime, lease: timedelta) -> datetime:
    """A moment until which nobody lends."""
    return now + 2 * lease


def ripe(now: datetime, late: datetime, *, born: str) -> Q:
    """Rows whose time has come; `born` is the column that says when a row was written, `late` is `beyond` all leases.

    Also those for whom it could not come for long because the clock was put back meanwhile: written or put off in what
    is the future now, or lent out for longer than anybody lends.
    """
    written_later: dict[str, Any] = {f"{born}__gt": now}
    free = Q(lease="") & (Q(**written_later) | Q(put_off_at__gt=now))
    return Q(due_at__lte=now) | free | (~Q(lease="") & Q(due_at__gt=late))


async def lend(
    table: type[Row], rows: Sequence[Row], now: datetime, lease: timedelta, begun: int | None = None
) -> list[Row]:
    """Write a fresh token on the rows, for as long as `lease`, and count the try of the first `begun`, or of all.

    The rows know both from then on.

    What is given back counts the try of each row: the others are counted when their turn comes.
    """
    token, until = token_hex(16), now + lease
    for row in rows:  # past what the ORM does at each setting of a field: it looks for relations
        vars(row).update(lease=token, due_at=until, tries=row.tries + 1)
    for part, counted in ((rows[:begun], 1), (rows[len(rows[:begun]) :], 0)):
        if part:
            await _LENT[table].changed(token, until, counted, [row.id for row in part])
    return list(rows)


def _lent(table: type[InboxEvent] | type[OutboxItem]) -> Statement:
    def lent(token: str, until: datetime, counted: int, ids: list[int]) -> UpdateQuery:
        mine = table.filter(UNSETTLED, id__in=ids)
        return mine.update(lease=token, due_at=until, tries=F("tries") + counted)

    return Statement(lent)


_LENT = {table: _lent(table) for table in (InboxEvent, OutboxItem)}


def lease_of(rows: Collection[InboxEvent] | Collection[OutboxItem]) -> str:
    """The token that rows of one claim bear."""
    return next((row.lease for row in rows), "")
