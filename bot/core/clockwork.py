"""Clockwork: what time alone brings about comes in as events, like everything else."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Protocol

import structlog

from bot.core.event import HOUSE, Event, Kind
from bot.core.metrics import Metrics
from services.clock import Clock
from services.mailroom import Mailroom

log = structlog.get_logger(__name__)


class Dated(Protocol):
    """A record with an id."""

    @property
    def id(self) -> int:
        """The record's number in its table."""


Due = Callable[[], Awaitable[Sequence[tuple[Dated, str, str]]]]
"""Gives record, step and the key of the occasion for everything that is due."""


class Clockwork:
    """Looks what is due and takes it in. Several may look: the inbox keeps one event an occasion."""

    def __init__(
        self,
        dues: Mapping[str, Due],
        deliver: Callable[[Event], Awaitable[None]],
        mailroom: Mailroom,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        """`dues` maps a subject to what is due in it."""
        self._metrics = metrics
        self._dues = dues
        self._deliver = deliver
        self._mailroom = mailroom
        self._clock = clock
        self._purged = ""

    async def work(self) -> bool:
        """Look once; always False, so that the loop sleeps."""
        for subject, due in self._dues.items():
            for record, step, occasion in await due():
                await self._deliver(
                    Event(
                        id=f"{subject}:{record.id}:{step}:{occasion}",
                        channel=HOUSE,
                        account=f"{subject}:{record.id}",
                        kind=Kind.TICK,
                        at=self._clock(),
                        name=f"{subject}:{record.id}:{step}",
                    )
                )
        await self._purge()
        self._metrics.looked.set(self._clock().timestamp())
        return False

    async def _purge(self) -> None:
        today = f"{self._clock():%Y%m%d}"
        if today != self._purged:
            self._purged = today
            log.info("clockwork.purged", rows=await self._mailroom.purge())
