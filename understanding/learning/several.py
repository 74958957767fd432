"""What is scored beside single slots: several problems told apart and placed, and the right question asked."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from understanding.items import usual
from understanding.normalise import read_in
from understanding.numerals import arabic
from understanding.reading import Reading

_SPACES = re.compile(r"\s+|教室|那个")


def alike(value: object) -> str:
    """A value as the labelling conventions compare it: without spaces, in half width and figures, without 教室."""
    return arabic(_plain(value))


def _plain(value: object) -> str:
    return _SPACES.sub("", read_in(str(value)).plain) if value else ""


def thing(value: object) -> str:
    """A thing by its usual name: 班牌 and 电子班牌 are one, as the places 三零五 and 305 are."""
    return _plain(usual(str(value))) if value else ""


def told_apart(line: Mapping[str, Any], reading: Reading) -> bool:
    """Whether a message has as many parts as were labelled, each of the right owner, in any order."""
    wanted = [part["category"] for part in line.get("parts", ())]
    if len(wanted) < 2:
        return len(reading.parts) == 1
    return Counter(wanted) == Counter(part.category for part in reading.parts)


def placed(line: Mapping[str, Any], reading: Reading) -> tuple[int, int]:
    """Of the labelled parts of a message: how many have a place, and how many places were found, in any order.

    As for a message of one problem, a place is right as it was typed and in its usual form.
    """
    found = Counter(alike(part.location) for part in reading.parts)
    wanted = [names for part in line.get("parts", ()) if (names := _names(part))]
    hits = 0
    for names in wanted:
        if hit := next((name for name in names if found[name]), None):
            found[hit] -= 1
            hits += 1
    return len(wanted), hits


def _names(part: Mapping[str, Any]) -> list[str]:
    """How the place of a labelled part may be named: as typed, and in its usual form."""
    names = [alike(part.get(field)) for field in ("location", "location_norm")]
    return list(dict.fromkeys(name for name in names if name))


def wants_a_question(line: Mapping[str, Any]) -> bool:
    """Whether something has to be asked before the desk can go on."""
    return str(line.get("expect") or "").startswith("ask")


def asked_rightly(line: Mapping[str, Any], reading: Reading) -> bool:
    """Whether what is missing was asked for, and nothing where nothing is missing."""
    if not wants_a_question(line):
        return reading.ask is None
    kind = str(line["expect"]).removeprefix("ask").removeprefix("_")
    return reading.ask is not None and kind in {"", "list", reading.ask.value}
