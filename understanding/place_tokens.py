"""The words of a place in a text: building, floor, side, room, class, function room."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from understanding import class_names
from understanding.sieve import Starts
from understanding.words import WordTable, table


class Kind(IntEnum):
    """What a word of a place says; the order is that of a written address."""

    BUILDING = 0
    FLOOR = 1
    SIDE = 2
    ROOM = 3
    OPEN = 4
    OWN = 5


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a place: half-open span and kind."""

    start: int
    end: int
    kind: Kind


_NUMERAL = "一二三四五六七八九十"
# Characters that end a name when read backwards: verbs, particles and pronouns never begin the name of a room.
_NO_NAME = (
    "的了着在把来去是有我你您他她们这那哪请到看下上里个和跟与就还也又都被让给从往吧啊呢吗嘛没不坏修报借用要想办帮麻烦好急换"
    "说叫找开关进出等得对才再只会能可为过同学师傅各每某本该几多一二三四五六七八九十零"
)
_SPEAKING = f"[^{_NO_NAME}\\W\\da-z_]"

_BUILDING = re.compile(
    rf"(?:第?[{_NUMERAL}\d]{{1,2}}号?|[东西南北新老旧主副前后大小a-f]|高中|初中|小学|中学|学生|男生|女生|教师|教工)?"
    r"(?:教学|实验|综合|行政|办公|宿舍|公寓|科技|艺术|图书|科学|逸夫|理化|体育|信息|文科|理科|培训|国际|生活|实训|食堂|餐饮)大?楼"
    rf"(?:[a-f{_NUMERAL}\d]号?(?:栋|座|区|幢))?"
    rf"|(?:\d{{1,2}}|[{_NUMERAL}]{{1,2}}|[a-f])(?:号楼|#楼?|号?(?:栋|座|幢)楼?)|[a-f]楼|第[{_NUMERAL}\d]教学楼"
    rf"|(?:男生|女生|学生|教师|教工)?(?:宿舍|公寓)(?:楼)?[a-f\d{_NUMERAL}](?:号楼|栋|座|幢|区)|{_SPEAKING}{{2}}楼(?![下上梯道顶层房板主管里面])"
)
_FLOOR = re.compile(
    rf"(?:负|地下)?(?:[{_NUMERAL}]{{1,3}}|\d{{1,2}})(?:楼|层)(?!梯(?!口|间|拐)|房)|(?:负一|地下一?|顶|底)(?:楼|层)|(?:b|f)[1-9](?=层|楼)|[1-9]f(?![a-z])"
    r"|(?:\d{1,2}(?:st|nd|rd|th)|first|second|third|fourth|fifth|ground) floor"
)
_SIDE = re.compile(
    r"(?:靠|最)?(?:东南|东北|西南|西北|东|西|南|北)(?:头|边|侧|面|端|区)(?:第[一二三四五六七八九十\d]间)?|(?:左|右)(?:手边|手|边|侧)|尽头|拐角处?|转角处?|最(?:里|外)(?:面|头|边|间)?(?:那间|一间|的那间)?"
    r"|靠(?:近)?(?:窗|东|西|南|北|墙|走廊|马路|楼梯|操场|厕所|门)口?(?:边|侧|面)?(?:的?那?一?(?:排|侧|边|间))?"
    rf"|第[{_NUMERAL}\d]+(?:个|排|组|间)(?:坑位?|蹲?位|隔间|蹲坑)?|(?:旁边|隔壁|对面|斜对面)(?:的?那间?(?:屋|教室|房间|办公室)?|的?(?:教室|屋|房间|办公室))"
)
_ROOM = re.compile(
    r"(?:(?<![a-z])(?:room|classroom|rm)\.? ?|(?<![\da-z.\-*¥#]))(?:[a-f]-?|[1-9]-)?"
    r"(?:[1-9]\d{2}|1[0-8]\d{2}|[2-9][1-9]\d{2}|[一二三四五六七八九][零〇○][一二三四五六七八九1-9]|[一二三四五六七八九][一二幺][一二三四五六七八九零](?=教室|室|的|房|班|办))"
    r"(?![\d含包元块台人支年月日度公千kw%张份本分.:*×x]|个(?!教室)|[-~]\d{3,}|多(?!媒体|功能)|以[内上下]|左右|箱|包|盒|套|把|只|毫|平|斤|瓶|号楼|条|颗)"
    rf"(?:号?(?:普通)?(?:教室|室|房间|房|办公室|宿舍|寝室|班)|{_SPEAKING}{{0,2}}(?:实验室|准备室))?"
)
_MONEY_BEFORE = re.compile(
    r"(?:预算|价|型号|编号|共|约|尾号|￥|¥|电话|一共|总计|单号|工号|学号|pc-?|规格)\s*[:是]?\s*$"
)
_NAMED_ROOM = re.compile(
    rf"(?:[初高]?[一二三四五六七八九1-9](?:年级|年)?|{_SPEAKING}{{2}}){_SPEAKING}{{0,3}}组?(?:的)?(?:教师|老师)?办公室"
    rf"|第?[一二三四1-4]号?(?:食堂|餐厅|操场|机房|微机室|会议室|报告厅|阅览室)|(?:微机室|机房|录播室|实验室|会议室|阅览室)[一二三四1-4](?![\d楼层台个])"
    rf"|{_SPEAKING}{{2,5}}(?:办公室|教研室|工作室|实验室|活动室|功能室|室|馆)(?!友|内|外|温|长|主)"
)


