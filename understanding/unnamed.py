"""A broken thing that no table knows or that is only described: "那个烘手的", "头顶转的那个", "呼叫铃没反应"."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from understanding.faults import fault
from understanding.items import Mention, nameless, owner
from understanding.normalise import Text
from understanding.patterns import late
from understanding.sieve import Sieve
from understanding.words import table

_VERBS = "烘洗刷打烧抽吹放录照扫印切绞蒸炒充消净搅"
_THAT = (
    r"(?:[那这哪][一几两]?(?:个|台|块|扇|盏|张|把|根|条|只|部|套|面|架|排)|[一几两](?:台|块|扇|盏|张|把|根|部|套|架))"
    r"([\u4e00-\u9fff]{1,5}?)(?=(?:又|也|都|老|就|还|突然|好像|一直|有点|彻底|全|已经|总|怎么)*"
    r"(?:耷拉|翘|脱|垂|塌|烂|锈|鼓|凹|撞|摔|砸|被|让|坏|不|没|掉|断|松|漏|卡|裂|响|歪|破|堵|黑|闪|晃|滴|冒|按|用)|[\s,.!?;]|$)"
)
_DOES = rf"那(?:个|台)([{_VERBS}][\u4e00-\u9fff]{{1,2}}的)(?=[\s,.!?;]|$)"
_CALLED = rf"那(?:个|台)([{_VERBS}][\u4e00-\u9fff]的)"
_SUBJECT = r"(?:^|[□\s,.!?;:])的?((?!的)[\u4e00-\u9fff]{2,4})$"
_NO_THING = (
    "东西|玩意|家伙|[嘎吱咯哗嗡咣轰哒嘀咕层整半全另一二两几我你他她它咱俺们这那哪谁啥么怎了着过吗吧呢啊呀吃喝说想要看请帮来去给让被把在是有就都也还又很太老天日月今明昨早晚课节时候次点事人师生娃班级家"
    "校长情样问题急的快好大小多少再没不能会可得同学烧]"
)


@cache
def _words(pattern: str) -> re.Pattern[str]:
    """One of these patterns, compiled when it is first wanted: most messages name what they mean."""
    return re.compile(pattern)


def described(text: Text, things: Sequence[Mention]) -> Sequence[Mention]:
    """The things, with one in the place of those that only describe it: "墙上插充电器的那个口" is a socket."""
    meant = _described(text.plain) if things else None
    if meant is None or not any(meant.start <= t.start < meant.end for t in things):
        return things
    if any(t.start <= meant.start and meant.end <= t.end for t in things):
        return things
    after = next((t for t in things if meant.end <= t.start <= meant.end + _NEXT), None)
    if after and not nameless(text.plain[after.start : after.end]):
        return things
    kept = [t for t in things if t is not after and not meant.start <= t.start < meant.end]
    return sorted([*kept, meant], key=lambda thing: thing.start)


_NEXT = 3
"""Characters, such as 那个, between a description and the name that follows it."""


def guessed(text: Text) -> list[Mention]:
    """The thing that is spoken of where none is known by name; its owner is not told by it, unless it is described."""
    meant = _described(text.plain)
    called = _words(_CALLED if meant else _DOES).search(text.plain)
    if called and (meant is None or meant.start == called.start(1)):
        return [_mention(text, *called.span(1), meant.category if meant else None)]
    if meant:
        return [meant]
    broken = fault(text.plain)
    if broken is None:
        return []
    for found in _words(_THAT).finditer(text.plain):
        if not _words(_NO_THING).search(found[1]):
            return [_mention(text, *found.span(1))]
    found_before = _words(_SUBJECT).search(text.plain[: broken.start()])
    if found_before and not _words(_NO_THING).search(found_before[1]):
        return [_mention(text, *found_before.span(1))]
    return list(_places_that_break(text))


_PLACE = late("□+")
_BREAKS = late("坑|塌|裂|破|翘|鼓|起皮|开胶|脱|陷|凹|滑|掉|缺|碎|松|坏|断|倒|歪|洼|堵|塌陷")
_LONGEST = 6


def _places_that_break(text: Text) -> Iterator[Mention]:
    """What is a place and a thing at once and has come to harm: "跑道塌了一个坑", "台阶碎了"."""
    if not _BREAKS.search(text.plain):
        return
    for place in _PLACE.finditer(text.plain):
        for start in range(max(place.start(), place.end() - _LONGEST), place.end() - 1):
            name = text.words(start, place.end())
            if category := owner(name):
                yield Mention(start, place.end(), name, category)
                return


@cache
def _descriptions() -> tuple[Sequence[str], Sieve]:
    told = table("items")["described"]
    return [name for name, _ in told["things"]], Sieve([f"(?:{words}){told['never']}" for _, words in told["things"]])


def _described(plain: str) -> Mention | None:
    """The thing that somebody describes: of several the first, and of those that begin there the longest."""
    names, sieve = _descriptions()
    met: Iterator[tuple[int, re.Match[str]]] = sieve.search(plain)
    best = min(met, key=lambda one: (one[1].start(), -one[1].end()), default=None)
    if best is None:
        return None
    name, span = names[best[0]], best[1].span()
    return Mention(*span, name, owner(name))


def _mention(text: Text, start: int, end: int, category: str | None = None) -> Mention:
    return Mention(start, end, text.words(start, end), category)
