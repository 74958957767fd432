"""Patient: the installation that is examined, and the instruments for it."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.core.broker import Broker
from bot.core.findings import Finding, Inbox
from bot.core.pipeline import CHANGED
from config.settings import Settings
from services import Services

ENDED = frozenset({"done", "aside"})
GLANCE = 0.1
"""Seconds between two looks where no bell is heard: another process may have handled the event."""


class Space(Protocol):
    """Room on a disk, in bytes."""

    @property
    def total(self) -> int:
        """In all."""

    @property
    def free(self) -> int:
        """Left for us."""


class Examined(Protocol):
    """A channel, as far as the doctor knows one."""

    async def examine(self, inbox: Inbox) -> list[Finding]:
        """Look at vendor and callback; never raises."""


def space_of(path: Path) -> Space:
    """The room on the disk that holds `path`, or would hold it."""
    return shutil.disk_usage(next(place for place in (path.absolute(), *path.absolute().parents) if place.exists()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """One school's installation. `environ` is the environment that its settings come from; `space` measures disks."""

    settings: Settings
    services: Services
    broker: Broker
    channels: Mapping[str, Examined]
    environ: Mapping[str, str]
    space: Callable[[Path], Space] = space_of

    async def outcome_of(self, channel: str, event_id: str, seconds: float) -> str:
        """See `Inbox`."""
        loop, checkup = asyncio.get_running_loop(), self.services.checkup
        end = loop.time() + seconds
        async with self.broker.listen(CHANGED) as bell:
            while (state := await checkup.state_of(channel, event_id)) not in ENDED and (left := end - loop.time()) > 0:
                await bell.next(min(GLANCE, left))
        return state
