"""Numbers and money in every style: 三百二, 1.5k, 两千块, ¥320, 3,200元, 4块2, 5毛, 半箱, 一打, 俩."""

import re
from collections.abc import Iterator
from functools import cache

NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:\.\d{1,2})?)\s?(?:[kw](?![a-z])|[万千百])?"
    r"|[一二两三四五六七八九十百千万零]{1,9}"
)
_MONEY = (
    rf"[¥$]\s?(?P<sign>{NUMBER})|(?P<count>{NUMBER})\s?(?P<unit>元钱?|块钱?|圆|rmb|毛(?![巾笔病线])"
    r"|角(?![板尺铁钢度阀形函落色])|yuan)(?P<tail>[1-9一二三四五六七八九](?![\d个一-龥]))?"
)
_VALUES = dict(zip("零一二三四五六七八九", range(10), strict=True)) | {"两": 2, "俩": 2, "仨": 3, "半": 0.5}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "k": 1000, "w": 10_000}


@cache
def _money() -> re.Pattern[str]:
    return re.compile(_MONEY)


def number(words: str) -> float | None:
    """The number that words mean (1.5k, 3,200, 三百二, 半, 俩); None for none."""
    words = words.replace(",", "").replace(" ", "")
    if found := re.fullmatch(r"(\d+(?:\.\d+)?)([kw万千百])?", words):
        return _whole(float(found[1]) * _UNITS.get(found[2] or "", 1))
    if words in {"半", "俩", "仨"}:
        return _whole(_VALUES[words])
    if not words or any(character not in _VALUES and character not in _UNITS for character in words):
        return None
    return _whole(_chinese(words))


def _chinese(words: str) -> float:
    """Chinese numerals; a last figure without its unit is of the next lower one: 三百二 is 320, 一万二 12,000."""
    total = section = digit = 0.0
    unit = 1
    for character in words:
        if character in _VALUES:
            digit, unit = _VALUES[character], 1 if character == "零" else unit
        elif _UNITS[character] == _UNITS["万"]:
            total, section, digit, unit = (total + section + digit) * 10_000, 0.0, 0.0, 10_000
        else:
            unit = _UNITS[character]
            section, digit = section + (digit or 1) * unit, 0.0
    return total + section + digit * (unit // 10 if unit >= 100 else 1)


def _whole(amount: float) -> float:
    return int(amount) if amount == int(amount) else round(amount, 2)


def money(plain: str) -> Iterator[tuple[float, int, int]]:
    """Sums in yuan in folded text, from left to right, each with its span."""
    for found in _money().finditer(plain):
        amount = number(found["sign"] or found["count"])
        if amount is None:
            continue
        if found["unit"] in {"毛", "角"}:
            amount /= 10
        elif found["tail"]:
            amount += (number(found["tail"]) or 0) / 10
        yield _whole(amount), *found.span()
