"""The same while everybody wants something at once, in a file of its own: files are what runs side by side."""

import pytest

from tests.faults.conftest import BadDays


@pytest.mark.slow
@pytest.mark.timeout(300)
async def test_killed_at_fifty_points_in_a_rush_nothing_is_lost_and_nothing_doubled(bad_days: BadDays) -> None:
    await bad_days("kill", rounds=50, seed=20261123, pause=0.8)
