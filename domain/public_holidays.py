"""The public holidays of mainland China, and the days worked in their stead."""

from datetime import date

Span = tuple[date, date]
"""First and last day."""

# As the General Office of the State Council has ordered them for each year (gov.cn: 国办发明电〔2024〕12号,
# 〔2025〕7号); checked against chinese-calendar 1.11. A year's order comes in the November before.
ORDERED: dict[int, dict[str, Span]] = {
    2025: {
        "元旦": (date(2025, 1, 1), date(2025, 1, 1)),
        "春节": (date(2025, 1, 28), date(2025, 2, 4)),
        "清明": (date(2025, 4, 4), date(2025, 4, 6)),
        "劳动节": (date(2025, 5, 1), date(2025, 5, 5)),
        "端午": (date(2025, 5, 31), date(2025, 6, 2)),
        "中秋": (date(2025, 10, 1), date(2025, 10, 8)),
        "国庆": (date(2025, 10, 1), date(2025, 10, 8)),
    },
    2026: {
        "元旦": (date(2026, 1, 1), date(2026, 1, 3)),
        "春节": (date(2026, 2, 15), date(2026, 2, 23)),
        "清明": (date(2026, 4, 4), date(2026, 4, 6)),
        "劳动节": (date(2026, 5, 1), date(2026, 5, 5)),
        "端午": (date(2026, 6, 19), date(2026, 6, 21)),
        "中秋": (date(2026, 9, 25), date(2026, 9, 27)),
        "国庆": (date(2026, 10, 1), date(2026, 10, 7)),
    },
}
WORKED = frozenset(
    {
        *(date(2025, 1, 26), date(2025, 2, 8), date(2025, 4, 27), date(2025, 9, 28), date(2025, 10, 11)),
        *(date(2026, 1, 4), date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9), date(2026, 9, 20)),
        date(2026, 10, 10),
    }
)
"""Weekend days that are worked in stead of others."""


def holidays(year: int) -> dict[str, Span]:
    """The holidays of a year by name.

    For a year without an order: those of the decree on holidays (全国年节及纪念日放假办法, 2024) whose date is fixed.
    The others, and the days worked for them, are the school's to enter.
    """
    if (ordered := ORDERED.get(year)) is not None:
        return ordered
    return {
        "元旦": (date(year, 1, 1), date(year, 1, 1)),
        "劳动节": (date(year, 5, 1), date(year, 5, 2)),
        "国庆": (date(year, 10, 1), date(year, 10, 3)),
    }
