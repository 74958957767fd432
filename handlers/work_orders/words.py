"""How people say what a step asks for: reasons, days, stars, trades."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from domain.catalog import Catalog
from domain.work_orders import HoldReason, RefuseReason

HOLD_WORDS: dict[HoldReason, tuple[str, ...]] = {
    HoldReason.PARTS: ("配件", "零件", "材料", "备件", "到货", "parts"),
    HoldReason.VENDOR: ("厂家", "售后", "保修", "供应商", "vendor"),
    HoldReason.REPORTER: ("报修人", "老师回", "等老师", "reporter"),
    HoldReason.ACCESS: ("时段", "下课", "放学", "没课", "空教室", "钥匙", "进不去", "access"),
    HoldReason.APPROVAL: ("批款", "审批", "领导批", "等批", "approval"),
    HoldReason.WEATHER: ("天气", "停电", "雨停", "下雨", "weather"),
}
REFUSE_WORDS: dict[RefuseReason, tuple[str, ...]] = {
    RefuseReason.WRONG_TRADE: ("不是我的活", "不归我", "派错", "不是我", "wrong trade", "not mine"),
    RefuseReason.ON_LEAVE: ("请假", "不在", "休息", "出差", "leave"),
    RefuseReason.BEYOND_ME: ("修不了", "不会修", "弄不了", "搞不定", "beyond"),
    RefuseReason.UNCLEAR_PLACE: ("地址不清", "地点不清", "找不到", "在哪", "哪里", "unclear"),
    RefuseReason.OTHER: ("其他", "其它", "other"),
}
MORNING = 8
AFTERNOON = 14
_WEEKDAYS = "一二三四五六日"
_WEEKDAY = re.compile(r"(下*)(?:周|星期|礼拜)([一二三四五六日天])")
_DAYS = re.compile(r"([0-9一二两三四五六七]+)\s*天[后之以]?")
_SMALL = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7}
_STAR = re.compile(r"[1-5一二三四五]")
WAKES: dict[str, int] = {"today": 0, "tomorrow": 1, "three": 3, "week": 7}
"""Choices of the card: days from now. "open" has none."""


def hold_reason(text: str) -> str:
    """Which reason for waiting a sentence names, or ""."""
    return next((reason.value for reason, words in HOLD_WORDS.items() if any(w in text for w in words)), "")


def refuse_reason(text: str) -> str:
    """Which reason for sending back a sentence names, or ""."""
    return next((reason.value for reason, words in REFUSE_WORDS.items() if any(w in text for w in words)), "")


def trade(text: str, catalog: Catalog) -> str:
    """The category whose name stands in a sentence, or ""."""
    named = (c.key for c in catalog if any(label in text for label in (c.key, *c.labels.values())))
    return next(named, "")


def score(text: str) -> int | None:
    """The stars that a sentence gives, or None."""
    if found := _STAR.search(text):
        return int(found[0]) if found[0].isdecimal() else _SMALL[found[0]]
    if "满意" in text:
        return 2 if "不" in text else 5
    return None


def wake_in(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The morning so many days from now; for today, this afternoon."""
    day = now.astimezone(zone) + timedelta(days=days)
    return day.replace(hour=MORNING if days else AFTERNOON, minute=0, second=0, microsecond=0)


def wake_said(text: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a held job is to be looked at again: 明天, 后天, 三天后, 周五, 下周一."""
    today = now.astimezone(zone)
    if found := _WEEKDAY.search(text):
        wanted = _WEEKDAYS.index(found[2].replace("天", "日"))
        ahead = wanted - today.weekday() + 7 * len(found[1])
        return wake_in(ahead if ahead > 0 else ahead + 7, now, zone)
    for word, days in (("大后天", 3), ("后天", 2), ("明天", 1), ("明早", 1), ("下周", 7), ("今天", 0), ("下午", 0)):
        if word in text:
            return wake_in(days, now, zone)
    if found := _DAYS.search(text):
        return wake_in(
            _SMALL.get(found[1]) or int(found[1]) if found[1].isdecimal() or found[1] in _SMALL else 1, now, zone
        )
    return None
