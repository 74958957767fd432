"""A crowd: many people who report, repeat themselves and press buttons while things go wrong around them."""

import asyncio
import contextlib
import itertools
import random
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sandbox import Sandbox, samples
from sandbox.wecom.chats import Message
from sandbox.wecom.people import ONCE, Manner
from sandbox.wecom.presses import ImpossibleError, keys
from tests.faults.people import MENDERS, REPORTERS, THINGS

PATIENCE = 2.0
"""Real seconds that somebody looks at the phone for an answer before doing something else."""
ROOMS = 900
"""Rooms of a building: no two reports are about the same one."""
AGAIN = (1, 1, 1, 2, 3)
"""How many times a callback arrives."""
PRESSED = {"accept", "start", "cancel"}
"""Steps that the crowd presses; none of them asks anything."""


@dataclass(slots=True)
class Said:
    """One report: whose, in which words, whose affair, and whether the bot said that it has it."""

    who: str
    text: str
    team: str
    acknowledged: bool = False
    calm: bool = True
    """Said only after everything that this person had said before was answered or given up."""


@dataclass(slots=True)
class Pressed:
    """One press of a button: whose, on which record, which step, and whether the bot said that it has it."""

    who: str
    record: int
    step: str
    acknowledged: bool = False


@dataclass(slots=True)
class Sent:
    """One photo: whose, the hash of its bytes, and whether the bot said that it has it."""

    who: str
    sha256: str
    acknowledged: bool = False


@dataclass
class Crowd:
    """People at work. What they said and pressed stays here, to be compared with what became of it."""

    sandbox: Sandbox
    chance: random.Random
    pause: float = 0.0
    said: list[Said] = field(default_factory=list)
    pressed: list[Pressed] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    answers: int = 0
    """How often the bot has said that it has something."""
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)
    _rooms: "itertools.count[int]" = field(default_factory=itertools.count)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    def start(self) -> None:
        """Let everybody begin; `pause` is how many seconds a person rests at most."""
        people = [self._reports(who) for who in REPORTERS]
        people += [self._presses(who) for team in MENDERS.values() for who in team]
        self._tasks += [asyncio.create_task(one) for one in people]

    async def end(self) -> None:
        """Let everybody finish what they are at."""
        self._ending.set()
        await asyncio.gather(*self._tasks)
        self._tasks.clear()

    async def report(self, who: str, *, calm: bool = True) -> Said:
        """One person reports something that nobody has reported before."""
        number = next(self._rooms)
        thing, team = self.chance.choice(tuple(THINGS.items()))
        place = f"{1 + number // ROOMS}号楼{100 + number % ROOMS}"
        one = Said(who, f"报修 {place} {thing}", team, calm=calm)
        self.said.append(one)
        one.acknowledged = self._delivered(await self.sandbox.people.say(who, one.text, self._manner()))
        return one

    async def _look(self, who: str, seen: int) -> None:
        """Wait until something happens on somebody's phone, as people do, though not for ever."""
        chats = self.sandbox.world.chats
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                while not any(message.sender == "app" for message in chats.since_of(who, seen)):
                    await chats.news(chats.revision)

    def _manner(self) -> Manner:
        copies = self.chance.choice(AGAIN)
        return Manner(copies=copies, overlap=self.chance.random() < 0.5) if copies > 1 else ONCE

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.chance.uniform(0, self.pause)):
                await self._ending.wait()

    async def _reports(self, who: str) -> None:
        """Somebody who mostly waits for an answer, and sometimes says two things in one breath."""
        while not self._ending.is_set():
            await self._rest()
            seen = self.sandbox.world.chats.revision
            if self.chance.random() < 0.1:
                await asyncio.gather(self.report(who, calm=False), self.report(who, calm=False))
            elif (await self.report(who)).acknowledged and self.chance.random() < 0.1:
                await self.photo(who)
            await self._look(who, seen)

    async def photo(self, who: str) -> None:
        """Somebody sends a photo, each another, of what they have just reported."""
        picture = samples.photo(len(self.sent))
        one = Sent(who, sha256(picture).hexdigest())
        self.sent.append(one)
        one.acknowledged = self._delivered(await self.sandbox.people.photo(who, picture, manner=self._manner()))

    async def _presses(self, who: str) -> None:
        """Somebody who takes jobs and begins them, and whose reporter may think otherwise at that moment."""
        while not self._ending.is_set():
            await self._rest()
            choices = list(self.buttons(who))
            if choices:
                message, name = self.chance.choice(choices)
                rivals = self._rivals(name) if self.chance.random() < 0.5 else []
                await asyncio.gather(self.press(who, message, name), *rivals)

    def _rivals(self, name: str) -> list[Any]:
        """The same record, pressed by others at this moment."""
        record = name.split(":")[1]
        everybody = itertools.chain(REPORTERS, *MENDERS.values())
        found = [(who, one) for who in everybody for one in self.buttons(who) if one[1].split(":")[1] == record]
        chosen = self.chance.sample(found, min(len(found), 2))
        return [self.press(who, message, key) for who, (message, key) in chosen]

    def buttons(self, who: str) -> list[tuple[Message, str]]:
        """What somebody may press on the newest of their cards."""
        recent = [m for m in self.sandbox.world.chats.of(who) if m.copy is not None and not m.recalled][-8:]
        found = [(message, key) for message in recent if message.copy for key in keys(message.copy.present)]
        return [(message, key) for message, key in found if key.split(":")[2] in PRESSED]

    async def press(self, who: str, message: Message, key: str) -> None:
        """Somebody presses a button; one that has gone in the meantime is not pressed."""
        assert message.copy is not None
        one = Pressed(who, int(key.split(":")[1]), key.split(":")[2])
        seen = self.sandbox.world.chats.revision
        try:
            outcome = await self.sandbox.people.press(who, message.copy.task_id, key, manner=self._manner())
        except ImpossibleError:
            return
        one.acknowledged = self._delivered(outcome)
        self.pressed.append(one)
        await self._look(who, seen)

    def _delivered(self, outcome: dict[str, Any]) -> bool:
        """Was a callback answered with 200?"""
        yes = bool(outcome["delivered"])
        self.answers += yes
        return yes
