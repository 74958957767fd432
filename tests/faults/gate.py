"""A gate before a server: what stands behind it can be cut off, left without an answer, and let through again."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Gate:
    """Passes bytes between a port of its own and a server's."""

    behind: int
    port: int = 0
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _ways: set[asyncio.Task[None]] = field(default_factory=set)

    async def open(self) -> None:
        """Let everybody through, on the same port as before."""
        self.flowing.set()
        if self._server is None:
            self._server = await asyncio.start_server(self._pass, "127.0.0.1", self.port)
            self.port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        """Refuse connections and end those that are there."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for writer in tuple(self._writers):
            writer.transport.abort()
        self.flowing.set()
        if self._ways:
            await asyncio.wait(self._ways)

    def stall(self) -> None:
        """Accept everything and pass nothing on, as a machine does that hangs."""
        self.flowing.clear()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            theirs, ours = await asyncio.open_connection("127.0.0.1", self.behind)
        except OSError:
            writer.transport.abort()
            return
        both = {writer, ours}
        if self._server is None:  # it was cut in the meantime
            for one in both:
                one.transport.abort()
            return
        self._writers |= both
        ways = [asyncio.create_task(self._copy(reader, ours)), asyncio.create_task(self._copy(theirs, writer))]
        self._ways |= set(ways)
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self._writers -= both
        for one in both:
            one.transport.abort()
        await asyncio.wait(ways)
        self._ways -= set(ways)

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while part := await source.read(65536):
                await self.flowing.wait()
                sink.write(part)
                await sink.drain()


@contextlib.asynccontextmanager
async def gate_before(port: int) -> AsyncIterator[Gate]:
    """An open gate before what listens on a port of this machine."""
    gate = Gate(port)
    await gate.open()
    try:
        yield gate
    finally:
        await gate.cut()
