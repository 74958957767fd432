"""A small school to say lines to: who works there, and a hand that presses buttons for them."""

import itertools
from collections.abc import Sequence
from typing import Any

from bot.app import House
from bot.core.cards import Card
from bot.core.courier import Courier
from bot.core.event import Event, FileKind, FileRef, Kind
from bot.core.metrics import Metrics
from models import Account, Asset, Membership, Person, Place, WorkOrder
from services.directory import Directory
from tests.fakes import FakeChannel, FakeClock

Who = tuple[str, str, list[str], list[str]]
"""Account, name, roles, teams."""
PEOPLE: tuple[Who, ...] = (
    ("li", "李老师", ["teacher"], []),
    ("mei", "梅老师", ["teacher"], []),
    ("wang", "王强", ["repairer"], ["water_electric"]),
    ("zhou", "周平", ["repairer"], ["water_electric"]),
    ("zhao", "赵木", ["repairer"], ["furniture"]),
    ("chen", "陈码", ["repairer"], ["multimedia"]),
    ("hou", "侯主任", ["logistics_head"], []),
    ("gone", "老同事", ["repairer"], ["water_electric"]),
)
PLACES: tuple[tuple[str, str, str, str, str, list[str]], ...] = (
    ("J3-201", "3号楼", "2", "201", "初一1班", ["201教室"]),
    ("J3-302", "3号楼", "3", "302", "高一3班", ["302教室", "高一三班"]),
    ("S1-105", "实验楼", "1", "105", "物理实验室", []),
)


async def furnish(people: Sequence[Who] = PEOPLE) -> None:
    """Put people, rooms and a device into the open database."""
    for number, (account, name, roles, teams) in enumerate(people, 1):
        person = await Person.create(staff_no=f"T{number:03d}", name=name, roles=roles, active=account != "gone")
        await Account.create(channel="wecom", account=account, person=person)
        for team in teams:
            await Membership.create(team=team, person=person)
    for code, building, floor, room, name, aliases in PLACES:
        await Place.create(code=code, building=building, floor=floor, room=room, name=name, aliases=aliases)
    await Asset.create(code="PC-0001", name="希沃一体机", kind="board", category="multimedia", place="J3-302")


async def announce() -> None:
    """Say that people or rooms were changed past the house's own ways, which say so themselves."""
    await Directory().changed()


async def crowd(count: int) -> list[str]:
    """So many teachers more, by their accounts."""
    await Person.bulk_create(Person(staff_no=f"C{n}", name=f"老师{n}", roles=["teacher"]) for n in range(count))
    people = await Person.filter(staff_no__startswith="C")
    await Account.bulk_create(
        Account(channel="wecom", account=row.staff_no.lower(), person_id=row.id) for row in people
    )
    await announce()
    return [row.staff_no.lower() for row in people]


class School:
    """Says lines and presses buttons for people, lets the house work, and looks at their screens."""

    def __init__(self, house: House, channel: FakeChannel, clock: FakeClock) -> None:
        self.house, self.channel, self.clock = house, channel, clock
        self._numbers = itertools.count(1)

    async def deliver(self, event: Event) -> None:
        """Bring an event in, and let everything happen that follows."""
        await self.house.pipeline.deliver(event)
        await self.settle()

    async def settle(self) -> None:
        """Let the house work until nothing is due any more."""
        busy = True
        while busy:
            busy = await self.house.pipeline.work()
            for courier in self.house.couriers:
                busy |= await courier.work()
                await courier.finish()

    def rivals(self, count: int) -> list[Courier]:
        """Couriers of the same lane, as processes would have them."""
        first, mailroom = self.house.couriers[0], self.house.services.mailroom
        return [
            Courier(first.lane, first._carry, mailroom, self.house.broker, self.clock, Metrics()) for _ in range(count)
        ]

    async def tick(self) -> None:
        """Let the clock look what is due."""
        await self.house.clockwork.work()
        await self.settle()

    def event(self, who: str, kind: Kind, **parts: Any) -> Event:
        """An event of a person, new each time."""
        number = next(self._numbers)
        return Event(id=f"m:{number}", channel="wecom", account=who, kind=kind, at=self.clock(), **parts)

    async def says(self, who: str, text: str) -> None:
        """A person writes a line."""
        await self.deliver(self.event(who, Kind.MESSAGE, text=text))

    async def sends_photo(self, who: str, ref: str = "photo") -> None:
        """A person sends a photo."""
        await self.deliver(self.event(who, Kind.MESSAGE, files=(FileRef(ref=ref, kind=FileKind.IMAGE),)))

    def press_event(self, who: str, step: str, **fields: str) -> Event:
        """The event of a press on the newest card that offers a step; `AssertionError` when none does."""
        for ref, card in reversed(self.channel.cards[who].items()):
            names = [b.name for b in (*card.buttons, *([card.submit] if card.submit else []))]
            for name in names:
                if name.split(":")[2] == step:
                    code = self.channel.new_code(who, ref)
                    return self.event(who, Kind.PRESS, name=name, fields=fields, card=ref, code=code)
        raise AssertionError(f"{who} has no button {step}: {self.channel.cards[who]}")

    async def presses(self, who: str, step: str, **fields: str) -> None:
        """A person presses a button of the newest card that has it."""
        await self.deliver(self.press_event(who, step, **fields))

    def card(self, who: str) -> Card:
        """The newest card of a record that hangs in somebody's chat."""
        return next(c for c in reversed(self.channel.cards[who].values()) if not c.submit)

    def form(self, who: str) -> Card:
        """The newest form that hangs in somebody's chat."""
        return next(c for c in reversed(self.channel.cards[who].values()) if c.submit)

    def rows(self, who: str) -> dict[str, str]:
        """The rows of the newest card."""
        return dict(self.card(who).rows)

    def buttons(self, who: str) -> set[str]:
        """The steps that the newest card offers."""
        if not any(not c.submit for c in self.channel.cards[who].values()):
            return set()
        return {b.name.split(":")[2] for b in self.card(who).buttons}

    def heard(self, who: str) -> str:
        """The last line that somebody was told."""
        return self.channel.said[who][-1]

    async def order(self) -> WorkOrder:
        """The newest work order."""
        order = await WorkOrder.all().order_by("-id").first()
        assert order is not None
        return order
