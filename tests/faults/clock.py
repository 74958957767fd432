"""A town's time of day: it runs as fast as a test wants, jumps when told to, and is the same in all processes."""

import mmap
import struct
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

LAYOUT = struct.Struct("=ddd")
SHIFT = struct.Struct("=d")
AT_SHIFT = 16


class TownClock:
    """Reads and moves the time that a small file describes.

    The file holds the real moment at which the clock was made, how many of its seconds pass in a real one, and by how
    many seconds it is off: all a process needs, and only the last is ever changed.
    """

    def __init__(self, path: Path) -> None:
        """Share the clock of a file."""
        with path.open("r+b") as file:
            self._file = mmap.mmap(file.fileno(), LAYOUT.size)
        self.path = path

    @classmethod
    def make(cls, path: Path, rate: float = 1.0) -> Self:
        """A new clock that shows the real time and runs at `rate`."""
        path.write_bytes(LAYOUT.pack(time.time(), rate, 0.0))
        return cls(path)

    @property
    def rate(self) -> float:
        """Seconds of this clock in a real one."""
        return float(LAYOUT.unpack_from(self._file)[1])

    def seconds(self) -> float:
        """The present moment, in seconds since the epoch."""
        begun, rate, shift = LAYOUT.unpack_from(self._file)
        return float(begun + (time.time() - begun) * rate + shift)

    def __call__(self) -> datetime:
        """The present moment, in UTC."""
        return datetime.fromtimestamp(self.seconds(), UTC)

    def jump(self, seconds: float) -> None:
        """Move it for everybody at once; back when negative."""
        shift = LAYOUT.unpack_from(self._file)[2]
        SHIFT.pack_into(self._file, AT_SHIFT, shift + seconds)
