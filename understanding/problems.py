"""Which things are broken: one problem a thing, with its cause put before its symptoms."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from understanding.clauses import Clause, clauses
from understanding.faults import ALL_OF, SHOCK, Symptom, fault, phrase, symptom
from understanding.gathering import Problem, add
from understanding.items import Mention
from understanding.normalise import Text, squeeze
from understanding.runs import runs
from understanding.unnamed import described, guessed


def problems(text: Text, things: Sequence[Mention]) -> list[Problem]:
    """The problems of a message, in the order in which they are named; empty where nothing is said of a thing."""
    things = (described(text, things) or guessed(text))[:_MOST_NAMED]
    covered = _covered(text.plain, things)
    found: list[Problem] = []
    for clause in clauses(text):
        named = [t for t in things if clause.start <= t.start < clause.end]
        if phrase("ignored").search(text.plain, clause.start, clause.end):
            continue
        meant = _meant(text.plain, clause, named)
        for run in runs(covered, clause, meant):
            for problem in _of_clause(text, covered, run, named, meant):
                add(found, problem, run, text)
    if len(things) > 1 and any(_ruled_out(text.plain, thing) for thing in things):
        for problem in found:
            problem.told = True
    return _with_names(_faulty(found, covered), text, things)


def _with_names(found: list[Problem], text: Text, things: Sequence[Mention]) -> list[Problem]:
    """The problems, of which the first is given a name where none of them has one."""
    if any(problem.item for problem in found) or not (thing := _spoken_of(text, things, found)):
        return found
    if not found:
        return [Problem(thing.name, thing.category, text.words(thing.start, thing.end), thing.start, thing.end)]
    first = found[0]
    first.item, first.category, first.open = thing.name, thing.category or first.category, thing.open
    return found


def _spoken_of(text: Text, things: Sequence[Mention], found: Sequence[Problem]) -> Mention | None:
    """What a message is about whose every thing seemed to be named in passing: "空调插着电没动静" means no other."""
    meant = [t for t in things if not _ruled_out(text.plain, t)] or guessed(text)
    near = [t for t in things if any(p.start <= t.start and t.end <= p.end for p in found)]
    working = phrase("working")
    return next(iter(meant or [t for t in near if not working.match(text.plain[t.end : t.end + _NEAR])]), None)


_MOST_NAMED = 60
"""Things that are looked at: more than a whole building's list names, and no message takes long."""


def _meant(plain: str, clause: Clause, named: Sequence[Mention]) -> list[Mention]:
    """The things of a clause that may be the broken ones."""
    inside = _not_aside(plain, clause, named)
    inside = [t for t in inside if not (_lacking(plain, clause, t, inside) or _lamp_of(plain, t, inside))]
    return [t for t in inside if not t.piece] or inside


def _not_aside(plain: str, clause: Clause, named: Sequence[Mention]) -> list[Mention]:
    """Those named in their own right; what is listed with a thing that works, works as well: "灯和风扇都好的"."""
    kept: list[Mention] = []
    after: Mention | None = None
    for thing in reversed(named):
        listed = after is not None and _AND.fullmatch(plain, thing.end, after.start) is not None
        after = thing if _aside(plain, clause, thing) or listed else None
        if after is None:
            kept.insert(0, thing)
    return kept


def _ruled_out(plain: str, thing: Mention) -> bool:
    """Whether the sender says of a thing that it is not the broken one."""
    works = phrase("fine").match(plain[thing.end : thing.end + _NEAR])
    return bool(works or phrase("ruled_out").search(plain[max(0, thing.start - _NEAR) : thing.start]))


_NEAR = 8
"""Characters beside a thing that say whether it is meant."""


def _faulty(found: list[Problem], covered: str) -> list[Problem]:
    """Those of which something is wrong, with those that are only listed before it: "灯、风扇都坏了"."""
    for before, after in reversed(list(pairwise(found))):
        if after.faulty and not before.faulty and _listed(before, after, covered):
            before.faulty = True
    return [p for p in found if p.faulty] or found[:1]


