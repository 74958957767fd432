"""Which things are broken: one problem a thing, with its cause put before its symptoms."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache

from understanding.clauses import Clause, clauses
from understanding.items import Mention
from understanding.normalise import Text, squeeze
from understanding.sieve import Sieve
from understanding.words import table


@dataclass(slots=True)
class Problem:
    """One thing that is broken. `words` is what it was read from, `start` where, `sure` whether the thing was named."""

    item: str | None
    category: str | None
    words: str
    start: int
    end: int
    faulty: bool = False
    open: bool = False
    sure: bool = True
    part: bool = False
    spans: list[Clause] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Symptom:
    """A sign that names the trade although the thing is not named."""

    category: str
    item: str


@cache
def _faults() -> Sieve:
    """One pattern of all that says that something is broken: the first place of any of them counts."""
    return Sieve(["|".join(f"(?:{pattern})" for pattern in table("signs")["faults"])])


@cache
def _symptoms() -> tuple[Sequence[Symptom], Sieve]:
    told = table("signs")["symptoms"]
    return [Symptom(category, item) for _, category, item in told], Sieve([words for words, *_ in told])


def _fault(plain: str) -> re.Match[str] | None:
    """The first sign that something is broken."""
    return found[1] if (found := _faults().first(plain)) else None


def _symptom(plain: str) -> Symptom | None:
    """The first sign of the table that a clause has."""
    symptoms, sieve = _symptoms()
    return symptoms[found[0]] if (found := sieve.first(plain)) else None


@cache
def _phrase(name: str) -> re.Pattern[str]:
    return re.compile(table("phrases")[name])


def problems(text: Text, things: Sequence[Mention]) -> list[Problem]:
    """The problems of a message, in the order in which they are named; empty where nothing is said of a thing."""
    found: list[Problem] = []
    for clause in clauses(text.plain):
        for problem in _of_clause(text, clause, things):
            _add(found, problem, clause, text.plain)
    return [p for p in found if p.faulty] or found[:1]


def _of_clause(text: Text, clause: Clause, things: Sequence[Mention]) -> list[Problem]:
    plain = text.plain[clause.start : clause.end]
    named = [t for t in things if clause.start <= t.start < clause.end]
    inside = [t for t in named if not _aside(text.plain, clause, t)]
    fault = _fault(_without(plain, clause.start, named))
    symptom = _symptom(plain)
    if symptom and not inside:
        inside = [t for t in named if t.category == symptom.category and _lies_at(text.plain, clause, t)]
    if not inside:
        return [_inferred(text, clause, symptom, bool(fault))] if fault or symptom else []
    chosen = _chosen(text.plain, clause, inside, fault)
    return [_named(text, clause, thing, symptom, clause.start + fault.start() if fault else None) for thing in chosen]


def _without(plain: str, start: int, things: Sequence[Mention]) -> str:
    """A clause without the names of its things: a 碎纸机 is not broken (碎) by name."""
    for thing in things:
        plain = plain[: thing.start - start] + "□" * (thing.end - thing.start) + plain[thing.end - start :]
    return plain


def _aside(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether a thing works, is ruled out, or is only where something lies, falls or was tried."""
    before, after = plain[max(clause.start, thing.start - 8) : thing.start], plain[thing.end : clause.end]
    return bool(
        _phrase("fine").match(after)
        or _phrase("locative").match(after)
        or _phrase("ruled_out").search(before)
        or _phrase("carried").search(before)
        or _phrase("tool").search(before)
    )


