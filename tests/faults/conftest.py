"""What bad days need, started once: a zygote, and the servers of this run's kind of database."""

from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from pathlib import Path

import pytest

from tests.faults.days import Days, live_through
from tests.faults.grounds import NEED_SERVERS, SERVERS, Servers, ground
from tests.faults.stage import Ground
from tests.faults.starting import Zygote, run_zygote


@pytest.fixture(scope="session")
def zygote(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Forks bots."""
    with run_zygote(tmp_path_factory.mktemp("zygote")) as starter:
        yield starter


@pytest.fixture(scope="session")
def servers(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """Servers that may be maltreated: nobody else uses them."""
    with SERVERS[database_kind](tmp_path_factory.mktemp("servers")) as started:
        yield started


MakeGround = Callable[..., AbstractAsyncContextManager[Ground]]
"""Gives a fresh ground for a kind of bad day; see `ground` for what else may be said."""


@pytest.fixture
def make_ground(servers: Servers, zygote: Zygote, tmp_path: Path) -> MakeGround:
    """A ground in this test's folder."""
    return partial(ground, servers, folder=tmp_path, starter=zygote)


@pytest.fixture
def bad_days(make_ground: MakeGround, database_kind: str) -> "BadDays":
    """Lives through some rounds of a kind."""
    return BadDays(make_ground, database_kind)


class BadDays:
    """Call it with a kind, rounds and a seed; fails with all that is needed to repeat it."""

    def __init__(self, make_ground: MakeGround, database: str) -> None:
        """On grounds of this run's kind of database."""
        self._make_ground, self._database = make_ground, database

    async def __call__(self, kind: str, rounds: int, seed: int, *, pause: float = 0.0) -> None:
        """Live through them, and let the law be the judge."""
        if kind in NEED_SERVERS and self._database == "sqlite":
            pytest.skip(f"{kind}: there is no such server with SQLite")
        days = Days(kind=kind, database=self._database, rounds=rounds, seed=seed)
        async with self._make_ground(kind=kind) as place:
            outcome = await live_through(days, place, pause=pause)
        assert outcome.answered > 0, "nobody got an answer: nothing was tried"
