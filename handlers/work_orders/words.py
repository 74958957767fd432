"""How people say what a step asks for: reasons, stars, trades, urgency."""

import re
from collections.abc import Iterator

from domain.catalog import Catalog, Category, Urgency
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
URGENCY_WORDS: dict[str, Urgency] = {
    "紧急": Urgency.EMERGENCY,
    "特急": Urgency.EMERGENCY,
    "emergency": Urgency.EMERGENCY,
    "较急": Urgency.HIGH,
    "比较急": Urgency.HIGH,
    "很急": Urgency.HIGH,
    "加急": Urgency.HIGH,
    "急": Urgency.HIGH,
    "high": Urgency.HIGH,
    "urgent": Urgency.HIGH,
    "一般": Urgency.NORMAL,
    "普通": Urgency.NORMAL,
    "normal": Urgency.NORMAL,
    "不急": Urgency.LOW,
    "不着急": Urgency.LOW,
    "不紧急": Urgency.LOW,
    "low": Urgency.LOW,
}
WAKES: dict[str, int] = {"today": 0, "tomorrow": 1, "three": 3, "week": 7}
"""Choices of the card: days from now. "open" has none."""
_LEVEL = re.compile(
    r"(?:紧急程度|程度|急不急|urgency)?[:：\s]*(?:应该)?(?:改|调|设)?[成为到是]?\s*(?P<said>\w+?)[了的]?[。.!！]?"
)
_ONE_TO_FIVE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "满": 5}
_STARS = (
    re.compile(r"(?<![\d.十百零])(?P<stars>[1-5一二两三四五满])\s*(?:颗?\s*星(?!期)|颗(?=\W|$)|分(?!钟|之))"),
    re.compile(r"(?<![\d.])(?P<stars>[1-5])[\s-]*stars?\b"),
    re.compile(r"^\W*(?P<stars>[1-5一二两三四五])\W*$"),
    re.compile(r"^\W*(?P<stars>[1-5])[\s,，。!！;；]+(?![\d个天小分时次点号楼节./])"),
)
_PRAISE = (
    (2, re.compile(r"不(?:太|怎么|大|是很|是太)满意|not so good")),
    (1, re.compile(r"(?<!没有)(?<!没)不满意|差评|很差|太差|\bbad\b")),
    (5, re.compile(r"(?:很|非常|十分|特别|太|相当|超级?)满意|好评|点赞|very good")),
    (4, re.compile(r"满意|\bgood\b")),
    (3, re.compile(r"一般(?!来说|都|会|情况)|\bfair\b")),
)
_TRADE_SAID = re.compile(
    r"(?<!不)(?:类别|归类|归|属于?|转|trade|是(?=[^\W\d_]{1,8}的(?:[活单事]|\W*$)))[为是到给成于:：\s]*(?P<said>[^\W\d_]{1,16})"
)
_TRADE_ENDS = re.compile(r"(?:的|活|单|类|组|那边|师傅|老师|来?[管修])+$")
_KEEPER = re.compile(r"^\W*(?:这个?|那|它)?(?:应该|应|其实|其实是)?(?:归|属于?)(?P<said>[^\W\d_]{1,12})\W*$")
_PRESSES = re.compile(
    r"^\W*(?:这[个单]?)?(?P<said>(?:比较|很|特别|非常|有点)?急|不(?:着|紧)?急|加急|紧急)[了的]?[。.!！\s]*(?:[,，。!！；;\s].*)?$",
    re.DOTALL,
)
_SHORTEST_LATIN = 4


def hold_reason(text: str) -> str:
    """Which reason for waiting a sentence names, or ""."""
    return next((reason.value for reason, words in HOLD_WORDS.items() if any(w in text for w in words)), "")


def refuse_reason(text: str) -> str:
    """Which reason for sending back a sentence names, or ""."""
    return next((reason.value for reason, words in REFUSE_WORDS.items() if any(w in text for w in words)), "")


def trade(text: str, catalog: Catalog) -> str:
    """The category that a sentence names, by its whole name or, where a trade is spoken of, by a part of it; or ""."""
    plain = text.casefold()
    for category in catalog:
        if any(re.search(rf"(?<!不是)(?<!不归)(?<!不属于){re.escape(name)}", plain) for name in _names(category)):
            return category.key
    said = [found["said"] for found in _TRADE_SAID.finditer(plain)] + [plain.strip(" 。.,，")]
    fitting = {category.key for words in said for category in catalog if _may_mean(words, category)}
    return fitting.pop() if len(fitting) == 1 else ""


def _names(category: Category) -> Iterator[str]:
    return (name.casefold() for name in (category.key, *category.labels.values()))


def _may_mean(said: str, category: Category) -> bool:
    """多媒体 means 计算机多媒体, 水 means 水电; Latin words must be long enough to be one."""
    short = _TRADE_ENDS.sub("", said)
    if not short or (short.isascii() and len(short) < _SHORTEST_LATIN):
        return False
    return any(short in name for name in _names(category))


def urgency(text: str) -> Urgency | None:
    """The urgency that a correction sets: “较急”, “改成不急”; None for anything that says more."""
    found = _LEVEL.fullmatch(text.strip().casefold())
    return URGENCY_WORDS.get(found["said"]) if found else None


def pressing(text: str) -> Urgency | None:
    """The urgency that a correction sets or begins with: “不急”, “急，明天要用”; None where it does neither."""
    found = _PRESSES.match(text.strip())
    if exact := urgency(text):
        return exact
    return URGENCY_WORDS.get(found["said"], Urgency.HIGH) if found else None


def keeper(text: str) -> str:
    """Who should look after it, where a sentence says nothing else: 电脑 of “应该归电脑老师”; or ""."""
    found = _KEEPER.match(text)
    return _TRADE_ENDS.sub("", found["said"]) if found else ""


def score(text: str) -> int | None:
    """The stars that a sentence gives, in figures or in the words of the scale; None where it is not certain.

    A figure counts alone or before 分, 星, 颗: “一会儿就修好了” gives none, and neither does “10分”.
    """
    plain = text.casefold()
    if found := next((m for pattern in _STARS if (m := pattern.search(plain))), None):
        stars = found["stars"]
        return _ONE_TO_FIVE.get(stars) or int(stars)
    if re.search(r"\d\s*分(?!钟)", plain):
        return None
    return next((stars for stars, pattern in _PRAISE if pattern.search(plain)), None)
