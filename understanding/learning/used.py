"""Examples from use: labelled lines that `houqin export examples` has written, weighed in with the material."""

import json
from collections.abc import Collection, Iterator
from typing import Any

from domain.catalog import Urgency
from understanding.learning.material import Example
from understanding.reading import Intent

WEIGHT = 3.0
"""How much a sentence from use weighs against one that was drawn: it is real, and there are far fewer of them."""


class LinesError(ValueError):
    """Lines that cannot be learnt from; `problems` names each with its number."""

    def __init__(self, problems: list[str]) -> None:
        """Keep all of them."""
        super().__init__("\n".join(problems))
        self.problems = problems


def used(body: str, categories: Collection[str], known: Collection[str] = ()) -> list[Example]:
    """The examples of a file's text, each sentence once and none of the `known`; `categories` are the catalogue's.

    Raises `LinesError` where any line is no example: nothing is learnt from a file that is half wrong.
    """
    found, problems, seen = list[Example](), list[str](), set(known)
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            example = _example(line, categories)
        except (ValueError, RecursionError) as error:
            problems.append(f"{number}: {error}")
            continue
        if example.text not in seen:
            seen.add(example.text)
            found.append(example)
    if problems:
        raise LinesError(problems)
    return found


def _example(line: str, categories: Collection[str]) -> Example:
    told = json.loads(line)
    if not isinstance(told, dict) or not all(value is None or isinstance(value, str) for value in told.values()):
        raise ValueError("不是一行标注 / no labelled line")
    if wrong := list(_wrong(told, categories)):
        raise ValueError(", ".join(wrong))
    given = {key: told.get(key) or "" for key in ("text", "intent", "category", "urgency", "role")}
    return Example(**given, card="", weight=WEIGHT)


def _wrong(told: dict[str, Any], categories: Collection[str]) -> Iterator[str]:
    """The fields that cannot be used."""
    allowed: dict[str, set[str | None]] = {
        "intent": {*Intent},
        "category": {*categories, "", None},
        "urgency": {*Urgency, "", None},
    }
    if not (told.get("text") or "").strip():
        yield "text"
    for field, values in allowed.items():
        if told.get(field) not in values:
            yield f"{field}: {told.get(field)}"
