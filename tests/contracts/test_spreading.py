"""Schools spread over processes by lease: each school's workers run in one process at a time."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from bot.core.spreading import LOOKS, Spreading
from models import Lease
from models.database import Database
from services.leases import Leases
from tests.databases import MakeDatabase
from tests.fakes import FakeClock

MINUTE = timedelta(minutes=1)
LENGTH = timedelta(seconds=30)
ROUND = LENGTH.total_seconds() / LOOKS


class FakeSchool:
    """A school whose workers only say where they run."""

    def __init__(self, name: str, database: Database, clock: FakeClock, running: list[tuple[str, str]]) -> None:
        self.name, self.leases = name, Leases(clock)
        self.away = self.stuck = False
        self._database, self._running = database, running
        self.where = ""

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """See `School`."""
        if self.away:
            raise ConnectionRefusedError
        with self._database.entered():
            yield

    def start_workers(self) -> None:
        """See `School`."""
        self._running.append((self.where, self.name))

    async def stop_workers(self) -> None:
        """See `School`."""
        with contextlib.suppress(ValueError):
            self._running.remove((self.where, self.name))
        if self.stuck:
            raise RuntimeError


class Campus:
    """Schools with a database each, and processes that share their workers out."""

    def __init__(self, databases: list[Database], clock: FakeClock) -> None:
        self.clock, self.running = clock, list[tuple[str, str]]()
        self._databases = databases

    def process(self, name: str) -> tuple[Spreading, list[FakeSchool]]:
        """A process that begins now."""
        schools = [
            FakeSchool(f"school{number}", database, self.clock, self.running)
            for number, database in enumerate(self._databases)
        ]
        for school in schools:
            school.where = name
        return Spreading(name, schools, LENGTH), schools

    async def rounds(self, *processes: Spreading, count: int = 4) -> None:
        """Let all look in turn, as time goes on."""
        for _ in range(count):
            for process in processes:
                await process.look()
            self.clock.advance(seconds=ROUND)

    def load(self, process: str) -> int:
        """How many schools' workers run there."""
        return sum(where == process for where, _ in self.running)

    def once_each(self) -> bool:
        """Does every school run, and in one place only?"""
        return sorted(name for _, name in self.running) == [f"school{n}" for n in range(len(self._databases))]


@pytest.fixture
async def campus(fresh_database_url: MakeDatabase) -> AsyncIterator[Campus]:
    databases = [Database(await fresh_database_url()) for _ in range(5)]
    for database in databases:
        await database.open()
    yield Campus(databases, FakeClock())
    for database in databases:
        await database.close()


@pytest.fixture
async def leases(fresh_database_url: MakeDatabase) -> AsyncIterator[tuple[Leases, FakeClock]]:
    database, clock = Database(await fresh_database_url()), FakeClock()
    await database.open()
    with database.entered():
        yield Leases(clock), clock
    await database.close()


async def test_one_has_it_until_it_runs_out_or_is_given_up(leases: tuple[Leases, FakeClock]) -> None:
    ours, clock = leases
    assert await ours.take("workers", "a", MINUTE)
    assert not await ours.take("workers", "b", MINUTE)
    clock.advance(seconds=50)
    assert await ours.take("workers", "a", MINUTE), "renewed"
    clock.advance(seconds=50)
    assert not await ours.take("workers", "b", MINUTE)
    clock.advance(seconds=10)
    assert await ours.take("workers", "b", MINUTE), "it has run out"
    assert not await ours.take("workers", "a", MINUTE)
    await ours.give_up("workers", "a")
    assert not await ours.take("workers", "a", MINUTE), "what one does not have one cannot give up"
    await ours.give_up("workers", "b")
    assert await ours.take("workers", "a", MINUTE)


async def test_of_many_at_once_one_gets_it(leases: tuple[Leases, FakeClock]) -> None:
    ours, clock = leases
    for _ in range(3):
        got = await asyncio.gather(*(ours.take("workers", f"p{n}", MINUTE) for n in range(8)))
        assert sum(got) == 1
        clock.advance(minutes=2)


