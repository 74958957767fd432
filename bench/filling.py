"""A database with years of work orders in it: `python -m bench.filling sqlite:///tmp/many.db 1000000`.

Past the ORM, but by its tables, so that a million takes a minute. The same rows for the same size: the times spread
over the same thousand days, and of every hundred work orders three are open.
"""

import argparse
import asyncio
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bench.bulk import Bulk, bulk
from bench.rows import Table, counted, tables
from bench.school import BenchSchool
from domain.tallies import Counts, Row, replay, without_zeros
from models.schema import migrate

DAYS = 1000
WORKDAY = 8 * 3600
"""Seconds of a day in which something is reported, from midnight UTC on: eight in the morning in Shanghai."""
HOUR = timedelta(hours=1)
TRADES = ("water_electric", "furniture", "multimedia")
THINGS = ("水龙头", "灯管", "课桌", "门锁", "投影仪", "空调", "窗户", "插座", "电脑", "马桶", "黑板", "音响", "键盘")
FAULTS = ("漏水", "不亮", "坏了", "打不开", "没反应", "异响", "松动")
OPEN = ("reported", "accepted", "started")
BUSY = 16
"""Every sixteenth is reported by the first teacher, so that one person's list is a full page in either size."""
ORDER = (
    "id", "number", "state", "version", "category", "first_category", "reporter_id", "assignee_id", "location", "item",
    "raw_text", "note", "reported_at", "moved_at", "accepted_at", "started_at", "resolved_at", "settled_at",
)  # fmt: skip
LIFE = (
    ("report", "", "reported"),
    ("accept", "reported", "accepted"),
    ("start", "accepted", "started"),
    ("resolve", "started", "resolved"),
    ("confirm", "resolved", "confirmed"),
)
"""The steps that a work order goes, an hour each, all of them on one day."""
STEPS = {"reported": 1, "accepted": 2, "started": 3, "confirmed": 5}
HISTORY = """
INSERT INTO history (id, subject, subject_id, step, source, target, actor_id, note, details, event, at)
SELECT w.id * 5 + s.place, 'work_order', w.id, s.step, s.source, s.target,
    CASE WHEN s.place IN (0, 4) THEN w.reporter_id ELSE w.assignee_id END, '', '{{}}', '',
    CASE s.place WHEN 0 THEN w.reported_at WHEN 1 THEN w.accepted_at WHEN 2 THEN w.started_at
        WHEN 3 THEN w.resolved_at ELSE w.settled_at END
FROM work_orders w CROSS JOIN (
    SELECT 0 AS place, '' AS step, '' AS source, '' AS target WHERE 1 = 0 {life}
) s WHERE s.place <= w.version
"""
"""Every step that a work order went: it has as many versions."""


class Years:
    """What a number stands for: who reported what, when, and how far it went."""

    def __init__(self, school: BenchSchool, rows: int, until: datetime, writer: Bulk) -> None:
        """`rows` work orders, the last ones a day before `until`."""
        self._school, self._rows, self._writer = school, rows, writer
        self._begin = until.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=DAYS + 1)
        self._kinds: Counter[tuple[int, str, str]] = Counter()

    def orders(self, table: Table) -> Iterator[list[Any]]:
        """All work orders, oldest first."""
        shaped, last, count = table.shaped(ORDER), -1, 0
        for number in range(1, self._rows + 1):
            day, part = divmod((number - 1) * DAYS, self._rows)
            last, count = day, (count + 1 if day == last else 1)
            begun = self._begin + timedelta(days=day, seconds=WORKDAY * part // self._rows)
            state, trade, item = self.state(number), TRADES[number % 3], THINGS[number % 13]
            self._kinds[day, trade, state] += 1
            at = [self._writer.moment(begun + HOUR * step) for step in range(STEPS[state])]
            accepted, started, resolved, settled = (*at[1:], None, None, None, None)[:4]
            where = f"{number % 8 + 1}号楼{number % 400}"
            yield shaped((
                number, f"W{begun:%Y%m%d}-{count:03d}", state, len(at) - 1, trade, trade, self.reporter(number),
                self.owner(number) if accepted else None, where, item, f"{where} {item}{FAULTS[number % 7]}",
                "换好了" if settled else "", at[0], at[-1], accepted, started, resolved, settled,
            ))  # fmt: skip

    def tallies(self, table: Table) -> Iterator[list[Any]]:
        """The kept numbers of the work orders that were made, as the bot itself would have counted them."""
        counts = Counts()
        for (day, trade, state), many in self._kinds.items():
            begun, one = self._begin + timedelta(days=day), Counts()
            rows = [Row(*LIFE[step], at=begun + HOUR * step, details={}) for step in range(STEPS[state])]
            replay(rows, trade, begun, ZoneInfo("Asia/Shanghai"), one)
            for cell, value in one.items():
                counts[cell] += value * many
        shaped = table.shaped(("id", "subject", "day", "category", "measure", "shard", "value"))
        for number, (cell, value) in enumerate(without_zeros(counts).items(), 1):
            yield shaped((number, "work_order", *cell, 0, value))

    def state(self, number: int) -> str:
        """Three of a hundred are open."""
        return OPEN[number % 3] if number % 100 in {7, 41, 80} else "confirmed"

    def reporter(self, number: int) -> int:
        """Everybody reports, the first teacher more than anybody."""
        return 1 if number % BUSY == 0 else number % self._school.teachers + 1

    def owner(self, number: int) -> int:
        """Who mended it."""
        return self._school.teachers + number % self._school.trades + 1


async def furnish(url: str, school: BenchSchool) -> None:
    """The people, rooms and devices of the bench into a migrated, empty database."""
    known = await tables(url)
    async with bulk(url) as writer:
        for name, rows in school.tables():
            await writer.write(known[name], [known[name].row(row) for row in rows])


async def fill(url: str, rows: int, school: BenchSchool, *, until: datetime | None = None) -> None:
    """Years of work orders with their history into a furnished database."""
    known = await tables(url)
    async with bulk(url) as writer:
        years = Years(school, rows, until or datetime.now(UTC), writer)
        await writer.write(known["WorkOrder"], counted(years.orders(known["WorkOrder"]), 100_000, _tell))
        await writer.run(HISTORY.format(life=" ".join(_chosen(step) for step in range(len(LIFE)))))
        await writer.write(known["Tally"], years.tallies(known["Tally"]))


def _chosen(step: int) -> str:
    name, source, target = LIFE[step]
    return f"UNION ALL SELECT {step}, '{name}', '{source}', '{target}'"


def _tell(rows: int) -> None:
    print(f"  {rows} 张工单 / work orders", file=sys.stderr, flush=True)


async def _make(url: str, rows: int) -> None:
    school = BenchSchool()
    await migrate(url)
    await furnish(url, school)
    if rows:
        await fill(url, rows, school)


if __name__ == "__main__":
    _parser = argparse.ArgumentParser(prog="python -m bench.filling", description=__doc__)
    _parser.add_argument("url", help="sqlite://… or asyncpg://…, an empty database")
    _parser.add_argument("rows", type=int)
    _given = _parser.parse_args()
    asyncio.run(_make(_given.url, _given.rows))
