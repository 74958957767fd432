"""The words of a place in a text: building, floor, side, room, class, function room."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from understanding import class_names, place_names, place_nouns
from understanding import place_numbers as numbers
from understanding import place_patterns as patterns
from understanding.patterns import late
from understanding.place_links import LinkedCodes
from understanding.place_patterns import ROOMS, WITHIN, Kind
from understanding.sieve import Starts
from understanding.words import WordTable, table


@dataclass(frozen=True, slots=True)
class Token:
    """One word of a place: half-open span and kind."""

    start: int
    end: int
    kind: Kind


Run = list[Token]
"""Words of a place that stand side by side."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A listed word of a place: its kind, and how its name goes on to the left and to the right.

    `free`: words nobody listed may stand before it ("外联办公室"); `head`: it is no place without a word before it
    ("室"); `numbered`: a number may follow ("微机室2").
    """

    kind: Kind
    free: bool = False
    head: bool = False
    numbered: bool = False


class PlaceTokens:
    """Finds the words of places, those of one school before those that any school has."""

    def __init__(self, known: Mapping[str, Kind], codes: Sequence[str] = ()) -> None:
        """`known`: the school's own names, aliases and codes, folded; `codes`: those that a scanned link may carry."""
        common = _common()
        numbered = {word for word in known if word in common and common[word].numbered}
        named = {word: _Word(kind, numbered=word in numbered) for word, kind in known.items()}
        self._words = WordTable({**common, **named})
        self._links = LinkedCodes(codes)

    def find(self, plain: str) -> list[Token]:
        """All words of a place in folded text, left to right, without overlap."""
        found: list[Token] = []
        links = self._links.within(plain)
        starts, begins = _STARTS.within(plain), self._words.begins
        position = 0
        for start in [at for at, character in enumerate(plain) if character in begins or character in starts]:
            if start < position:
                continue
            if links and (link := next((link for link in links if link.start <= start < link.end), None)):
                found += [Token(*span, Kind.ROOM) for span in link.codes]
                position = link.end
                continue
            limit = found[-1].end if found else 0
            token = self._longest(plain, start, limit, starts.get(plain[start], ()))
            if token and not _belongs_to_a_person(plain, token):
                found.append(token)
            position = token.end if token else start + 1
        return _with_the_end(plain, list(_leaning(plain, list(_with_nouns(plain, found)))))

    def _longest(self, plain: str, start: int, limit: int, tries: Sequence[int]) -> Token | None:
        """The longest reading at `start`; of equal ones the school's own. Only the patterns `tries` may begin there."""
        word = self._words.at(plain, start)
        best = _named(plain, word.start, word.end, limit, word.value) if word else None
        for place in tries:
            pattern, kind = _PATTERNS[place]
            found = pattern.match(plain, start)
            if (
                found
                and _is_better(found.end(), best)
                and not (pattern is numbers.NUMBERED and _is_money(plain, start))
            ):
                best = Token(start, found.end(), kind)
        if best and best.kind is Kind.BUILDING and limit < start == best.start:
            return _with_a_word(plain, best, limit)
        return best


def _is_better(end: int, best: Token | None) -> bool:
    """Whether a reading that ends there beats the best so far: by length, or because that one says too little."""
    return best is None or end > best.end or (end == best.end and best.kind is Kind.OPEN)


def _named(plain: str, start: int, end: int, limit: int, word: _Word) -> Token | None:
    """A listed word with what belongs to its name before and behind it."""
    if not (word.head or word.kind in {Kind.ROOM, Kind.GROUND, Kind.OPEN}):
        return Token(start, end, word.kind)
    begun = place_names.begin(plain, start, limit, free=word.free)
    if word.head and (
        start - begun < 2 or (end - start == 1 and _NO_HEAD.match(plain, start)) or _NO_NAME.search(plain, begun, end)
    ):
        return None
    if word.kind is Kind.BUILDING:
        unit = patterns.UNIT.match(plain, end)
        return Token(begun, unit.end() if unit else end, word.kind)
    stop = place_names.end(plain, end, numbered=word.numbered)
    if house := _HOUSE_BEHIND.match(plain, stop):
        return Token(begun, house.end(), Kind.BUILDING)
    named = stop > end or (begun < start and plain[begun:start] not in _OF_MANY)
    return Token(begun, stop, Kind.ROOM if named and word.free else word.kind)


def _with_a_word(plain: str, house: Token, limit: int) -> Token:
    """A building by the form of its name with the words before it: "护理" + "实训楼", "旧" + "宿舍"."""
    if not _TAKES_A_WORD.match(plain, house.start, house.end):
        return house
    return Token(place_names.begin(plain, house.start, limit, free=False), house.end, house.kind)


