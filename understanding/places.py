"""Where: the school's rooms by every name, and places in the sender's own words where no room is meant for certain."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from understanding.class_names import class_key
from understanding.normalise import Text, fold, squeeze
from understanding.numerals import arabic
from understanding.patterns import late
from understanding.place_fitting import Fitting, Keys
from understanding.place_groups import places
from understanding.place_patterns import ROOMS, Kind
from understanding.place_tokens import PlaceTokens, Run, Token
from understanding.reading import PlaceWords

_SAME = (
    (frozenset("层"), late(r"层"), "楼"),
    (
        frozenset("卫洗茅厕"),
        late(r"卫生间|洗手间|茅房|茅厕|公厕|厕所|(?<=男)厕|(?<=女)厕|(?<=[男女])卫$"),
        "厕所",
    ),
    (frozenset("厕"), late(r"(?<=[男女])生(?=厕所)"), ""),
    (frozenset("办"), late(r"(?<=.{2})办$"), "办公室"),
    (frozenset("边侧面端"), late(r"(?<=[东西南北])[边侧面端](?!门)"), "头"),
    (frozenset("道"), late(r"楼道|过道|通道"), "走廊"),
    (
        frozenset("rc号教房室学我那的"),
        late(
            r"^(?:room|classroom|rm)(?=\d)|(?<=\d)号?(?:教室|房间|室|房)$|(?<=班)教室$|^(?:学校|我们)(?=.{2})|那个|那间|的"
        ),
        "",
    ),
)
"""What is written otherwise: characters of which a match has one, the pattern, and what stands for it in a key."""


_AS_NUMBER = late(r"(?<=\d{3})班$")
"""203班 is a class where the school has such a class, else what room 203 is called."""


@lru_cache(maxsize=4096)  # more than one school's spellings: its reader is made anew whenever a word is learnt
def place_key(words: str) -> str:
    """A key equal for all spellings of one place: 三零五教室 = 305, 三楼东侧男卫生间 = 3楼东头男厕所."""
    plain = fold(words).strip()
    if found := class_key(plain):
        return found
    key = arabic(squeeze(plain))
    for characters, pattern, replacement in _SAME:
        if not characters.isdisjoint(key):
            key = pattern.sub(replacement, key)
    return key


@dataclass(frozen=True, slots=True)
class Location:
    """A place named in a text: the sender's words, the code of the room if one is meant for certain, and the span.

    `open` says that it is too little to go to ("办公室"), `own` that it is the sender's own room ("我们班").
    """

    words: str
    code: str | None
    start: int
    end: int
    open: bool = False
    own: bool = False


class Places:
    """The rooms of one school."""

    def __init__(self, rooms: Sequence[PlaceWords]) -> None:
        """Index every name, alias, code and building-and-room of every place."""
        self._codes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        buildings = _buildings(rooms)
        self._keys = Keys(buildings, place_key)
        for place in rooms:
            for words in set(_spellings(place, buildings.get(place.building, ()))):
                self._codes[self._keys.of(words)].add(place.code)
        self._rooms = {place.code: place for place in rooms}
        self._fitting = Fitting(rooms, self._keys)
        self._tokens = PlaceTokens(dict(_known(rooms)), [place.code for place in rooms])

    def code(self, words: str) -> str | None:
        """The code of the one place that these words mean; None where none or several could be meant."""
        if not self._codes:
            return None
        codes = self._codes.get(self._keys.of(words)) or self._codes.get(("", _AS_NUMBER.sub("", fold(words))), set())
        return next(iter(codes)) if len(codes) == 1 else None

    def tokens(self, plain: str) -> list[Token]:
        """The words of places in folded text."""
        return self._tokens.find(plain)

    def locations(self, text: Text, tokens: Sequence[Token]) -> list[Location]:
        """The places that a text names, in order; pieces that lie apart but belong together are joined."""
        return [self._location(text, runs) for runs in places(text.plain, tokens)]

    def _location(self, text: Text, runs: list[Run]) -> Location:
        words = _joined(text, [(run[0].start, run[-1].end) for run in runs])
        kinds = {token.kind for run in runs for token in run}
        code = self.code(words) or self._code_around(text, [token for run in runs for token in run])
        return Location(
            words=words,
            code=code,
            start=_own(runs)[0].start,
            end=_own(runs)[-1].end,
            open=code is None and not kinds & _ENOUGH,
            own=Kind.OWN in kinds and not kinds & {Kind.ROOM, Kind.NUMBER},
        )

    def _code_around(self, text: Text, tokens: list[Token]) -> str | None:
        """The room that a description fits, or within which a position is named: "3楼走廊尽头" is in the corridor."""
        if not self._codes:
            return None
        if beside := [place for place, token in enumerate(tokens) if token.kind is Kind.NEAR]:
            return self._code_beside(text, tokens[: beside[0]], tokens[beside[-1] + 1 :])
        while tokens[-1].kind in {Kind.SIDE, Kind.SPOT} and len(tokens) > 1:
            tokens = tokens[:-1]
        words = _joined(text, [(token.start, token.end) for token in tokens])
        return self.code(words) or (self._fitting.only(words) if tokens[-1].kind in ROOMS else None)

    def _code_beside(self, text: Text, known: list[Token], meant: list[Token]) -> str | None:
        """The room beside another, if that floor has one such room only: "财务室旁边的走廊", "302对面的男厕所".

        Else the floor, if it is on the map. What is beside a room ("302旁边") is never that room.
        """
        if not known:
            return None
        words = _joined(text, [(known[0].start, known[-1].end)])
        neighbour = next((code for end in _OFFICES if (code := self.code(words + end))), None)
        room = self._rooms.get(neighbour or "")
        if room is None or not room.floor:
            return None
        where = f"{room.building}{room.floor}楼"
        words = where + _joined(text, [(token.start, token.end) for token in meant])
        found = (self.code(words) or self._fitting.only(words) if meant else None) or self.code(where)
        return found if found != room.code else None


_OFFICES = ("", "室", "处")
"""What people leave out of an office's name: "财务" for 财务室."""
_ENOUGH = frozenset({Kind.GROUND, Kind.ROOM, Kind.NUMBER, Kind.FLOOR, Kind.BUILDING, Kind.OWN})


