"""Run-on sentences: several problems in one breath, without a stop between them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from understanding.clauses import Clause
from understanding.faults import ails, phrase
from understanding.items import Mention
from understanding.patterns import late

_PLACE = late(r"□[□\s]*(?:里面|里|上面|上|那边|那里|那个|这个|那|的)*")


def runs(covered: str, clause: Clause, things: Sequence[Mention]) -> list[Clause]:
    """A clause cut where another thing or place begins of which again something is wrong.

    `covered` has places as □ and things as ■; `things` are those of the clause that may be broken.
    """
    if not things and "□" not in covered:
        return [clause]
    marks = _marks(covered, clause, things)
    if len(marks) < 2 or _explains(covered, clause):
        return [clause]
    cuts = list(_cuts(covered, clause, marks))
    return list(_cut(clause, cuts)) if cuts else [clause]


def _marks(covered: str, clause: Clause, things: Sequence[Mention]) -> list[int]:
    """Where a thing or a place begins; a thing behind its place begins with it."""
    rooms = {found.end(): found.start() for found in _PLACE.finditer(covered, clause.start, clause.end)}
    return sorted({*rooms.values(), *(rooms.get(t.start, t.start) for t in things)})


def _explains(covered: str, clause: Clause) -> bool:
    """Whether a clause says what comes of what: then it speaks of one problem."""
    bounds = clause.start, clause.end
    return bool(phrase("leads_to").search(covered, *bounds) or phrase("because").search(covered, *bounds))


def _cuts(covered: str, clause: Clause, marks: Sequence[int]) -> Iterator[int]:
    begin = clause.start
    for mark, after in zip(marks, [*marks[1:], clause.end], strict=True):
        if mark > begin and ails(covered[mark:after]) and ails(covered[begin:mark]):
            yield mark
            begin = mark


def _cut(clause: Clause, cuts: Sequence[int]) -> Iterator[Clause]:
    bounds = [clause.start, *cuts, clause.end]
    for place, (start, end) in enumerate(pairwise(bounds)):
        last = end == clause.end
        yield Clause(start, end, clause.also and place == 0, clause.listed and last)
