"""Random walks through the table: anybody presses and types anything, twice, late and out of order."""

import itertools
import random
from dataclasses import replace

import pytest

from bot.core.event import Event, Kind
from domain.work_orders import REPAIR, State
from models import HistoryEntry, InboxEvent, Person, WorkOrder
from models.recounting import counted, kept
from services.audit import verify
from services.sealing import Seals
from tests.school import School

ACTORS = ("li", "mei", "wang", "zhou", "zhao", "chen", "hou", "gone", "nobody")
STEPS = sorted({step.name for step in REPAIR.steps})
EVENTS = 40
TYPED = (
    "接单",
    "完工 换了垫圈",
    "挂起 等配件 周五",
    "转给 周平",
    "不接",
    "拒单 请假",
    "确认",
    "没修好 还漏",
    "催",
    "撤单",
    "恢复",
    "评分 5",
)


def pressed(school: School, chance: random.Random, order: WorkOrder) -> Event:
    """A press that may or may not have been on anybody's card."""
    fields = {
        "note": chance.choice(("", "换了垫圈")),
        "reason": chance.choice(("", "parts", "wrong_trade", "on_leave", "unclear_place")),
        "category": chance.choice(("", "furniture", "multimedia", "nonsense")),
        "colleague": str(chance.randrange(1, 10)),
        "score": str(chance.randrange(0, 7)),
    }
    cycle = chance.choice((order.cycle, order.cycle, order.cycle - 1))
    name = f"work_order:{order.id}:{chance.choice(STEPS)}:{cycle}"
    return school.event(chance.choice(ACTORS), Kind.PRESS, name=name, fields=fields)


def typed(school: School, chance: random.Random, order: WorkOrder) -> Event:
    """A typed line, with or without a number."""
    word, _, rest = chance.choice(TYPED).partition(" ")
    number = chance.choice((order.number, ""))
    return school.event(chance.choice(ACTORS), Kind.MESSAGE, text=f"{word} {number} {rest}".strip())


async def walk(school: School, chance: random.Random) -> None:
    """Two reports, then whatever comes."""
    await school.says("li", "报修 3号楼201 水龙头漏水")
    await school.says("wang", "报修 3号楼302 门锁坏了")
    past: list[Event] = []
    for _ in range(EVENTS):
        order = chance.choice(await WorkOrder.all().order_by("id"))
        make = chance.choice((pressed, pressed, typed))
        event = make(school, chance, order)
        past.append(event)
        crowd = [event, *chance.sample(past, min(len(past), chance.randrange(3)))]
        chance.shuffle(crowd)
        for one in crowd:
            await school.house.pipeline.deliver(one)
            if chance.random() < 0.1:
                await school.house.pipeline.deliver(replace(one, id=f"{one.id}-late-{len(past)}"))
        await school.settle()
        school.clock.advance(minutes=chance.choice((1, 10, 60, 60 * 24)))
        await school.tick()


async def check(school: School) -> None:
    """What must hold wherever a walk has led."""
    assert not await InboxEvent.exclude(state="done").exists()
    assert await kept() == await counted(school.house.services.zone), "the kept numbers are those of the history"
    walk = await verify(Seals(school.house.settings.secret_key.get_secret_value()), lambda _: None)
    assert (walk.flaw, walk.rows, walk.before) == (None, await HistoryEntry.all().count(), 0)
    lead = await Person.get(name="侯主任")
    for order in await WorkOrder.all():
        rows = await HistoryEntry.filter(subject_id=order.id).order_by("id")
        for before, after in itertools.pairwise(rows):
            assert after.source == before.target, "a step was lost or doubled"
        assert rows[-1].target == order.state
        assert order.cycle == 1 + sum(row.step == "reopen" for row in rows)
        assert order.version == len(rows) - 1, "every change is in the history"
        for row in rows:
            if row.step == "confirm":
                mender = max((r.id, r.actor_id or 0) for r in rows if r.step == "resolve" and r.id < row.id)[1]
                assert row.actor_id != mender, "nobody confirms their own work"
            person = await Person.get_or_none(id=row.actor_id) if row.actor_id else None
            assert person is None or person.active
        if order.state in {State.STARTED, State.HELD, State.RESOLVED, State.ACCEPTED, State.OFFERED, State.REOPENED}:
            assert order.assignee_id is not None, "work without a worker"
        if order.state == State.REPORTED:
            assert order.assignee_id is None
            actor = await school.house.services.people.actor("wecom", "hou")
            assert actor is not None
            assert "assign" in (await school.house.services.work_orders.view(actor, order.id)).offers, lead.name
        if order.state == State.OFFERED:
            assert order.candidate_id not in {None, order.assignee_id}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
async def test_wherever_a_walk_leads_the_rules_hold(school: School, seed: int) -> None:
    await walk(school, random.Random(seed))  # noqa: S311 - to be repeatable
    await check(school)
