"""Bad days: so many rounds of one kind while the crowd is at work, and the law after them."""

from dataclasses import dataclass

from tests.faults.kinds import KINDS
from tests.faults.stage import Ground, staged

PAUSE = 2.0
PAUSES = {"outage": 200.0}
"""Real seconds that somebody of the crowd rests at most: who is silent for long is not owed too much at its end."""
MOST = 20
"""Broken promises that are told."""


@dataclass(frozen=True, kw_only=True)
class Days:
    """What is to be lived through, and all that is needed to have the same again."""

    kind: str
    database: str
    rounds: int
    seed: int

    def again(self) -> str:
        """The command for it."""
        return (
            f"python -m tests.faults --kinds {self.kind} --database {self.database} "
            f"--rounds {self.rounds} --seed {self.seed}"
        )


class BrokenError(AssertionError):
    """Promises were not kept: how to have the same days again, and what was found."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How it went: how much was said and pressed, and acknowledged."""

    said: int
    answered: int
    pressed: int

    def __str__(self) -> str:
        """One line about the load."""
        return f"{self.answered} of {self.said} reports and {self.pressed} presses acknowledged"


async def live_through(days: Days, ground: Ground, *, pause: float = 0.0) -> Outcome:
    """Let it happen on a fresh ground, or raise `BrokenError`; `pause` is how long somebody rests at most."""
    async with staged(ground, days.seed, pause=pause or PAUSES.get(days.kind, PAUSE)) as stage:
        stage.crowd.start()
        for _ in range(days.rounds):
            await KINDS[days.kind](stage)
        if problems := await stage.rest():
            raise BrokenError("\n".join([days.again(), *problems[:MOST]]))
        said, pressed = stage.crowd.said, stage.crowd.pressed
        return Outcome(
            said=len(said),
            answered=sum(one.acknowledged for one in said),
            pressed=sum(one.acknowledged for one in pressed),
        )
