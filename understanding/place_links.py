"""Codes in scanned links: the last part of the path, or a parameter that says what it is."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from understanding.normalise import fold
from understanding.patterns import late

_LINK = late(r"https?://[^\s,;<>\"']{1,400}")
_PARAMETER = late(r"[?&#](?:a|asset|p|place|code)=([^&#]*)")
_LAST_PART = late(r"/([^/?#]+)/?(?=[?#]|$)")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text, and the spans of the codes in it that the school knows."""

    start: int
    end: int
    codes: tuple[tuple[int, int], ...]


class LinkedCodes:
    """Finds links: nothing in them is a place or a device but a code, where one stands."""

    def __init__(self, codes: Sequence[str]) -> None:
        """`codes`: the school's codes of places, or of devices."""
        self._codes = frozenset(fold(code) for code in codes)

    def within(self, plain: str) -> list[Link]:
        """The links of a folded text, from left to right."""
        if "://" not in plain:
            return []
        return [Link(found.start(), found.end(), self._of(plain, found)) for found in _LINK.finditer(plain)]

    def _of(self, plain: str, link: re.Match[str]) -> tuple[tuple[int, int], ...]:
        spans = [found.span(1) for found in _PARAMETER.finditer(plain, *link.span())]
        if last := _LAST_PART.search(plain, plain.index("://", link.start()) + 3, link.end()):
            spans.append(last.span(1))
        return tuple(span for span in spans if plain[slice(*span)] in self._codes)[:1]
