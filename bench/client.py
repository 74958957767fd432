"""Keep-alive connections that cost next to nothing: whole requests out, a status back."""

import asyncio
import re
from collections.abc import Sequence
from typing import cast

LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)


class Line(asyncio.Protocol):
    """One connection with one request under way at a time."""

    def __init__(self) -> None:
        """Not connected yet."""
        self._transport = asyncio.Transport()
        self._answer: asyncio.Future[int] | None = None
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = cast("asyncio.Transport", transport)

    def ask(self, request: bytes) -> asyncio.Future[int]:
        """Send a whole request; the future brings the answer's status, or ConnectionError."""
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._answer

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._read += data
        head, end, body = self._read.partition(b"\r\n\r\n")
        length = LENGTH.search(head)
        if end and len(body) >= (int(length[1]) if length else 0) and self._answer is not None:
            self._read, answer = b"", self._answer
            if not answer.done():
                answer.set_result(int(head[9:12]))

    def connection_lost(self, exc: Exception | None) -> None:
        """See asyncio."""
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionError("the server has hung up"))

    def close(self) -> None:
        """Hang up."""
        self._transport.close()


async def lines(ports: Sequence[int], count: int) -> list[Line]:
    """`count` connections to this machine, in turn to each of the ports."""
    loop = asyncio.get_running_loop()
    made = [loop.create_connection(Line, "127.0.0.1", ports[number % len(ports)]) for number in range(count)]
    return [line for _, line in await asyncio.gather(*made)]
