"""Channel: one enterprise messaging service, as the rest of the house sees it."""

from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from bot.core.carrier import Carrier
from bot.core.event import Event
from bot.core.findings import Finding, Inbox

Note = Callable[[str, str, str, float], None]
"""Is told of a call to a vendor: the channel's name, what was called, how it ended ("ok" or a code), and seconds."""
Deliver = Callable[[Event], Awaitable[None]]
"""Takes an event in; returns when it is durable, so that it may be acknowledged."""


class Channel(Carrier, Protocol):
    """One enterprise messaging service. `name` is also its lane in the outbox."""

    def mount(self, app: web.Application, deliver: Deliver) -> None:
        """Hang routes and background tasks on the app; every event goes to `deliver`."""

    def sign_in_url(self, redirect: str, state: str) -> str:
        """Where a browser goes so that the vendor tells who sits before it; back to `redirect` with `state`."""

    async def identify(self, code: str) -> str | None:
        """The account behind the code that a sign-in brought back, or None for a stranger or a used code."""

    async def examine(self, inbox: Inbox) -> list[Finding]:
        """Look whether vendor and channel know each other, and whether a press comes all the way in. Never raises."""

    def observed_by(self, note: Note) -> None:
        """Tell `note` of every call to the vendor from now on."""

    async def close(self) -> None:
        """Let go of connections."""
