"""Several schools, served by processes as an operator starts them: shared out, taken over, told of everything wrong."""

import asyncio
import contextlib
import contextvars
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot import logs
from bot.cli import main
from models import InboxEvent, Lease
from models.database import Database
from services.clock import utc_now
from tests.databases import MakeDatabase
from tests.processes import BotProcess
from tests.servers import free_port

NAMES = ("donghu", "xihu")
PATIENCE = 60.0


def write(folder: Path, name: str, **settings: str) -> None:
    """One school's file."""
    lines = [f"HOUQIN_{key}={value}" for key, value in settings.items()]
    (folder / f"{name}.env").write_text("\n".join(lines), encoding="utf-8")


def around(folder: Path, **more: str) -> dict[str, str]:
    """What the process itself is told."""
    given = {"SCHOOLS": str(folder), "DATA_DIR": str(folder / "data"), "LEASE_SECONDS": "1", **more}
    return {"PATH": os.environ.get("PATH", os.defpath), **{f"HOUQIN_{key}": value for key, value in given.items()}}


Houqin = Callable[..., tuple[int, str]]


@pytest.fixture
def houqin(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Houqin:
    """Runs a command in an empty folder and a given environment; gives its exit code and all that it said."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(logs, "configure", lambda _: None)  # loggers would keep the stream that pytest takes away

    def run(environ: Mapping[str, str], *words: str) -> tuple[int, str]:
        monkeypatch.setattr(os, "environ", dict(environ))
        code = 0
        try:
            contextvars.copy_context().run(main, words)  # its database is nobody else's
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


@dataclass
class District:
    """Two schools, and two processes that serve them."""

    databases: dict[str, Database]
    processes: tuple[BotProcess, BotProcess]

    async def holders(self) -> dict[str, str]:
        """In which process each school's workers run now."""
        found = {}
        for name, database in self.databases.items():
            with database.entered():
                lease = await Lease.get_or_none(name="workers", until__gt=utc_now())
                found[name] = lease.holder if lease else ""
        return found

    async def until(self, true: Callable[[], Awaitable[bool]]) -> None:
        """Wait for the processes."""
        async with asyncio.timeout(PATIENCE):
            while True:
                if await true():
                    return
                await asyncio.sleep(0.1)

    async def handled(self, name: str, number: int) -> None:
        """Somebody writes to a school, and it is handled."""
        with self.databases[name].entered():
            now = utc_now()
            row = await InboxEvent.create(
                channel="wecom", event_id=f"m:{number}", account="li", due_at=now, received_at=now,
                body={"kind": "message", "at": now.isoformat(), "text": "你好"},
            )  # fmt: skip

        async def closed() -> bool:
            with self.databases[name].entered():
                await row.refresh_from_db()
            return row.state != "waiting"

        await self.until(closed)


@pytest.fixture
async def district(fresh_database_url: MakeDatabase, broker_url: str, tmp_path: Path) -> AsyncIterator[District]:
    databases = {}
    for name in NAMES:
        url = await fresh_database_url()
        databases[name] = Database(url)
        write(
            tmp_path, name, SECRET_KEY=f"the own key of {name}", DATABASE_URL=url,
            PUBLIC_URL=f"https://{name}.example.edu",
        )  # fmt: skip
    ports = (free_port(), free_port())
    one, other = (
        BotProcess(around(tmp_path, SPREAD="on", PORT=str(port), REDIS_URL=broker_url), port, tmp_path / f"{port}.log")
        for port in ports
    )
    for database in databases.values():
        await database.open()
    try:
        yield District(databases, (one, other))
    finally:
        for process in (one, other):
            if process.process is not None:
                await process.kill()
        for database in databases.values():
            await database.close()


@pytest.mark.slow
async def test_two_processes_share_two_schools_and_one_takes_over(district: District) -> None:
    one, other = district.processes
    await one.start()
    await district.until(lambda: both_here(district))
    await other.start()
    await district.until(lambda: apart(district))
    for name in NAMES:
        await district.handled(name, 1)
    await one.kill()
    await district.until(lambda: both_here(district))
    for name in NAMES:
        await district.handled(name, 2)
    assert await other.stop() == 0
    assert list((await district.holders()).values()) == ["", ""], "given up at the end"


async def both_here(district: District) -> bool:
    holders = set((await district.holders()).values())
    return len(holders) == 1 and "" not in holders


async def apart(district: District) -> bool:
    holders = set((await district.holders()).values())
    return len(holders) == 2 and "" not in holders


@pytest.mark.slow
async def test_a_host_leads_to_its_school(district: District) -> None:
    one, _ = district.processes
    await one.start()
    async with aiohttp.ClientSession() as session:
        for host, status in (("donghu.example.edu", 200), ("xihu.example.edu", 200), ("beihu.example.edu", 404)):
            async with session.get(f"{one.base}/login", headers={"Host": host}) as answer:
                assert answer.status == status


@pytest.mark.slow
async def test_a_school_whose_database_is_away_does_not_stop_the_others(district: District, tmp_path: Path) -> None:
    one, _ = district.processes
    url = {"sqlite": f"sqlite://{tmp_path}/nothing-in-it.db", "asyncpg": "asyncpg://nobody@127.0.0.1:1/nothing"}
    scheme = (tmp_path / "xihu.env").read_text().partition("DATABASE_URL=")[2].partition("://")[0]
    write(
        tmp_path, "xihu", SECRET_KEY="the own key of xihu", DATABASE_URL=url[scheme],
        PUBLIC_URL="https://xihu.example.edu",
    )  # fmt: skip
    await one.start()
    async with aiohttp.ClientSession() as session, session.get(f"{one.base}/readyz") as answer:
        schools = (await answer.json())["schools"]
    assert (schools["donghu"], bool(schools["xihu"])) == ([], True)
    await district.handled("donghu", 1)


def test_the_start_names_what_is_wrong_with_all_schools(houqin: Houqin, tmp_path: Path) -> None:
    write(tmp_path, "donghu", SECRET_KEY="short", PUBLIC_URL="https://donghu.example.edu")
    write(tmp_path, "xihu", SECRET_KEY="long enough for a key", PUBLIC_URL="https://xihu.example.edu", TZ="Mars/Base")
    write(tmp_path, "nanhu", SECRET_KEY="long enough for a key", PUBLIC_URL="https://nanhu.example.edu")
    write(tmp_path, "beihu", SECRET_KEY="long enough for a key", PUBLIC_URL="https://nanhu.example.edu")
    code, said = houqin(around(tmp_path), "serve")
    assert code == 2
    for words in (
        "donghu: HOUQIN_SECRET_KEY",
        "xihu: HOUQIN_TZ",
        "beihu, nanhu: HOUQIN_PUBLIC_URL",
        "beihu, nanhu: HOUQIN_SECRET_KEY",
    ):
        assert words in said
    assert "long enough for a key" not in said


def test_a_command_is_for_one_school_and_migrate_for_all(houqin: Houqin, tmp_path: Path) -> None:
    for name in NAMES:
        write(tmp_path, name, SECRET_KEY=f"the own key of {name}", PUBLIC_URL=f"https://{name}.example.edu")
    environ = around(tmp_path)
    code, said = houqin(environ, "migrate")
    assert (code, said.count("\n")) == (0, 2), said
    assert all((tmp_path / "data" / name / "houqin.db").exists() for name in NAMES)
    code, said = houqin(environ, "replay")
    assert (code, "donghu, xihu" in said) == (1, True), said
    code, said = houqin(environ, "replay", "--school", "beihu")
    assert (code, "donghu, xihu" in said) == (1, True), said
    assert houqin(environ, "replay", "--school", "xihu") == (0, "0\n")
    without = {key: value for key, value in environ.items() if key != "HOUQIN_SCHOOLS"}
    assert houqin(without, "replay", "--school", "xihu", "--schools", str(tmp_path)) == (0, "0\n")


def test_the_histories_of_all_schools_are_looked_through(houqin: Houqin, tmp_path: Path) -> None:
    for name in NAMES:
        write(tmp_path, name, SECRET_KEY=f"the own key of {name}", PUBLIC_URL=f"https://{name}.example.edu")
    environ = around(tmp_path)
    assert houqin(environ, "migrate")[0] == 0
    nothing = "核对了 0 条记录的 0 步历史。"
    assert houqin(environ, "audit", "verify") == (0, f"donghu {nothing}\nxihu {nothing}\n")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "donghu" / "houqin.db")) as connection, connection:
        connection.execute(
            "INSERT INTO history (subject, subject_id, step, source, target, note, details, event, at)"
            " VALUES ('work_order', 1, 'report', '', 'reported', '', '{}', '', '2026-03-01 08:00:00+00:00')"
        )
        connection.execute("UPDATE sqlite_sequence SET seq = 9 WHERE name = 'history'")
        connection.execute(
            "INSERT INTO history (subject, subject_id, step, source, target, note, details, event, at, seal)"
            " VALUES ('work_order', 1, 'accept', '', 'accepted', '', '{}', '', '2026-03-01 08:00:00+00:00', 'made up')"
        )
    code, said = houqin(environ, "audit", "verify")
    assert code == 1
    assert f"xihu {nothing}\n" in said
    assert "donghu 第一处对不上：有一步历史不属于任何记录" in said
    assert "history 表第 10 行" in said
