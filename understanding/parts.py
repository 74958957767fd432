"""From problems and places to the parts of a reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from domain.catalog import Urgency
from understanding.assets import Assets
from understanding.faults import vague
from understanding.gathering import Problem
from understanding.items import Mention, trade
from understanding.model import Judgement, model
from understanding.normalise import Text
from understanding.patterns import late
from understanding.places import Location
from understanding.quantities import asked, known_goods
from understanding.reading import AssetWords, Intent, Part
from understanding.reasons import Told
from understanding.urgency import PERIL, danger, pressing, telling, urgency

_MOST = 8
"""Problems taken from one message; more is a list for the office, not a report."""

_SURE = 0.997
"""How sure the model must be to overrule the thing that was named: “投影开不了，是插座没电” names two."""
_LIKELY = 0.75
"""How sure it must be where nothing was named; below that the desk asks."""
_LIFT, _TRAPPED = "电梯", "trap"
_FIRST = "water_electric"
"""Whose trade danger from current, gas and hot water is, whatever thing was named."""
_NAMES_A_TRADE = frozenset(
    {Intent.ACCEPT, Intent.COMPLETE, Intent.URGE, Intent.AMEND, Intent.REPORT, Intent.TRANSFER, Intent.REOPEN}
)
_HURRIES = frozenset({Intent.PURCHASE, Intent.SERVER})


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in one message, before anything is decided.

    `outline` is the folded text with the names of places covered up to their last character ("□□□室"), so that a room's
    name is not taken for an act.
    """

    text: Text
    outline: str
    things: Sequence[Mention]
    problems: Sequence[Problem]
    locations: Sequence[Location]
    own_place: str
    assets: Assets
    asset: AssetWords | None


def repair_parts(found: Findings, judged: Judgement) -> tuple[Part, ...]:
    """One part a problem, and one a room where a thing is broken in several; at least one.

    `judged` is what the model says of the whole message; of several problems it is asked about each by itself.
    """
    problems = found.problems or [_nothing(found.text)]
    parts = [part for problem in problems for part in _of_problem(found, problem, judged)]
    parts = _alarmed(found.text.plain, parts, judged)
    parts += _likewise(found, parts)
    return tuple(dict.fromkeys(parts))[:_MOST]


def _alarmed(plain: str, parts: list[Part], judged: Judgement) -> list[Part]:
    """Where all of a message tells of danger and none of its problems does by itself, it is the first one's."""
    if len(parts) == 1 or any(part.urgency is Urgency.EMERGENCY for part in parts):
        return parts
    first = replace(parts[0], urgency=pressing(plain, urgency(plain), judged.urgencies))
    return [first, *parts[1:]] if first.urgency is Urgency.EMERGENCY else parts


def told(found: Findings, parts: Sequence[Part]) -> list[Told]:
    """What was read of each problem, or of all that was said, for the reason that the sender is given."""
    return [_told(found, problem, parts) for problem in found.problems or [_nothing(found.text)]]


def _told(found: Findings, problem: Problem, parts: Sequence[Part]) -> Told:
    mine = next((part for part in parts if part.item == problem.item), parts[0])
    spoken = _without_others(found, problem)
    alarming = spoken if mine.urgency is Urgency.EMERGENCY else ""  # only the model hears it, in all that is said
    return Told(problem.words, mine.category, mine.urgency, telling(spoken) or alarming)


def _nothing(text: Text) -> Problem:
    return Problem(None, None, text.shown, 0, len(text.plain), sure=False)


def _of_problem(found: Findings, problem: Problem, judged: Judgement) -> Iterator[Part]:
    places: list[Location | None] = [*_where(found, problem)]
    own = judged if len(found.problems) <= 1 else model().judge(_said(found.outline, problem))
    for location in places or [None]:
        yield _part(found, problem, location, own)


def _said(plain: str, problem: Problem) -> str:
    return ",".join(plain[clause.start : clause.end] for clause in problem.spans)


