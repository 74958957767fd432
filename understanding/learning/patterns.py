"""Patterns of the material: `(甲|乙|)` is one of these, `{list}` an entry of a list, `{thing:…}` marks a thing.

A pattern is read once into a tree, and drawn from as often as is asked for.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_PIECE = re.compile(r"[^(){}|]+|[(){}|]")
_MARK = re.compile(r"\{([a-z]+):([^{}]*)\}")
_LIST = re.compile(r"\{([a-z0-9_]+)\}")

Draw = Callable[[random.Random], str]


@dataclass(frozen=True, slots=True)
class Patterns:
    """Draws sentences. `lists` are those of one file, with what all files share behind them."""

    lists: Mapping[str, Sequence[str]]

    def draw(self, pattern: str, chance: random.Random) -> str:
        """One sentence of a pattern. Raises `KeyError` for a list that is not there, `ValueError` for a broken one."""
        return _unmarked(self._filled(_chosen(_unmarked(pattern), chance), chance))

    def _filled(self, text: str, chance: random.Random) -> str:
        while match := _LIST.search(text):
            entry = self.draw(chance.choice(self.lists[match[1]]), chance)
            text = text[: match.start()] + entry + text[match.end() :]
        return text


def _unmarked(pattern: str) -> str:
    """Without the marks: what they name is not learnt here."""
    while (bare := _MARK.sub(r"\2", pattern)) != pattern:
        pattern = bare
    return pattern


def _chosen(pattern: str, chance: random.Random) -> str:
    """One way through the alternatives of a pattern."""
    options: list[list[str]] = [[""]]
    for piece in _PIECE.findall(pattern):
        if piece == "(":
            options.append([""])
        elif piece == ")" and len(options) > 1:
            chosen = chance.choice(options.pop())
            options[-1][-1] += chosen
        elif piece == "|" and len(options) > 1:
            options[-1].append("")
        else:
            options[-1][-1] += piece
    if len(options) > 1:
        raise ValueError(f"a bracket is not closed: {pattern}")
    return options[0][0]
