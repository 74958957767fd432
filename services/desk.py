"""The desk: the one way to move any record. Check, write, history, cards: all or nothing."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from tortoise.transactions import in_transaction

from domain.errors import Stale
from domain.grants import Grants, Relation
from domain.workflow import Step, Workflow
from models import HistoryEntry
from services.actor import Actor
from services.clock import Clock
from services.mailroom import Mailroom, Post
from services.people import Address, People

FactsT = TypeVar("FactsT")


class Record(Protocol):
    """What every record has that goes through a workflow."""

    id: int
    state: Any
    version: int

    async def refresh_from_db(self) -> None:
        """Read it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A step that was taken: what the history keeps of it."""

    step: str
    source: str
    target: str
    note: str = ""
    details: Mapping[str, str] | None = None


Audience = Callable[[Any, Collection[Relation]], Awaitable[set[int]]]
"""Turns relations to a record into ids of people."""


class Desk(Generic[FactsT]):
    """Moves the records of one workflow and tells everybody whom it concerns."""

    def __init__(
        self, workflow: Workflow[FactsT], audience: Audience, people: People, mailroom: Mailroom, clock: Clock
    ) -> None:
        """`audience` knows who stands in which relation to a record."""
        self.workflow = workflow
        self._audience = audience
        self._people = people
        self._mailroom = mailroom
        self._clock = clock

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

        Raises what `Workflow.check` raises, and `Stale` when somebody else moved the record meanwhile.
        """
        step = self.workflow.check(step_name, self.state(record), grants, facts)
        target = step.target or self.state(record)
        source = str(record.state)
        fields = dict(changes or {})
        if target != source:
            fields["moved_at"] = self._clock()
        async with in_transaction():
            moved = (
                await type(record)  # type: ignore[attr-defined]
                .filter(id=record.id, version=record.version)
                .update(state=target.value, version=record.version + 1, **fields)
            )
            if not moved:
                raise Stale(step=step.name)
            await record.refresh_from_db()
            move = Move(step=step.name, source=source, target=target.value, note=note, details=details)
            await self.write_down(record, actor, move)
            await self.tell(record, step.name, step.tells, actor, rank)
        return step

    def state(self, record: Record) -> StrEnum:
        """The state of a record as the table names it."""
        return self.workflow.states(str(record.state))

    async def write_down(self, record: Record, actor: Actor, move: Move) -> None:
        """Add a row to the history."""
        await HistoryEntry.create(
            subject=self.workflow.name,
            subject_id=record.id,
            step=move.step,
            source=move.source,
            target=move.target,
            actor_id=actor.id,
            note=move.note,
            details=dict(move.details or {}),
            event=actor.event,
            at=self._clock(),
        )

    async def send(
        self, record: Record, step: str, relations: Collection[Relation], actor: Actor, rank: int = 1
    ) -> None:
        """Fresh cards for some, and nothing for anybody else: news that move nothing."""
        told = await self._audience(record, relations) - {actor.id}
        fresh = set((await self._people.addresses(told)).values())
        await self._post(record, step, fresh | self._answer_to(actor), set(), actor, rank)

    @staticmethod
    def _answer_to(actor: Actor) -> set[Address]:
        """Who acted by writing gets a fresh card: it is the answer. Who pressed a button sees it change."""
        return {Address(actor.channel, actor.account)} if actor.typed else set()

    async def tell(
        self, record: Record, step: str, relations: Collection[Relation], actor: Actor, rank: int = 1
    ) -> None:
        """Fresh cards for those whom the step tells, silent changes for everybody else who holds a card."""
        told = await self._audience(record, relations) - {actor.id}
        fresh = set((await self._people.addresses(told)).values()) | self._answer_to(actor)
        silent = await self._mailroom.holders(self.workflow.name, record.id) - fresh
        await self._post(record, step, fresh, silent, actor, rank)

    async def _post(
        self, record: Record, step: str, fresh: set[Address], silent: set[Address], actor: Actor, rank: int
    ) -> None:
        await self._mailroom.post(
            Post(
                to=to,
                subject=self.workflow.name,
                subject_id=record.id,
                step=step,
                fresh=to in fresh,
                rank=rank,
                params={"by": actor.name} if actor.name else {},
            )
            for to in sorted(fresh | silent, key=lambda a: (a.lane, a.account))
        )
