"""Names of classes in every spelling: 初一(3)班, 七3, 七年级三班, 高一3班 are a grade and a number."""

import re
from collections.abc import Sequence

from understanding.numerals import value
from understanding.sieve import Starts

_NUMBER = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
_ARABIC = r"(?P<number>\d{1,2})"
_NOT_A_COUNT = r"(?![\d点天月日号楼分节台个人周层名张位把元块次岁:.])"

PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?P<stage>初|高)中?(?P<grade>[一二三123])(?:年级)?[\s.\-]*[(]\s*{_NUMBER}\s*[)]\s*班?",
        rf"(?P<stage>初|高)中?(?P<grade>[一二三123])(?:年级)?[\s.\-]*{_NUMBER}\s*班",
        rf"(?P<stage>初|高)中?(?P<grade>[一二三])(?:年级)?{_ARABIC}{_NOT_A_COUNT}",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九1-9])年级?[\s(]*{_NUMBER}\s*[)]?\s*班",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九])年级{_ARABIC}{_NOT_A_COUNT}",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九1-9])[(]\s*{_NUMBER}\s*[)]\s*班?",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九])[.\-]?{_NUMBER}\s*班",
        rf"(?P<stage>)(?P<grade>[1-9])[.\-]{_NUMBER}\s*班",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九]){_ARABIC}{_NOT_A_COUNT}(?=[\s,.!的]|$|教室)",
    )
)
"""Most telling first; matched against folded text."""

STARTS = Starts(PATTERNS)
_BASE = {"初": 6, "高": 9, "": 0}


def class_at(plain: str, start: int, tries: Sequence[int]) -> re.Match[str] | None:
    """The name of a class that begins at `start`; `tries`: the places of the patterns that may, as `STARTS` tells."""
    for place in tries:
        if found := PATTERNS[place].match(plain, start):
            return found
    return None


def class_key(plain: str) -> str | None:
    """A key equal for all spellings of one class ("class 7-3"), or None when `plain` is not the name of one."""
    found = class_at(plain, 0, STARTS.at(plain[:1]))
    if not found or plain[found.end() :].strip() not in {"", "教室", "班", "的教室"}:
        return None
    grade, number = value(found["grade"]), value(found["number"])
    return f"class {_BASE[found['stage']] + (grade or 0)}-{number}"
