"""Words that were heard or typed wrongly: a run of characters that sounds like a word of the trade and is none.

Only words of the trade and the school's own names are ever meant. A character that fits its neighbours as typed is no
slip: "电脑是" is not 电脑室, because 脑 and 是 ordinarily stand together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import add, eq

from understanding.characters import free, rare, said, words
from understanding.folding import fold
from understanding.hearing import hearing
from understanding.patterns import late
from understanding.reading import AssetWords, PlaceWords
from understanding.words import table

_SHORTEST, _LONGEST = 2, 6
"""Characters of a word that may be meant."""
_WITNESSED = 3
"""Words up to this long must have a character right: two wrong ones make another word too often."""
_HAN = late(r"(?<![\da-z)])[\u4e00-\u9fff]+")
_NUMERALS = frozenset("零一二三四五六七八九十百半几两")


@dataclass(frozen=True, slots=True)
class Meant:
    """A run of characters, and the word of the same length that was meant or that stands there."""

    start: int
    word: str

    @property
    def end(self) -> int:
        """Behind the last character of the run."""
        return self.start + len(self.word)


_Index = tuple[dict[str, frozenset[str]], dict[str, tuple[int, ...]]]


class Sounds:
    """Hears the words of the trade and those of one school."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        """`names`: the school's own, as `own_names` gives them."""
        own = frozenset(run for run in _runs(names) if _NUMERALS.isdisjoint(run))
        self._known = trade_words() | own
        self._heard, self._lengths = _index(own)

    def meant(self, plain: str) -> Iterator[Meant]:
        """The slips of a folded text, left to right, without overlap."""
        heard = hearing().of(plain)
        if self._lengths.keys().isdisjoint(map(add, heard, heard[1:])):
            return
        start, last = 0, len(plain) - 1
        while start < last:
            lengths = self._lengths.get(heard[start : start + 2])
            found = self._at(plain, heard, start, lengths) if lengths else None
            if found and found.word != plain[start : found.end]:
                yield found
            start = found.end if found else start + 1

    def _at(self, plain: str, heard: str, start: int, lengths: Iterable[int]) -> Meant | None:
        """The longest word that stands at `start`, or that was meant there."""
        for length in lengths:
            typed = plain[start : start + length]
            if typed in self._known:
                return Meant(start, typed)
            meant = self._heard.get(heard[start : start + length])
            word = _nearest(typed, meant) if meant else None
            if word and (_names_a_room(plain, start, word) or not _fits(plain, start, word)):
                return Meant(start, word)
        return None


def own_names(places: Iterable[PlaceWords], assets: Iterable[AssetWords], people: Iterable[str]) -> Iterator[str]:
    """The names of a school, folded: rooms and their other names, buildings, devices, people."""
    for place in places:
        yield from map(fold, (place.name, place.building, *place.aliases))
    yield from (fold(asset.name) for asset in assets)
    yield from (fold(name) for name in people if len(name) >= _FULL_NAME)


_FULL_NAME = 3
"""Characters; a shorter name sounds like too much else."""


def _nearest(typed: str, meant: Iterable[str]) -> str | None:
    """The word with most characters of what was typed; none where two have as many, or too few are the same."""
    ranked = sorted(((sum(map(eq, typed, word)), word) for word in meant), reverse=True)
    same, best = ranked[0]
    if (same == 0 and len(typed) <= _WITNESSED) or (len(ranked) > 1 and ranked[1][0] == same):
        return None
    return best


def _fits(plain: str, start: int, word: str) -> bool:
    """Whether what was typed instead of a word is at home there.

    It is if its edge belongs to the word beside it ("等管|理"), if only the character behind a whole word would be
    changed, or if one that would be changed goes with its neighbour.
    """
    end = start + len(word)
    if plain[start] in _COUNTED_HOUSES and plain[:start].endswith(_FIGURES):
        return True
    if plain[end - 1] in _NAMED_HOUSES and _A_HOUSE.match(plain, end):
        return True
    if _before(plain, start) in words() or plain[end - 1 : end + 1] in words():
        return True
    if plain[start : end - 1] == word[:-1] and _is_whole(word[:-1]) and plain[end - 1] not in _ENDS.get(word[-1], ""):
        return True
    changed = (start + place for place, character in enumerate(word) if plain[start + place] != character)
    return any(_goes_with_its_neighbours(plain, place) for place in changed)


def _names_a_room(plain: str, start: int, word: str) -> bool:
    return _is_a_room(plain, start, word) or _ends_in_a_room(plain, start, word)


def _is_a_room(plain: str, start: int, word: str) -> bool:
    """Whether 室 was heard behind what a room is for: "微机事有两台…", "物理实验是的水池", not "这个实验是假的".

    It is where the name begins the clause or follows a floor or building, and what stands behind goes on from a room.
    """
    last = start + len(word) - 1
    if plain[last] not in _HEARD_AS.get(word[-1], "") or plain[start:last] != word[:-1]:
        return False
    behind = _IN_A_ROOM if plain[last] == "时" else _BEHIND_A_ROOM  # "会议时灯灭了" tells when
    return behind.match(plain, last + 1) is not None and bool(_BEFORE_A_ROOM.search(plain, max(0, start - 4), start))


