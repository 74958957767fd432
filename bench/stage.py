"""A stage: bots on one database with a vendor and a ledger of their own, and hands that report and press."""

import asyncio
import contextlib
import itertools
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field

from bench import checks
from bench.bots import Surroundings
from bench.client import Line, lines
from bench.databases import Databases
from bench.envelope import Sealer
from bench.figures import Count
from bench.ledger import Case, Ledger
from bench.loops import at_rate, completed
from bench.processes import BenchError, Process, running
from bench.school import BenchSchool
from bench.vendor import Vendor

PATIENCE = 60.0
"""Seconds without any card after which none will come."""
SETTLING = 100
"""Looks, five a second, until nothing waits in the database any more."""
Ready = tuple[Case, bytes]


@dataclass
class Stage:
    """One to measure on. Numbers of messages go up and are never used twice."""

    school: BenchSchool
    databases: Databases
    url: str
    bots: tuple[Process, ...]
    ledger: Ledger
    vendor: Vendor
    sealer: Sealer
    free: asyncio.Queue[Line] = field(default_factory=asyncio.Queue)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def reports(self, count: int) -> list[Ready]:
        """So many reports, sealed, each with the case that it opens."""
        ready = []
        for number in itertools.islice(self._numbers, count):
            case = self.ledger.expect(number, self.school.teacher(number), self.school.owner(number))
            ready.append((case, self.sealer.text(case.reporter, number, self.school.sentence(number))))
        return ready

    def unsent(self, ready: Iterator[Ready]) -> None:
        """Forget reports that were made ready and not sent."""
        for case, _ in ready:
            del self.ledger.cases[case.number]

    def presses(self, count: int) -> list[Ready]:
        """Presses on 接单 of so many open reports, sealed; fewer when there are not so many."""
        opened = (c for c in self.ledger.cases.values() if not c.pressed and len(c.cards) == 2)
        return [self._press(case) for case in itertools.islice(list(opened), count)]

    def _press(self, case: Case) -> Ready:
        card, code = case.cards[case.owner], self.vendor.new_code()
        self.ledger.press(case, code)
        return case, self.sealer.press(case.owner, card.accept, card.task, code)

    async def through(self, ready: Ready) -> None:
        """Send one and wait until everybody's card says so."""
        case, request = ready
        await self._sent(case, request)
        await self._done(case)

    async def timed(self, ready: list[Ready], rate: float) -> tuple[list[float], list[float]]:
        """Send all at a fixed rate; gives the seconds from when each was due to its 200, and to the owner's card."""
        acks: list[float] = []
        cards: list[float] = []

        async def one(ready: Ready, due: float) -> None:
            await self._sent(*ready)
            acks.append(time.perf_counter() - due)
            await self._done(ready[0])
            cards.append(ready[0].shown_at - due)

        await at_rate(ready, rate, one)
        return acks, cards

    async def round(self, ready: list[Ready], at_once: int, seconds: float) -> Count:
        """One closed round; what was not sent in time is forgotten, presses among it are sent later without a clock."""
        rest, before = iter(ready), self._worked()
        count = await completed(rest, at_once, seconds, self.through)
        count.worked = self._worked() - before
        if ready and ready[0][0].pressed:
            await completed(rest, at_once, PATIENCE, self.through)
        self.unsent(rest)
        return count

    def _worked(self) -> float:
        return sum(bot.worked_seconds for bot in self.bots)

    async def _sent(self, case: Case, request: bytes) -> None:
        line = await self.free.get()
        status = await line.ask(request)
        self.free.put_nowait(line)
        if status != 200:
            self.ledger.fault(f"report {case.number} was answered with {status}")

    async def _done(self, case: Case) -> None:
        """Wait for its cards, as long as any come: who offers more than a bot can do has to wait, and it is counted."""
        while not case.done.done():
            await asyncio.wait([case.done], timeout=PATIENCE)
            if not case.done.done() and time.perf_counter() - self.ledger.last > PATIENCE:
                said = "; ".join(self.ledger.faults) or self.bots[0].last_words()
                raise BenchError(f"report {case.number}: no card has come for {PATIENCE:.0f} s: {said}")

    async def faults(self) -> list[str]:
        """What is wrong in the end; the last cards' rows are written behind them, and that is waited for."""
        for _ in range(SETTLING):
            if not await checks.waiting(self.databases, self.url):
                break
            await asyncio.sleep(0.2)
        return await checks.handled(self.databases, self.url, self.ledger)


@contextlib.asynccontextmanager
async def staged(
    name: str, surroundings: Surroundings, school: BenchSchool, databases: Databases, *,
    redis: str = "memory://", processes: int = 1, at_once: int = 64,
) -> AsyncIterator[Stage]:  # fmt: skip
    """A stage with its bots running, warmed by nothing yet."""
    url, ledger = await databases.fresh(), Ledger()
    vendor = Vendor(ledger)
    here = surroundings.beside(await vendor.start())
    bots = tuple(here.bot(f"{name}{number}", url, redis) for number in range(1, processes + 1))
    try:
        async with running(*bots):
            stage = Stage(school, databases, url, bots, ledger, vendor, Sealer(surroundings.app))
            ports = [bot.port for bot in bots]
            for line in (made := await lines(ports, at_once)):
                stage.free.put_nowait(line)
            yield stage
            for line in made:
                line.close()
    finally:
        await vendor.stop()
