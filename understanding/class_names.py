"""Names of classes in every spelling: 初一(3)班, 七3, 七年级三班 and 703班 are a grade and a number."""

import re
from collections.abc import Sequence

from understanding.numerals import value
from understanding.patterns import late
from understanding.sieve import Starts

_NUMBER = r"(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})"
_ARABIC = r"(?P<number>\d{1,2})"
_NOT_A_COUNT = r"(?![\d点天月日号楼分节台个人周层名张位把元块次岁:.])"

PATTERNS = tuple(
    late(pattern)
    for pattern in (
        rf"(?P<stage>初|高)中?(?P<grade>[一二三123])(?:年级)?[\s.\-]*[(]\s*{_NUMBER}\s*[)]\s*班?",
        rf"(?P<stage>初|高)中?(?P<grade>[一二三123])(?:年级)?[\s.\-]*{_NUMBER}\s*班",
        rf"(?P<stage>初|高)中?(?P<grade>[一二三])(?:年级)?{_ARABIC}{_NOT_A_COUNT}",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九1-9])年级?[\s(]*{_NUMBER}\s*[)]?\s*班",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九])年级{_ARABIC}{_NOT_A_COUNT}",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九1-9])[(]\s*{_NUMBER}\s*[)]\s*班?",
        rf"(?P<stage>)(?P<grade>[一二三四五六七八九])[.\-]?{_NUMBER}\s*班",
        rf"(?P<stage>)(?P<grade>[1-9])[.\-]{_NUMBER}\s*班",
        rf"(?P<stage>)(?<![周期拜第十])(?P<grade>[一二三四五六七八九]){_ARABIC}{_NOT_A_COUNT}(?=[\s,.!的]|$|教室|投影|空调|黑板|白板|灯|风扇|电扇|吊扇|门|窗|希沃|大屏|屏|饮水|水|插座|电脑|桌|椅|讲台|音响|喇叭|后|前)",
        rf"(?P<stage>)(?<![\da-z.\-])(?P<grade>[1-9])0?{_ARABIC}班(?![级主长车会次])",
        r"(?P<stage>)(?<![a-z])grade ?(?P<grade>1[0-2]|[1-9])[, ]{0,2}class ?(?P<number>\d{1,2})(?!\d)",
        r"(?P<stage>)(?<![a-z])class ?(?P<number>\d{1,2}),? ?grade ?(?P<grade>1[0-2]|[1-9])(?!\d)",
        r"(?P<stage>)(?<![a-z])class ?(?P<grade>1[0-2]|[1-9])[.\-(](?P<number>\d{1,2})[)]?(?!\d)",
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
