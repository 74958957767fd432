"""Orders for the zygote: bots by the hundred, each a process of its own."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tests.faults import zygote

ROOT = Path(__file__).parents[2]


class Child:
    """A forked bot: what `asyncio.subprocess.Process` is to a started one."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        """Known by the connection over which it was ordered."""
        self._writer = writer
        self.pid = pid
        self.returncode: int | None = None
        self._end = asyncio.create_task(self._listen(reader))

    async def _listen(self, reader: asyncio.StreamReader) -> int:
        self.returncode = int(await reader.readline() or -signal.SIGKILL)
        self._writer.close()
        return self.returncode

    async def wait(self) -> int:
        """Its exit code, negative for the signal that ended it."""
        return await asyncio.shield(self._end)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


class Zygote:
    """The zygote, to be asked for bots. See `tests.processes.Starter`."""

    def __init__(self, door: Path) -> None:
        """`door` is the socket at which it waits."""
        self._door = door

    async def __call__(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Child:
        """Fork a bot that runs `houqin` with these arguments in this environment."""
        reader, writer = await asyncio.open_unix_connection(self._door)
        wish = {"arguments": list(arguments), "environ": dict(environ), "log": str(log)}
        writer.write(json.dumps(wish).encode())
        return Child(reader, writer, int(await reader.readline()))


@contextlib.contextmanager
def run_zygote(folder: Path) -> Iterator[Zygote]:
    """Start a zygote (two seconds, once) and end it, with all its bots, afterwards."""
    door = folder / "zygote"
    command = [sys.executable, "-m", "tests.faults.zygote", str(door)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == zygote.READY
        yield Zygote(door)