_TAKES_A_WORD = late(r"宿舍|公寓|寝室|.{1,30}楼$")
_HOUSE_BEHIND = late(r"(?<=中心|部门)大?楼(?![上下梯道顶层房板里])|(?<=[馆堂心])大楼(?![上下梯道顶层房板里])")


def _with_nouns(plain: str, found: Sequence[Token]) -> Iterator[Token]:
    """The words, and with neighbours of no place the name that nobody listed: "美食街" in "美食街旁边"."""
    last: Token | None = None
    for token in found:
        limit = last.end if last else 0
        if token.kind is Kind.NEAR and patterns.THAT_ROOM.match(plain, token.start):
            named = last is not None and last.end == token.start and last.kind in ROOMS  # 体育组那间屋
            if named and plain[token.end - 1] == "间":
                continue
            begun = token.start if named else place_nouns.purpose(plain, token.start, limit)
            last = Token(begun, token.end, Kind.ROOM) if named or begun < token.start else None
            yield from [last] if last else ()
            continue
        if token.kind is Kind.NEAR and not (last and _IN_ONE_CLAUSE.fullmatch(plain, last.end, token.start)):
            begun = place_nouns.before(plain, token.start, limit)
            yield from [Token(begun, token.start, Kind.ROOM)] if begun < token.start else ()
        yield token
        last = token


_IN_ONE_CLAUSE = late(r"[^,.!?;:\s]{0,30}")


def _leaning(plain: str, found: Sequence[Token]) -> Iterator[Token]:
    """The words without sides and neighbours of no place: "旁边的人", "靠窗那排"."""
    kept: Token | None = None
    for place, token in enumerate(found):
        after = next((other for other in found[place + 1 : place + 2] if other.kind not in WITHIN), None)
        row = token.kind is Kind.SPOT and plain[token.start] == "第"  # else "第三排椅子" would be a 排椅
        row = row or is_a_side(plain, token, found)
        if row or token.kind not in WITHIN or _touch(plain, kept, token) or _touch(plain, token, after):
            yield token
            kept = token


def is_a_side(plain: str, token: Token, found: Sequence[Token]) -> bool:
    """Whether a side says where although no place stands beside it: by itself, or as the other of two."""
    if told_alone(plain, token):
        return True
    opens = token.kind is Kind.SIDE and _OPENS_A_CLAUSE.search(plain, max(0, token.start - 1), token.start) is not None
    return opens and any(other.kind is Kind.SIDE and other.end < token.start for other in found)


_OPENS_A_CLAUSE = late(r"[,.!?;\s]$")


def told_alone(plain: str, token: Token) -> bool:
    """Whether a clause is nothing but a side: "五楼的灯不亮，南楼的，靠电梯那头"."""
    if token.kind not in {Kind.SIDE, Kind.SPOT} or token.end - token.start < 3:
        return False
    begins = _CLAUSE_BEGINS.search(plain, max(0, token.start - 3), token.start)
    return begins is not None and _CLAUSE_ENDS.match(plain, token.end) is not None


_CLAUSE_BEGINS = late(r"(?:^|[\s,.!?;])(?:在|就是?)?$")
_CLAUSE_ENDS = late(r"(?:那边|那里|这边|这里|哈|啊|呢|的)?(?:[\s,.!?;]|$)")


def _with_the_end(plain: str, found: list[Token]) -> list[Token]:
    """The words, and where in the last of them: a message that ends in a place tells it in full ("语音室17号机")."""
    last = found[-1] if found else None
    if last is None or last.kind not in _HAVE_AN_INSIDE or not _AFTER_A_REPORT.search(plain, 0, last.start):
        return found
    rest = _AT_THE_END.match(plain, last.end)
    return [*found, Token(*rest.span(1), Kind.SPOT)] if rest else found


_HAVE_AN_INSIDE = frozenset({Kind.ROOM, Kind.GROUND, Kind.NUMBER, Kind.OPEN})
_AFTER_A_REPORT = late(r"[^\s,.!?][\s,.!?]+$")
_AT_THE_END = late(
    r"((?:[\u4e00-\u9fff]{1,5}(?:[左右前后里外上下]边|[前后里外]头|[上下前后里]面|旁边|底下|工位|座位|那头)|\d{1,2}号(?:机|位|桌|座位?)))"
    r"[\s.!]*$"
)


def _belongs_to_a_person(plain: str, token: Token) -> bool:
    """Whether somebody is named by their place, and does not speak of it: "食堂阿姨", not "我是小二班老师"."""
    if not _PERSON.match(plain, token.end) or (token.kind is Kind.NUMBER and _SAYS.match(plain, token.end)):
        return False
    speaks = _SPEAKS.match(plain, token.end) or plain.endswith(_I_AM, 0, token.start)
    return not (speaks and plain[token.start] in _LITTLE_ONES)


