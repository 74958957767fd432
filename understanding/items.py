"""What is broken: the things named in a text and who answers for them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from understanding.normalise import Text, fold
from understanding.patterns import late
from understanding.place_patterns import Kind
from understanding.place_tokens import Token
from understanding.words import Found, WordTable, table

CATEGORIES = ("water_electric", "furniture", "multimedia")
"""Owners in the order of the word table (labelling conventions of the repair desk)."""
_WET, _CARPENTER, _ = CATEGORIES


@dataclass(frozen=True, slots=True)
class Thing:
    """What the word table says of a word: its proper name ("" = as typed) and its owner.

    `part`: goes with the thing it sits on ("遥控器"); `piece`: a part without a name of its own, which stands for the
    whole thing ("外壳"); `open`: several may answer for it ("门禁").
    """

    name: str = ""
    category: str | None = None
    part: bool = False
    piece: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True)
class Mention:
    """A thing named in a text: half-open span, the name to show, owner."""

    start: int
    end: int
    name: str
    category: str | None
    part: bool = False
    piece: bool = False
    open: bool = False


def mentions(text: Text, places: Sequence[Token]) -> tuple[list[Mention], list[Token]]:
    """The things a text names, left to right, and those words of places that are not part of a thing's name.

    Where both claim the same characters, the longer word wins ("校园网" is a network, "电脑室" a room).
    """
    kept = list(_kept([f for f in _words().scan(text.plain) if f.value], text.plain, places))
    rooms = [p for p in places if not any(_overlap(f, p) and not _begins_with(text.plain, f, p) for f in kept)]
    return _locked(_compounds(text, list(_single(text, kept)))), rooms


def _locked(things: list[Mention]) -> list[Mention]:
    """The lock with figures on a locker is the carpenter's, though that of a door may be anybody's."""
    at_a_locker = any(_LOCKER.search(thing.name) for thing in things)
    return [
        replace(thing, category=_CARPENTER, open=False)
        if at_a_locker and thing.open and _LOCK.search(thing.name)
        else thing
        for thing in things
    ]


_LOCKER, _LOCK = late("[柜箱]"), late("锁$")


def _kept(found: Sequence[Found[Thing | None]], plain: str, places: Sequence[Token]) -> Iterator[Found[Thing | None]]:
    """The words that no longer place claims; of those that one does, what is left behind it ("302厕所" + "门")."""
    for word in found:
        place = next((p for p in places if _overlap(word, p) and _claims(p, word)), None)
        if place is None:
            yield word
        elif place.end < word.end and (rest := _words().at(plain, place.end)) and rest.value:
            yield rest


def _claims(place: Token, word: Found[Thing | None]) -> bool:
    """Whether a place has its characters from a word: the longer wins, and what begins before it."""
    return place.start < word.start or word.end - word.start <= place.end - place.start


def _begins_with(plain: str, word: Found[Thing | None], place: Token) -> bool:
    """Whether a thing is named with the place that it is in: "车棚顶" is at 车棚, and a "校园卡" is nowhere."""
    located = place.kind in {Kind.GROUND, Kind.ROOM} and word.start == place.start
    return located and plain[place.start : place.end] not in _ONLY_WORDS


_ONLY_WORDS = frozenset({"校园", "天井", "屋顶", "夹层", "前台", "通道", "人行道", "考场"})


def _overlap(left: Found[Thing | None], right: Token) -> bool:
    return left.start < right.end and right.start < left.end


def _single(text: Text, found: Sequence[Found[Thing | None]]) -> Iterator[Mention]:
    for word in (word for met in found for word in _unlocked(text.plain, met)):
        if thing := word.value:
            start, end = _whole_word(text.plain, word.start, word.end)
            name = text.words(start, end) if not thing.name or start < word.start else thing.name
            yield Mention(start, end, name, thing.category, thing.part, thing.piece, thing.open)


def _unlocked(plain: str, word: Found[Thing | None]) -> Iterator[Found[Thing | None]]:
    """The word without a 锁 at its end that is another word's: "门锁不上" speaks of a door, "门锁芯" of a cylinder."""
    last = word.end - 1
    if last == word.start or not (_LOCKS.match(plain, last) or _IN_A_LOCK.match(plain, last)):
        yield word
        return
    yield _words().at(plain[:last], word.start) or word
    if inside := _IN_A_LOCK.match(plain, last) and _words().at(plain, last):
        yield inside


