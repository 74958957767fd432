"""Live pages: a stream of server-sent events that says “changed”; the page then asks for its own part anew."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from aiohttp import web as http
from aiohttp_sse import EventSourceResponse, sse_response

from bot.core.broker import Listener
from bot.core.pipeline import CHANGED
from web.site import SITE
from web.visitor import Visitor

SEATS = 8
"""Streams that one person may have open: tabs and phones of one human being."""
BEAT = 15.0
"""Seconds of silence after which a sign of life is sent and the session is looked at again."""
QUIET = 1.0
"""Seconds between two signals: a busy minute must not make every page ask a hundred times."""


class Streams:
    """The streams of one process: how many each person has, and how to end them all."""

    def __init__(self) -> None:
        """Begin with none."""
        self._seats: Counter[int] = Counter()
        self._listeners: set[Listener] = set()
        self.closing = False

    @contextlib.contextmanager
    def seat(self, person: int, listener: Listener) -> Iterator[None]:
        """One stream of a person; `HTTPTooManyRequests` beyond `SEATS`."""
        if self._seats[person] >= SEATS:
            raise http.HTTPTooManyRequests
        self._seats[person] += 1
        self._listeners.add(listener)
        try:
            yield
        finally:
            self._listeners.discard(listener)
            self._seats[person] -= 1
            self._seats += Counter()  # forgets who has none left

    async def close(self, _: http.Application) -> None:
        """End all streams: the process stops, browsers come back to the next one by themselves."""
        self.closing = True
        for listener in tuple(self._listeners):
            listener.hear("")


STREAMS = http.AppKey("streams", Streams)


def prepare(app: http.Application) -> None:
    """Make room for streams and have them end when the process stops."""
    app[STREAMS] = Streams()
    app.on_shutdown.append(app[STREAMS].close)


async def stream(request: http.Request, visitor: Visitor, still: Callable[[], Awaitable[bool]]) -> http.StreamResponse:
    """Send “changed” after every change, at most once a second, until the page is closed or `still` says no."""
    streams = request.app[STREAMS]
    async with request.app[SITE].broker.listen(CHANGED) as listener:
        with streams.seat(visitor.person, listener), request.app[SITE].metrics.listeners.track_inprogress():
            async with sse_response(request, ping_interval=BEAT) as response:
                with contextlib.suppress(ConnectionResetError, TimeoutError):  # the page has been closed
                    await _tell(response, listener, streams, still)
            return response


async def _tell(
    response: EventSourceResponse, listener: Listener, streams: Streams, still: Callable[[], Awaitable[bool]]
) -> None:
    await response.send("open", event="hello")  # nobody has to wait for the first change to know that we listen
    async for changed in _beats(listener):
        if streams.closing or not response.is_connected():
            return
        if not await still():
            await response.send("ended", event="ended")
            return
        if changed:
            await response.send("changed", event="changed")


async def _beats(listener: Listener) -> AsyncIterator[bool]:
    """True after a change, False after a long silence."""
    while True:
        changed = await listener.next(BEAT) is not None
        yield changed
        while changed:
            changed = await _anything_within(listener, QUIET)
            if changed:
                yield True


async def _anything_within(listener: Listener, seconds: float) -> bool:
    """Wait the whole time; was anything rung in it?"""
    loop = asyncio.get_running_loop()
    end, heard = loop.time() + seconds, False
    while (left := end - loop.time()) > 0:
        heard = await listener.next(left) is not None or heard
    return heard
