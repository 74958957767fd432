"""Which things are only named in passing: those that work, are ruled out, or are where something lies or was tried."""

from collections.abc import Sequence

from understanding.clauses import Clause
from understanding.faults import ails, phrase
from understanding.items import Mention
from understanding.patterns import late

AND = late(r"\s*(?:和|跟|与|以及|及|、|and|&|\+)\s*(?:那个|几个|一个|□+(?:里面|里|上面|上|那边)?的?)?")
"""What joins things of which the same is said."""


def meant(plain: str, clause: Clause, named: Sequence[Mention]) -> list[Mention]:
    """The things of a clause that may be the broken ones."""
    inside = [t for t in named if _of_another(plain, t, named) or not _aside(plain, clause, t)]
    inside = [t for t in inside if not (_lacking(plain, clause, t, inside) or _lamp_of(plain, t, inside))]
    return [t for t in inside if not t.piece] or inside


def working(plain: str, things: Sequence[Mention]) -> list[Mention]:
    """The things that are said to work, with those listed before them: "刷卡机、班牌都正常"."""
    found: list[Mention] = []
    after: Mention | None = None
    for thing in reversed(things):
        listed = after is not None and after in found and _ROW.fullmatch(plain, thing.end, after.start)
        if listed or phrase("working").match(plain, thing.end):
            found.append(thing)
        after = thing
    return found


_ROW = late(r"\s*(?:和|跟|与|以及|及|、)?\s*")


def all_is_well(covered: str, clause: Clause, fine: Sequence[Mention]) -> bool:
    """Whether a clause says no more than that something works."""
    inside = [t for t in fine if clause.start <= t.start < clause.end]
    said = phrase("working").match(covered, max(t.end for t in inside)) if inside else None
    return said is not None and not ails(covered[said.end() : clause.end])


def ruled_out(plain: str, thing: Mention) -> bool:
    """Whether the sender says of a thing that it is not the broken one."""
    works = phrase("fine").match(plain[thing.end : thing.end + _NEAR])
    return bool(works or phrase("ruled_out").search(plain[max(0, thing.start - _NEAR) : thing.start]))


_NEAR = 8
"""Characters beside a thing that say whether it is meant."""


def _of_another(plain: str, thing: Mention, named: Sequence[Mention]) -> bool:
    """Whether a thing is told by another that it is on, so that what is in it is its own: "讲台那个插座里面冒蓝光"."""
    inside = phrase("locative").match(plain[thing.end :]) is not None
    return inside and any(
        other.end <= thing.start and _ON.fullmatch(plain, other.end, thing.start) is not None for other in named
    )


_ON = late(r"(?:上面?|里面?|旁边?|后面|下面)?(?:的那|那|的)[个只块台把根]?")


def _aside(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether a thing works, is ruled out, or is only where something lies, falls or was tried."""
    before, after = plain[max(clause.start, thing.start - _NEAR) : thing.start], plain[thing.end : clause.end]
    works = phrase("fine").match(after) and not _BLAMED.search(before)
    aside = (
        works
        or phrase("locative").match(after)
        or phrase("ruled_out").search(before)
        or phrase("carried").search(before)
        or phrase("tool").search(before)
        or _NEXT_TO.search(plain[max(clause.start, thing.start - _FAR) : thing.start])
    )
    return bool(aside) and not holds(plain, clause, thing)


_NEXT_TO = late(
    r"\b(?:above|over|under|beneath|below|behind|beside|near|next to|in front of|on top of) (?:(?:my|the|our) )?$"
)
_FAR = 20
"""Characters before a thing that may say in English that it is only where something is."""
_BLAMED = late("(?<![不是])是$")
"""What stands behind it is the cause: "是插座的毛病"."""


def holds(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether something is stuck in a thing: "钥匙断在锁芯里"."""
    held = phrase("stuck_in").search(plain, thing.start, clause.end)
    return bool(held and held.start() < thing.end and phrase("stuck").search(plain, clause.start, clause.end))


def _lacking(plain: str, clause: Clause, thing: Mention, inside: Sequence[Mention]) -> bool:
    """Whether a thing is what another one lacks: "桌子少了颗螺丝"."""
    found = phrase("lacks").search(plain, clause.start, thing.start)
    return found is not None and (thing is not inside[0] or "剩" in found.group())


_MACHINE = late("[机器猫]$|交换机|路由|服务器|打印")
_CLOSE = 4
"""Characters between a machine and the lamp on it."""
_LAMP = late("^(?:指示)?灯$")


def _lamp_of(plain: str, thing: Mention, inside: Sequence[Mention]) -> bool:
    """Whether a lamp is only that of a machine in the same clause: "净水器换芯灯亮了"."""
    before = next((t for t in reversed(inside) if t.end <= thing.start), None)
    close = before is not None and thing.start - before.end <= _CLOSE
    near = (
        before
        and close
        and "□" not in plain[before.end : thing.start]
        and not AND.fullmatch(plain, before.end, thing.start)
    )
    return bool(near and before and _LAMP.search(thing.name) and _MACHINE.search(before.name))


def lies_at(plain: str, clause: Clause, thing: Mention) -> bool:
    """Whether a symptom shows at a thing: "水池下面漏水"."""
    return bool(phrase("locative").match(plain[thing.end : clause.end]))