_FOR = late(
    "[放挂晾晒打洗刷接烧照插擦装盛烘量测录存摆搁晃踩拉按推踏刮]"
    "(?:衣服?|被子|粉笔|毛巾|拖把|扫把|雨伞|书包?|饭卡?|脸|卡|水|手|碗|菜|球|鞋|地图|奖状|字|作业|杯子|餐盘|车|身份证|指纹|票|纸)"
    "(?:用?的那?个?|用?那个|个)$"
)
"""What a thing is for, said instead of its name: "晾衣服那个架子", "放粉笔的槽"."""
_FARTHEST = 8
_BIGGER = late("(?<![不很多太最更么声水风电较老中])[大小]$")
_TAIL = late("(?<=[柜片管箱杆])子|(?<=灯)管|(?<=盖)[板子]")


def _whole_word(plain: str, start: int, end: int) -> tuple[int, int]:
    """A thing's word with what people add to it: 小柜子, 大电视, 配电柜子."""
    if nameless(plain[start:end]) and (use := _FOR.search(plain, max(0, start - _FARTHEST), start)):
        start = use.start()
    start -= _BIGGER.search(plain, max(0, start - 2), start) is not None
    return start, end + (_TAIL.match(plain, end) is not None)


_LOCKS = late("锁不(?:上|住|了)")
_IN_A_LOCK = late("锁[芯舌孔眼扣体鼻片梁]")
_GLUE = late(r"的?|上的?|里的|那个|的那个|顶上的?|后面的?|下面的?|旁边的?|底下的?")


def _compounds(text: Text, single: Sequence[Mention]) -> list[Mention]:
    """Join neighbours ("空调"+"的"+"遥控器"): the last word names the thing, the first its owner."""
    joined: list[Mention] = []
    for mention in single:
        glue = _GLUE.fullmatch(text.plain, joined[-1].end, mention.start) if joined else None
        if glue and joined[-1].piece and not glue.group():
            joined.append(mention)  # "桌子少螺丝椅子少螺丝": a screw is no owner of a chair
        elif glue and not (len(glue.group()) > 1 and _stands_by_itself(mention)):
            joined[-1] = _join(text, joined[-1], mention, glue.group())
        else:
            joined.append(mention)
    return [m for m in joined if not (m.piece and len(m.name) == 1)]  # "面" of nothing is no thing


def _stands_by_itself(mention: Mention) -> bool:
    """Whether a thing needs no other to be known by: "讲台上的电脑" is a computer, "讲台上的锁" the lock of a desk."""
    return not (mention.piece or (mention.part and mention.category is None) or len(mention.name) == 1)


def _join(text: Text, first: Mention, second: Mention, glue: str) -> Mention:
    """A part takes the owner of what it sits on; otherwise the second word is the broken thing."""
    if _stays(first, second):
        return replace(first, end=second.end)
    if _only_where(first, second) or (first.category == second.category == _WET and not (first.part or second.part)):
        return second  # the tap over a basin goes by its own name
    typed = text.words(first.start, first.end)
    both = min(first.name, typed, key=len) + text.words(second.start, second.end)
    if second.part or second.category == first.category or _door_of(first, second):
        category = first.category or second.category
        if glue and _stands_by_itself(second):
            return replace(second, category=category, part=first.part, piece=False)
        return replace(second, start=first.start, name=both, category=category, part=first.part, piece=False)
    if first.part and not first.category:
        return replace(second, start=first.start, name=both)
    return second


