"""The sandbox as one server: the vendor's paths, the control interface and the page of phones on one port."""

from __future__ import annotations

from aiohttp import web

from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.control import Control
from sandbox.phones import Phones
from sandbox.wecom.callbacks import Caller
from sandbox.wecom.login import Login
from sandbox.wecom.people import People
from sandbox.wecom.rest import Rest
from sandbox.wecom.world import World

_LARGEST_BODY = 64 * 1024 * 1024  # bytes


class Sandbox:
    """A stand-in of the vendor with its phones. `world` holds what happened, `people` acts for members."""

    def __init__(self, config: Config, clock: Clock | None = None) -> None:
        """Prepare; nothing listens before `start`."""
        self.config = config
        self.clock = clock or Clock()
        self.world = World(config, self.clock)
        self._caller = Caller(self.world)
        self.people = People(self.world, self._caller)
        self._runner: web.AppRunner | None = None

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> str:
        """Listen and answer the base address, without a slash at the end. Port 0 takes a free one.

        Raises OSError when the port is taken; nothing is left open then.
        """
        await self._caller.start()
        self._runner = web.AppRunner(self._app(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError:
            await self.stop()
            raise
        taken = self._runner.addresses[0][1]
        base = f"http://{host}:{taken}"
        self.world.base_url = self.config.public_url.rstrip("/") or base
        return base

    async def stop(self) -> None:
        """Stop listening and calling."""
        await self._caller.stop()
        if self._runner:
            await self._runner.cleanup()

    def connect(self, callback_url: str, trusted_host: str | None = None) -> None:
        """Name the bot's callback, and the host of its pages for the web login (None leaves it as it is)."""
        self.world.callback_url = callback_url
        self.world.trusted_host = trusted_host or self.world.trusted_host

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=_LARGEST_BODY)
        for part in (
            Rest(self.world),
            Login(self.world),
            Control(self.world, self.people, self._caller),
            Phones(self.world),
        ):
            part.mount(app)
        return app