def _part(found: Findings, problem: Problem, location: Location | None, judged: Judgement) -> Part:
    words, place = _placed(found, location)
    asset = found.asset or found.assets.in_room(place, problem.item)
    return Part(
        category=_trade(found, problem, judged) or (asset.category if asset else None) or None,
        location=words,
        place=place or (asset.place if asset else None) or None,
        item=found.asset.name if found.asset else problem.item,
        asset=asset.code if asset else None,
        urgency=pressing(found.text.plain, _pressing(found, problem), judged.urgencies),
    )


def _trade(found: Findings, problem: Problem, judged: Judgement) -> str | None:
    """The trade of what was named, unless the model is sure of another; of what nobody named, what it finds likely.

    Current and gas that endanger somebody come before the thing that was named (labelling conventions of the repair
    desk). Where nothing is said but that something is wrong, or that it burns, it is nobody's guess; and no repairer
    frees people from a lift.
    """
    if problem.item is None and vague(found.outline):
        return problem.category
    if problem.item == _LIFT and (met := danger(found.text.plain)) and met[0] == _TRAPPED:
        return None
    likeliest = max(judged.categories, key=judged.categories.__getitem__, default=None)
    sure = judged.categories[likeliest] if likeliest else 0.0
    if likeliest == _FIRST and sure > _LIKELY and judged.urgencies[Urgency.EMERGENCY] > PERIL:
        return likeliest
    if problem.open or (problem.told and problem.category):
        return problem.category
    return likeliest if sure > (_SURE if problem.category else _LIKELY) else problem.category


def _placed(found: Findings, location: Location | None) -> tuple[str | None, str | None]:
    """Words and code of a location; "我们班" is the sender's own room, or nothing where that is not known."""
    if location is None:
        return None, None
    if location.own:
        return (location.words, found.own_place) if found.own_place else (None, None)
    return location.words, location.code


_AND = late(
    r"[\s,]*(?:和|跟|与|以及|及|、|,|and|&|\+|还有)[\s,]*"
    r"|[\s,]*(?:还有|另外?|再)?[一两\d](?:处|个|盏|台|块|间|张|扇|根|把)[是在]+"
)


def _where(found: Findings, problem: Problem) -> list[Location]:
    """The places of a problem: those in its own clauses, else the last one before it, else the first of all."""
    inside = [p for p in found.locations if any(c.start <= p.start < c.end for c in problem.spans)]
    before = [p for p in found.locations if p.start <= problem.start]
    own = [p for p in inside if p in before][-1:] if _shares_a_clause(found, problem) else []
    first = (own or inside or before[-1:] or _by_itself(found) or list(found.locations))[:1]
    return _listed(found, first[0]) if first else []


def _by_itself(found: Findings) -> list[Location]:
    """The places in whose clauses no problem is told: one that is said behind is meant of what had none."""
    spans = [clause for problem in found.problems for clause in problem.spans]
    return [place for place in found.locations if not any(c.start <= place.start < c.end for c in spans)]


def _shares_a_clause(found: Findings, problem: Problem) -> bool:
    """Whether a clause tells of another thing too, perhaps in another place: "教室的饮水机和水房的热水器都坏了"."""
    return any(span in other.spans for other in found.problems if other is not problem for span in problem.spans)


def _listed(found: Findings, location: Location) -> list[Location]:
    """A place and those joined to it by 和 or 、 ("301和302的灯"), whichever of them was met."""
    run: list[Location] = []
    for place in found.locations:
        if run and not _AND.fullmatch(found.text.plain, run[-1].end, place.start):
            if location in run:
                break
            run = []
        run.append(place)
    return run if location in run else [location]


_SAME_THERE = late(r"[^,.!?;\s]{0,2}(?:也(?:是|一样|这样|坏|不|有|没(?:有|得|了)?(?=[\s,.!;]|$))|同样|一样|同上)")


def _likewise(found: Findings, parts: Sequence[Part]) -> list[Part]:
    """The same thing broken in another room: "301灯坏了，302也是"."""
    starts = {location.words: location.start for location in found.locations}
    more = []
    for location in found.locations:
        if location.words not in {part.location for part in parts} and _SAME_THERE.match(
            found.text.plain, location.end
        ):
            before = [part for part in parts if starts.get(part.location or "", 0) < location.start]
            more.append(replace((before or parts)[-1], location=location.words, place=location.code, asset=None))
    return more


