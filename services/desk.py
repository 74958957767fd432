"""The desk: the one way to move any record. Check, write, history, cards: all or nothing."""

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.grants import Grants, Relation
from domain.workflow import Step, Workflow
from models import HistoryEntry
from services.actor import Actor
from services.bulk import append
from services.clock import Clock
from services.mailroom import Mailroom, Telling
from services.people import Address, People
from services.records import Record, file, move
from services.sealing import Seals
from services.tallies import Tallies, stand_of
from services.unit import Stage, together

FactsT = TypeVar("FactsT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step that was taken: what the history keeps of it."""

    step: str
    source: str
    target: str
    note: str = ""
    details: Mapping[str, str] | None = None


def _stars(step: str, taken: Move) -> int:
    return int((taken.details or {}).get("score", 0)) if step == "rate" else 0


Audience = Callable[[Any, Collection[Relation]], Awaitable[set[int]]]
"""Turns relations to a record into ids of people."""


class Desk(Generic[FactsT]):
    """Moves the records of one workflow and tells everybody whom it concerns."""

    def __init__(
        self,
        workflow: Workflow[FactsT],
        audience: Audience,
        people: People,
        mailroom: Mailroom,
        clock: Clock,
        tallies: Tallies,
        seals: Seals,
    ) -> None:
        """`audience` knows who stands in which relation to a record, `tallies` counts each step, `seals` seals it."""
        self.workflow = workflow
        self._audience = audience
        self._people = people
        self._mailroom = mailroom
        self._clock = clock
        self._tallies = tallies
        self._seals = seals

    async def take(
        self,
        record: Record,
        step_name: str,
        actor: Actor,
        grants: Grants,
        facts: FactsT,
        *,
        note: str = "",
        details: Mapping[str, str] | None = None,
        rank: int = 1,
        changes: Mapping[str, object] | None = None,
    ) -> Step[FactsT]:
        """Take one step. `changes` are fields that move with it, `rank` how pressing the news is (0 most).

        The record is held by the unit in hand (`records.held`), so that nobody else moves it meanwhile. Raises what
        `Workflow.check` raises.
        """
        step = self.workflow.check(step_name, self.state(record), grants, facts)
        target = step.target or self.state(record)
        source = str(record.state)
        fields, before, now = dict(changes or {}), stand_of(record), self._clock()
        if target != source:
            fields["moved_at"] = now
        taken = Move(step=step.name, source=source, target=target.value, note=note, details=details)
        entry, end = self._sealed(record, actor, taken, now)
        async with together() as unit:
            move(unit, record, {"state": target.value, **fields, "seal": end})
            unit.add(Stage.HISTORY, _write_history, entry)
            self._tallies.note(unit, record, before, step.name, now, _stars(step.name, taken))
            await self.tell(record, step.name, step.tells, actor, rank)
        return step

    async def open(self, record: Record, actor: Actor, move: Move, relations: Collection[Relation], rank: int) -> None:
        """File a new record and tell of it: nobody holds a card of it yet."""
        entry, record.seal = self._sealed(record, actor, move, record.moved_at)
        async with together() as unit:
            file(unit, record)
            unit.add(Stage.HISTORY, _write_history, entry)
            self._tallies.note(unit, record, None, move.step, record.moved_at)
            await self.send(record, move.step, relations, actor, rank)

    def state(self, record: Record) -> StrEnum:
        """The state of a record as the table names it."""
        return self.workflow.states(str(record.state))

    def _sealed(self, record: Record, actor: Actor, move: Move, at: datetime) -> tuple["_Entry", str]:
        """A row of the history, sealed onto what the record bears, and the end of the chain with it.

        Who moves a record holds it, and writes only what still has its version: so no chain gets two ends.
        """
        row = {
            "subject": self.workflow.name,
            "step": move.step,
            "source": move.source,
            "target": move.target,
            "actor_id": actor.id,
            "on_behalf_id": actor.on_behalf,
            "channel": actor.channel,
            "note": move.note,
            "details": dict(move.details or {}),
            "event": actor.event,
            "at": at,
        }
        link = self._seals.link(record.seal, record.number, row)
        return _Entry(record, {**row, "seal": link.seal}), link.end

    async def send(
        self, record: Record, step: str, relations: Collection[Relation], actor: Actor, rank: int = 1
    ) -> None:
        """Fresh cards for some, and nothing for anybody else: news that move nothing."""
        await self._post(record, step, relations, actor, rank, silent=False)

    @staticmethod
    def _answer_to(actor: Actor) -> set[Address]:
        """Who acted by writing gets a fresh card: it is the answer. Who pressed a button sees it change."""
        return {Address(actor.channel, actor.account)} if actor.typed else set()

    async def tell(
        self, record: Record, step: str, relations: Collection[Relation], actor: Actor, rank: int = 1
    ) -> None:
        """Fresh cards for those whom the step tells, silent changes for everybody else who holds a card."""
        await self._post(record, step, relations, actor, rank, silent=True)

    async def _post(
        self, record: Record, step: str, relations: Collection[Relation], actor: Actor, rank: int, *, silent: bool
    ) -> None:
        told = await self._audience(record, relations) - {actor.id}
        fresh = set((await self._people.addresses(told)).values()) | self._answer_to(actor)
        telling = Telling(
            record=record,
            subject=self.workflow.name,
            step=step,
            fresh=frozenset(fresh),
            silent=silent,
            rank=rank,
            params=await self._named(actor),
        )
        await self._mailroom.tell(telling)

    async def _named(self, actor: Actor) -> dict[str, str]:
        """Who acted, and in whose place, for the words of a card."""
        found = {"by": actor.name} if actor.name else {}
        if actor.on_behalf:
            found["whom"] = (await self._people.names([actor.on_behalf])).get(actor.on_behalf, "")
        return found


@dataclass(frozen=True, slots=True)
class _Entry:
    """A row of the history in the making: a new record gets its id only when it is written."""

    record: Record
    row: Mapping[str, Any]


async def _write_history(entries: Sequence[_Entry]) -> None:
    await append(HistoryEntry, [{"subject_id": entry.record.id, **entry.row} for entry in entries])
