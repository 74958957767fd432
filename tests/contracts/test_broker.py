"""What every broker must do: in memory, and a real server over its socket."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.core.broker import Broker, MemoryBroker, RedisBroker, open_broker


@pytest.fixture(params=["memory", "redis"])
async def broker(request: pytest.FixtureRequest) -> AsyncIterator[Broker]:
    url = "memory://" if request.param == "memory" else request.getfixturevalue("redis_url")
    broker = open_broker(url)
    yield broker
    await broker.close()


async def test_who_listens_hears(broker: Broker) -> None:
    async with broker.listen("door") as first, broker.listen("door") as second, broker.listen("phone") as other:
        await broker.ring("door", "x")
        assert await first.next(2) == "x"
        assert await second.next(2) == "x"
        assert await other.next(0.05) is None


async def test_who_listens_later_hears_nothing_of_it(broker: Broker) -> None:
    await broker.ring("door")
    async with broker.listen("door") as listener:
        assert await listener.next(0.05) is None


async def test_a_slow_listener_keeps_the_newest(broker: Broker) -> None:
    async with broker.listen("door") as listener:
        for number in range(1000):
            await broker.ring("door", str(number))
        heard = []
        while (note := await listener.next(0.2)) is not None:
            heard.append(note)
        assert heard[-1] == "999"


async def test_a_value_lasts_its_time(broker: Broker) -> None:
    assert await broker.recall("token") is None
    await broker.remember("token", "令牌", 60)
    assert await broker.recall("token") == "令牌"
    await broker.remember("token", "new", 0.02)
    await asyncio.sleep(0.1)
    assert await broker.recall("token") is None


async def test_a_lock_lets_one_in(broker: Broker) -> None:
    inside = 0
    most = 0

    async def enter() -> None:
        nonlocal inside, most
        async with broker.lock("door", 5):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0.005)
            inside -= 1

    await asyncio.gather(*(enter() for _ in range(5)))
    assert most == 1


async def test_it_answers(broker: Broker) -> None:
    await broker.ping()


async def test_two_processes_hear_each_other(redis_url: str) -> None:
    here, there = RedisBroker(redis_url), RedisBroker(redis_url)
    async with here.listen("door") as listener:
        for _ in range(100):  # the subscription takes a moment; ringing is allowed to be lost
            await there.ring("door", "hello")
            if await listener.next(0.05) == "hello":
                break
        else:
            raise AssertionError("never heard")
    await here.close()
    await there.close()


async def test_a_redis_that_is_away_does_not_stop_a_bell() -> None:
    broker = RedisBroker("redis://127.0.0.1:1/0")
    async with broker.listen("door") as listener:
        await broker.ring("door", "x")
        assert await listener.next(1) == "x"
    with pytest.raises(OSError, match=r"."):
        await broker.ping()
    await broker.close()


_brokers: tuple[type[Broker], ...] = (MemoryBroker, RedisBroker)