def _stays(first: Mention, second: Mention) -> bool:
    """Whether the second word only says more of the first thing, or names a piece of it."""
    parts = first.part and second.part and first.category is None
    piece = second.piece and first.category is not None
    return parts or piece or second.name in _ANY_MACHINE or second.name in first.name or _on_a_machine(first, second)


def _door_of(first: Mention, second: Mention) -> bool:
    """Whether a door goes with the machine that it closes: that of a steamer, and not that of a cabinet of fuses."""
    return second.name in _DOORS and first.category == _WET and not _CASED.search(first.name)


def _only_where(first: Mention, second: Mention) -> bool:
    """Whether the first word only tells where the second one is: "上铺床板", "六台机器键盘坏了"."""
    return first.name in _LEVELS or (first.name in _ANY_MACHINE and _stands_by_itself(second))


_ANY_MACHINE = frozenset({"机器", "机子"})
_DOORS = frozenset({"门", "柜门", "门把手", "门封条", "密封条"})
_CASED = late("配电|电箱|电柜|开关|消防|消火栓|井|灯|电梯|厕|蹲")
_LEVELS = frozenset({"上铺", "下铺"})
"""Where on a bed something is broken; the rest of its name says what."""
_MACHINE = late("[机器柜箱脑调猫]$")
_ON_MACHINES = frozenset({"灯", "开关", "风扇", "喷头", "小风扇"})


def _on_a_machine(first: Mention, second: Mention) -> bool:
    """Whether a lamp or switch is only that of a machine: "除湿机开关", "服务器灯"."""
    return second.name in _ON_MACHINES and _MACHINE.search(first.name) is not None


@cache
def _words() -> WordTable[Thing | None]:
    """Every word of a thing; words in which a thing's name means something else stand for None."""
    data = table("items")
    words: dict[str, Thing | None] = {}
    for category in CATEGORIES:
        plain = Thing(category=category)
        words |= {word.replace("-", " "): plain for word in _folded(data[category]["plain"])}
        for name, others in data[category]["same"].items():
            words |= dict.fromkeys(_folded(f"{name} {others}"), Thing(name, category))
    for category, names in data["parts"].items():
        words |= dict.fromkeys(_folded(names), Thing(category=category or None, part=True))
    for category, names in data["pieces"].items():
        words |= dict.fromkeys(_folded(names), Thing(category=category or None, piece=True))
    for category, names in data["open"].items():
        words |= dict.fromkeys(_folded(names), Thing(category=category, open=True))
    return WordTable(words | dict.fromkeys(_folded(data["not_items"]["words"])))


def _folded(words: str) -> list[str]:
    """Words of the table as texts have them; folded in one go, which is quicker than word by word."""
    return fold(words).split()


@cache
def _nameless() -> frozenset[str]:
    return frozenset(table("items")["nameless"]["words"].split())


def nameless(words: str) -> bool:
    """Whether a word stands for things of every kind: a rack, a box, a machine."""
    return words in _nameless()


def usual(words: str) -> str:
    """The usual name of a thing that bears several ("班牌" is an 电子班牌); other words as they are."""
    plain = fold(words).strip()
    found = _words().at(plain, 0) if plain else None
    return found.value.name if found and found.end == len(plain) and found.value and found.value.name else words


def owner(name: str) -> str | None:
    """Who answers for a thing of the table, by its whole name."""
    plain = fold(name)
    found = _words().at(plain, 0)
    return found.value.category if found and found.value and found.end == len(plain) else None


@cache
def _trades() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((category, re.compile(words)) for category, words in table("items")["trades"].items())


def trade(plain: str) -> str | None:
    """The owner whom a text names without a thing: "催催水电的"."""
    return next((category for category, words in _trades() if words.search(plain)), None)
