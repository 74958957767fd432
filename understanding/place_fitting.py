"""Which room of the school a description fits: floor, side, for whom, what; an answer only where one room does."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from understanding.patterns import late
from understanding.reading import PlaceWords

_FLOOR = late(r"(负?\d{1,2})楼")
_SIDE = late(r"([东西南北]{1,2})头")
_WHOSE = late(r"[男女](?=厕所)")
_OF_MANY = frozenset({"教室", "办公室", "室", "宿舍", "寝室", "厕所", "走廊", "楼梯", "楼梯间", "楼梯口", "实验室"})
"""Words of which a school has many: by themselves they fit no room, even where one alone is listed."""


@dataclass(frozen=True, slots=True)
class Description:
    """What is said of a room; "" for what is left out. `what` is the rest: "厕所", "会议室"."""

    building: str
    floor: str
    side: str
    whose: str
    what: str


class Keys:
    """Makes the spellings of one place alike, whichever of a building's names it begins with."""

    def __init__(self, buildings: Mapping[str, Sequence[str]], key: Callable[[str], str]) -> None:
        """`buildings`: every building's names; `key`: makes spellings alike where names are the same."""
        self._key = key
        names = {key(name): building for building, names in buildings.items() for name in names}
        self._names = dict(sorted(names.items(), key=lambda pair: len(pair[0]), reverse=True))

    def of(self, words: str) -> tuple[str, str]:
        """The building with whose name words begin, or several ("主楼教学楼"); "" for none; and the key of the rest."""
        building, key = "", self._key(words)
        while name := self._first(key, building):
            key, building = key[len(name) :], self._names[name]
        return ("", key) if building and self._names.get(key) == building else (building, key)

    def _first(self, key: str, building: str) -> str:
        """The name with which a key begins and goes on, of this building, if it is known; "" for none."""
        goes_on = (name for name in self._names if key.startswith(name) and key != name)
        return next((name for name in goes_on if building in {"", self._names[name]}), "")


class Fitting:
    """Finds the one room that fits a description."""

    def __init__(self, rooms: Sequence[PlaceWords], keys: Keys) -> None:
        """`keys`: makes the spellings of one place alike."""
        self._keys = keys
        self._rooms: defaultdict[str, list[tuple[str, Description]]] = defaultdict(list)
        for room in rooms:
            for name in (room.name, *room.aliases):
                told = self._of(room, name)
                for what in _called(told.what):
                    self._rooms[what].append((room.code, told))

    def only(self, words: str) -> str | None:
        """The code of the only room that these words fit, or None."""
        asked = self._described(words)
        if not asked.what or (asked.what in _OF_MANY and not (asked.floor or asked.whose)):
            return None
        codes = {code for code, room in self._rooms.get(asked.what, ()) if _fits(asked, room)}
        return codes.pop() if len(codes) == 1 else None

    def _of(self, room: PlaceWords, name: str) -> Description:
        told = self._described(name)
        floor = told.floor or (room.floor if room.floor != "0" else "")
        return Description(room.building, floor, told.side, told.whose, told.what)

    def _described(self, words: str) -> Description:
        building, key = self._keys.of(words)
        floor, key = _taken(_FLOOR, key)
        side, key = _taken(_SIDE, key)
        whose, key = _taken(_WHOSE, key)
        return Description(building, floor, side, whose, key)


def _taken(pattern: re.Pattern[str], key: str) -> tuple[str, str]:
    """What a pattern finds in a key, and the key without it."""
    found = pattern.search(key)
    if not found:
        return "", key
    return found.group(found.lastindex or 0), key[: found.start()] + key[found.end() :]


def _fits(asked: Description, room: Description) -> bool:
    """Whether a room has all that is asked for; what a description leaves out may be anything."""
    told = ((asked.building, room.building), (asked.floor, room.floor), (asked.side, room.side))
    return all(not wanted or wanted == there for wanted, there in told) and asked.whose in {"", room.whose}


def _called(what: str) -> Iterator[str]:
    """What a room is called: its name, and the ends of it: "二楼会议室" for "第一会议室" on the second floor."""
    yield what
    yield from (what[cut:] for cut in range(1, len(what) - 2) if what[cut:] not in _OF_MANY)
