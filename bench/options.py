"""What one run of the bench was asked for, and what its jobs share."""

import sys
from dataclasses import dataclass

from bench.bots import Surroundings
from bench.databases import Databases
from bench.school import BenchSchool


@dataclass(frozen=True, kw_only=True)
class Options:
    """Rounds, seconds of one round, sizes, and where to work."""

    rounds: int
    seconds: float
    rows: int
    processes: int
    database: str
    redis: str
    window: int = 128
    """Reports under way at a time, in a closed loop."""


@dataclass(frozen=True, kw_only=True)
class Run:
    """A run under way."""

    options: Options
    surroundings: Surroundings
    databases: Databases
    school: BenchSchool

    def most(self, rounds: int) -> int:
        """Messages of one round that leave everybody below the vendor's limit, however short the rounds are.

        All rounds together send a person no more than twenty-four; the courier holds back what follows the
        twenty-eighth of a minute.
        """
        return 24 * self.school.teachers // rounds


def tell(what: str) -> None:
    """Progress, to whoever sits at the terminal."""
    print(f"· {what}", file=sys.stderr, flush=True)
