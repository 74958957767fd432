"""Characters of an address that were misheard: told by the figures and words beside them, "3懂207", "高而九班"."""

from collections.abc import Iterator

from understanding.patterns import late

_MEANT = {
    **dict.fromkeys("出粗", "初"),
    **dict.fromkeys("搞稿", "高"),
    **dict.fromkeys("动冻懂洞", "栋"),
    **dict.fromkeys("搂漏喽露", "楼"),
    **dict.fromkeys("而尔儿", "二"),
    **dict.fromkeys("把吧巴", "八"),
    **dict.fromkeys("就酒", "九"),
    **dict.fromkeys("期其妻", "七"),
    **dict.fromkeys("伞山", "三"),
    **dict.fromkeys("无舞", "五"),
    **dict.fromkeys("留柳", "六"),
    **dict.fromkeys("失石时使", "实"),
    "斯": "四",
    "浩": "号",
    **dict.fromkeys("娄", "楼"),
    **dict.fromkeys("十拾", "食"),
    **dict.fromkeys("听停挺", "厅"),
    **dict.fromkeys("交叫", "教"),
    "般": "班",
    "蹭": "层",
    "纪": "级",
    "o": "〇",
}
_NUMBER = "[一二三四五六七八九十\\d]"
_DIGIT = "[而尔儿把吧巴就酒期其妻伞山无舞留柳斯](?=班(?![牌级主会长里上]))"
_ROOM = "(?:会议室|办公室|教室|实验室|走廊|[男女]?厕|卫生间|洗手间|开水房|水房|楼梯|大厅|[东西南北][侧边头面])"
_SLIPS = late(
    rf"[出粗搞稿](?=[一二三]\(?{_NUMBER}{{1,2}}\)?班)|(?<={_NUMBER})(?:搂|浩(?=[搂楼])|蹭)|(?<={_NUMBER}[号浩])搂"
    rf"|(?<=\d)[动冻](?=\d)|(?<={_NUMBER})[懂洞](?={_NUMBER}|楼)|(?<=[一二三四五六七八九十])[漏喽露](?=的?{_ROOM})"
    rf"|(?<=[初高])[而尔儿](?={_NUMBER}{{1,2}}班)|(?<=[初高][一二三]){_DIGIT}|(?<=[一二三四五六]年级){_DIGIT}"
    r"|(?<=[一二三四五六七八九1-9]年)纪(?=[一二三四五六七八九\d(]|的?[办走大教全组])|(?<=[一二三四五六七八九])o(?=[一二三四五六七八九])"
    rf"|(?<=年级{_NUMBER})般|(?<=[初高][一二三]{_NUMBER})般|(?<=\d\))般|[失石时使](?=验[楼室])"
    r"|(?<=教学|实验|宿舍|办公|行政|综合|科技|艺术|图书|信息|理化|实训|公寓|科学|学生|教师)[搂喽娄](?!水)|(?<![上了第这几数一二三])[十石时拾](?=堂(?!课))"
    r"|(?<=报告|演播)[听停挺](?=[的里二一三门音话灯空投后前,.\s]|$)|[交叫](?=学楼)"
)


def misheard(plain: str) -> Iterator[tuple[int, int, str]]:
    """The slips of a folded text: half-open span and the character that was meant."""
    if not _MEANT.keys().isdisjoint(plain):
        yield from ((*found.span(), _MEANT[found.group()]) for found in _SLIPS.finditer(plain))
