"""The sandbox's own time of day, which tests may move."""

from __future__ import annotations

import time
from collections.abc import Callable


class Clock:
    """Seconds since the epoch, shifted or frozen on demand.

    Everything with a life time (tokens, codes, media, rates) reads this clock; network time-outs use the real one.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        """Read the real time from `source`."""
        self._source = source
        self._shift = 0.0
        self._frozen: float | None = None

    def now(self) -> float:
        """The present moment, in seconds since the epoch."""
        return self._frozen if self._frozen is not None else self._source() + self._shift

    def move(self, seconds: float) -> None:
        """Jump forward (or back, when negative)."""
        if self._frozen is not None:
            self._frozen += seconds
        else:
            self._shift += seconds

    def set(self, moment: float) -> None:
        """Jump to a moment, in seconds since the epoch."""
        self.move(moment - self.now())

    def freeze(self) -> None:
        """Stand still until `run`."""
        self._frozen = self.now()

    def run(self) -> None:
        """Go on from where the clock stands."""
        if self._frozen is not None:
            self._shift, self._frozen = self._frozen - self._source(), None

    def reset(self) -> None:
        """Show the real time again."""
        self._shift, self._frozen = 0.0, None
