"""The material: what people say, written by hand in `understanding/material/`, and the sentences drawn from it."""

import hashlib
import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from understanding.learning.patterns import Patterns
from understanding.learning.ways import Ways

FOLDER = Path(__file__).parents[1] / "material"
COMMON = "common.toml"
"""What all files share: places, numbers, people, and the ways in which people write."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence and what it means. `card` is the kind of card that it answers, `role` who says it; "" for any.

    `weight` says how many drawn sentences it counts for.
    """

    text: str
    intent: str
    category: str
    urgency: str
    role: str
    card: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Say:
    """A block of the material: patterns that mean the same."""

    lines: Sequence[str]
    intent: str
    patterns: Patterns
    category: str = ""
    urgency: str = ""
    role: str = ""
    card: str = ""


@cache
def common() -> Mapping[str, Any]:
    """The shared lists and ways."""
    return tomllib.loads((FOLDER / COMMON).read_text(encoding="utf-8"))


def blocks() -> Iterator[Say]:
    """Everything that is said, file by file."""
    for path in sorted(FOLDER.glob("*.toml")):
        if path.name != COMMON:
            read = tomllib.loads(path.read_text(encoding="utf-8"))
            patterns = Patterns({**common()["lists"], **read.get("lists", {})})
            for told in read.get("say", ()):
                given = {name: told.get(name, "") for name in ("category", "urgency", "role")}
                yield Say(told["lines"], told["intent"], patterns, **given, card=told.get("context", ""))


def examples(times: int, seed: int = 1) -> list[Example]:
    """Each pattern drawn up to so many times: first as it is written, then as people vary it. The same for a seed."""
    chance, found = random.Random(seed), dict[tuple[str, str, str], Example]()  # noqa: S311 - no secret
    ways = Ways(common()["ways"], Patterns(common()["lists"]))
    for say in blocks():
        for line in say.lines:
            for time in range(times):
                text = say.patterns.draw(line, chance)
                text = ways.varied(text, chance) if time else text
                drawn = Example(text, say.intent, say.category, say.urgency, say.role, say.card)
                found.setdefault((text, say.role, say.card), drawn)
    return list(found.values())


def fingerprint() -> str:
    """Tells whether a model was made from the material as it is now."""
    whole = hashlib.blake2s(digest_size=8)
    for path in sorted(FOLDER.glob("*.toml")):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()
