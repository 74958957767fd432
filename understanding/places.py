"""Where: the school's rooms by every name, and places in the sender's own words where no room is meant for certain."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from understanding.class_names import class_key
from understanding.normalise import Text, fold, squeeze
from understanding.numerals import arabic
from understanding.place_tokens import Kind, PlaceTokens, Token
from understanding.reading import PlaceWords

_SAME = (
    (re.compile(r"层"), "楼"),
    (re.compile(r"卫生间|洗手间|茅房|茅厕|公厕|厕所|(?<=男)厕|(?<=女)厕"), "厕所"),
    (re.compile(r"(?<=[男女])生(?=厕所)"), ""),
    (re.compile(r"(?<=[东西南北])[边侧面端](?!门)"), "头"),
    (re.compile(r"楼道|过道|通道"), "走廊"),
    (
        re.compile(
            r"^(?:room|classroom|rm)(?=\d)|(?<=\d)号?(?:教室|房间|室|房)$|(?<=班)教室$|^(?:学校|我们)(?=.{2})|那个|那间|的"
        ),
        "",
    ),
)


@lru_cache(maxsize=1024)
def place_key(words: str) -> str:
    """A key equal for all spellings of one place: 三零五教室 = 305, 三楼东侧男卫生间 = 3楼东头男厕所."""
    plain = fold(words).strip()
    if found := class_key(plain):
        return found
    key = arabic(squeeze(plain))
    for pattern, replacement in _SAME:
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

    def __init__(self, places: Sequence[PlaceWords]) -> None:
        """Index every name, alias, code and building-and-room of every place."""
        self._codes: defaultdict[str, set[str]] = defaultdict(set)
        buildings = _buildings(places)
        for place in places:
            for words in _spellings(place, buildings):
                self._codes[place_key(words)].add(place.code)
        self._tokens = PlaceTokens(dict(_known(places)))

    def code(self, words: str) -> str | None:
        """The code of the one place that these words mean; None where none or several could be meant."""
        codes = self._codes.get(place_key(words), set())
        return next(iter(codes)) if len(codes) == 1 else None

    def tokens(self, plain: str) -> list[Token]:
        """The words of places in folded text."""
        return self._tokens.find(plain)

    def locations(self, text: Text, tokens: Sequence[Token]) -> list[Location]:
        """The places that a text names, in order; pieces that lie apart but belong together are joined."""
        groups = _groups(text.plain, tokens)
        whole = [g for g in groups if _is_whole(g)]
        pieces = [g for g in groups if not _is_whole(g) and _can_stand(g)]
        if not whole:
            return [self._location(text, _flat(pieces))] if pieces else []
        firm = [g for g in whole if not _is_open(g, pieces)] or whole[:1]
        return [self._location(text, _with_pieces(group, pieces)) for group in firm]

    def _location(self, text: Text, runs: list[list[Token]]) -> Location:
        words = _joined(text, [(run[0].start, run[-1].end) for run in runs])
        kinds = {token.kind for run in runs for token in run}
        code = self.code(words) or self._code_around(text, [token for run in runs for token in run])
        return Location(
            words=words,
            code=code,
            start=min(run[0].start for run in runs),
            end=max(run[-1].end for run in runs),
            open=code is None and Kind.OPEN in kinds and not kinds & {Kind.ROOM, Kind.FLOOR, Kind.BUILDING},
            own=Kind.OWN in kinds and Kind.ROOM not in kinds,
        )

    def _code_around(self, text: Text, tokens: list[Token]) -> str | None:
        """The room within which a side is named: "3楼走廊尽头" is in the corridor, but "302旁边" is not 302."""
        sides = [text.plain[t.start : t.end] for t in tokens if t.kind is Kind.SIDE]
        if not sides or any(side.startswith(_ELSEWHERE) for side in sides):
            return None
        return self.code(_joined(text, [(t.start, t.end) for t in tokens if t.kind is not Kind.SIDE]))


_ELSEWHERE = ("旁边", "隔壁", "对面", "斜对面")


def _joined(text: Text, spans: Sequence[tuple[int, int]]) -> str:
    pieces = [text.words(start, end) for start, end in spans]
    return (" " if all(piece.isascii() for piece in pieces) else "").join(pieces)


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


def _spellings(place: PlaceWords, buildings: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """All that people may write for one place."""
    words = [place.name, *place.aliases, *([place.room] if place.room else [])]
    yield from (place.code, *words)
    figures = re.sub(r"\D", "", place.room)
    inside = [*words, figures] if figures else words
    for building in buildings.get(place.building, ()):
        for word in inside:
            yield word if word.startswith(building) else building + word
            if place.floor and place.floor != "0" and not re.match(r"\d|[一二三四五六七八九十]+[楼层]", word):
                yield f"{building}{place.floor}楼{word.removeprefix(building)}"


_FILLER = re.compile(r"(?:\s|的|那个|那间|那边|这个|里面|里|那)*")
_RANK_OF_ROOM = (Kind.ROOM, Kind.OPEN, Kind.OWN)


def _groups(plain: str, tokens: Sequence[Token]) -> list[list[Token]]:
    """Words of places that stand side by side, as one place each."""
    groups: list[list[Token]] = []
    for token in tokens:
        if groups and _continues(plain, groups[-1], token):
            groups[-1].append(token)
        else:
            groups.append([token])
    return groups


def _continues(plain: str, group: list[Token], token: Token) -> bool:
    last = group[-1]
    kinds = {t.kind for t in group}
    if not _FILLER.fullmatch(plain, last.end, token.start) or Kind.OWN in kinds:
        return False
    if token.kind in _RANK_OF_ROOM and kinds & set(_RANK_OF_ROOM):
        return token.kind in {Kind.ROOM, Kind.OPEN} and token.start == last.end
    return token.kind is Kind.SIDE or token.kind not in kinds


def _is_whole(group: list[Token]) -> bool:
    """Whether a group names a room and not only a building, floor or side."""
    return any(token.kind in _RANK_OF_ROOM for token in group)


def _can_stand(group: list[Token]) -> bool:
    """A side alone ("东边") is no place; with a building or floor it is."""
    return any(token.kind is not Kind.SIDE for token in group)


def _is_open(group: list[Token], pieces: list[list[Token]]) -> bool:
    """Whether a group says too little ("门口") and nothing beside it says more."""
    kinds = {token.kind for token in group}
    return Kind.OPEN in kinds and not kinds & {Kind.ROOM, Kind.FLOOR, Kind.BUILDING} and not pieces


def _with_pieces(group: list[Token], pieces: list[list[Token]]) -> list[list[Token]]:
    """The group with the building or floor that stands elsewhere in the text, in the order of an address."""
    runs, kinds = [group], {token.kind for token in group}
    for piece in pieces:
        found = {token.kind for token in piece}
        if not found & kinds:
            runs.append(piece)
            kinds |= found
    return sorted(runs, key=lambda run: run[0].kind)


def _flat(pieces: list[list[Token]]) -> list[list[Token]]:
    return _with_pieces(pieces[0], pieces[1:])
