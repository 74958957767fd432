"""accept: an encrypted message of a known person → 200, the event durable; beside it the floor, layer by layer."""

import contextlib
import itertools
from collections.abc import AsyncIterator

from bench import checks
from bench.client import lines
from bench.envelope import Sealer
from bench.figures import Job, median, percentiles
from bench.loops import posted
from bench.options import Run, tell
from bench.processes import BenchError, Process, running

AT_ONCE = (1, 8, 32)
SHARE = 0.12
"""Of a round's seconds for each of the many things measured here."""
FASTEST = 6000
"""Requests a second that no program gets beyond which makes each durable: so many are made ready."""
Rates = dict[int, list[float]]


class Messages:
    """Messages in their envelopes, sealed once for all servers."""

    def __init__(self, run: Run) -> None:
        """None is sealed yet."""
        self._school, self._sealer = run.school, Sealer(run.surroundings.app)
        self._sealed: list[bytes] = []

    def some(self, first: int, count: int) -> list[bytes]:
        """`count` messages from number `first` on, counted from 0."""
        for number in range(len(self._sealed) + 1, first + count + 1):
            sentence = self._school.sentence(number)
            self._sealed.append(self._sealer.text(self._school.teacher(number), number, sentence))
        return self._sealed[first : first + count]


class Door:
    """One server and what it was sent; a `writes` one never gets a message twice, as a repeat would cost it nothing."""

    def __init__(self, process: Process, *, writes: bool = False) -> None:
        """Nothing was sent yet."""
        self.process, self._writes = process, writes
        self.rates: Rates = {at_once: [] for at_once in AT_ONCE}
        self.times: list[float] = []
        self.sent = 0

    async def round(self, messages: Messages, at_once: int, seconds: float, *, keep: bool) -> None:
        """One round with so many at a time."""
        first = self.sent if self._writes else 0
        ready = messages.some(first, int(seconds * FASTEST))
        made = await lines([self.process.port], at_once)
        count = await posted(made, iter(ready) if self._writes else itertools.cycle(ready), seconds)
        for line in made:
            line.close()
        if count.refused or not count.times:
            raise BenchError(f"{self.process.name}: {count.refused} refused\n{self.process.last_words()}")
        self.sent += len(count.times)
        if keep:
            self.rates[at_once].append(count.rate)
            self.times += count.times if at_once == AT_ONCE[-1] else []


async def accept(run: Run) -> Job:
    """Measure; `houqin serve --only web` is what answers, so that nothing but taking in is measured."""
    url, messages = await run.databases.fresh(), Messages(run)
    async with doors(run, url) as (own, floors):
        seconds = run.options.seconds * SHARE
        for number in range(run.options.rounds + 1):
            tell(f"accept {number}/{run.options.rounds}")
            for at_once in AT_ONCE:
                for door in (own, *floors.values()):
                    await door.round(messages, at_once, seconds, keep=number > 0)
        faults = await checks.accepted(run.databases, url, own.sent)
    table = {name: _medians(door.rates) for name, door in {"accept": own, **floors}.items()}
    value, floor = median(own.rates[32]), median(floors["committed"].rates[32])
    more = {**percentiles(own.times), "a_second_at_1_8_32": table}
    return Job(value=value, unit="1/s", floor=floor, ratio=value / floor, more=more, faults=faults)


@contextlib.asynccontextmanager
async def doors(run: Run, url: str) -> AsyncIterator[tuple[Door, dict[str, Door]]]:
    """The bot's door and the floor's, all running; the committed layer writes one row, as the bot does."""
    own = Door(run.surroundings.bot("accept", url, run.options.redis, only="web"), writes=True)
    floors = {name: Door(run.surroundings.program(f"floor-{name}", name)) for name in ("bare", "opened", "replied")}
    floors["committed"] = Door(committed(run, await run.databases.fresh(), rows=1), writes=True)
    async with running(own.process, *(door.process for door in floors.values())):
        yield own, floors


def committed(run: Run, url: str, *, rows: int) -> Process:
    """The floor program that writes so many rows a message."""
    return run.surroundings.program(f"floor-committed-{rows}", "committed", "--database", url, "--rows", str(rows))


def _medians(rates: Rates) -> dict[str, float]:
    return {str(at_once): median(found) for at_once, found in rates.items()}