async def test_who_gave_no_sign_for_long_is_forgotten(leases: tuple[Leases, FakeClock]) -> None:
    ours, clock = leases
    assert [await ours.live("a", MINUTE), await ours.live("b", MINUTE)] == [1, 2]
    clock.advance(minutes=2)
    assert await ours.live("b", MINUTE) == 1
    clock.advance(hours=2)
    await ours.live("b", MINUTE)
    assert [lease.holder for lease in await Lease.all()] == ["b"]


async def test_who_is_alone_has_all(campus: Campus) -> None:
    alone, _ = campus.process("a")
    await campus.rounds(alone)
    assert campus.load("a") == 5
    assert campus.once_each()


async def test_who_comes_gets_a_fair_share(campus: Campus) -> None:
    first, _ = campus.process("a")
    await campus.rounds(first)
    second, _ = campus.process("b")
    await campus.rounds(first, second)
    assert (campus.load("a"), campus.load("b")) == (3, 2)
    third, _ = campus.process("c")
    await campus.rounds(first, second, third)
    assert sorted(campus.load(name) for name in "abc") == [1, 2, 2]
    assert campus.once_each()


async def test_of_more_processes_than_schools_some_wait(campus: Campus) -> None:
    processes = [campus.process(f"p{n}")[0] for n in range(7)]
    await campus.rounds(*processes)
    assert campus.once_each()
    assert max(campus.load(f"p{n}") for n in range(7)) == 1


async def test_what_a_dead_process_had_is_taken_over(campus: Campus) -> None:
    first, second = campus.process("a")[0], campus.process("b")[0]
    await campus.rounds(first, second)
    campus.running[:] = [(where, name) for where, name in campus.running if where != "a"]  # kill -9
    await second.look()
    assert not campus.once_each(), "its leases still run"
    campus.clock.advance(seconds=LENGTH.total_seconds())
    await campus.rounds(second)
    assert campus.once_each()


async def test_who_ends_gives_up_at_once(campus: Campus) -> None:
    first, second = campus.process("a")[0], campus.process("b")[0]
    await campus.rounds(first, second)
    await first.leave()
    assert campus.load("a") == 0
    await second.look()
    assert (campus.load("b"), campus.once_each()) == (5, True)


async def test_who_slept_past_its_lease_stops_what_another_has_begun(campus: Campus) -> None:
    first, second = campus.process("a")[0], campus.process("b")[0]
    await campus.rounds(first)
    campus.clock.advance(seconds=2 * LENGTH.total_seconds())
    await second.look()
    assert campus.load("b") == 5
    await first.look()
    assert campus.load("a") == 0
    await campus.rounds(first, second)
    assert campus.once_each()


async def test_a_school_whose_database_is_away_does_not_stop_the_others(campus: Campus) -> None:
    process, schools = campus.process("a")
    schools[0].away = True
    await campus.rounds(process)
    assert campus.load("a") == 4
    schools[0].away = False
    await campus.rounds(process)
    assert campus.once_each()
    schools[1].away = True
    await campus.rounds(process)
    assert campus.once_each(), "its workers wait by themselves"
    schools[1].away = False
    await process.leave()
    assert not campus.running


async def test_workers_that_do_not_end_well_do_not_stop_the_others(campus: Campus) -> None:
    first, schools = campus.process("a")
    second, _ = campus.process("b")
    await campus.rounds(first)
    for school in schools:
        school.stuck = True
    await campus.rounds(first, second)
    assert campus.once_each()
    assert campus.load("b") == 2
    await first.leave()
    await campus.rounds(second)
    assert campus.load("b") == 5


class Hanging(Leases):
    """A database that takes a question and never answers."""

    async def live(self, holder: str, length: timedelta) -> int:  # noqa: ARG002 - see `Leases`
        """See `Leases`."""
        await asyncio.Event().wait()
        return 0


async def test_a_database_that_hangs_is_not_waited_for(campus: Campus) -> None:
    school = campus.process("a")[1][0]
    school.leases = Hanging(campus.clock)
    async with asyncio.timeout(30):  # for ever, if it waited
        await Spreading("a", [school], timedelta(milliseconds=50)).look()
