"""Names of rooms that are put together: what a room is for before what it is ("语文组" + "办公室"), and its number."""

from functools import cache

from understanding.patterns import late
from understanding.words import table

# Characters that end a name when read backwards: verbs, particles and pronouns never begin the name of a place.
STOPS = frozenset(
    "的了着在把来去是有我你您他她们这那哪请到看下上里个和跟与就还也又都被让给从往吧啊呢吗嘛没不坏修报借用要想办帮麻烦好急换"
    "说叫找开关进出等得对才再只会能可为过各每某本该几多一二三四五六七八九十零整全半另放走回挂住租管查挪搬送拆装空打催按先后"
)
_LONGEST = 4
_FREE = 6
"""Characters that may stand before a room as its name although nobody listed them."""
_RANKED = late(r"(?:第[一二三四五六七八九十\d]{1,2}号?|[一二三四五六七八九十\d]号)$")
_GRADE = late(r"(?:[初高][一二三]|(?<![第\d])[一二三四五六七八九1-9]年级?)(?:年级)?$")
_PERSON = late(r"(?:老师|校长|书记|主任|院长|部长|处长|科长|会计|园长|校医)$")
_NUMBER_AFTER = late(
    r"(?:[a-f]\d?(?![a-z\d])|[(][东西南北][)]|[一二三四五六七八九](?=[\s,.!的那里门靠没不坏也都全断]|$)|[二三四五六七八九](?![楼层台个号人张把十百年扇块条只套位间次点样天下排盏组根月日小节一二三四五六七八九])"
    r"|一(?=话筒|投影|空调|[灯窗水椅桌网讲]|电脑|音[响箱]|[黑白]板|大屏|屏幕|插座|暖气|打印|后门|前门)"
    r"|[(][一二三四五六七八九1-9][)]|(?:[1-9]|[12]\d)(?![\da-z单栋座幢楼层台个号人张把年.:]|块|扇|条|只|套|位|间))"
)
_COUNTED_HALLS = ("食堂", "餐厅", "饭堂", "操场", "机房")
_IS_ADDRESS = late(r"楼(?:[a-f]?\d{3}|[一二三四五六七八九十\d][楼层])")
# Buildings are named after virtues (求是, 育才, 和美): fewer characters tell that no name stands before one.
_NO_VIRTUE = STOPS - frozenset("是有才得行进和能为可先来好上")
_VIRTUE = frozenset("楼苑轩斋阁堂馆")
_OF_IT = late(r"的?(?:那个|那间)$")
_NUMERALS = frozenset("一二三四五六七八九123456789")
BOUNDARY = frozenset("的了在到去是个那这和跟把有从给往楼层头侧边口栋座幢区部")


def begin(plain: str, start: int, limit: int, *, free: bool) -> int:
    """Where a name begins of which the last word stands at `start`; not before `limit`.

    `free`: words that nobody listed may be part of it too, as long as a clause or a particle stands before them.
    """
    found = _listed(plain, start, limit)
    if found == start and start - limit > 2 and plain[start - 1] in _NUMERALS:
        numbered = _listed(plain, start - 1, limit)  # 微机一室
        if numbered < start - 2:
            return numbered
    if free and start - found < 2:  # in 知新楼 and 创新中心 the 新 is no word by itself
        found = min(found, _unlisted(plain, start, limit))
    elif free:
        found = _with_a_word(plain, found, limit)
    if found == start and (of_it := _OF_IT.search(plain, max(limit, start - 3), start)):
        named = _listed(plain, of_it.start(), limit)  # 综合实践那个教室
        return named if of_it.start() - named > 1 else start
    if ranked := _RANKED.search(plain, max(limit, found - 4), found):
        return _listed(plain, ranked.start(), limit)
    if plain.startswith(_COUNTED_HALLS, found) and found > limit and plain[found - 1] in _NUMERALS:
        return _listed(plain, found - 1, limit)
    return found


def end(plain: str, stop: int, *, numbered: bool) -> int:
    """Where a name ends whose last word ends at `stop`: "微机室2", "琴房A"."""
    found = _NUMBER_AFTER.match(plain, stop) if numbered else None
    return found.end() if found else stop


def _listed(plain: str, start: int, limit: int) -> int:
    """The begin of what is listed before a place: subjects, offices, grades, people."""
    begun = start
    while begun > limit and (earlier := _word_before(plain, begun, limit)) < begun:
        begun = earlier
    return begun


def _word_before(plain: str, stop: int, limit: int) -> int:
    if grade := _GRADE.search(plain, max(limit, stop - 5), stop):
        return grade.start()
    words = _modifiers()
    for length in range(min(_LONGEST, stop - limit), 0, -1):
        if plain[stop - length : stop] in words:
            return _surname(plain, stop - length, stop, limit)
    return stop


def _surname(plain: str, start: int, stop: int, limit: int) -> int:
    """The begin of a person before an office: 张老师, 王副校长."""
    is_person = _PERSON.search(plain, start, stop) and start > limit
    return start - 1 if is_person and plain[start - 1] in _surnames() else start


def _unlisted(plain: str, start: int, limit: int) -> int:
    begun = start
    while begun > max(limit, start - _FREE) and _in_a_name(plain[begun - 1]):
        begun -= 1
    if begun > start - 2 and _IS_ADDRESS.match(plain, start) and plain[limit:start][-2:].isalpha():
        begun = start - 2
    at_edge = (
        begun == limit
        or not plain[begun - 1].isalnum()
        or plain[begun - 1] in BOUNDARY
        or plain.endswith("一下", limit, begun)
    )
    return begun if at_edge and start - begun > 1 else _virtue(plain, start, limit)


def _virtue(plain: str, start: int, limit: int) -> int:
    """The begin of a building's name of two characters at the begin of a clause: "求是楼"."""
    begun = start - 2
    if begun < limit or plain[start] not in _VIRTUE or (begun > limit and plain[begun - 1].isalnum()):
        return start
    named = all(character.isalpha() and character not in _NO_VIRTUE for character in plain[begun:start])
    return begun if named and not plain[begun:start].isascii() else start


def _with_a_word(plain: str, start: int, limit: int) -> int:
    """A word of two characters that nobody listed, where with it the clause begins: "急救" + "培训室"."""
    begun = start - 2
    begins = begun == limit or (begun > limit and not plain[begun - 1].isalnum())
    return begun if begins and all(map(_in_a_name, plain[begun:start])) else start


def _in_a_name(character: str) -> bool:
    return character.isalpha() and not character.isascii() and character not in STOPS


@cache
def _modifiers() -> frozenset[str]:
    rooms = table("rooms")
    return frozenset(f"{rooms['modifiers']} {rooms['majors']}".split())


@cache
def _surnames() -> frozenset[str]:
    return frozenset(table("rooms")["surnames"].strip())
