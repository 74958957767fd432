"""`houqin serve`: the bot from its environment; and `houqin relay`, the agent on campus."""

import argparse
import asyncio
import contextlib
import gc
import signal
from collections.abc import AsyncIterator, Callable

import structlog

from bot import logs
from bot.app import served
from bot.commands import CommandError
from bot.commands.environment import environments, surroundings
from bot.commands.houses import houses_of
from bot.district import served_together

log = structlog.get_logger(__name__)

YOUNG = 50_000
"""Objects after which the garbage collector looks for rubbish among them; nearly all of them are gone by themselves."""


async def serve(args: argparse.Namespace) -> None:
    """The bot from its environment: one school, or all of a folder."""
    houses, process = houses_of(environments(args), surroundings(args))
    logs.configure(process.log_format)
    pages, workers = args.only != "worker", args.only != "web"
    async with until_asked(), contextlib.AsyncExitStack() as stack:
        stack.callback(traced(process.otlp_endpoint))
        if process.schools or process.spread:
            address = await stack.enter_async_context(served_together(houses, process, pages=pages, workers=workers))
        else:
            address = await stack.enter_async_context(served(houses[0], pages=pages, workers=workers))
        spare_the_lasting()
        log.info("serving", address=address, only=args.only or "all", schools=[house.name for house in houses])
        await asyncio.Event().wait()


def spare_the_lasting() -> None:
    """Let the garbage collector look only at what comes from now on, and not at every few hundred objects."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)


def relay(_: argparse.Namespace) -> None:
    """The agent on campus: not part of this version."""
    raise CommandError(
        "校内网关（铃声、广播、监控）还不在这个版本里。 / The campus relay is not part of this version yet."
    )


def traced(endpoint: str) -> Callable[[], None]:
    """Send traces to the collector that is set, until the returned function is called; without one nothing happens."""
    if not endpoint:
        return lambda: None
    try:
        from bot.traces import turn_on  # noqa: PLC0415 - an extra that is not loaded, nor need be there, while it is off
    except ImportError as error:
        raise CommandError(
            "HOUQIN_OTLP_ENDPOINT 需要附加组件 / needs an extra: pip install 'houqin[traces]'"
        ) from error
    return turn_on(endpoint)


@contextlib.asynccontextmanager
async def until_asked() -> AsyncIterator[None]:
    """A block that ends when the process is asked to end (Ctrl-C, SIGTERM), also while it is still starting.

    What was begun in the block is put away in peace: who asks again changes nothing.
    """
    task: asyncio.Task[object] | None = asyncio.current_task()
    if task is None:
        raise RuntimeError("only a task can be asked to end")
    asked = asyncio.Event()

    def ask() -> None:
        if not asked.is_set():
            log.info("stopping")
            asked.set()
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, ask)
    try:
        yield
    except asyncio.CancelledError:
        if not asked.is_set():
            raise
        task.uncancel()
