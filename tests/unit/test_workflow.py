"""The table reader: what it offers, what it refuses, and which tables it does not let in."""

from dataclasses import dataclass
from enum import StrEnum

import pytest

from domain.errors import NotAllowed, Refusal, WrongState
from domain.grants import Relation
from domain.workflow import Step, Workflow


class Light(StrEnum):
    """A lamp's states."""

    OFF = "off"
    ON = "on"
    BROKEN = "broken"


@dataclass
class Facts:
    """Is there power?"""

    power: bool = True


ANYBODY = frozenset({Relation.REPORTER})
OWNER = frozenset({Relation.ASSIGNEE})


def _powered(facts: Facts) -> str | None:
    return None if facts.power else "no_power"


ON: Step[Facts] = Step(name="on", source=frozenset({Light.OFF}), target=Light.ON, by=ANYBODY, guard=_powered)
OFF: Step[Facts] = Step(name="off", source=frozenset({Light.ON}), target=Light.OFF, by=ANYBODY)
SMASH: Step[Facts] = Step(name="smash", source=frozenset({Light.ON, Light.OFF}), target=Light.BROKEN, by=OWNER)
SHINE: Step[Facts] = Step(name="shine", source=frozenset({Light.ON}), target=None, by=OWNER, errand=True)


def table(*steps: Step[Facts], final: frozenset[Light] = frozenset({Light.BROKEN})) -> Workflow[Facts]:
    return Workflow(name="lamp", states=Light, initial=Light.OFF, settled=final, final=final, steps=steps)


LAMP = table(ON, OFF, SMASH, SHINE)


def test_offers_are_the_steps_that_this_person_could_take_now() -> None:
    assert LAMP.offers(Light.OFF, ANYBODY, Facts()) == [ON]
    assert LAMP.offers(Light.OFF, ANYBODY, Facts(power=False)) == []
    assert LAMP.offers(Light.ON, ANYBODY | OWNER, Facts()) == [OFF, SMASH], "errands are nobody's button"
    assert LAMP.offers(Light.OFF, frozenset(), Facts()) == []


def test_check_gives_the_row_or_says_what_stands_in_the_way() -> None:
    assert LAMP.check("on", Light.OFF, ANYBODY, Facts()) is ON
    assert LAMP.check("shine", Light.ON, OWNER, Facts()) is SHINE
    with pytest.raises(NotAllowed):
        LAMP.check("smash", Light.ON, ANYBODY, Facts())
    with pytest.raises(NotAllowed):
        LAMP.check("fly", Light.ON, ANYBODY, Facts())
    with pytest.raises(WrongState) as wrong:
        LAMP.check("on", Light.ON, ANYBODY, Facts())
    assert wrong.value.params == {"step": "on", "state": "on"}
    with pytest.raises(Refusal) as no:
        LAMP.check("on", Light.OFF, ANYBODY, Facts(power=False))
    assert no.value.key == "no_power"


def test_an_errand_is_taken_but_not_by_hand() -> None:
    assert LAMP.check("on", Light.OFF, ANYBODY, Facts(), by_hand=True) is ON
    with pytest.raises(NotAllowed):
        LAMP.check("shine", Light.ON, OWNER, Facts(), by_hand=True)


def test_where_a_step_can_be_taken_and_by_whom() -> None:
    assert LAMP.sources("smash") == {Light.ON, Light.OFF}
    assert LAMP.sources("smash", by=ANYBODY) == frozenset()
    assert LAMP.sources("shine") == {Light.ON}
    assert LAMP.sources("shine", by=OWNER) == frozenset(), "nobody presses an errand"


@pytest.mark.parametrize(
    ("steps", "final", "problem"),
    [
        ((ON, OFF), frozenset({Light.BROKEN}), "broken is never reached"),
        ((ON, SMASH), frozenset[Light](), "broken is a dead end"),
        (
            (ON, OFF, Step(name="smash", source=frozenset({Light.ON}), target=Light.BROKEN, by=frozenset())),
            frozenset({Light.BROKEN}),
            "nobody may smash",
        ),
        (
            (ON, OFF, SMASH, Step(name="mend", source=frozenset({Light.BROKEN}), target=Light.OFF, by=OWNER)),
            frozenset({Light.BROKEN}),
            "mend leaves a final state",
        ),
    ],
)
def test_a_table_that_cannot_be_right_is_not_let_in(
    steps: tuple[Step[Facts], ...], final: frozenset[Light], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem):
        table(*steps, final=final)


def test_it_draws_itself() -> None:
    drawn = LAMP.mermaid(str, str)
    assert "[*] --> off" in drawn
    assert "on --> on: shine" in drawn
    assert "broken --> [*]" in drawn
