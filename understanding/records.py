"""Numbers of records in a text: W20261122-004, in any width, case and spacing."""

from dataclasses import dataclass
from datetime import date, datetime

from understanding.patterns import late

_FULL = late(r"(?<![a-z0-9])([wpugb])\s?-?(20\d{6})\s?[-_~–—−]?\s?(\d{1,6})(?!\d)")
_DAY = late(r"(?<![a-z0-9])([wpugb])(\d{4})-(\d{1,6})(?!\d)")
_TAIL = late(r"(?<![a-z0-9])[wpugb]\s?(?:…+|\.{2,}|\*+|-)-?(\d{3,4})(?![\d-])|(?<!\d)(\d{1,4})号(?:工|报修)?单")
_BARE = late(r"(?<![a-z0-9])[wpugb](?:…+|\.{2,})")


@dataclass(frozen=True, slots=True)
class Named:
    """What a text says of a record: its whole number, or only the end of it, and where that stands."""

    number: str | None = None
    tail: str | None = None
    spans: tuple[tuple[int, int], ...] = ()


def named(plain: str, now: datetime | None = None) -> Named:
    """The first record named in folded text.

    A number without its year is completed from `now`; without a day it stays a tail, because only the desk knows
    whether one open record ends so.
    """
    if found := _FULL.search(plain):
        return Named(_number(found[1], found[2], found[3]), None, tuple(m.span() for m in _FULL.finditer(plain)))
    if now and (found := _DAY.search(plain)) and (day := _latest(found[2], now.date())):
        return Named(_number(found[1], f"{day:%Y%m%d}", found[3]), None, (found.span(),))
    if found := _TAIL.search(plain):
        return Named(None, (found[1] or found[2]), (found.span(),))
    return Named(spans=tuple(m.span() for m in _BARE.finditer(plain)))


def follows_up(plain: str) -> bool:
    """Whether somebody asks how a record goes on that is already there: "那个漏电的单子，师傅弄完没有啊".

    What it tells of danger is known then; not so where it says what happens now.
    """
    asked = _A_RECORD.search(plain)
    return asked is not None and _HOW_IT_GOES.search(plain, asked.end()) is not None and _NOW.search(plain) is None


_A_RECORD = late(r"(?:的|那|那[个条张]|上[面次]|报的[^,.!?]{0,8}那?)(?:单子?|工单|报修单?)(?!位|元|独)")
_HOW_IT_GOES = late(
    r"(?:[弄修搞处][好完理]*|来|到|接|派)(?:了|完)?没有?|(?:修|弄|处理)(?:好|完)了?[吗么]|到哪一?步|什么?进展|怎么样了|谁(?:接|在)"
)
_NOW = late(r"现在|这会儿|刚才?|又|还在|越来越|更")


def _number(letter: str, day: str, counter: str) -> str:
    return f"{letter.upper()}{day}-{int(counter):03d}"


def _latest(month_day: str, today: date) -> date | None:
    """The last such day up to today; None for a day that does not exist."""
    for year in (today.year, today.year - 1):
        try:
            day = date(year, int(month_day[:2]), int(month_day[2:]))
        except ValueError:
            continue
        if day <= today:
            return day
    return None
