"""Programs in processes of their own: started, waited for, looked at, stopped."""

import asyncio
import contextlib
import os
import re
import signal
import socket
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

ROOT = Path(__file__).parents[1]
READY_SECONDS = 60.0
MEMORY = re.compile(r"VmRSS:\s+(\d+) kB")


class BenchError(Exception):
    """The bench cannot go on; says why and what to do."""


@dataclass
class Process:
    """A program that listens on a port of this machine."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str]
    port: int
    log: Path
    path: str = "/readyz"
    started_in: float = 0.0
    """Seconds from the start to the first good answer."""
    _running: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def start(self) -> None:
        """Start it and return when it answers; `BenchError` with the end of its log when it does not get there."""
        begun = time.perf_counter()
        with self.log.open("ab") as log:
            self._running = await asyncio.create_subprocess_exec(
                *self.command, cwd=ROOT, env=dict(self.environ), stdout=log, stderr=log, start_new_session=True
            )
        async with asyncio.timeout(READY_SECONDS), aiohttp.ClientSession() as session:
            while not await self._answers(session):
                if self._running.returncode is not None:
                    raise BenchError(f"{self.name} ended at its start:\n{self.last_words()}")
                await asyncio.sleep(0.01)
        self.started_in = time.perf_counter() - begun

    async def _answers(self, session: aiohttp.ClientSession) -> bool:
        with contextlib.suppress(aiohttp.ClientError):
            async with session.get(f"http://127.0.0.1:{self.port}{self.path}") as answer:
                return answer.status == 200
        return False

    @property
    def memory_mb(self) -> float:
        """Resident memory now, in MB; 0 where the machine does not tell."""
        return memory_mb(self._running.pid) if self._running is not None else 0.0

    @property
    def worked_seconds(self) -> float:
        """Processor time so far; 0 where the machine does not tell."""
        try:
            stat = Path(f"/proc/{self._running.pid}/stat").read_text(encoding="utf-8") if self._running else ""
        except OSError:
            return 0.0
        return sum(int(ticks) for ticks in stat.rpartition(")")[2].split()[11:13]) / os.sysconf("SC_CLK_TCK")

    async def stop(self) -> None:
        """Ask it to end, and whoever watches it, as Ctrl-C would; see that they do."""
        if self._running is None or self._running.returncode is not None:
            return
        os.killpg(self._running.pid, signal.SIGINT)
        try:
            async with asyncio.timeout(READY_SECONDS):
                await self._running.wait()
        except TimeoutError:
            os.killpg(self._running.pid, signal.SIGKILL)
            await self._running.wait()

    def last_words(self) -> str:
        """The end of its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]


def memory_mb(process: int | str = "self") -> float:
    """Resident memory of a process, in MB; 0 where the machine does not tell."""
    try:
        found = MEMORY.search(Path(f"/proc/{process}/status").read_text(encoding="utf-8"))
    except OSError:
        return 0.0
    return int(found[1]) / 1024 if found else 0.0


def outer_environment() -> dict[str, str]:
    """The environment without the settings of the caller's own school."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HOUQIN_")}


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def running(*processes: Process) -> AsyncIterator[None]:
    """All of them, stopped at the end whatever happens."""
    try:
        await asyncio.gather(*(process.start() for process in processes))
        yield
    finally:
        await asyncio.gather(*(process.stop() for process in processes))