class PlaceTokens:
    """Finds the words of places, those of one school before those that any school has."""

    def __init__(self, known: Mapping[str, Kind]) -> None:
        """`known`: the school's own names, aliases and codes, folded."""
        self._words = WordTable({**_common(), **known})

    def find(self, plain: str) -> list[Token]:
        """All words of a place in folded text, left to right, without overlap."""
        found, position = [], 0
        classes, others = class_names.STARTS.within(plain), _STARTS.within(plain)
        while position < len(plain):
            character = plain[position]
            if not (character in classes or character in others or character in self._words.begins):
                position += 1
                continue
            token = self._longest(plain, position, classes.get(character, ()), others.get(character, ()))
            if token and not _PERSON.match(plain, token.end):
                found.append(token)
            position = token.end if token else position + 1
        return found

    def _longest(self, plain: str, start: int, classes: Sequence[int], others: Sequence[int]) -> Token | None:
        """The longest reading at `start`; of equal ones the school's own. Only these patterns may begin there."""
        word = self._words.at(plain, start)
        best = Token(word.start, word.end, word.value) if word else None
        if classes or others:
            for kind, end in _patterns_at(plain, start, classes, others):
                if end > (best.end if best else start):
                    best = Token(start, end, kind)
        return best


def _patterns_at(plain: str, start: int, classes: Sequence[int], others: Sequence[int]) -> Iterator[tuple[Kind, int]]:
    if found := class_names.class_at(plain, start, classes):
        yield Kind.ROOM, found.end()
    for place in others:
        pattern, kind = _PATTERNS[place]
        if (found := pattern.match(plain, start)) and not (pattern is _ROOM and _is_money(plain, start)):
            yield kind, found.end()


def _is_money(plain: str, start: int) -> bool:
    """Whether a figure is an amount or a number of something, and no room."""
    return _MONEY_BEFORE.search(plain, max(0, start - 8), start) is not None


_PATTERNS = (
    (_ROOM, Kind.ROOM),
    (_BUILDING, Kind.BUILDING),
    (_FLOOR, Kind.FLOOR),
    (_SIDE, Kind.SIDE),
    (_NAMED_ROOM, Kind.ROOM),
)
_STARTS = Starts([pattern for pattern, _ in _PATTERNS])


# "食堂管理员" and "门卫大爷" are people, not places.
_PERSON = re.compile("管理员|老师|阿姨|师傅|主任|保安|大爷|叔叔|的人|工作人员|负责人|值班员|那边的人|同学|学生")


@cache
def _common() -> dict[str, Kind]:
    """Words for places that any school has."""
    rooms = table("rooms")
    kinds = (("rooms", Kind.ROOM), ("english", Kind.ROOM), ("open", Kind.OPEN), ("own", Kind.OWN))
    return {word.replace("-", " "): kind for name, kind in kinds for word in rooms[name].split()}
