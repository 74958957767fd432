"""What came of a load: how many rows were new, changed or as before, and every problem with its place in the file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

SHOWN = 40
"""Characters of a bad value that a problem repeats."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file, as a text key with values.

    `row` is the row as Excel counts it, or the entry's place in its TOML table (then `table` names the table); 0 means
    the whole file. `column` is empty where the whole row is meant. `params` fill in the text of `key`.
    """

    row: int
    column: str
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    table: str = ""

    def told(self, texts: Callable[..., str]) -> str:
        """The problem as one line in the language of `texts`, a catalogue that is called with a key and values."""
        what = texts(self.key, **self.params)
        return texts("loading.line", row=self.row, column=self.column, table=self.table, what=what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a load did, or with `dry_run` what it would do. With problems nothing was loaded and all counts are 0."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()
    dry_run: bool = False


class Wrong(Exception):  # noqa: N818 - caught in this room only, where it becomes a Problem
    """Something in a file is not usable. `name` is the last part of the text key; `row` and `column` if known."""

    def __init__(self, name: str, /, *, row: int = 0, column: str = "", **params: object) -> None:
        """Say which text, and fill it in."""
        self.row, self.column = row, column
        self.key = f"loading.problem.{name}"
        self.params = {key: shown(value) for key, value in params.items()}
        super().__init__(f"{self.key} {self.params}")

    def problem(self, row: int = 0, column: str = "", table: str = "") -> Problem:
        """The same as a problem, at a place that only the caller knows."""
        return Problem(row or self.row, column or self.column, self.key, self.params, table)


def shown(value: object) -> str:
    """A value fit to be printed: nothing that a terminal obeys, cut short. A tuple is a list of ours and kept whole."""
    if isinstance(value, tuple):
        return ", ".join(value)
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in str(value))
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
