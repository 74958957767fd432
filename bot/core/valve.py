"""How much may be on the way to a vendor at once: shut while it is away, opened little by little when it is back."""

from datetime import timedelta

from services.clock import Clock

PROBES = tuple(timedelta(seconds=s) for s in (1, 2, 5, 10))
"""How long the valve stays shut after the first, second, … failure in a row; then one item goes out to see."""


class Valve:
    """One lane's, in one process. It opens by one for each item that arrived, so that rounds double."""

    def __init__(self, clock: Clock, most: int) -> None:
        """Wide open, which is `most` items."""
        self._clock = clock
        self._most = self._width = most
        self._failures = 0
        self._shut_until = clock()

    @property
    def shut(self) -> bool:
        """Is it too early to try again? A clock that was put back does not keep it shut."""
        left = self._shut_until - self._clock()
        return timedelta(0) < left <= PROBES[-1]

    def takes(self, out: int, size: int) -> int:
        """How many items may join the `out` that are on the way: up to `size`, and 0 rather than a dribble."""
        size = min(size, self._width)
        return 0 if self.shut or out + size > self._width else size

    def arrived(self) -> None:
        """An item was delivered."""
        self._failures = 0
        self._width = min(self._most, self._width + 1)

    def failed(self) -> timedelta:
        """The vendor is away; others on the way meet the same closed door, which is one failure.

        Returns how long to leave the item alone that found out: long enough that the next probe is somebody else's, in
        case it is this very item that the vendor cannot bear.
        """
        self._width = 1
        opened = not self.shut
        self._failures += opened
        pause = PROBES[min(self._failures, len(PROBES)) - 1]
        if opened:
            self._shut_until = self._clock() + pause
        return pause * 2
