"""From what stands in a cell to a value, and back. Everything that cannot be read raises `Wrong`."""

import math
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from services.loading.report import Wrong

INVISIBLE = dict.fromkeys([0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF], "")
"""Marks of width and direction that copying out of other programs brings along: nobody sees them, look-ups fail."""
EXCEL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
EXACT_NUMBER = 10**15
"""Excel keeps 15 digits of a number and writes zeros for the rest."""
MOST_ITEMS = 50
MOST_YUAN = 10**10
DAY = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?", re.ASCII)
DAY_IN_DIGITS = re.compile(r"(\d{4})()(\d{2})(\d{2})", re.ASCII)
YEARS = range(1900, 2200)
YUAN = re.compile(r"¥?\s?(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?\s?元?", re.ASCII)
POWER_OF_TEN = re.compile(r"\d(?:\.\d+)?E\+\d{2}")
WECOM_ACCOUNT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
"""WeCom: 创建成员, userid. The vendor does not tell upper from lower case."""


def text_of(value: object) -> str:
    """The text of a cell or of a TOML value, as its author sees it: 302.0 is 302, a day is 2024-08-20."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, list):
        return _joined(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number(value)
    if isinstance(value, datetime) and value.time() == time():
        return str(value.date())
    if isinstance(value, bool | date | time | timedelta):
        return str(value).upper()
    raise Wrong("wrong_type")


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise Wrong("wrong_type")
    if abs(value) >= EXACT_NUMBER:
        raise Wrong("long_number")
    return format(Decimal(format(value, ".15g")), "f")


def _joined(values: list[object]) -> str:
    if not all(isinstance(item, str) for item in values):
        raise Wrong("wrong_type")
    if any(";" in str(item) or "；" in str(item) for item in values):
        raise Wrong("semicolon")
    return ";".join(map(str, values))


def clean(text: str) -> str:
    """One line without stray blanks and invisible marks."""
    line = " ".join(text.translate(INVISIBLE).split())
    if any(unicodedata.category(letter) in {"Cc", "Cs"} or letter in "\ufffe\uffff" for letter in line):
        raise Wrong("control", value=line)
    if line in EXCEL_ERRORS:
        raise Wrong("formula_error", value=line)
    return line


def key(text: str) -> str:
    """A number or code that names a row for ever; what Excel has rounded is no such thing."""
    if POWER_OF_TEN.fullmatch(text):
        raise Wrong("long_number")
    return text


def items(text: str) -> list[str]:
    """Several words, parted by semicolons (of either width), each once and in their order."""
    words = list(dict.fromkeys(word.strip() for word in text.replace("；", ";").split(";")))
    found = [word for word in words if word]
    if len(found) > MOST_ITEMS:
        raise Wrong("too_many_items", limit=MOST_ITEMS)
    return found


def joined(words: Sequence[str]) -> str:
    """The opposite of `items`."""
    return ";".join(words)


def account(text: str) -> str:
    """An account at a vendor, in lower case as everywhere in the house."""
    if " " in text:
        raise Wrong("account", value=text)
    return text.lower()


def wecom_account(text: str) -> str:
    """An account at WeCom."""
    if text and not WECOM_ACCOUNT.fullmatch(text):
        raise Wrong("wecom_account", value=text)
    return text.lower()


def day(text: str) -> date | None:
    """A day, year first: 2024-08-20, 2024/8/20, 2024.8.20, 20240820, 2024年8月20日."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text)
    if (found := DAY.fullmatch(plain) or DAY_IN_DIGITS.fullmatch(plain)) and int(found[1]) in YEARS:
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:  # 30 February
            pass
    raise Wrong("day", value=text)


def cents(text: str) -> int | None:
    """A price in yuan as whole cents: 21800, 21800.5, 21,800.00, ￥21800元."""
    if not text:
        return None
    found = YUAN.fullmatch(unicodedata.normalize("NFKC", text))
    if found:
        value = Decimal(found[1].replace(",", "") + (found[2] or "")) * 100
        if value == value.to_integral_value() and value <= MOST_YUAN * 100:
            return int(value)
    raise Wrong("price", value=text)


def day_text(value: date | None) -> str:
    """The opposite of `day`."""
    return value.isoformat() if value else ""


def yuan_text(value: int | None) -> str:
    """The opposite of `cents`."""
    return "" if value is None else f"{value // 100}.{value % 100:02d}"