def _ends_in_a_room(plain: str, start: int, word: str) -> bool:
    """Whether the end of a room's name was typed rightly where a place may begin: "美书室", "舞到教室"."""
    end = start + len(word)
    ended = _ENDS_A_ROOM.search(plain, start + 2, end)
    if len(word) < 3 or not ended or not word.endswith(ended[0]) or plain[start : ended.start()] in _subjects():
        return False
    return _BEFORE_A_ROOM.search(plain, max(0, start - 4), start) is not None


_ENDS_A_ROOM = late(r"(?:教室|实验室|[室馆厅房楼])$")


@cache
def _subjects() -> frozenset[str]:
    """What a room may be for, as it is listed: such a name is no slip of another."""
    return frozenset(table("rooms")["modifiers"].split())


_HEARD_AS = {
    "室": "事市试时是式世视士", "间": "件见建监", "房": "防方", "处": "出除", "厅": "听停", "台": "抬", "场": "厂长",
    "馆": "官管", "厨": "除",
}  # fmt: skip
"""What is typed for the last character of a room's name."""
_BEFORE_A_ROOM = late(r"(?:^|[\s,.!;:]|[楼层栋座区头侧边]的?|在|到|我们|学校)$")
_IN_A_ROOM = late(r"的(?!$|[\s,.!?])|里|那[边个台扇]|靠|\d")
_BEHIND_A_ROOM = late(
    r"的(?!$|[\s,.!?])|里|那[边个台扇]|有[一二两三四五六七八九十几好\d个]|靠|最[里后前]|门|\d|[左右前后][边面侧]|讲台"
    r"|空调|电脑|投影|[开饮热]水|水[龙池管槽]|镜|暖气|音[响箱]|吊?风?扇|灯|窗|桌|椅|柜|插座|打印|漏|没[电水网灯]|$"
)

_NAMED_HOUSES = frozenset("园苑庭居轩舍")
_A_HOUSE = late(r"(?:[一二三四五六七八九十]{1,2}|\d{1,2})(?:号?[栋幢座]|号楼)")
"""How the name of a house goes on that no table knows: "晓园" + "2栋" is not 校园."""
_COUNTED_HOUSES = frozenset("栋层")
_FIGURES = tuple("0123456789" + "".join(sorted(_NUMERALS)))
"""Between a figure and a gate 栋 is no 东: "4栋大门"."""

_ENDS = {
    "机": "鸡几级积肌", "器": "气七企汽", "仪": "义议宜艺", "板": "版扳", "灯": "登蹬", "管": "馆官", "袋": "带代",
    "手": "首守", "柜": "贵", "室": "市视", "阀": "伐法罚", "池": "迟", "屏": "平瓶", "箱": "相厢", "座": "坐作",
    "头": "投透", "斗": "豆", "闸": "扎", "线": "限",
}  # fmt: skip
"""What is typed for the last character of a thing; else what stands behind a whole word begins another ("课桌|搬")."""


def _is_whole(stem: str) -> bool:
    return stem in words() or stem in trade_words()


def _goes_with_its_neighbours(plain: str, place: int) -> bool:
    pairs = (_before(plain, place), plain[place : place + 2])
    return plain[place] in free() or not (words().isdisjoint(pairs) and said().isdisjoint(pairs))


def _before(plain: str, place: int) -> str:
    return plain[max(0, place - 1) : place + 1]


def _runs(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from (run for run in _HAN.findall(text) if _SHORTEST <= len(run) <= _LONGEST)


def _by_sound(meant: Iterable[str]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for word, sounds in hearing().of_each(meant):
        for sound in sounds:
            found[sound].add(word)
    return {sound: frozenset(same) for sound, same in found.items()}


def _by_pair(heard: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """The lengths of the words that begin with a pair of sounds, the longest first."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for sound in heard:
        found[sound[:2]].add(len(sound))
    return {pair: tuple(sorted(lengths, reverse=True)) for pair, lengths in found.items()}


def _index(own: frozenset[str]) -> _Index:
    """What may be meant by its sounds, and the lengths to try: of the trade's words, and of one school's."""
    heard, lengths = _index_of_trade()
    also = _by_sound(own)
    tried = _by_pair(also)
    heard = heard | {sound: same | heard.get(sound, frozenset()) for sound, same in also.items()}
    return heard, lengths | {pair: _longest_first(own, lengths.get(pair, ())) for pair, own in tried.items()}


def _longest_first(lengths: Iterable[int], others: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted({*lengths, *others}, reverse=True))


@cache
def _index_of_trade() -> _Index:
    heard = _by_sound(trade_words() - rare())
    return heard, _by_pair(heard)


@cache
def trade_words() -> frozenset[str]:
    """The Chinese words that a slip may have meant: things, brands, rooms, goods, faults and acts."""
    return frozenset(_runs([fold("\n".join(_tables()))])) - frozenset(table("slips")["slips"])


def _tables() -> Iterator[str]:
    items, rooms = table("items"), table("rooms")
    for owner in ("water_electric", "furniture", "multimedia"):
        yield items[owner]["plain"]
        yield from (f"{name} {same}" for name, same in items[owner]["same"].items())
    yield from (listed for kind in ("parts", "pieces", "open") for listed in items[kind].values())
    yield from (rooms["rooms"], rooms["open"], table("goods")["goods"], table("slips")["meant"]["words"])