_ALL = re.compile(r"[^,.!?;]*■[^,.!?;]{0,3}(?:都|全|均|也)")


def _listed(before: Problem, after: Problem, covered: str) -> bool:
    listed = before.spans[-1].listed or (before.bare and _ALL.match(covered, after.spans[0].start) is not None)
    return before.sure and after.sure and listed


def _covered(plain: str, things: Sequence[Mention]) -> str:
    """The text without the names of its things: a 碎纸机 is not broken (碎) by name."""
    for thing in things:
        plain = plain[: thing.start] + "■" * (thing.end - thing.start) + plain[thing.end :]
    return plain


def _of_clause(
    text: Text, covered: str, clause: Clause, named: Sequence[Mention], meant: Sequence[Mention]
) -> list[Problem]:
    inside = [t for t in meant if clause.start <= t.start < clause.end]
    found = fault(covered[clause.start : clause.end])
    sign = symptom(text.plain[clause.start : clause.end])
    if sign and not inside:
        inside = [
            t
            for t in named
            if (t.category == sign.category or sign.item == _SPARKS) and _lies_at(text.plain, clause, t)
        ]
        inside = [t for t in inside if clause.start <= t.start < clause.end]
    if not inside:
        return [_inferred(text, clause, sign, bool(found))] if found or sign else []
    chosen = _chosen(text.plain, clause, inside, found)
    at = clause.start + found.start() if found else None
    return [_named(text, covered, clause, thing, sign, at) for thing in chosen]


