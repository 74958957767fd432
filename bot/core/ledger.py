"""Ledger: how the items of a round ended, written down together."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import timedelta

import structlog

from bot.core.loads import Load
from bot.core.metrics import POSTED, Metrics
from services.clock import Clock
from services.database import passes
from services.mailroom import Mailroom, OutboxItem, Settled

log = structlog.get_logger(__name__)


class Ledger:
    """One round's. What is noted is durable after the next `write`."""

    def __init__(self, lane: str, mailroom: Mailroom, clock: Clock, metrics: Metrics) -> None:
        """Begin with nothing noted."""
        self._lane = lane
        self._mailroom = mailroom
        self._clock = clock
        self._metrics = metrics
        self._ends: list[Settled] = []
        self._back: dict[tuple[timedelta, str, bool], list[OutboxItem]] = defaultdict(list)
        self.noted: set[int] = set()
        self.late: list[Settled] = []
        """Those that somebody else has, and whose card does not count."""

    @property
    def open(self) -> bool:
        """Is there anything that is not written yet?"""
        return bool(self._ends or self._back)

    def ended(self, load: Load, end: Settled, how: str) -> None:
        """Note how the last item of a load ended; those for which it stood end with it."""
        self._metrics.carried.labels(self._lane, how).inc()
        if len(load.items) > 1:
            self._metrics.carried.labels(self._lane, "merged").inc(len(load.items) - 1)
        if not end.error:
            self._metrics.stage(POSTED, (self._clock() - end.item.created_at).total_seconds())
        self._ends += [end, *(Settled(item=item) for item in load.items[:-1])]
        self.noted.update(item.id for item in load.items)
        log.info("courier.carried", lane=self._lane, end=how)
        for item in load.items[:-1]:
            log.info("courier.merged", lane=self._lane, item=item.id, event_id=item.cause, into=load.last.id)

    def back(self, items: Collection[OutboxItem], wait: timedelta, error: str = "", *, tried: bool) -> None:
        """Note items that have to be carried again, after `wait`."""
        if items:
            self._back[wait, error, tried] += items
            self.noted.update(item.id for item in items)

    async def write(self) -> int:
        """Make durable what was noted; returns how many items that were. What the database cannot take now stays."""
        written = 0
        try:
            while self._back:
                (wait, error, tried), items = next(iter(self._back.items()))
                await self._mailroom.later(items, wait, error, tried=tried)
                written += len(self._back.pop((wait, error, tried)))
            ends, self._ends = self._ends, []
            written += await self._settle(ends)
        except Exception as error:
            if not passes(error):
                raise
            log.warning("courier.hiccup", lane=self._lane, error=type(error).__name__)
        return written

    async def _settle(self, ends: Sequence[Settled]) -> int:
        """Together; where that fails, each by itself, so that a bad one does not take the others with it."""
        try:
            if ends:
                self.late += await self._mailroom.settle(ends)
        except Exception as error:
            if passes(error):
                self._ends += ends
                raise
            if len(ends) == 1:
                log.exception("courier.not_settled", lane=self._lane, item=ends[0].item.id)
                return 1
            return sum([await self._settle([end]) for end in ends])
        return len(ends)
