"""A disk that can be full: a small file system of its own where that may be mounted, else a limit on the processes."""

import contextlib
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

SIZE = 24 * 1024 * 1024
"""Bytes of a small disk."""
PART = 1024 * 1024
NO_LIMIT = resource.RLIM_INFINITY


class Disk(Protocol):
    """Room for a bot's data, which can be taken away."""

    @property
    def folder(self) -> Path:
        """Where the data lies."""

    def fill(self, pids: list[int]) -> None:
        """Let these processes write nothing more."""

    def free(self, pids: list[int]) -> None:
        """Let them write again."""


class SmallDisk:
    """A file system in memory, filled by a file: writers get ENOSPC, as on any full disk."""

    def __init__(self, folder: Path) -> None:
        """Mounted at `folder`."""
        self.folder = folder

    def fill(self, pids: list[int]) -> None:  # noqa: ARG002 - it is full for everybody
        """See `Disk`."""
        with contextlib.suppress(OSError), (self.folder / "filler").open("ab", buffering=0) as filler:
            for size in (PART, 4096, 512, 1):
                with contextlib.suppress(OSError):
                    while True:
                        filler.write(bytes(size))

    def free(self, pids: list[int]) -> None:  # noqa: ARG002 - for everybody
        """See `Disk`."""
        (self.folder / "filler").unlink(missing_ok=True)


class Limited:
    """A folder like any other, whose writers may not make a file longer: EFBIG, where nothing may be mounted."""

    def __init__(self, folder: Path) -> None:
        """Any folder."""
        self.folder = folder

    def fill(self, pids: list[int]) -> None:
        """See `Disk`."""
        self._limit(pids, PART // 1024)

    def free(self, pids: list[int]) -> None:
        """See `Disk`."""
        self._limit(pids, NO_LIMIT)

    @staticmethod
    def _limit(pids: list[int], size: int) -> None:
        for pid in pids:
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


@contextlib.contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """The best that this machine allows below `folder`; gone afterwards."""
    place = folder / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield Limited(place)
        return
    try:
        yield SmallDisk(place)
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
