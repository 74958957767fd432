"""Record numbers as people type them: W20261122-004, w202611224, Ｗ20261122－004, W1122-4, W…004, 4号单, 004."""

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

_DASH = r"\s?[-—–−~_]\s?"
_START = r"(?<![0-9a-z])"
_FORMS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_START}(?P<letter>[wpugb])\s?-?(?P<day>20\d{{6}})(?:{_DASH}|\s?)(?P<counter>\d{{1,6}})(?!\d)",
        rf"{_START}(?P<day>20\d{{6}})(?:{_DASH}(?P<counter>\d{{1,6}})|(?P<joined>\d{{3}}))(?!\d)",
        rf"{_START}(?P<letter>w)\s?(?P<day>\d{{4}}){_DASH}(?P<counter>\d{{1,6}})(?!\d)",
        rf"{_START}(?P<letter>w)\s?(?:…+|\.{{2,}}|\*+)?(?:{_DASH})?(?P<counter>\d{{1,6}})(?![0-9a-z楼号栋座层室-])",
        r"(?<!\d)(?P<counter>\d{1,6})\s?号\s?(?:工|报修)?单(?!元)",
        r"单号\s?[:：]?\s?(?P<counter>\d{1,6})(?!\d)",
        rf"{_START}w[\s-]?\d[\d\-—–−_]*(?![a-z楼号栋座层室])",  # looks like one and is none
    )
)
_HEAD = re.compile(r"\s*(?P<counter>\d{1,12})(?=$|[\s,，:：。、])")
_COUNTER_DIGITS = 6
_EDGES = " ,，:：。\t\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A record number as somebody typed it. `day` may be whole (20261122), without its year (1122) or left out.

    `counter` is None where a thing looks like a number and is none. `bare`: mere figures, which may be a room as well.
    """

    said: str = field(compare=False)
    letter: str = "W"
    day: str = ""
    counter: int | None = None
    bare: bool = field(default=False, compare=False)

    @property
    def whole(self) -> str:
        """The number as it is written in full, or "" where the day or its year was left out."""
        return self.on(self.day) if len(self.day) == len("20261122") and self.counter is not None else ""

    def on(self, day: str) -> str:
        """The whole number that it would be on a day (20261122)."""
        return f"{self.letter}{day}-{self.counter or 0:03d}"

    def fits(self, number: str) -> bool:
        """May this be meant by a record's number in full?"""
        return self.counter is not None and number.endswith(f"{self.day}-{self.counter:03d}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The different numbers that a text names, in their order, and the text without them."""

    numbers: tuple[Number, ...] = ()
    rest: str = ""
    leads: bool = False
    """True when the text begins with a number."""


def numbers_in(text: str, *, figures: bool = False) -> Named:
    """The numbers in a text. `figures`: mere figures at its head count too (接单 2), not only those like 004."""
    flat = _folded(text)
    found: list[tuple[int, int, Number]] = []
    for form in _FORMS:
        if met := [(*match.span(), _number(match, text)) for match in form.finditer(flat)]:
            found += met
            flat = form.sub(lambda match: "\0" * len(match[0]), flat)
    if not found and (head := _HEAD.match(flat)) and (figures or head["counter"].startswith("0")):
        found.append((*head.span(), _figures(head["counter"])))
    return _named(text, sorted(found, key=lambda one: one[0]))


def _folded(text: str) -> str:
    """Half width and lower case, as long as the text: what is left of it stays as it was typed."""
    return "".join(map(_half, text))


@lru_cache(maxsize=4096)
def _half(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _number(match: re.Match[str], text: str) -> Number:
    parts = match.groupdict()
    counter = parts.get("counter") or parts.get("joined")
    return Number(
        said=text[match.start() : match.end()].strip(),
        letter=(parts.get("letter") or "w").upper(),
        day=parts.get("day") or "",
        counter=int(counter) if counter else None,
    )


def _figures(said: str) -> Number:
    return Number(said=said, counter=int(said) if len(said) <= _COUNTER_DIGITS else None, bare=True)


def _named(text: str, found: list[tuple[int, int, Number]]) -> Named:
    kept, end = [], 0
    for start, after, _ in found:
        kept.append(text[end:start])
        end = after
    rest = " ".join(part.strip() for part in (*kept, text[end:]) if part.strip())
    leads = bool(found) and not text[: found[0][0]].strip()
    return Named(numbers=tuple(dict.fromkeys(number for *_, number in found)), rest=rest.strip(_EDGES), leads=leads)
