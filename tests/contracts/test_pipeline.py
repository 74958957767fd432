"""The pipeline: everybody's events in order, each once, also with several workers, kills and hiccups."""

import asyncio
import random
import sqlite3
from collections import defaultdict

import pytest

import bot.core.pipeline
import handlers
from bot.core.broker import MemoryBroker
from bot.core.context import Context
from bot.core.event import Kind
from bot.core.metrics import Metrics
from bot.core.pipeline import ENOUGH, Pipeline
from bot.core.router import Router
from models import InboxEvent, WorkOrder
from services.numbers import BUSY, Numbers
from tests.school import School, crowd

PEOPLE = ("li", "mei", "wang", "zhou", "hou")
EACH = 12


class Probe:
    """A handler that remembers in which order it was called, and may stumble as a database does."""

    def __init__(self, trouble: random.Random | None = None) -> None:
        self.seen: dict[str, list[int]] = defaultdict(list)
        self._trouble = trouble
        self.router = Router()
        self.router.command("n")(self.handle)

    async def handle(self, ctx: Context) -> None:
        """Note the number that the message carries."""
        await asyncio.sleep(0)
        if self._trouble and self._trouble.random() < 0.2:
            raise sqlite3.OperationalError("database is locked")
        self.seen[ctx.event.account].append(int(ctx.rest))


def workers(school: School, probe: Probe, count: int) -> list[Pipeline]:
    """Pipelines over one school, as processes would have them."""
    return [Pipeline(school.house.services, probe.router, MemoryBroker(), Metrics()) for _ in range(count)]


async def send(school: School) -> None:
    """Everybody sends their numbers, in a mixed crowd."""
    for number in range(EACH):
        for account in PEOPLE:
            await school.house.pipeline.deliver(school.event(account, Kind.MESSAGE, text=f"n {number}"))


async def empty(school: School, pipelines: list[Pipeline]) -> None:
    """Let all work until nothing waits; time passes for what was put off."""

    async def loop(pipeline: Pipeline) -> None:
        while await InboxEvent.filter(state="waiting").exists():
            if not await pipeline.work():
                school.clock.advance(seconds=1)

    await asyncio.gather(*(loop(p) for p in pipelines))


async def test_each_person_is_handled_in_order_by_several_workers(school: School) -> None:
    probe = Probe()
    await send(school)
    await empty(school, workers(school, probe, 3))
    assert dict(probe.seen) == {account: list(range(EACH)) for account in PEOPLE}


async def test_a_stumbling_database_neither_reorders_nor_loses(school: School) -> None:
    probe = Probe(random.Random(7))  # noqa: S311 - to be repeatable
    await send(school)
    await empty(school, workers(school, probe, 2))
    assert not await InboxEvent.filter(state="aside").exists()
    for account in PEOPLE:
        kept = list(dict.fromkeys(reversed(probe.seen[account])))[::-1]  # a batch that was undone was seen before
        assert kept == list(range(EACH)), account


async def test_an_event_that_nobody_survives_is_set_aside_in_the_end(school: School) -> None:
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="n 1"))
    await school.house.pipeline.deliver(school.event("mei", Kind.MESSAGE, text="n 2"))
    mailroom = school.house.services.mailroom
    for _ in range(20):  # a worker took it alone and died
        (row,) = await mailroom.claim_in(1)
        await mailroom.brave(row)
        school.clock.advance(seconds=60)
    probe = Probe()
    await empty(school, workers(school, probe, 1))
    assert (await InboxEvent.get(account="li")).state == "aside"
    assert probe.seen == {"mei": [2]}


async def test_who_may_kill_a_worker_comes_after_everybody_else(school: School) -> None:
    for account, number in (("li", 1), ("mei", 2), ("li", 3)):
        await school.house.pipeline.deliver(school.event(account, Kind.MESSAGE, text=f"n {number}"))
    await InboxEvent.filter(event_id="m:1").update(tries=9)
    seen: list[int] = []
    router = Router()

    @router.command("n")
    async def note(ctx: Context) -> None:
        seen.append(int(ctx.rest))

    pipeline = Pipeline(school.house.services, router, MemoryBroker(), Metrics())
    await empty(school, [pipeline])
    assert seen == [2, 1, 3]