def _aside(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether a thing works, is ruled out, or is only where something lies, falls or was tried."""
    before, after = plain[max(clause.start, thing.start - _NEAR) : thing.start], plain[thing.end : clause.end]
    aside = (
        phrase("fine").match(after)
        or phrase("locative").match(after)
        or phrase("ruled_out").search(before)
        or phrase("carried").search(before)
        or phrase("tool").search(before)
    )
    return bool(aside) and not _holds(plain, clause, thing)


def _holds(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether something is stuck in a thing: "钥匙断在锁芯里"."""
    held = phrase("stuck_in").search(plain, thing.start, clause.end)
    return bool(held and held.start() < thing.end and phrase("stuck").search(plain, clause.start, clause.end))


def _lacking(plain: str, clause: Clause, thing: Mention, inside: Sequence[Mention]) -> bool:
    """Whether a thing is what another one lacks: "桌子少了颗螺丝"."""
    found = phrase("lacks").search(plain, clause.start, thing.start)
    return found is not None and (thing is not inside[0] or "剩" in found.group())


_MACHINE = re.compile("[机器猫]$|交换机|路由|服务器|打印")
_LAMP = re.compile("^(?:指示)?灯$")


def _lamp_of(plain: str, thing: Mention, inside: Sequence[Mention]) -> bool:
    """Whether a lamp is only that of a machine in the same clause: "净水器换芯灯亮了"."""
    before = next((t for t in reversed(inside) if t.end <= thing.start), None)
    near = before and "□" not in plain[before.end : thing.start] and not _AND.fullmatch(plain, before.end, thing.start)
    return bool(near and before and _LAMP.search(thing.name) and _MACHINE.search(before.name))


def _lies_at(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether a symptom shows at a thing: "水池下面漏水"."""
    return bool(phrase("locative").match(plain[thing.end : clause.end]))


_AND = re.compile(r"\s*(?:和|跟|与|以及|及|、|and|&|\+)\s*(?:那个|几个|一个)?")


def _chosen(plain: str, clause: Clause, inside: list[Mention], found: re.Match[str] | None) -> list[Mention]:
    """The broken ones of the things in a clause: the stated cause, else those listed, else the one beside the fault."""
    if cause := _cause(plain, clause, inside):
        return [cause]
    at = clause.start + found.start() if found else clause.end
    before = [t for t in inside if t.start < at] or inside[:1]
    chosen = [before[-1]]
    every = ALL_OF.search(plain, chosen[0].end, clause.end) is not None
    for thing in reversed(before[:-1]):
        if not (_AND.fullmatch(plain, thing.end, chosen[0].start) or (every and thing.end == chosen[0].start)):
            break
        chosen.insert(0, thing)
    return chosen


def _cause(plain: str, clause: Clause, inside: list[Mention]) -> Mention | None:
    if len(inside) > 1 and (holder := next((t for t in inside if _holds(plain, clause, t)), None)):
        return holder
    if found := phrase("leads_to").search(plain, clause.start, clause.end):
        return next((t for t in reversed(inside) if t.end <= found.start()), None)
    if found := phrase("because").search(plain, clause.start, clause.end):
        return next((t for t in inside if t.start >= found.start()), None)
    return None


def _inferred(text: Text, clause: Clause, sign: Symptom | None, faulty: bool) -> Problem:
    """A clause that names no thing."""
    item, category = (sign.item, sign.category) if sign else (None, None)
    words = text.words(clause.start, clause.end)
    return Problem(item, category, words, clause.start, clause.end, faulty or sign is not None, sure=False)


_BARE = re.compile(r"[\s□■的那这几个只台盏把两三四五里上们、,]*")


def _named(
    text: Text, covered: str, clause: Clause, thing: Mention, sign: Symptom | None, fault_at: int | None
) -> Problem:
    """A clause that names a thing. Shock goes to the electrician whatever gives it."""
    start = thing.start if fault_at is None else min(thing.start, fault_at)
    start = next((at for at in range(start, clause.end) if text.plain[at] != "□"), thing.start)
    item, category = _signed(thing, sign)
    return Problem(
        item,
        category,
        text.words(start, clause.end),
        thing.start,
        clause.end,
        faulty=fault_at is not None or sign is not None,
        open=thing.open and sign is None and not _telling(text.plain[thing.end : clause.end]),
        part=thing.part or thing.piece,
        bare=_BARE.fullmatch(covered, clause.start, clause.end) is not None,
    )


_POWER, _SPARKS, _LEAK, _SURFACE = "电", "电路", "漏水", "板面"
_OVERHEAD = re.compile("天花|吊顶|顶棚|顶板|楼板|扣板|^墙")
"""Where water comes through from a pipe above: whoever mends the pipe goes first."""
_NET = re.compile("网|wifi|路由|交换机|ap|光猫|监控|摄像|打印|电话|门禁|班牌|收款|消费|收银|闸")


def _signed(thing: Mention, sign: Symptom | None) -> tuple[str, str | None]:
    """Name and owner of a thing that shows a symptom."""
    if sign and (sign.item == SHOCK or (sign.item == _POWER and thing.category == "furniture")):
        return thing.name, sign.category
    if sign and sign.item == _SURFACE and thing.name.endswith("白板"):
        return thing.name, sign.category
    if sign and sign.item == _LEAK and _OVERHEAD.search(thing.name):
        return thing.name, sign.category
    if sign and sign.item == "网络" and thing.category == "multimedia" and not _NET.search(squeeze(thing.name)):
        return sign.item, thing.category
    return thing.name, thing.category or (sign.category if sign else None)


def _telling(after: str) -> bool:
    """Whether more is said of a thing than that it does not work."""
    return (
        len(
            re.sub(
                r"[\W_]|打不开|开不了|不开门?|没反应|不动|坏了?|不?(行|能用|好使|好用)了?|有问题|又|也|了|出|故障|用不了|失灵",
                "",
                after,
            )
        )
        > 1
    )


def quoted(problems_found: Iterable[Problem]) -> str:
    """The words that decided."""
    return next((p.words for p in problems_found), "").strip()
