"""kill -9 at random points: what was acknowledged is handled exactly once, and its cards arrive."""

import pytest

from tests.faults.conftest import BadDays


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_fifty_points_nothing_is_lost_and_nothing_doubled(bad_days: BadDays) -> None:
    await bad_days("kill", rounds=50, seed=20261122)
