"""Which things are broken: one problem a thing, with its cause put before its symptoms."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from understanding.clauses import Clause, clauses
from understanding.faults import ALL_OF, fault, phrase, symptom
from understanding.gathering import Problem, add
from understanding.items import Mention
from understanding.naming import SPARKS, inferred, named
from understanding.normalise import Text
from understanding.passing import AND, all_is_well, holds, lies_at, meant, ruled_out, working
from understanding.patterns import late
from understanding.runs import runs
from understanding.unnamed import described, guessed


def problems(text: Text, things: Sequence[Mention]) -> list[Problem]:
    """The problems of a message, in the order in which they are named; empty where nothing is said of a thing."""
    things = (described(text, things) or guessed(text))[:_MOST_NAMED]
    covered = _covered(text.plain, things)
    fine = working(text.plain, things)
    found: list[Problem] = []
    for clause in _unbroken(clauses(text), covered):
        spoken = [t for t in things if clause.start <= t.start < clause.end and t not in fine]
        if phrase("ignored").search(text.plain, clause.start, clause.end) or all_is_well(covered, clause, fine):
            continue
        broken = meant(text.plain, clause, spoken)
        for run in runs(covered, clause, broken):
            for problem in _of_clause(text, covered, run, spoken, broken):
                add(found, problem, run, text)
    if len(things) > 1 and any(ruled_out(text.plain, thing) for thing in things):
        for problem in found:
            problem.told = True
    return _with_names(_faulty(found, covered), text, things)


def _unbroken(cut: Sequence[Clause], covered: str) -> Iterator[Clause]:
    """The clauses, with a thing and what ails it in one although a pause parts them: "空调不制冷 投影仪 没画面"."""
    begun: Clause | None = None
    for clause in cut:
        here = clause
        if begun is not None and not covered[begun.end : clause.start].strip() and _ails_it(covered, clause):
            here = Clause(begun.start, clause.end, begun.also, begun.listed)
        elif begun is not None:
            yield begun
        begun = here if _THING_ALONE.fullmatch(covered, here.start, here.end) else None
        if begun is None:
            yield here
    if begun is not None:
        yield begun


_THING_ALONE = late(r"\s*(?:然后|就是|那个|这个|那|□)*■+")


def _ails_it(covered: str, clause: Clause) -> bool:
    """Whether a clause names nothing and tells of a fault."""
    said = covered[clause.start : clause.end]
    return "■" not in said and "□" not in said and fault(said) is not None


def _with_names(found: list[Problem], text: Text, things: Sequence[Mention]) -> list[Problem]:
    """The problems, of which the first is given a name where none of them has one."""
    if not things or any(problem.item for problem in found) or not (thing := _spoken_of(text, things, found)):
        return found
    if not found:
        return [Problem(thing.name, thing.category, text.words(thing.start, thing.end), thing.start, thing.end)]
    first = found[0]
    first.item, first.category, first.open = thing.name, thing.category or first.category, thing.open
    return found


def _spoken_of(text: Text, things: Sequence[Mention], found: Sequence[Problem]) -> Mention | None:
    """What a message is about whose every thing seemed to be named in passing: "空调插着电没动静" means no other."""
    fine = working(text.plain, things)
    broken = [t for t in things if t not in fine and not ruled_out(text.plain, t)] or guessed(text)
    near = [t for t in things if any(p.start <= t.start and t.end <= p.end for p in found)]
    return next(iter(broken or [t for t in near if t not in fine]), None)


_MOST_NAMED = 60
"""Things that are looked at: more than a whole building's list names, and no message takes long."""


def _faulty(found: list[Problem], covered: str) -> list[Problem]:
    """Those of which something is wrong, with those that are only listed before it: "灯、风扇都坏了"."""
    row = False
    for before, after in reversed(list(pairwise(found))):
        if after.faulty and not before.faulty and (_listed(before, after, covered) or (row and before.bare)):
            before.faulty = row = True
    if head := phrase("heads").search(covered):
        for problem in found:
            problem.faulty = problem.faulty or (problem.sure and problem.start >= head.end())
    return [p for p in found if p.faulty] or found[:1]


_ALL = late(r"[^,.!?;]*■[^,.!?;]{0,3}(?:都|全|均|也)")


def _listed(before: Problem, after: Problem, covered: str) -> bool:
    listed = before.spans[-1].listed or (before.bare and _ALL.match(covered, after.spans[0].start) is not None)
    return before.sure and after.sure and listed


def _covered(plain: str, things: Sequence[Mention]) -> str:
    """The text without the names of its things: a 碎纸机 is not broken (碎) by name."""
    for thing in things:
        plain = plain[: thing.start] + "■" * (thing.end - thing.start) + plain[thing.end :]
    return plain


def _of_clause(
    text: Text, covered: str, clause: Clause, spoken: Sequence[Mention], broken: Sequence[Mention]
) -> list[Problem]:
    inside = [t for t in broken if clause.start <= t.start < clause.end]
    found = fault(covered[clause.start : clause.end])
    sign = symptom(text.plain[clause.start : clause.end])
    if sign and not inside:
        inside = [
            t for t in spoken if (t.category == sign.category or sign.item == SPARKS) and lies_at(text.plain, clause, t)
        ]
        inside = [t for t in inside if clause.start <= t.start < clause.end]
    if sign and _only_met(text.plain, clause, inside):
        inside = []
    if not inside:
        return [inferred(text, clause, sign, bool(found))] if found or sign else []
    chosen = _chosen(text.plain, clause, inside, found)
    at = clause.start + found.start() if found else None
    return [named(text, covered, clause, thing, sign, at) for thing in chosen]


def _only_met(plain: str, clause: Clause, inside: Sequence[Mention]) -> bool:
    """Whether all the things of a clause are what something befell: "楼上漏水把电脑都淋了"."""
    led = phrase("leads_to").search(plain, clause.start, clause.end)
    return led is not None and all(t.start >= led.start() for t in inside)


def _chosen(plain: str, clause: Clause, inside: list[Mention], found: re.Match[str] | None) -> list[Mention]:
    """The broken ones of the things in a clause: the stated cause, else those listed, else the one beside the fault."""
    if cause := _cause(plain, clause, inside):
        return [cause]
    at = clause.start + found.start() if found else clause.end
    before = [t for t in inside if t.start < at] or inside[:1]
    chosen = [before[-1]]
    every = ALL_OF.search(plain, chosen[0].end, clause.end) is not None
    for thing in reversed(before[:-1]):
        if not (AND.fullmatch(plain, thing.end, chosen[0].start) or (every and thing.end == chosen[0].start)):
            break
        chosen.insert(0, thing)
    return chosen


def _cause(plain: str, clause: Clause, inside: list[Mention]) -> Mention | None:
    if len(inside) > 1 and (holder := next((t for t in inside if holds(plain, clause, t)), None)):
        return holder
    if found := phrase("leads_to").search(plain, clause.start, clause.end):
        return next((t for t in reversed(inside) if t.end <= found.start()), None)
    if found := phrase("because").search(plain, clause.start, clause.end):
        return next((t for t in inside if t.start >= found.start()), None)
    return None


def quoted(problems_found: Iterable[Problem]) -> str:
    """The words that decided."""
    return next((p.words for p in problems_found), "").strip()
