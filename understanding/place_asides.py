"""What is named beside the place of a problem: where somebody went or stands, and places that a clause only opens."""

from understanding.patterns import late
from understanding.place_patterns import Kind
from understanding.place_tokens import Run

# What is flowed, carried or spoken to is no place where something is broken.
_ASIDE = late(
    r"(?:[成像]了?|往|朝|冲着|对着|面对|[漏流淌滴漫渗溅飘传][到进于]了?|[搬挪移抬拿送跑走挤借拉躲赶][到回进]了?|去了?|[碎掉落砸摔洒堆卡停困]在|不是|不在|并非|先用|改用|借用|[站待蹲排躲]在?)\s*$"
)
_TAKEN_BACK = late(r"[\s,.]*(?:[嗯呃额啊哦诶][\s,.]*)?(?:不对|不不|说错|错了|写错)|(?:里|上)?(?:一样|似的|一般)")


def aside(plain: str, group: Run) -> bool:
    """Whether something only went there, or the sender took the words back."""
    start = group[0].start
    if {token.kind for token in group} <= _GROUND and _STANDS.search(plain, max(0, start - 6), start):
        return True
    if _CALLS.match(plain, group[-1].end) or (
        _PASSED.search(plain, max(0, start - 3), start) and not _NOTICED.match(plain, group[-1].end)
    ):
        return True
    went = _CAME_FROM.search(plain, max(0, start - 2), start) and _CAME.match(plain, group[-1].end)
    return bool(went or _ASIDE.search(plain, max(0, start - 6), start) or _TAKEN_BACK.match(plain, group[-1].end))


_GROUND = frozenset({Kind.GROUND, Kind.NEAR, Kind.SIDE})
_STANDS = late(r"[我俺]们?(?:人|现在|正|刚|刚才)?在$")
_CAME_FROM = late(r"从$")
_CAME = late(r"(?:[走跑骑]?(?:回来|过来|出来|进来|进去|过去)|路过|走[进过]|[上下]楼)")
_PASSED = late(r"(?:路|经)过了?$")
_NOTICED = late(r"[^,.!?]{0,6},?[^,.!?]{0,4}(?:看|发现|闻|听(?!说)|见)")
_CALLS = late(
    r"[说讲]|反映|通知|要求|(?:这[边里儿])?(?:打的?电话|打来|打过来|给(?:你|您)打|值班|上班|开会|等[着你您]|的时候|时[,\s])"
)


def is_next_door(plain: str, group: Run) -> bool:
    """Whether a room is told from the sender's own, which has a problem too: "我们班投影坏了，隔壁五班空调漏水"."""
    return _NEXT_DOOR.search(plain, max(0, group[0].start - 6), group[-1].end) is not None


_NEXT_DOOR = late(r"[,.!?;\s](?:还有|另外|以及)?(?:隔壁|对面|旁边|楼[上下])|(?:还有|另外|以及)")


def is_another(plain: str, group: Run) -> bool:
    """Whether a corridor or the like is named for a problem of its own: "二楼女厕…，还有走廊那块地砖"."""
    start, end = group[0].start, group[-1].end
    if not _PASSAGE.fullmatch(plain, start, end):
        return False
    begins = _CLAUSE_BEGINS.search(plain, max(0, start - 1), start) and _AS_WELL.match(plain, end)
    return bool(begins or _ALSO.search(plain, max(0, start - 6), start))


_PASSAGE = late(
    r"(?:走廊|楼道|过道|楼梯间?|楼梯口|电梯口|大厅|门厅|阳台|门口|院子|[男女]?厕所?|[男女]?卫生间|洗手间|水房|宿舍|寝室|办公室)(?:里|上|的)?"
)
_ALSO = late(r"(?:还有|另外|以及|再有|再就是|顺便)[,，的那\s]{0,3}$")
_AS_WELL = late(
    r"[^,.!?;\s]{1,6}也|的?(?![里上]?(?:[都全是有很好湿滑积挤站黑]|到处))[^,.!?;\s]{1,6}?(?:[掉坏松裂闪碎破翘堵断]|不[亮转动出]|漏|没[电水网])"
)
_CLAUSE_BEGINS = late(r"[,.!?;\s]$")