class KilledError(BaseException):
    """Stands for kill -9: nobody catches it, and what was not committed has never been."""


async def test_only_what_was_in_hand_is_suspected_of_having_killed_a_worker(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.core.pipeline, "STRETCH", 0.0)
    people = await crowd(40)
    for number, account in enumerate(people):
        text = "poison" if number == 20 else f"n {number}"
        await school.house.pipeline.deliver(school.event(account, Kind.MESSAGE, text=text))
    probe, deaths = Probe(), 0

    @probe.router.command("poison")
    async def poison(_: Context) -> None:
        raise KilledError

    pipeline = workers(school, probe, 1)[0]
    with pytest.raises(KilledError):
        await pipeline.work()
    held = await InboxEvent.filter(state="waiting").order_by("id").values_list("account", "tries")
    tries = dict(held)
    assert tries[people[20]] == 1
    assert {tries[account] for account in people[33:]} == {0}, "they were claimed, and their turn never came"
    while (await InboxEvent.get(account=people[20])).state == "waiting":
        school.clock.advance(seconds=31)
        try:
            await empty(school, workers(school, probe, 1))
        except KilledError:
            deaths += 1
    assert deaths > ENOUGH
    assert (await InboxEvent.get(account=people[20])).state == "aside"
    assert sum(map(len, probe.seen.values())) >= len(people) - 1
    assert await InboxEvent.filter(state="done").count() == len(people) - 1
    assert not await InboxEvent.filter(account__in=people[33:], braved__gt=0).exists()


async def test_a_claim_that_takes_longer_than_a_lease_is_kept(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.core.pipeline, "STRETCH", 0.0)
    people = await crowd(40)
    for number, account in enumerate(people):
        await school.house.pipeline.deliver(school.event(account, Kind.MESSAGE, text=f"slow {number}"))
    probe = Probe()

    @probe.router.command("slow")
    async def slow(ctx: Context) -> None:
        school.clock.advance(seconds=3)
        await probe.handle(ctx)

    async def works(pipeline: Pipeline) -> None:
        while await InboxEvent.filter(state="waiting").exists():
            await pipeline.work()

    await asyncio.gather(*(works(pipeline) for pipeline in workers(school, probe, 2)))
    assert {account: len(seen) for account, seen in probe.seen.items()} == dict.fromkeys(people, 1)
    assert {row.tries for row in await InboxEvent.all()} == {1}, "nobody took them away"


async def test_a_row_that_cannot_be_read_is_set_aside(school: School) -> None:
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="n 1"))
    await school.house.pipeline.deliver(school.event("mei", Kind.MESSAGE, text="n 2"))
    await InboxEvent.filter(account="li").update(body={"kind": "of another version"})
    probe = Probe()
    await empty(school, workers(school, probe, 1))
    assert (await InboxEvent.get(account="li")).state == "aside"
    assert probe.seen == {"mei": [2]}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("接单 W20261122-001", "接单"),
        ("接单W20261122-001", "接单"),
        ("催一下", "催一下"),
        ("REPAIR 302 lamp", "repair"),
        ("继续漏水", None),
        ("确认一下302的灯", None),
        ("repairing", None),
        ("报修：302灯坏了", "报修"),
    ],
)
def test_a_command_word_stands_alone(text: str, word: str | None) -> None:
    found = handlers.router().split(text)
    assert (found[1] if found else None) == word


async def test_an_event_over_which_the_database_always_fails_does_not_block_its_sender_for_ever(
    school: School,
) -> None:
    probe = Probe()

    @probe.router.command("poison")
    async def poison(_: Context) -> None:
        raise sqlite3.OperationalError("a lock that is never given")

    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="poison"))
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text="n 1"))
    await empty(school, workers(school, probe, 1))
    assert probe.seen == {"li": [1]}
    assert await InboxEvent.filter(state="aside").count() == 1


async def test_without_numbers_laid_in_what_is_claimed_is_handled_at_once(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise ConnectionResetError

    for number in range(BUSY):
        await school.house.pipeline.deliver(
            school.event("li", Kind.MESSAGE, text=f"报修 3号楼{201 + number} 水龙头漏水")
        )
    monkeypatch.setattr(Numbers, "lay_in", away)
    assert await school.house.pipeline.work()
    assert await WorkOrder.all().count() == BUSY
