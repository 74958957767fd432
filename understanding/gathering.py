"""Gathering what clauses say into problems: is it more about one that is known, or another one?"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from understanding.clauses import Clause
from understanding.faults import ALL_OF, SHOCK, SURFACE, belongs, phrase
from understanding.normalise import Text, squeeze
from understanding.patterns import late
from understanding.same import comes_of, joins, rooms_differ


@dataclass(slots=True)
class Problem:
    """One thing that is broken. `words` is what it was read from, `start` where, `sure` whether the thing was named.

    `bare`: named without a word on what is wrong; `told`: the sender says which of several things it is.
    """

    item: str | None
    category: str | None
    words: str
    start: int
    end: int
    faulty: bool = False
    open: bool = False
    sure: bool = True
    part: bool = False
    bare: bool = False
    told: bool = False
    spans: list[Clause] = field(default_factory=list)


def add(found: list[Problem], problem: Problem, clause: Clause, text: Text) -> None:
    """Take a clause's problem in: a new one, or more about one that is already there."""
    cause = _tells_why(text.plain, clause)
    cause = cause or (problem.sure and problem.faulty and _instead(text.plain, clause))
    known = _same(found, problem, clause, text, cause=cause)
    if known is None:
        problem.spans.append(clause)
        found.append(problem)
        return
    if "灯" in (problem.item or "") and belongs(squeeze(known.item or ""), squeeze(problem.item or "")):
        problem.category = known.category  # the bulb of a projector is no electrician's
    guessed = not known.sure and known.category is not None
    if _better(known, problem, clause, text.plain, cause=cause):
        owner = known.category if known.item == SURFACE else problem.category or known.category
        known.item, known.category, known.words = problem.item, owner, problem.words
        known.open = problem.open and not guessed
        known.sure, known.part, known.bare = problem.sure, problem.part, problem.bare
    if problem.item == SHOCK and not problem.sure:
        known.category = problem.category
    known.told = known.told or cause
    known.spans.append(clause)
    known.faulty = known.faulty or problem.faulty
    known.end = max(known.end, problem.end)


def _tells_why(plain: str, clause: Clause) -> bool:
    """Whether a clause says what all the rest came of; "发现窗户也关不上" says no such thing."""
    why = phrase("because").search(plain, clause.start, clause.end) or _IT_IS.match(plain, clause.start)
    return why is not None and not phrase("as_well").search(plain, why.end(), clause.end)


_IT_IS = late(r"\s*(?:其实|原来)?是(?!不是|的|否|吧|吗|啊|啥|什么|谁|哪|一个|两)")
"""A clause that says what it is begins so: "窗台渗水，是空调的管子没接好"."""


def _instead(plain: str, clause: Clause) -> bool:
    """Whether the clause before rules something out, so that this one says what it is: "不是灯管的事，镇流器响"."""
    here = plain[clause.start : clause.end]
    before = phrase("not_that").search(plain, max(0, clause.start - _AHEAD), clause.start)
    return before is not None and not clause.also and not phrase("as_well").search(here)


def _same(found: Sequence[Problem], problem: Problem, clause: Clause, text: Text, *, cause: bool) -> Problem | None:
    """The problem that a clause goes on about, or None when it begins another one."""
    if not found:
        return None
    last = found[-1]
    if problem.faulty and last.faulty and rooms_differ(text, last.spans[-_RECENT:], clause):
        return None
    alike = next((k for k in found if problem.sure and k.sure and _alike(k.item, problem.item)), None)
    if alike or cause:
        return alike or last
    return None if _another(last, problem, clause, text.plain) else last


def _another(last: Problem, problem: Problem, clause: Clause, plain: str) -> bool:
    """Whether a clause speaks of another thing: listed, joined by 还有, or broken in its own right."""
    if not problem.sure:
        return clause.also and problem.category not in {None, last.category}
    before, now = (plain[c.start : c.end] for c in (last.spans[-1], clause))
    if not last.sure:
        elsewhere = "□" in now and phrase("as_well").search(now) is not None
        apart = problem.faulty and (last.category not in {None, problem.category} or elsewhere)
        return clause.also or (apart and not comes_of(last.item or "", last.words + before, now))
    if last.spans[-1].listed or clause.also or _in_a_row(last, problem, clause, plain):
        return True
    if problem.part and problem.category in {None, last.category} and not _apart(last, problem, clause):
        return False
    in_two_rooms = "□" in now and any("□" in plain[c.start : c.end] for c in last.spans[-_RECENT:])
    joined = not in_two_rooms and joins(last.item, before, problem.item, now)
    if (
        problem.faulty
        and not last.faulty
        and not last.bare
        and not problem.part
        and _broken_too(problem, clause, plain)
    ):
        last.faulty = True
    return problem.faulty and last.faulty and not joined


def _broken_too(problem: Problem, clause: Clause, plain: str) -> bool:
    """Whether a thing is broken as well, so that the one before it is: "龙头滴答好几天了，厕所门也带不上"."""
    name = plain.rfind((problem.item or "")[-1:], clause.start, clause.end)
    return _TOO.match(plain, name + 1) is not None


_TOO = late(r"(?:都|又|还)?也(?!许|就|没事|不急|行|好)")


def _apart(last: Problem, problem: Problem, clause: Clause) -> bool:
    """Whether a part that has an owner of its own cannot be one of what was named before in the same breath."""
    run_on = clause.start == last.spans[-1].end
    return (
        run_on and problem.category is not None and not belongs(squeeze(last.item or ""), squeeze(problem.item or ""))
    )


_RECENT = 6
"""Clauses about a problem that are looked back to: more is nobody's report."""


def _in_a_row(last: Problem, problem: Problem, clause: Clause, plain: str) -> bool:
    """Whether things are only named one after the other, before it is said what is wrong with all of them."""
    ahead = plain[clause.start if problem.faulty else clause.end : clause.end + _AHEAD]
    return last.bare and not last.faulty and ALL_OF.search(ahead) is not None


_AHEAD = 12
"""Characters in which 都 follows the last thing of a row."""


def _alike(left: str | None, right: str | None) -> bool:
    a, b = squeeze(left or ""), squeeze(right or "")
    return bool(a and b) and (a in b or b in a)


_ROW = 20
"""Characters in which it is said what is wrong with all things of a row."""


def _better(known: Problem, problem: Problem, clause: Clause, plain: str, *, cause: bool) -> bool:
    """Whether a later clause names the broken thing better: a cause beats a symptom, a name beats a guess."""
    if not problem.sure:
        return known.item is None and problem.item is not None
    if not known.sure:
        said = problem.words + plain[clause.end : clause.end + _ROW]
        return not (phrase("dark").search(known.words) and phrase("dead").search(said))
    if cause or phrase("means").search(plain, clause.start, clause.end) or _stands_for(known, problem, clause, plain):
        return True
    if problem.faulty and not known.faulty and phrase("only").search(plain[clause.start : clause.end]):
        return True
    other = not problem.part or problem.category not in {None, known.category}
    return comes_of(problem.item or "", problem.words, known.words) or (problem.faulty and not known.faulty and other)


def _stands_for(known: Problem, problem: Problem, clause: Clause, plain: str) -> bool:
    """Whether what was named is only a piece of this thing, or the thing is named more closely: "前门 门把手"."""
    whole = belongs(squeeze(problem.item or ""), squeeze(known.item or ""))
    named = not problem.part and phrase("names").search(plain, clause.start, clause.end)
    if known.part and phrase("slight").search(known.item or "") and (whole or named):
        return True
    return known.bare and problem.bare and not known.faulty
