"""Who lives in a town that has to go through bad days: enough people to make a crowd."""

from tests.school import PEOPLE, Who

REPORTERS = tuple(f"t{number:02d}" for number in range(1, 13))
"""Accounts of those who report."""
MENDERS = {"water_electric": ("wang", "zhou"), "furniture": ("zhao",), "multimedia": ("chen", "ding")}
"""Accounts of those who mend, by team."""
THINGS = {"水龙头漏水": "water_electric", "门锁坏了": "furniture", "希沃一体机黑屏": "multimedia"}
"""What breaks, and whose affair it is."""
TOWN: tuple[Who, ...] = (
    *PEOPLE,
    ("ding", "丁屏", ["repairer"], ["multimedia"]),
    *((account, f"{account[1:]}老师", ["teacher"], []) for account in REPORTERS),
)