def _own(runs: list[Run]) -> Run:
    """Where a place stands in the text: at the room, if one is named, else at what tells most; not where it began."""
    telling = [run for run in runs if any(token.kind in ROOMS for token in run)]
    if not telling or runs[-1][0].kind in {Kind.FLOOR, Kind.SIDE}:
        return max(reversed(runs), key=lambda run: run[0].kind) if not telling else runs[-1]
    return telling[-1]


def _joined(text: Text, spans: Sequence[tuple[int, int]]) -> str:
    pieces = [text.words(start, end) for start, end in spans]
    return _ROOM_WORD.sub("", (" " if all(piece.isascii() for piece in pieces) else "").join(pieces))


_ROOM_WORD = late(
    r"(?i)^[\u2460-\u2473\u2776-\u277f\u24f5-\u24fe]|^(?:class)?room\.? ?(?=[a-z]?-?\d)|(?<=.)就是(?:那个)?(?=.)"
    r"|(?<=[楼舍堂馆区部])那[边头] ?(?=[\d一二三四五六七八九十东西南北男女])"
)


def _known(places: Sequence[PlaceWords]) -> Iterator[tuple[str, Kind]]:
    for place in places:
        kind = Kind.ROOM if place.floor or place.room or place.name != place.building else Kind.BUILDING
        yield from ((fold(word), kind) for word in (place.name, *place.aliases, *_telling(place.code)) if len(word) > 1)
        if place.building:
            yield fold(place.building), Kind.BUILDING


def _telling(code: str) -> list[str]:
    """The code as a word of the text, unless it is letters only: "OF" would be found in English sentences."""
    return [code] if any(character.isdigit() for character in code) else []


def _buildings(places: Sequence[PlaceWords]) -> dict[str, tuple[str, ...]]:
    """Every building's names: a place that bears its building's name brings the building's aliases."""
    names: dict[str, tuple[str, ...]] = {place.building: (place.building,) for place in places if place.building}
    for place in places:
        if place.name == place.building:
            names[place.building] = (place.building, *place.aliases)
    return names


def _spellings(place: PlaceWords, building: Sequence[str]) -> Iterator[str]:
    """What people may write for one place; of its building's names one, as their keys are alike."""
    words = [place.name, *place.aliases, *([place.room] if place.room else [])]
    yield from (place.code, *words)
    if not building:
        return
    figures = re.sub(r"\D", "", place.room)
    for word in [*words, figures] if figures else words:
        inside = word.removeprefix(next(filter(word.startswith, building), ""))
        yield place.building + inside
        if place.floor and place.floor != "0" and not re.match(r"\d|[一二三四五六七八九十]+[楼层]", word):
            yield f"{place.building}{place.floor}楼{inside}"
