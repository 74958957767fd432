"""What the kept corrections say: examples to learn from, and what was taken for what."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from domain.lessons import week_of
from domain.work_orders import REPAIR
from models import Lesson, Misread
from services.clock import Clock
from services.lessons.misreading import REPAIRS
from services.tallies import Tallies

WORDS = 10
"""The most corrected words that a report names."""
SUBJECT = REPAIR.name
REPORT = "report"
FARTHEST = 104
"""Weeks that a report looks back at most: examples are kept no longer."""
_MATRIX = ("intent", "category")
LABELS = ("intent", "category", "location", "item", "urgency", "role")
"""What a labelled line tells of its text."""
_OF_REPAIRS = ("category", "urgency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """One week, by its Monday: sentences that became work orders, and how many of them were corrected."""

    monday: str
    readings: int
    corrected: int

    @property
    def share(self) -> float:
        """Of the readings, from 0 to 1."""
        return self.corrected / self.readings if self.readings else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Confusion:
    """The report: weeks, counts of (field, was, meant), and counts of corrected words; each in falling order."""

    weeks: tuple[Week, ...]
    taken: tuple[tuple[tuple[str, str, str], int], ...]
    words: tuple[tuple[str, int], ...]


async def confusion(weeks: int, clock: Clock, zone: ZoneInfo) -> Confusion:
    """The last so many weeks with this one, from one to `FARTHEST`."""
    today = clock().astimezone(zone).date()
    this = date.fromisoformat(week_of(today))
    mondays = [this - timedelta(weeks=back) for back in reversed(range(min(max(1, weeks), FARTHEST)))]
    rows = await Lesson.filter(week__gte=mondays[0].isoformat()).order_by("id")
    orders: dict[str, set[int]] = defaultdict(set)
    for row in rows:
        if row.kind != "asked":
            orders[row.week].add(row.record)
    daily = await Tallies(SUBJECT, zone).daily(mondays[0], today, {REPORT})
    found = [_week(monday, daily, len(orders[monday.isoformat()])) for monday in mondays]
    taken = Counter((row.field, row.was, row.meant) for row in rows if row.field in _MATRIX)
    taken.update(await _misread(mondays[0]))
    words = Counter(row.was for row in rows if row.field in {"location", "item"} and row.was)
    return Confusion(weeks=tuple(found), taken=tuple(taken.most_common()), words=tuple(words.most_common(WORDS)))


async def _misread(monday: date) -> list[tuple[str, str, str]]:
    """What sentences were taken for that opened no work order; unknown as long as nobody has said what they meant."""
    rows = await Misread.filter(week__gte=monday.isoformat()).exclude(meant="")
    return [("intent", row.read["intent"], row.meant) for row in rows]


def _week(monday: date, daily: Mapping[tuple[str, str], int], corrected: int) -> Week:
    days = [(monday + timedelta(days=day)).isoformat() for day in range(7)]
    return Week(
        monday=monday.isoformat(), readings=sum(daily.get((day, REPORT), 0) for day in days), corrected=corrected
    )


async def examples(since: date | None = None) -> list[dict[str, str | None]]:
    """Labelled lines of what was meant, one a sentence; what is only known to have been read wrongly is left out.

    `since` counts from the week that the day is in. Of who spoke only the role is told.
    """
    first = week_of(since) if since else ""
    found: dict[int, list[Lesson]] = defaultdict(list)
    for row in await Lesson.filter(week__gte=first).order_by("record", "id"):
        found[row.record].append(row)
    known = [rows for rows in found.values() if not any(row.field == "intent" and not row.meant for row in rows)]
    misread = await Misread.filter(week__gte=first).exclude(meant="").order_by("id")
    return [_line(rows) for rows in known] + [_said(row) for row in misread]


def _line(rows: list[Lesson]) -> dict[str, str | None]:
    read = {**rows[0].read, **{row.field: row.meant for row in rows}}
    if read["intent"] != REPAIRS:
        read |= dict.fromkeys(_OF_REPAIRS, "")
    labels = {key: read.get(key) or None for key in LABELS}
    return {"text": rows[0].sentence, **labels, "source": rows[-1].kind}


def _said(row: Misread) -> dict[str, str | None]:
    """Where and what was read with the wrong meaning is worth nothing."""
    known = {"intent": row.meant, "category": row.category, "role": row.role}
    labels = {key: known.get(key) or None for key in LABELS}
    return {"text": row.sentence, **labels, "source": "not_meant"}