def _pressing(found: Findings, problem: Problem) -> Urgency:
    """Urgency from a problem's own clauses and from those that speak of none; "那个不急" is meant of its own only."""
    told = urgency(_without_others(found, problem))
    if told is Urgency.LOW and len(found.problems) > 1:
        slow = [p for p in found.problems if urgency(_said(found.text.plain, p)) is Urgency.LOW]
        return Urgency.NORMAL if slow and problem not in slow else told
    return told


def _without_others(found: Findings, problem: Problem) -> str:
    """The text without what is said of the other problems."""
    plain = found.text.plain
    for other in found.problems:
        for clause in other.spans if other is not problem else ():
            plain = plain[: clause.start] + "," * (clause.end - clause.start) + plain[clause.end :]
    return plain


def other_part(intent: Intent, found: Findings) -> Part:
    """The one part of a message that reports no problem: what and where it speaks of."""
    location = _spoken_of(intent, found)
    words, place = _placed(found, location)
    return Part(
        category=_owner(found) if intent in _NAMES_A_TRADE else None,
        location=words,
        place=place,
        item=_item(intent, found),
        urgency=_haste(intent, found.text.plain, faulty=any(p.faulty for p in found.problems)),
    )


def _item(intent: Intent, found: Findings) -> str | None:
    if intent is Intent.PURCHASE:
        return asked(found.text)[0].item or next((t.name for t in found.things), None)
    if found.asset:
        return found.asset.code
    if intent is Intent.USAGE and (code := _CODE.search(found.text.plain)):
        return found.text.words(*code.span())
    if intent is Intent.AMEND and (item := next((p.item for p in found.problems if p.faulty), None)):
        return item
    return next((thing.name for thing in found.things), None) or known_goods(found.text)


_CODE = late(r"(?<![a-z])[a-z]{2,4}-\d{3,5}(?!\d)")


def _owner(found: Findings) -> str | None:
    return next((thing.category for thing in found.things if thing.category), None) or trade(found.text.plain)


_RULED_OUT = late(r"(?:不[是在]|非)\s*$")
_HANDED_TO = late(r"(?:[转派交送还推]?给|归|[转派交找叫让问](?:到|由)?|[放搁留存丢扔寄]在?到?|是)\s*$")
_ON_THE_WAY = late(r"[在上从]\s*$")
_TALKS = frozenset({Intent.URGE, Intent.ACCEPT, Intent.CHITCHAT})
"""Where a place is often only that of the sender ("正好在四楼") unless a thing stands behind it ("在厕所那个灯")."""
_HANDS_OVER = frozenset({Intent.TRANSFER, Intent.COMPLETE})


def _spoken_of(intent: Intent, found: Findings) -> Location | None:
    """The place meant: not one that is ruled out, where a key lies, or to whom a job is handed."""
    places, plain = found.locations, found.text.plain
    if intent is Intent.AMEND:
        places = [p for p in places if not _RULED_OUT.search(plain, 0, p.start)]
    elif intent in _HANDS_OVER:
        places = [p for p in places if not _HANDED_TO.search(plain, 0, p.start)]
    elif intent in _TALKS:
        places = [p for p in places if not _ON_THE_WAY.search(plain, 0, p.start) or _has_a_thing(found, p)]
    return next(iter(places), None)


_BETWEEN = late(r"[^,.!?;:]{0,8}")


def _has_a_thing(found: Findings, place: Location) -> bool:
    return any(t.start >= place.end and _BETWEEN.fullmatch(found.text.plain, place.end, t.start) for t in found.things)


def _haste(intent: Intent, plain: str, *, faulty: bool) -> Urgency | None:
    """Only requests have an urgency; a reminder is always pressing (labelling conventions of the repair desk)."""
    if intent is Intent.URGE:
        return Urgency.HIGH
    if intent not in _HURRIES:
        return None
    if intent is Intent.SERVER and faulty:
        return Urgency.EMERGENCY if urgency(plain) is Urgency.EMERGENCY else Urgency.HIGH
    return min(max(urgency(plain), Urgency.HIGH, key=lambda u: u.rank), Urgency.LOW, key=lambda u: u.rank)
