"""The bot as an operator starts it, and the floor's programs beside it."""

import os
import shutil
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from bench.envelope import App
from bench.processes import BenchError, Process, free_port, outer_environment

SECRET = "only for the bench, and for a minute"  # noqa: S105 - it guards nothing


@dataclass(frozen=True)
class Surroundings:
    """What every program of a run needs: a folder, the app, the vendor's address, the broker, the profiler."""

    folder: Path
    app: App
    vendor: str
    school: Path | None = None
    profiler: str = ""

    def beside(self, vendor: str) -> "Surroundings":
        """The same at another vendor."""
        return replace(self, vendor=vendor)

    def bot(self, name: str, database: str, redis: str, *, only: str = "") -> Process:
        """A bot with this database; `only` web or worker splits it."""
        port = free_port()
        environ = {
            **outer_environment(),
            "HOUQIN_SECRET_KEY": SECRET,
            "HOUQIN_DATABASE_URL": database,
            "HOUQIN_REDIS_URL": redis,
            "HOUQIN_DATA_DIR": str(self.folder / "data"),
            "HOUQIN_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "HOUQIN_PORT": str(port),
            "HOUQIN_CHANNELS": "wecom",
            "HOUQIN_WECOM_CORP_ID": self.app.corp_id,
            "HOUQIN_WECOM_AGENT_ID": str(self.app.agent_id),
            "HOUQIN_WECOM_SECRET": self.app.secret,
            "HOUQIN_WECOM_TOKEN": self.app.token,
            "HOUQIN_WECOM_AES_KEY": self.app.aes_key,
            "HOUQIN_WECOM_API_BASE": self.vendor,
        }
        if self.school is not None:
            environ["HOUQIN_SCHOOL"] = str(self.school)
        command = [sys.executable, "-m", "bot", "serve", *(["--only", only] if only else [])]
        return Process(name, [*self._watched(name), *command], environ, port, self.folder / f"{name}.log")

    def _watched(self, name: str) -> list[str]:
        """In front of a command that is to be profiled: its flame graph lies in the working folder afterwards."""
        picture = Path.cwd() / f"houqin-bench-{name}.svg"
        return [self.profiler, "record", "--output", str(picture), "--"] if self.profiler else []

    def program(self, name: str, *arguments: str) -> Process:
        """A floor program."""
        port = free_port()
        command = [sys.executable, "-m", "bench.floor", "--port", str(port), *arguments]
        return Process(name, command, outer_environment(), port, self.folder / f"{name}.log", path="/")


def profiler() -> str:
    """The program that draws flame graphs; `BenchError` where it is not installed."""
    found = shutil.which("py-spy", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise BenchError("--profile 需要 py-spy：pip install py-spy / --profile needs py-spy: pip install py-spy")
    return found