def _touch(plain: str, left: Token | None, right: Token | None) -> bool:
    """Whether nothing of weight stands between two words."""
    return left is not None and right is not None and _GAP.fullmatch(plain, left.end, right.start) is not None


def _is_money(plain: str, start: int) -> bool:
    """Whether a figure is an amount or a number of something, and no room."""
    return numbers.NO_ROOM_BEFORE.search(plain, max(0, start - 8), start) is not None


_PATTERNS = (
    *((pattern, Kind.NUMBER) for pattern in class_names.PATTERNS),
    (numbers.NUMBERED, Kind.NUMBER),
    (numbers.CLASS, Kind.NUMBER),
    (numbers.ENGLISH, Kind.NUMBER),
    (patterns.BUILDING, Kind.BUILDING),
    (patterns.FLOOR, Kind.FLOOR),
    (patterns.SIDE, Kind.SIDE),
    (patterns.SPOT, Kind.SPOT),
    (patterns.NEAR, Kind.NEAR),
    (patterns.THAT_ROOM, Kind.NEAR),
    (patterns.BY_RULE, Kind.ROOM),
    (numbers.OPEN_CLASS, Kind.OPEN),
    (numbers.GRADE, Kind.NUMBER),
)
_STARTS = Starts([pattern for pattern, _ in _PATTERNS])
_OF_MANY = frozenset({"老师", "教师", "年级", "班主任", "教职工"})
"""Words before 办公室 that leave it open which one is meant."""
_GAP = late(r"\s?(?:的|那个|那间空?|那)?")
# Words that begin with the word of a place and mean another thing: 室温, 办理, 楼梯.
_NO_HEAD = late(
    "间[隔断歇接谍或距]|堂[弟姐哥妹课而]|阁[下楼]|室[友内外温长]|[馆站亭园厅][长员内外]|房[顶间东]|办[公理法好了不事卡完]|[处科][理于在罚长分]|组[长成织合员装]|部[长分门位件]|[区角]别|"
    "楼(?:[下上](?!午|课|周|次|水)|[梯道层板管面长顶房主])"
)
# Words that end like a room and are none.
_NO_NAME = late("[时空期中之夜晚课午日瞬民人世晨里外][间]$|(?:[这那哪每][么]?|隔|单|区)间$|[课天哄]堂$|[住换租]房$")
# "食堂管理员" and "门卫大爷" are people, not places.
_PERSON = late(
    f"(?:女?老师|同学|学生)(?!.{{0,5}}(?:[室厅馆处]|中心|厕|卫生间|洗手间|宿舍|食堂|餐厅|公寓|机房))|管理员|阿姨|师傅|主任|保安(?!室|亭|岗|处|部)|大爷|叔叔|的人|工作人员|负责人|值班员|那边的人|老{patterns.SURNAMES}|课代表"
)

# A teacher who speaks of the own class: "托班老师这边".
_LITTLE_ONES = frozenset("小中大托学亲")
"""How the names of kindergarten classes begin: their teachers have no other room."""
_I_AM = ("我是", "这里是", "这边是", "这是")
_SAYS = late(r"(?:的?[\u4e00-\u9fff])?老师(?:反映|反应|说|讲|报|打电话)")
"""Whoever tells of a fault in a numbered room is in it: "二号楼206老师说投影机不亮"."""
_SPEAKS = late("老师(?:这边|这里|报修|反映|[:,])")


@cache
def _common() -> dict[str, _Word]:
    """Words for places that any school has."""
    rooms = table("rooms")
    kinds = {
        "rooms": _Word(Kind.ROOM, numbered=True),
        "english": _Word(Kind.ROOM),
        "open": _Word(Kind.OPEN),
        "heads": _Word(Kind.ROOM, head=True),
        "free_heads": _Word(Kind.ROOM, free=True, head=True, numbered=True),
        "houses": _Word(Kind.BUILDING, free=True, head=True),
        "free": _Word(Kind.OPEN, free=True, numbered=True),
        "own": _Word(Kind.OWN),
    }
    words = {word.replace("-", " "): kind for name, kind in kinds.items() for word in rooms[name].split()}
    return words | {word: _Word(Kind.GROUND, numbered=True) for word in rooms["rooms"].split() if _OUTSIDE.search(word)}


# How the names of places outside end: no building and no floor belongs to them.
_OUTSIDE = late(
    "(?:(?<!剧)(?<!道)场|[东西南北正侧校大]门[口岗]?|学校后门|棚|(?<!朗读)亭|[坛院墙杠栏泉]|沙坑|(?:旗|看|主席|领操|领奖|岗|球)台|"
    "(?<!动物)(?<!幼儿)园|(?<!通)道|(?:荷花|戏水)池|池塘|假山|长廊|(?:垃圾|污水|校车|公交|中转)站|车位|[沙滑器种单].{0,2}区|劳动基地)$"
)
