"""A workflow is a table: one row per step. This module reads such tables, checks them and draws them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Generic, TypeVar

from domain.errors import NotAllowed, Refusal, WrongState
from domain.grants import Grants, Relation

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[Facts]):
    """One row: from any state in `source` to `target` (None: stays where it is), by whoever holds one of `by`.

    `asks` are the fields that a form must bring, `guard` names an objection (a text key) or returns None, `tells`
    are those who get a fresh card; everybody else who holds a card sees it change in silence. An `errand` is a step
    that nobody presses: the clock or another step takes it.
    """

    name: str
    source: frozenset[StrEnum]
    target: StrEnum | None
    by: Grants
    asks: tuple[str, ...] = ()
    guard: Callable[[Facts], str | None] | None = None
    tells: frozenset[Relation] = frozenset()
    errand: bool = False


@dataclass(frozen=True, kw_only=True)
class Workflow(Generic[Facts]):
    """The whole table, checked when the module that holds it is imported.

    In a `settled` state nobody waits for anybody; from a `final` one there is no way on.
    """

    name: str
    states: type[StrEnum]
    initial: StrEnum
    settled: frozenset[StrEnum]
    final: frozenset[StrEnum]
    steps: tuple[Step[Facts], ...]

    def __post_init__(self) -> None:
        """Refuse a table that cannot be right."""
        if problems := list(self._problems()):
            raise ValueError(f"workflow {self.name}: " + "; ".join(problems))

    def _problems(self) -> Iterator[str]:
        reached = {self.initial} | {s.target for s in self.steps if s.target is not None}
        left = {state for s in self.steps if s.target is not None for state in s.source}
        for state in self.states:
            if state not in reached:
                yield f"{state} is never reached"
            if state not in left and state not in self.final:
                yield f"{state} is a dead end"
        for step in self.steps:
            if not step.by:
                yield f"nobody may {step.name}"
            if step.source & self.final:
                yield f"{step.name} leaves a final state"
        if not self.final <= self.settled:
            yield "a final state is not settled"

    def offers(self, state: StrEnum, grants: Grants, facts: Facts) -> list[Step[Facts]]:
        """The steps this person could take now: exactly the buttons that a card shows, one of each name."""
        found: dict[str, Step[Facts]] = {}
        for step in self._pressable[state]:
            if not step.by.isdisjoint(grants) and not self._objection(step, facts):
                found.setdefault(step.name, step)
        return list(found.values())

    @cached_property
    def _pressable(self) -> Mapping[StrEnum, Sequence[Step[Facts]]]:
        """The rows that lead on from each state and that somebody presses."""
        return {state: [s for s in self.steps if state in s.source and not s.errand] for state in self.states}

    @staticmethod
    def _objection(step: Step[Facts], facts: Facts) -> str | None:
        return step.guard(facts) if step.guard else None

    def sources(self, name: str, *, by: Grants | None = None) -> frozenset[StrEnum]:
        """The states in which a step can be taken; with `by`, by a press of somebody who holds one of these."""
        rows = [s for s in self.steps if s.name == name and (by is None or (s.by & by and not s.errand))]
        return frozenset(state for row in rows for state in row.source)

    def check(self, name: str, state: StrEnum, grants: Grants, facts: Facts, *, by_hand: bool = False) -> Step[Facts]:
        """The row that may be taken now; `by_hand` is what somebody presses or says, and no errand is taken so.

        Raises `WrongState` where the record stands elsewhere, `NotAllowed` for the wrong person, `Refusal` with the
        guard's key otherwise.
        """
        mine = [s for s in self.steps if s.name == name and s.by & grants and not (by_hand and s.errand)]
        if not mine:
            raise NotAllowed(step=name)
        rows = [s for s in mine if state in s.source]
        if not rows:
            raise WrongState(step=name, state=state.value)
        objections = [self._objection(s, facts) for s in rows]
        for step, objection in zip(rows, objections, strict=True):
            if objection is None:
                return step
        raise Refusal(str(objections[0]), step=name)

    def mermaid(self, state_label: Callable[[StrEnum], str], step_label: Callable[[str], str]) -> str:
        """The table as a mermaid state diagram; the labels come from the text catalogue."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        lines += [f"    {s}: {state_label(s)}" for s in self.states]
        for step in self.steps:
            for source in sorted(step.source):
                lines.append(f"    {source} --> {step.target or source}: {step_label(step.name)}")
        lines += [f"    {s} --> [*]" for s in sorted(self.final)]
        return "\n".join(lines)