def _lies_at(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether a symptom shows at a thing: "水池下面漏水"."""
    return bool(_phrase("locative").match(plain[thing.end : clause.end]))


_AND = re.compile(r"\s*(?:和|跟|与|以及|及|、|and|&|\+)\s*(?:那个|几个|一个)?")


def _chosen(plain: str, clause: Clause, inside: list[Mention], fault: re.Match[str] | None) -> list[Mention]:
    """The broken ones of the things in a clause: the stated cause, else those listed, else the one beside the fault."""
    if cause := _cause(plain, clause, inside):
        return [cause]
    at = clause.start + fault.start() if fault else clause.end
    before = [t for t in inside if t.start < at] or inside[:1]
    chosen = [before[-1]]
    for thing in reversed(before[:-1]):
        if not _AND.fullmatch(plain, thing.end, chosen[0].start):
            break
        chosen.insert(0, thing)
    return chosen


def _cause(plain: str, clause: Clause, inside: list[Mention]) -> Mention | None:
    if found := _phrase("leads_to").search(plain, clause.start, clause.end):
        return next((t for t in reversed(inside) if t.end <= found.start()), None)
    if found := _phrase("because").search(plain, clause.start, clause.end):
        return next((t for t in inside if t.start >= found.start()), None)
    return None


def _inferred(text: Text, clause: Clause, symptom: Symptom | None, faulty: bool) -> Problem:
    """A clause that names no thing."""
    item, category = (symptom.item, symptom.category) if symptom else (None, None)
    words = text.words(clause.start, clause.end)
    return Problem(item, category, words, clause.start, clause.end, faulty or symptom is not None, sure=False)


def _named(text: Text, clause: Clause, thing: Mention, symptom: Symptom | None, fault: int | None) -> Problem:
    """A clause that names a thing. Shock goes to the electrician whatever gives it."""
    start = thing.start if fault is None else min(thing.start, fault)
    while text.plain[start] == "□":
        start += 1
    faulty = fault is not None or symptom is not None
    item, category = thing.name, thing.category
    if symptom and symptom.item in _FIRST:
        category = symptom.category
    elif symptom and symptom.item == "网络" and category == "multimedia" and not _NET.search(squeeze(item)):
        item = symptom.item
    elif symptom and category is None:
        category = symptom.category
    words = text.words(start, clause.end)
    open_ = thing.open and symptom is None and not _telling(text.plain[thing.end : clause.end])
    return Problem(item, category, words, thing.start, clause.end, faulty, open_, part=thing.part)


_FIRST = frozenset({"漏电", "电路"})
_NET = re.compile("网|wifi|路由|交换机|ap|光猫|监控|摄像|打印|电话|门禁|班牌")


def _telling(after: str) -> bool:
    """Whether more is said of a thing than that it does not work."""
    return len(re.sub(r"[\W_]|坏了?|不?(行|能用|好使|好用)了?|有问题|又|也|了|出|故障|用不了|失灵", "", after)) > 1


def _add(found: list[Problem], problem: Problem, clause: Clause, plain: str) -> None:
    """Take a clause's problem in: a new one, or more about one that is already there."""
    cause = bool(_phrase("because").search(plain, clause.start, clause.end))
    known = _same(found, problem, clause, cause=cause)
    if known is None:
        problem.spans.append(clause)
        found.append(problem)
        return
    if _better(known, problem, cause=cause):
        known.item, known.category, known.words = problem.item, problem.category, problem.words
        known.open, known.sure = problem.open, problem.sure
    known.spans.append(clause)
    known.faulty = known.faulty or problem.faulty
    known.end = max(known.end, problem.end)


def _same(found: Sequence[Problem], problem: Problem, clause: Clause, *, cause: bool) -> Problem | None:
    """The problem that a clause goes on about, or None when it begins another one."""
    if not found:
        return None
    last = found[-1]
    alike = next((k for k in found if problem.sure and k.sure and _alike(k.item, problem.item)), None)
    if alike or cause:
        return alike or last
    return None if _another(last, problem, clause) else last


def _another(last: Problem, problem: Problem, clause: Clause) -> bool:
    """Whether a clause speaks of another thing: listed, joined by 还有, or broken in its own right."""
    if not problem.sure:
        return clause.also and problem.category not in {None, last.category}
    if not last.sure:
        return clause.also or last.category not in {None, problem.category}
    if last.spans[-1].listed or clause.also:
        return True
    if problem.part and problem.category in {None, last.category}:
        return False
    same_machine = last.category == problem.category == "multimedia"
    return problem.faulty and last.faulty and not same_machine


def _alike(left: str | None, right: str | None) -> bool:
    a, b = squeeze(left or ""), squeeze(right or "")
    return bool(a and b) and (a in b or b in a)


def _better(known: Problem, problem: Problem, *, cause: bool) -> bool:
    """Whether a later clause names the broken thing better: a cause beats a symptom, a name beats a guess."""
    if not problem.sure:
        return known.item is None and problem.item is not None
    if not known.sure:
        return known.item is None or not problem.faulty
    return cause or (problem.faulty and not known.faulty and not problem.part)


def quoted(problems_found: Iterable[Problem]) -> str:
    """The words that decided."""
    return next((p.words for p in problems_found), "").strip()
