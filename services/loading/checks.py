"""The rules for one row, and for the rows of a file among each other."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.loading.columns import COLUMNS, Column, Kind
from services.loading.report import Problem, Wrong
from services.loading.rows import Row
from services.loading.values import clean, text_of

Words = Mapping[str, Collection[str]]
"""What is known to the school, by the `words` of a column: its roles, teams, places, categories, locales."""
FEW = 30
"""Known words are listed in a problem while there are no more of them than this."""


@dataclass(frozen=True, slots=True)
class Record:
    """What could be read of a row: values by column, of those columns that the file has."""

    row: Row
    values: Mapping[str, object]


def check(kind: Kind, rows: Sequence[Row], words: Words) -> tuple[list[Record], list[Problem]]:
    """What the rows say, and everything that is wrong with them; with problems the records are not complete."""
    records, problems = [], []
    for row in rows:
        values, wrongs = _read(COLUMNS[kind], row, words)
        records.append(Record(row, values))
        problems += [wrong.problem(row.number, wrong.column, row.table) for wrong in wrongs]
    for column in COLUMNS[kind]:
        if column.unique:
            problems += _repeated(column.name, records)
    return records, problems


def _read(columns: Iterable[Column], row: Row, words: Words) -> tuple[dict[str, object], list[Wrong]]:
    values: dict[str, object] = {}
    wrongs = []
    for column in columns:
        if column.name in row.cells or column.required:
            try:
                values[column.name] = _value(column, row.cells.get(column.name), words)
            except Wrong as wrong:
                wrong.column = column.name
                wrongs.append(wrong)
    return values, wrongs


def _value(column: Column, cell: object, words: Words) -> object:
    if isinstance(cell, list) and not column.many:
        raise Wrong("wrong_type")
    text = clean(text_of(cell))
    if column.required and not text:
        raise Wrong("required")
    if not column.many:
        _check_length(column, text)
    value = column.read(text)
    for word in value if isinstance(value, list) else [value]:
        if column.many:
            _check_length(column, str(word))
        if column.words and word and word not in words[column.words]:
            raise Wrong(f"unknown_{column.words}", value=word, allowed=_few(words[column.words]))
    return value


def _few(words: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(words)) if len(words) <= FEW else ()


def _check_length(column: Column, text: str) -> None:
    if len(text) > column.limit:
        raise Wrong("too_long", value=text, limit=column.limit, length=len(text))


def _repeated(name: str, records: Iterable[Record]) -> list[Problem]:
    first: dict[object, int] = {}
    problems = []
    for record in records:
        value, row = record.values.get(name), record.row
        if value and first.setdefault(value, row.number) != row.number:
            wrong = Wrong("repeated", value=value, first=first[value])
            problems.append(wrong.problem(row.number, name, row.table))
    return problems
