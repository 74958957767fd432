"""What patterns need, from the file in which that is noted: to take them apart at every start would take long.

The file is only a memory, written by `python -m understanding.learning.needs`. A pattern that is not in it is taken
apart when it is first wanted.
"""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from understanding.grammar import Need, Needs, taken_apart

FILE = Path(__file__).parent / "words" / "needs.json"

_asked: set[str] = set()


def asked() -> frozenset[str]:
    """The patterns of which the needs were wanted so far."""
    return frozenset(_asked)


def needs_of(pattern: str) -> Needs:
    """What this pattern needs."""
    _asked.add(pattern)
    noted = _noted()
    if pattern not in noted:
        noted[pattern] = taken_apart(pattern)
    return noted[pattern]


@cache
def _noted() -> dict[str, Needs]:
    return read(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


def written(needs: Mapping[str, Needs]) -> str:
    """A file of what these patterns need: each need once, as its characters and its other kinds."""
    places: dict[Need, int] = {}

    def place(need: Need) -> int:
        return places.setdefault(need, len(places))

    patterns = {
        pattern: [
            [[place(need) for need in way] for way in told.ways],
            None if told.start is None else place(told.start),
        ]
        for pattern, told in sorted(needs.items())
    }
    listed = [["".join(k for k in need if len(k) == 1), *(k for k in need if len(k) > 1)] for need in places]
    return f'{{"needs": [\n{_lines(listed)}\n],\n"patterns": [\n{_lines(patterns.items())}\n]}}\n'


def _lines(rows: Iterable[object]) -> str:
    return ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in rows)


def read(text: str) -> dict[str, Needs]:
    """What `written` has written."""
    told = json.loads(text)
    needs = [(*characters, *kinds) for characters, *kinds in told["needs"]]
    return {
        pattern: Needs([[needs[at] for at in way] for way in ways], None if start is None else needs[start])
        for pattern, (ways, start) in told["patterns"]
    }
