"""What the kept numbers tell: periods, ranges, sums."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from domain.statistics import Between, Figures, Period, Times
from domain.tallies import BEYOND, NOW, Cell, Counts, Passage, Row, Stand, count, replay, without_zeros

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
TODAY = "2026-11-22"


def stand(state: str, category: str = "furniture", since: datetime = NOON) -> Stand:
    return Stand(state=state, category=category, since=since)


def counted(**parts: object) -> Counts:
    """What one step counts."""
    counts = Counts()
    given: dict[str, object] = {"at": NOON, "reported_at": NOON, "before": None} | parts
    count(Passage(**given), ZONE, counts)  # type: ignore[arg-type]
    return without_zeros(counts)


def test_a_report_is_counted_under_the_schools_day() -> None:
    late = datetime(2026, 11, 22, 16, 1, tzinfo=UTC)
    assert counted(step="report", after=stand("reported"), at=late) == {
        Cell(NOW, "furniture", "state:reported"): 1,
        Cell("2026-11-23", "furniture", "report"): 1,
    }


def test_a_step_that_moves_nothing_counts_nothing() -> None:
    assert counted(step="urge", before=stand("reported"), after=stand("reported")) == {}


def test_a_rerouted_one_stands_with_its_new_trade() -> None:
    assert counted(step="reroute", before=stand("reported", "a"), after=stand("reported", "b")) == {
        Cell(NOW, "a", "state:reported"): -1,
        Cell(NOW, "b", "state:reported"): 1,
    }


@pytest.mark.parametrize(("minutes", "edge"), [(0, "5"), (5, "5"), (6, "15"), (20160, "20160"), (20161, BEYOND)])
def test_a_wait_is_counted_in_its_range(minutes: int, edge: str) -> None:
    at = NOON + timedelta(minutes=minutes, seconds=59)
    found = counted(step="accept", before=stand("reported"), after=stand("accepted", since=at), at=at)
    day = at.astimezone(ZONE).date().isoformat()
    assert found[Cell(day, "furniture", f"wait:{edge}")] == 1
    assert found[Cell(day, "furniture", "wait:minutes")] == minutes


def test_only_the_first_mending_is_timed() -> None:
    done = {"step": "resolve", "before": stand("started"), "after": stand("resolved")}
    assert counted(**done, cycle=1)[Cell(TODAY, "furniture", "mend:5")] == 1
    assert Cell(TODAY, "furniture", "mend:5") not in counted(**done, cycle=2)


def test_a_history_counts_what_its_steps_counted() -> None:
    rows = [
        Row("report", "", "reported", NOON, {}),
        Row("refuse", "reported", "reported", NOON, {"reason": "wrong_trade", "category": "multimedia"}),
        Row("reroute", "reported", "reported", NOON, {"category": "multimedia"}),
        Row("accept", "reported", "accepted", NOON + timedelta(minutes=20), {}),
        Row("resolve", "accepted", "resolved", NOON + timedelta(minutes=90), {}),
        Row("confirm", "resolved", "confirmed", NOON + timedelta(minutes=95), {}),
        Row("rate", "confirmed", "confirmed", NOON + timedelta(minutes=96), {"score": "4"}),
    ]
    counts = Counts()
    replay(rows, "furniture", NOON, ZONE, counts)
    measures = {(cell.category, cell.measure): value for cell, value in without_zeros(counts).items()}
    assert measures == {
        ("furniture", "report"): 1,
        ("furniture", "refuse"): 1,
        ("multimedia", "wait:30"): 1,
        ("multimedia", "wait:minutes"): 20,
        ("multimedia", "resolve"): 1,
        ("multimedia", "mend:120"): 1,
        ("multimedia", "mend:minutes"): 90,
        ("multimedia", "confirm"): 1,
        ("multimedia", "stars:4"): 1,
        ("multimedia", "state:confirmed"): 1,
    }


@pytest.mark.parametrize(
    ("period", "today", "first"),
    [
        (Period.WEEK, date(2026, 11, 22), date(2026, 11, 16)),
        (Period.WEEK, date(2026, 11, 23), date(2026, 11, 23)),
        (Period.MONTH, date(2026, 11, 22), date(2026, 11, 1)),
        (Period.TERM, date(2026, 11, 22), date(2026, 9, 1)),
        (Period.TERM, date(2027, 1, 15), date(2026, 9, 1)),
        (Period.TERM, date(2027, 2, 1), date(2027, 2, 1)),
    ],
)
def test_a_period_begins(period: Period, today: date, first: date) -> None:
    assert period.first(today) == first


@pytest.mark.parametrize("period", Period)
@pytest.mark.parametrize("today", [date(2026, 11, 22), date(2027, 1, 31), date(2026, 9, 1)])
def test_bars_cover_a_period_without_gap(period: Period, today: date) -> None:
    spans = list(period.spans(today))
    assert (spans[0][0], spans[-1][1]) == (period.first(today), today)
    assert all(later == earlier + timedelta(days=1) for (_, earlier), (later, _) in pairwise(spans))


def test_times_are_told_as_ranges() -> None:
    times = Times(1000, Counter({"5": 4, "60": 5, BEYOND: 1}))
    assert times.count == 10
    assert times.within(0.4) == Between(0, 5)
    assert times.within(0.5) == Between(30, 60)
    assert times.within(0.9) == Between(30, 60)
    assert times.within(1.0) == Between(20160, None)
    assert Times(0, {}).within(0.5) is None


def test_ratings_are_averaged() -> None:
    assert Figures({"stars:5": 3, "stars:1": 1, "report": 9}).stars == 4
    assert Figures().stars is None
