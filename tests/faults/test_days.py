"""Some rounds of every other kind of bad day, while the crowd is at work."""

import pytest

from tests.faults.conftest import BadDays
from tests.faults.stage import HELD


@pytest.mark.slow
async def test_who_stood_still_for_longer_than_a_lease_doubles_nothing(bad_days: BadDays) -> None:
    await bad_days("stop", rounds=4, seed=1)


@pytest.mark.slow
async def test_postgresql_crashes_in_the_middle_and_nothing_acknowledged_is_lost(bad_days: BadDays) -> None:
    await bad_days("postgres", rounds=8, seed=2)


@pytest.mark.slow
async def test_redis_is_away_or_empty_and_nothing_is_lost(bad_days: BadDays) -> None:
    await bad_days("redis", rounds=8, seed=3)


@pytest.mark.slow
async def test_the_disk_is_full_for_a_while_and_all_goes_on_without_a_restart(bad_days: BadDays) -> None:
    await bad_days("disk", rounds=6, seed=4)


@pytest.mark.slow
@pytest.mark.timeout(HELD + 300)  # the town's time runs as ours: the law itself waits for ten minutes before it judges
async def test_the_clock_jumps_and_nothing_is_stuck(bad_days: BadDays) -> None:
    await bad_days("clock", rounds=8, seed=5)


@pytest.mark.slow
async def test_the_vendor_has_bad_hours_of_every_kind_and_nothing_is_lost(bad_days: BadDays) -> None:
    await bad_days("vendor", rounds=12, seed=6)
