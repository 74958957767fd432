"""What all tests share: a fresh database of this run's kind, and a whole school on it."""

from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest

from bot import logs
from bot.app import build, opened
from bot.core.broker import open_broker
from config.settings import Settings
from models.schema import migrate as migrate_schema
from tests.buckets import *  # noqa: F403 - a fixture
from tests.chromium import *  # noqa: F403 - hooks and a fixture
from tests.databases import *  # noqa: F403 - fixtures
from tests.databases import MakeDatabase, Migrate
from tests.fakes import FakeChannel, FakeClock
from tests.school import School, furnish

logs.configure("json")
hypothesis.settings.register_profile(
    "house", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow], print_blob=True
)  # machines are noisy: time never decides a test
hypothesis.settings.load_profile("house")


@pytest.fixture(scope="session")
def migrate() -> Migrate:
    """How an empty database gets its tables: the real migrations."""
    return migrate_schema


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a school for tests; the database is named by who opens one."""
    return Settings.read({"HOUQIN_SECRET_KEY": "only for the tests of it", "HOUQIN_DATA_DIR": str(tmp_path)})


@pytest.fixture
async def school(settings: Settings, fresh_database_url: MakeDatabase, broker_url: str) -> AsyncIterator[School]:
    """The whole house on a fresh database: everything real but the vendor and the time."""
    settings = settings.model_copy(update={"database_url": await fresh_database_url()})
    clock, channel = FakeClock(), FakeChannel()
    house = build(settings, open_broker(broker_url), {"wecom": channel}, clock=clock)
    async with opened(house):
        await furnish()
        yield School(house, channel, clock)
