"""Batches: what many events share is read and written once, and each of them is undone by itself."""

from collections.abc import Awaitable, Callable, Sequence

import pytest
from tortoise.transactions import in_transaction

import bot.core.pipeline
import handlers
from bot.core.broker import MemoryBroker
from bot.core.context import Context
from bot.core.event import Event, Kind
from bot.core.metrics import Metrics
from bot.core.pipeline import Pipeline
from bot.core.router import Router
from domain.errors import Invalid
from models import HistoryEntry, InboxEvent, OpenForm, OutboxItem, WorkOrder
from services.database import connection_in_hand
from services.forms import Question
from services.work_orders import Problem
from tests.school import School

TAP = "报修 3号楼201 水龙头漏水"
STATEMENTS = ("execute_query", "execute_query_dict", "execute_insert", "execute_many", "execute_script")


@pytest.fixture(autouse=True)
def one_stretch(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine is, what was claimed together is handled together."""
    monkeypatch.setattr(bot.core.pipeline, "STRETCH", 600.0)


async def at_once(school: School, events: Sequence[Event], pipeline: Pipeline | None = None) -> None:
    """Let events come in before the first of them is handled; nothing is carried."""
    for event in events:
        await school.house.pipeline.deliver(event)
    while await (pipeline or school.house.pipeline).work():
        pass


def says(school: School, who: str, text: str) -> Event:
    return school.event(who, Kind.MESSAGE, text=text)


async def steps(order: WorkOrder) -> list[str]:
    """What the history knows of a work order."""
    return [row.step for row in await HistoryEntry.filter(subject_id=order.id).order_by("id")]


async def test_two_steps_of_one_record_in_one_batch(school: School) -> None:
    await school.says("li", TAP)
    accept = school.press_event("wang", "accept")
    start = school.event("wang", Kind.PRESS, name=accept.name.replace("accept", "start"))
    late = school.press_event("zhou", "accept")
    await at_once(school, [accept, start, late])
    order = await school.order()
    assert (order.state, order.version) == ("started", 2)
    assert await steps(order) == ["report", "accept", "start"]
    await school.settle()
    assert "王强" in school.heard("zhou"), "who was quicker is known within the batch as well"


async def test_a_sentence_meets_what_the_one_before_it_opened(school: School) -> None:
    await at_once(school, [says(school, "li", TAP), says(school, "li", "撤销")])
    order = await school.order()
    assert order.state == "cancelled"
    assert await steps(order) == ["report", "cancel"]


async def test_a_press_after_reports_of_the_same_batch(school: School) -> None:
    await school.says("li", TAP)
    press = school.press_event("wang", "accept")
    await at_once(school, [says(school, "mei", "报修 3号楼302 灯不亮"), press, says(school, "li", "报修 302 门锁坏了")])
    orders = await WorkOrder.all().order_by("id")
    assert [order.state for order in orders] == ["accepted", "reported", "reported"]
    assert [order.number[-3:] for order in orders] == ["001", "002", "003"]


def trouble(then: Callable[[Context], Awaitable[None]]) -> Router:
    """The real rooms, and a word after which something goes wrong when much has been done."""
    router = Router()
    router.include(handlers.router())

    @router.command("wrong")
    async def wrong(ctx: Context) -> None:
        problem = Problem(category="furniture", location="hall")
        await ctx.services.work_orders.open_all(ctx.actor, ctx.rest, [problem])
        await ctx.say("help.intro")
        await then(ctx)

    return router


async def refused(_: Context) -> None:
    raise Invalid("help.wordless")


async def refused_after_writing(ctx: Context) -> None:
    question = Question(subject="work_order", subject_id=1, step="amend", field="location")
    await ctx.services.forms.ask(ctx.actor.person, question)
    raise Invalid("help.wordless")


async def broken(_: Context) -> None:
    raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize("then", [refused, refused_after_writing, broken])
async def test_what_an_undone_event_did_is_nowhere_and_the_others_stay(
    school: School, then: Callable[[Context], Awaitable[None]]
) -> None:
    pipeline = Pipeline(school.house.services, trouble(then), MemoryBroker(), Metrics())
    crowd = [says(school, "li", TAP), says(school, "mei", "wrong"), says(school, "hou", "报修 302 灯不亮")]
    await at_once(school, crowd, pipeline)
    orders = await WorkOrder.all().order_by("id")
    assert [order.number[-3:] for order in orders] == ["001", "002"], "the number of the undone one is used again"
    assert await HistoryEntry.all().count() == 2
    assert await OpenForm.all().count() == 0
    assert [item.step for item in await OutboxItem.filter(account="mei")] == [
        "refusal.broken" if then is broken else "help.wordless"
    ]
    aside = [row.account for row in await InboxEvent.filter(state="aside")]
    assert aside == (["mei"] if then is broken else [])


async def test_an_undone_move_leaves_the_record_as_it_was_for_the_next(school: School) -> None:
    await school.says("li", TAP)
    order, press = await school.order(), school.press_event("zhou", "accept")
    router = handlers.router()

    @router.command("wrong")
    async def wrong(ctx: Context) -> None:
        await router.presses["work_order"](ctx)
        raise Invalid("help.wordless")

    pipeline = Pipeline(school.house.services, router, MemoryBroker(), Metrics())
    typed = school.event("wang", Kind.MESSAGE, text="wrong", name=f"work_order:{order.id}:accept:1")
    await at_once(school, [typed, press], pipeline)
    order = await school.order()
    assert order.assignee_id == (await school.house.services.people.actors([("wecom", "zhou")]))["wecom", "zhou"].id
    assert await steps(order) == ["report", "accept"]


async def counted(school: School, events: Sequence[Event], monkeypatch: pytest.MonkeyPatch) -> int:
    """How many statements it takes to handle events that wait."""
    for event in events:
        await school.house.pipeline.deliver(event)
    async with in_transaction():
        kinds = {type(connection_in_hand())}
    kinds.add(type(connection_in_hand()))
    ran = 0

    def spied(run: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def spy(*args: object) -> object:
            nonlocal ran
            ran += 1
            return await run(*args)

        return spy

    with monkeypatch.context() as patch:
        for kind in kinds:
            for name in STATEMENTS:
                if name in vars(kind):
                    patch.setattr(kind, name, spied(getattr(kind, name)))
        assert await school.house.pipeline.work()
    assert not await InboxEvent.filter(state="waiting").exists()
    return ran


async def test_a_batch_costs_the_same_statements_however_many_report(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = ("li", "mei", "hou")
    crowds = [[says(school, people[i % 3], TAP) for i in range(count)] for count in (3, 12, 24)]
    first, *others = [await counted(school, crowd, monkeypatch) for crowd in crowds]
    assert all(statements <= first for statements in others), "numbers are laid in only once in a while"
    assert await WorkOrder.all().count() == 39


async def test_a_batch_costs_the_same_statements_however_many_press(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    await at_once(school, [says(school, "li", TAP) for _ in range(18)])
    ids = await WorkOrder.all().order_by("id").values_list("id", flat=True)
    presses = [
        school.event("wang", Kind.PRESS, name=f"work_order:{order}:accept:1", card=f"r{order}", code=f"c{order}")
        for order in ids
    ]
    few, many = [await counted(school, crowd, monkeypatch) for crowd in (presses[:6], presses[6:])]
    assert many <= few
    assert await WorkOrder.filter(state="accepted").count() == 18


async def test_a_batch_that_takes_long_is_cut(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.core.pipeline, "STRETCH", 0.0)
    for _ in range(20):
        await school.house.pipeline.deliver(says(school, "li", TAP))
    assert await school.house.pipeline.work()
    orders = await WorkOrder.all().order_by("id")
    assert [order.number[-3:] for order in orders] == [f"{n:03d}" for n in range(1, 21)]
    (batches,) = school.house.metrics.batch.collect()
    samples = {sample.name: sample.value for sample in batches.samples}
    assert samples["houqin_batch_events_count"] == 3, "8, 8 and 4, all under one claim"
