"""The kinds of bad days: each is one round of something going wrong while the crowd is at work."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Mapping

from redis.asyncio import Redis

from tests.faults.stage import LEASE, Stage
from tests.processes import BotProcess

MOMENT = 0.25
"""Real seconds, about the time from a message to its last card."""
AT_WORK = 1.0
"""Real seconds in which a bot should have answered somebody, where the machine is not too busy."""


async def kill(stage: Stage) -> None:
    """One bot ends without a goodbye (kill -9) at any moment, sometimes before it was ready; it comes back."""
    victim = stage.chance.choice(stage.town.bots)
    await _something_is_done(stage)
    await stage.linger(MOMENT)
    await _end(stage, victim)
    if stage.chance.random() < 0.1:
        await victim.begin()
        await stage.linger(MOMENT)
        await _end(stage, victim)
    await stage.revive()


async def _something_is_done(stage: Stage) -> None:
    """Let the bots answer a few people more, so that there is work in hand on slow machines, too."""
    wanted = stage.crowd.answers + stage.chance.randrange(4)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(AT_WORK):
            while stage.crowd.answers < wanted:  # noqa: ASYNC110 - other processes do the work
                await asyncio.sleep(0.01)


async def _end(stage: Stage, victim: BotProcess) -> None:
    if stage.chance.random() < 0.5:
        stage.turn_to([bot for bot in stage.alive if bot is not victim])
    await victim.kill()
    stage.turn_to(stage.alive)


async def stop(stage: Stage) -> None:
    """A bot stands still for longer than its leases and goes on as if nothing had been."""
    victim = stage.chance.choice(stage.town.bots)
    await stage.linger(MOMENT)
    victim.send(signal.SIGSTOP)
    stage.turn_to([bot for bot in stage.alive if bot is not victim])
    await asyncio.sleep(LEASE * stage.chance.uniform(1.05, 1.5))
    victim.send(signal.SIGCONT)
    await stage.linger(MOMENT)


async def postgres(stage: Stage) -> None:
    """PostgreSQL crashes and comes back, or throws everybody out."""
    server = stage.ground.postgres
    assert server is not None
    await stage.linger(MOMENT)
    if stage.chance.random() < 0.5:
        await asyncio.to_thread(server.crash)
        await stage.linger(MOMENT)
        await asyncio.to_thread(server.start)
    else:
        await server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()")
    await stage.linger(4 * MOMENT)


async def redis(stage: Stage) -> None:
    """Redis forgets everything, is away, or hangs."""
    gate = stage.ground.redis
    assert gate is not None
    await stage.linger(MOMENT)
    match stage.chance.choice(("flush", "cut", "stall")):
        case "flush":
            async with Redis(port=gate.behind) as client:
                await client.flushall()
        case "cut":
            await gate.cut()
        case _:
            gate.stall()
    await stage.linger(4 * MOMENT)
    await gate.open()
    await stage.linger(MOMENT)


async def disk(stage: Stage) -> None:
    """The disk is full for a while."""
    disk = stage.ground.disk
    assert disk is not None
    await stage.linger(MOMENT)
    pids = [bot.process.pid for bot in stage.alive if bot.process]
    disk.fill(pids)
    await stage.linger(4 * MOMENT)
    disk.free(pids)
    await stage.linger(2 * MOMENT)


async def clock(stage: Stage) -> None:
    """The time of day jumps: hours ahead, minutes back."""
    await stage.linger(MOMENT)
    stage.clock.jump(stage.chance.choice((3 * 3600.0, 61.0, -61.0, -600.0)))
    await stage.linger(MOMENT)


async def vendor(stage: Stage) -> None:
    """The vendor has a bad hour of one kind or another."""
    await stage.linger(MOMENT)
    faults = stage.town.sandbox.world.faults
    bad = stage.chance.choice(tuple(BAD_HOURS))
    if bad == "tokens":
        stage.town.sandbox.world.tokens.kill()
    faults.order(BAD_HOURS[bad])
    await stage.linger(4 * MOMENT)
    faults.clear()
    await stage.linger(MOMENT)


BAD_HOURS: Mapping[str, dict[str, object]] = {
    "down": {"down": True},
    "broken": {"status": 502, "times": True},
    "slow": {"slow": 0.3},
    "rubbish": {"rubbish": True},
    "silent": {"lose_answers": 3},
    "busy": {"errcode": 45033, "path": "message/send", "times": 5},
    "tokens": {},
}
"""Orders for the stand-in's faults, see docs/sandbox.md."""


async def outage(stage: Stage) -> None:
    """The vendor is away for ten minutes of the town, then broken, slow and talking rubbish for a minute each."""
    faults = stage.town.sandbox.world.faults
    for bad, seconds in (("down", 600.0), ("broken", 60.0), ("slow", 60.0), ("rubbish", 60.0)):
        faults.clear()
        faults.order(BAD_HOURS[bad])
        await asyncio.sleep(seconds / stage.clock.rate)
    faults.clear()
    stage.town.sandbox.world.tokens.kill()


Kind = Callable[[Stage], Awaitable[None]]
KINDS: Mapping[str, Kind] = {
    "kill": kill,
    "stop": stop,
    "postgres": postgres,
    "redis": redis,
    "disk": disk,
    "clock": clock,
    "vendor": vendor,
    "outage": outage,
}
"""One round of each kind, by the name that the command knows."""
