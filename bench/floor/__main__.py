"""One floor program: `python -m bench.floor LAYER --port N [--database URL]`; answers GET / when it is ready."""

import argparse
import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

from aiohttp import web

from bench.envelope import PATH, App, Sealer
from bench.floor.commits import STORES, Store
from bench.floor.opening import Opener

LAYERS = ("bare", "opened", "replied", "committed")
"""A POST, nothing else · signature, decryption, parsing · a sealed reply as well · instead of it a durable commit."""
Answer = Callable[[web.Request], Awaitable[web.Response]]


async def bare(request: web.Request) -> web.Response:
    """Read the body and say 200."""
    await request.read()
    return web.Response()


def opened(opener: Opener) -> Answer:
    """Open the envelope as well."""

    async def answer(request: web.Request) -> web.Response:
        opener.open(request.query, await request.read())
        return web.Response()

    return answer


def replied(opener: Opener, sealer: Sealer) -> Answer:
    """Answer with a sealed line, as bots do that have no outbox."""

    async def answer(request: web.Request) -> web.Response:
        message = opener.open(request.query, await request.read())
        return web.Response(body=sealer.text(message["FromUserName"], int(message["MsgId"]), "ok"))

    return answer


def committed(opener: Opener, store: Store) -> Answer:
    """Answer when the message's rows are durable."""

    async def answer(request: web.Request) -> web.Response:
        await store.put(opener.open(request.query, await request.read()))
        return web.Response()

    return answer


def answer_of(layer: str, store: Store | None) -> Answer:
    """The handler of a layer."""
    opener = Opener(App())
    if store is not None:
        return committed(opener, store)
    return {"bare": bare, "opened": opened(opener), "replied": replied(opener, Sealer(App()))}[layer]


@contextlib.asynccontextmanager
async def store_of(layer: str, database: str, rows: int) -> AsyncIterator[Store | None]:
    """Where the committed layer writes; None for the others."""
    if layer != "committed":
        yield None
        return
    store = await STORES[database.partition("://")[0]](database, rows)
    try:
        yield store
    finally:
        await store.close()


async def main(given: argparse.Namespace) -> None:
    """Serve until asked to end."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with store_of(given.layer, given.database, given.rows) as store:
        app = web.Application()
        app.router.add_get("/", bare)
        app.router.add_post(PATH, answer_of(given.layer, store))
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", given.port).start()
        await stop.wait()
        await runner.cleanup()


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="python -m bench.floor")
    _parser.add_argument("layer", choices=LAYERS)
    _parser.add_argument("--port", type=int, required=True)
    _parser.add_argument("--database", default="")
    _parser.add_argument("--rows", type=int, default=1, choices=(1, 3))
    asyncio.run(main(_parser.parse_args()))
