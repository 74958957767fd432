"""The steps of docs/operations.md, done as they are written: what a page tells an operator to type must work.

A block of shell after a line `<!-- 照做 NAME -->` is run by name, by a shell of its own, on a machine of make-believe:
folders of the page lie below the test's own, `sudo`, `systemctl`, `git` and `python3 dev.py setup` are stand-ins, the
program, its settings file, its databases and its service are real.
"""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from models.copying import Row, applied, known, opened_connection, read, tables_at
from services.moving import Manifest
from services.moving.restore import load
from services.storage import FolderStorage
from tests.databases import MakeDatabase
from tests.moving import RELEASES, ROOT, opened, quiet
from tests.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

PAGE = ROOT / "docs" / "operations.md"
MARKED = re.compile(r"<!-- 照做 ([a-z-]+) -->\n```sh\n(.*?)```", re.DOTALL)
BLOCKS = dict(MARKED.findall(PAGE.read_text(encoding="utf-8")))
UNIT = dict(re.findall(r"^(ExecStart(?:Pre)?)=(.+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
PATIENCE = 90.0

STAND_INS = {
    # Who does a thing is not tried here, only what is done.
    "sudo": 'if [ "$1" = -u ]; then shift 2; fi\nexec "$@"',
    "git": 'case "$1" in rev-parse) echo 7bb25a8;; checkout) echo "$2" > "$HERE/checked-out";; esac',
    "python3": '[ "$*" = "dev.py setup" ]',
    "createdb": 'touch "$HERE/created-$1"',
    "systemctl": """
case "$1" in
stop) if [ -e "$HERE/pid" ]; then kill "$(cat "$HERE/pid")"; while kill -0 "$(cat "$HERE/pid")"; do sleep 0.1; done
      rm "$HERE/pid"; fi;;
start) if [ -e "$HERE/checked-out" ]; then touch "$HERE/old-program-started"; exit; fi
       cd "$HERE/srv/houqin/app"
       $EXEC_START_PRE
       $EXEC_START > "$HERE/log" 2>&1 &
       echo $! > "$HERE/pid"
       until grep -q serving "$HERE/log"; do kill -0 $!; sleep 0.1; done;;
esac""",
}
"""What a machine has and this one has not. Nobody can run the code of another release here: a start after going back to
it is only noted."""


@dataclass
class Machine:
    """A machine on which the page can be followed."""

    folder: Path
    words: dict[str, str] = field(default_factory=dict)

    @property
    def app(self) -> Path:
        """Where the program is installed."""
        return self.folder / "srv" / "houqin" / "app"

    @property
    def backups(self) -> list[str]:
        """The names of the backups that there are."""
        return sorted(path.name for path in (self.folder / "backup").iterdir())

    def here(self, text: str) -> str:
        """Words of the page with this machine's folders and databases."""
        for name, own in {"/srv/": f"{self.folder}/srv/", "/backup": f"{self.folder}/backup", **self.words}.items():
            text = text.replace(name, own)
        return text

    def set_up(self, **settings: str) -> None:
        """Install the program and write its settings."""
        (self.folder / "bin").mkdir()
        (self.folder / "backup").mkdir()
        for name, script in STAND_INS.items():
            (self.folder / "bin" / name).write_text(f"#!/bin/bash\nset -e\n{script}\n", encoding="utf-8")
            (self.folder / "bin" / name).chmod(0o755)
        programs = self.app / ".venv" / "bin"
        programs.mkdir(parents=True)
        (programs / "houqin").write_text(f'#!/bin/bash\nPYTHONPATH={ROOT} exec {sys.executable} -m bot "$@"\n')
        (programs / "houqin").chmod(0o755)
        given = {"SECRET_KEY": "only for the tests of it", "PORT": str(free_port()), "CHANNELS": "", **settings}
        lines = [f"HOUQIN_{name}={value}" for name, value in given.items()]
        (self.app / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")

    async def does(self, script: str) -> str:
        """Run some shell; `AssertionError` with its words when it fails."""
        environ = {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}",
            "HERE": str(self.folder),
            "EXEC_START_PRE": self.here(UNIT["ExecStartPre"]),
            "EXEC_START": self.here(UNIT["ExecStart"]),
        }
        said = self.folder / "said"
        with said.open("wb") as out:
            done = await asyncio.to_thread(
                subprocess.run,
                ["bash", "-euc", self.here(script)],
                stdout=out,
                stderr=out,
                env=environ,
                cwd=self.folder,
                timeout=PATIENCE,
                check=False,
            )
        assert done.returncode == 0, said.read_text(encoding="utf-8")
        return said.read_text(encoding="utf-8")

    async def follows(self, name: str) -> str:
        """Do what a block of the page says."""
        return await self.does(BLOCKS[name])

    @property
    def runs(self) -> bool:
        """Is the service up?"""
        return (self.folder / "pid").exists() and not (self.folder / "old-program-started").exists()

    def stop(self) -> None:
        """End the service, if it is still there."""
        if (self.folder / "pid").exists():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int((self.folder / "pid").read_text()), signal.SIGKILL)


async def rows_in(url: str, migrations: tuple[str, ...]) -> dict[str, list[Row]]:
    """What a database holds in the tables and columns of some release, but for who works there at the moment."""
    found: dict[str, list[Row]] = {}
    async with opened(url):
        for table in await tables_at(migrations):
            found[table.name] = [row async for page in read(opened_connection(), table) for row in page]
    return found


def settled(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Rows that a running service does not touch by itself."""
    return {name: rows[name] for name in ("people", "places", "assets", "attachments", "accounts", "memberships")}


@pytest.fixture
async def machine(tmp_path: Path) -> AsyncIterator[Machine]:
    """A machine, empty."""
    new = Machine(tmp_path)
    yield new
    new.stop()


@pytest.fixture
async def old(machine: Machine, fresh_database_url: MakeDatabase, database_kind: str) -> str:
    """The data of the last release lies on the machine, untouched; gives its database's address."""
    url = await fresh_database_url(migrated=False)
    if database_kind == "sqlite":
        url = f"sqlite://{machine.app}/data/houqin.db"
    machine.set_up(DATABASE_URL=url)
    await load(RELEASES[-1], Manifest.read(RELEASES[-1]), url, FolderStorage(machine.app / "data" / "files"), quiet)
    return url


OLD = Manifest.read(RELEASES[-1])


async def test_every_night_and_every_term(machine: Machine, old: str) -> None:
    long_ago = machine.folder / "backup" / "houqin-2026-01-01"
    long_ago.mkdir()
    os.utime(long_ago, (0, 0))
    before = await rows_in(old, OLD.migrations)
    await machine.follows("nightly")
    (name,) = machine.backups
    assert re.fullmatch(r"houqin-\d{4}-\d\d-\d\d", name), "and the one of long ago is gone"
    await machine.follows("trial")
    assert not (machine.app / "trial").exists()
    assert await rows_in(old, OLD.migrations) == before, "the real one was not touched"


async def test_a_lost_machine_is_restored(
    machine: Machine, old: str, database_kind: str, fresh_database_url: MakeDatabase
) -> None:
    before, url = await rows_in(old, OLD.migrations), old
    await machine.follows("nightly")
    if database_kind == "sqlite":
        (machine.app / "data" / "houqin.db").write_bytes(b"rubbish")
    else:
        url = await fresh_database_url(migrated=False)
        await machine.does(f"sed -i 's|^HOUQIN_DATABASE_URL=.*|HOUQIN_DATABASE_URL={url}|' /srv/houqin/app/.env")
    await machine.follows("restore")
    assert machine.runs
    assert settled(await rows_in(url, OLD.migrations)) == settled(before)
    async with opened(url):
        assert await applied(opened_connection()) == known()
    assert len(list((machine.app / "data" / "files").glob("*/*"))) == OLD.files.count


async def test_an_upgrade_and_the_way_back(
    machine: Machine, old: str, database_kind: str, fresh_database_url: MakeDatabase
) -> None:
    before, url = await rows_in(old, OLD.migrations), old
    await machine.follows("upgrade")
    assert machine.runs
    async with opened(old):
        assert await applied(opened_connection()) == known()
    assert settled(await rows_in(old, OLD.migrations)) == settled(before)
    assert (machine.folder / "backup" / "before-upgrade" / "version").read_text() == "7bb25a8\n"
    if database_kind == "sqlite":
        await machine.follows("back-sqlite")
        async with opened(url):
            assert await applied(opened_connection()) == list(OLD.migrations), "the old program knows this schema"
    else:
        url = await fresh_database_url(migrated=False)
        machine.words["asyncpg://houqin:密码@127.0.0.1:5432/houqin_back"] = url
        await machine.follows("back-postgresql")
        assert (machine.folder / "created-houqin_back").exists()
    assert (machine.folder / "checked-out").read_text() == "7bb25a8\n"
    assert (machine.folder / "old-program-started").exists()
    assert await rows_in(url, OLD.migrations) == before, "all as it was, mail that waited too"


async def test_sqlite_becomes_postgresql(
    machine: Machine, database_kind: str, fresh_database_url: MakeDatabase
) -> None:
    if database_kind == "sqlite":
        pytest.skip("the run with PostgreSQL has both")
    url = f"sqlite://{machine.app}/data/houqin.db"
    machine.set_up(DATABASE_URL=url)
    await load(RELEASES[-1], OLD, url, FolderStorage(machine.app / "data" / "files"), quiet)
    before = await rows_in(url, OLD.migrations)
    target = await fresh_database_url(migrated=False)
    machine.words["asyncpg://houqin:密码@127.0.0.1:5432/houqin"] = target
    await machine.does("sudo systemctl start houqin")
    await machine.follows("to-postgresql")
    assert machine.runs
    assert settled(await rows_in(target, OLD.migrations)) == settled(before)
    assert len((await rows_in(target, OLD.migrations))["history"]) >= len(before["history"])


def test_every_block_of_the_page_is_followed_here() -> None:
    text = Path(__file__).read_text(encoding="utf-8")
    assert set(BLOCKS) == set(re.findall(r'follows\("([a-z-]+)"\)', text))
    assert shutil.which("bash")
