"""Site: what the pages of one school are made of. bot.app fills it in, the handlers of the pages find it on the app."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from aiohttp import web as http

from bot.core.broker import Broker
from bot.core.event import Event
from bot.core.metrics import Metrics
from bot.core.texts import Catalogue
from bot.doctor import Doctor
from services import Services


class Gate(Protocol):
    """A vendor that tells who sits before a browser. Every channel is one."""

    @property
    def name(self) -> str:
        """The channel's name: accounts are looked up under it."""

    def sign_in_url(self, redirect: str, state: str) -> str:
        """Where the browser goes; the vendor sends it back to `redirect` with a code and `state` (letters, digits)."""

    async def identify(self, code: str) -> str | None:
        """The account behind a code, None for a stranger or a used code. Raises `TryLater` or `GiveUp`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The pages of one school.

    `deliver` writes an event down and returns when it is durable; `ready` gives the names of what does not work now
    (none: all is well); `secret` signs sessions and forms; `framed_by` are origins that may show the pages in a frame.
    """

    services: Services
    catalogue: Catalogue
    broker: Broker
    deliver: Callable[[Event], Awaitable[None]]
    metrics: Metrics
    doctor: Doctor
    gates: Mapping[str, Gate]
    secret: str
    ready: Callable[[], Awaitable[list[str]]]
    framed_by: tuple[str, ...] = ()


SITE = http.AppKey("site", Site)
"""Where an application keeps its site."""
