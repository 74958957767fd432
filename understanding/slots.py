"""What all slots share: a pattern compiled when first wanted, and the sender's words of what it finds."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from understanding.normalise import Text

Finder = Callable[[Text], object]
"""Finds one fact of a sentence; None or "" for none."""
Finders = Mapping[str, Finder]


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled once: most messages report a fault and want none of these."""
    return re.compile(pattern)


def words_of(pattern: str) -> Finder:
    """A finder of the sender's words of a pattern's first group that matched, or of the whole match."""

    def find(text: Text) -> str | None:
        found = compiled(pattern).search(text.plain)
        if not found:
            return None
        group = found.lastindex or 0
        return text.words(*found.span(group)) or None

    return find


def key_of(choices: Mapping[str, str]) -> Finder:
    """A finder of the first key whose pattern occurs."""
    return lambda text: next((key for key, said in choices.items() if compiled(said).search(text.plain)), None)


def said(pattern: str) -> Finder:
    """A finder that is True where the pattern occurs."""
    return lambda text: True if compiled(pattern).search(text.plain) else None
