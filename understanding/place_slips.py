"""Characters of an address that were misheard: told by the figures and words beside them, "3懂207", "高而九班"."""

import re
from collections.abc import Iterator
from functools import cache

_MEANT = {
    **dict.fromkeys("懂洞", "栋"),
    **dict.fromkeys("漏喽露", "楼"),
    **dict.fromkeys("而尔儿", "二"),
    **dict.fromkeys("把吧巴", "八"),
    **dict.fromkeys("就酒", "九"),
    **dict.fromkeys("期其妻", "七"),
    **dict.fromkeys("伞山", "三"),
    **dict.fromkeys("无舞", "五"),
    **dict.fromkeys("留柳", "六"),
    **dict.fromkeys("斯", "四"),
    **dict.fromkeys("失石时使", "实"),
}


def misheard(plain: str) -> Iterator[tuple[int, int, str]]:
    """The slips of a folded text: half-open span and the character that was meant."""
    if _MEANT.keys().isdisjoint(plain):
        return
    for found in _slips().finditer(plain):
        yield *found.span(), _MEANT[found.group()]


@cache
def _slips() -> re.Pattern[str]:
    number = "[一二三四五六七八九十\\d]"
    digit = "[而尔儿把吧巴就酒期其妻伞山无舞留柳斯]"
    room = "(?:会议室|办公室|教室|实验室|走廊|[男女]?厕|卫生间|洗手间|开水房|水房|楼梯|大厅|[东西南北][侧边头面])"
    return re.compile(
        rf"(?<={number})[懂洞](?={number}|楼)|(?<=[一二三四五六七八九十])[漏喽露](?=的?{room})"
        rf"|(?<=[初高])[而尔儿](?={number}{{1,2}}班)|(?<=[初高][一二三]){digit}(?=班(?![牌级主会长里上]))|(?<=[一二三四五六]年级){digit}(?=班(?![牌级主会长里上]))"
        r"|[失石时使](?=验[楼室])"
    )
