"""Reading a message: clean it, find what it names, decide what it means."""

from collections.abc import Iterable, Mapping, Sequence

from domain.catalog import Catalog, Urgency
from domain.school_days import SchoolDays
from understanding.assets import Assets
from understanding.commands import rest
from understanding.extras import extras
from understanding.features import card_of
from understanding.firmness import decides, firm
from understanding.intents import Verdict, decide
from understanding.items import mentions
from understanding.model import NO_OPINION, model
from understanding.normalise import LIMIT, Text, read_in
from understanding.parts import Findings, other_part, repair_parts, told
from understanding.patterns import late
from understanding.place_tokens import Token
from understanding.places import Places
from understanding.problems import problems, quoted
from understanding.reading import Ask, AssetWords, Intent, Part, PlaceWords, Reading, Situation
from understanding.reasons import Reasons, key_of
from understanding.records import Named, follows_up, named
from understanding.sounds import Sounds, own_names
from understanding.times import Times
from understanding.urgency import danger

_HERE = Situation()
_USUAL = SchoolDays()


class Reader:
    """Reads messages with one school's names. Pure: no clock, no network, no database; safe to share between tasks."""

    def __init__(
        self,
        places: Sequence[PlaceWords],
        assets: Sequence[AssetWords],
        people_names: Sequence[str] = (),
        catalog: Catalog | None = None,
        days: SchoolDays = _USUAL,
    ) -> None:
        """Index the school's words; `catalog` only gives the owners' names for `reason`, `days` tell its hours."""
        self._places = Places(places)
        self._assets = Assets(assets)
        self._names = tuple(sorted(people_names, key=len, reverse=True))
        self._reasons = Reasons(catalog)
        self._times = Times(days)
        self._sounds = Sounds(own_names(places, assets, people_names))

    def read(self, text: str | bytes, situation: Situation = _HERE) -> Reading:
        """What a message means; never raises on its content, and reads its first 2,000 characters."""
        whole = read_in(text, self._sounds)
        record = named(whole.plain, situation.now)
        found = self._find(whole, record, situation)
        judged = NO_OPINION if _drones(text) else model().judge(found.outline, situation.role, situation.context)
        known = follows_up(whole.plain)  # of what is on record already the fault is no news
        alarm = None if known else danger(whole.plain)
        evidence: Mapping[Intent, float] = {} if known else _evidence(found, situation, alarmed=alarm is not None)
        verdict = _bare(found) or decide(found.outline, situation, evidence, judged.intents)
        parts = repair_parts(found, judged) if verdict.intent is Intent.REPAIR else (other_part(verdict.intent, found),)
        return self._reading(whole, record, found, verdict, parts, situation, alarm)

    def outline(self, text: str) -> str:
        """The folded text with its places covered."""
        whole = read_in(text, self._sounds)
        return self._find(whole, named(whole.plain, None), _HERE).outline

    def _find(self, whole: Text, record: Named, situation: Situation) -> Findings:
        coded = self._assets.coded(whole.plain)
        text = _masked(whole, (*record.spans, *((code.start, code.end) for code in coded)))
        things, rooms = mentions(text, self._places.tokens(text.plain))
        hidden = Text(text.shown, _hide(text.plain, ((r.start, r.end) for r in rooms), "□"))
        return Findings(
            text=text,
            outline=_outline(whole.plain, rooms),
            things=things,
            problems=problems(hidden, things),
            locations=self._places.locations(text, rooms),
            own_place=situation.own_place,
            asset=coded[0].value if coded else None,
            assets=self._assets,
        )

    def _reading(
        self,
        text: Text,
        record: Named,
        found: Findings,
        verdict: Verdict,
        parts: tuple[Part, ...],
        situation: Situation,
        heard: tuple[str, str] | None,
    ) -> Reading:
        alarm = heard if verdict.intent is Intent.REPAIR else None
        facts = extras(verdict.intent, text, self._names, self._times, situation.now)
        return Reading(
            intent=verdict.intent,
            parts=parts,
            ask=_ask(verdict.intent, parts, found, facts),
            confidence=_confidence(verdict, parts, found),
            reason=self._reason(verdict, parts, found, situation.locale, alarmed=alarm is not None),
            record=record.number,
            rest=rest(text.shown, text.plain, record.spans),
            danger=(alarm[0] or None) if alarm else None,
            extra=facts | _sayings(verdict.intent, text, record, situation),
        )

    def _reason(self, verdict: Verdict, parts: tuple[Part, ...], found: Findings, locale: str, *, alarmed: bool) -> str:
        first = parts[0]
        unnamed = highest(parts) is Urgency.EMERGENCY and not (alarmed and first.category)
        if verdict.intent is Intent.REPAIR and (
            len(found.problems) > 1 or unnamed or (found.problems and _presses(parts))
        ):
            return self._reasons.several(told(found, parts), locale)
        key = key_of(
            verdict.intent,
            category=first.category,
            place=bool(first.place and first.location),
            danger=alarmed,
            open_=any(p.open for p in found.problems),
        )
        words = (quoted(found.problems) if verdict.intent is Intent.REPAIR else "") or _decided(verdict, found)
        return self._reasons.sentence(
            key, locale, words=words, category=first.category or "", place=first.location or ""
        )


def _drones(text: str | bytes) -> bool:
    """Whether a text is a few characters over and over: a finger stayed on the key, and nothing is meant."""
    said = [character for character in str(text[:LIMIT]) if character.isalnum()]
    return len(set(said)) < min(_KEYS, len(said) / _TIMES)


_KEYS, _TIMES = 8, 15
"""Fewer different characters than this, each more often than that."""


def _decided(verdict: Verdict, found: Findings) -> str:
    """The words by which an intent was decided: those of a cue, else the clause that speaks most for it."""
    span = verdict.span or model().telling(found.outline, verdict.intent)
    return found.text.words(*span) or found.text.shown


def _sayings(intent: Intent, text: Text, record: Named, situation: Situation) -> dict[str, object]:
    """What stands beside the facts: the end of a record's number, and whether an act was said without a doubt."""
    tail: dict[str, object] = {"record_tail": record.tail} if record.tail else {}
    return tail | ({"firm": firm(intent, text.plain, situation.context)} if decides(intent) else {})


def outlined(text: str) -> str:
    """A message as the model sees it that knows no school: places of the usual forms are covered."""
    return Reader((), ()).outline(text)


def _masked(text: Text, spans: Iterable[tuple[int, int]]) -> Text:
    """The text with the numbers of records and devices blanked out, so that no room is read into them."""
    return Text(text.shown, _hide(text.plain, spans, " "))


def _hide(plain: str, spans: Iterable[tuple[int, int]], cover: str) -> str:
    for start, end in spans:
        plain = plain[:start] + cover * (end - start) + plain[end:]
    return plain


def _outline(plain: str, rooms: Iterable[Token]) -> str:
    """The text with places covered up to the last character; a bare room number ends as 室, as if it were said so."""
    for room in rooms:
        last = "室" if plain[room.end - 1].isdigit() else plain[room.end - 1]
        plain = plain[: room.start] + "□" * (room.end - room.start - 1) + last + plain[room.end :]
    return plain


_ONLY_SAID = late(r"□+[^\s,.]?|[\s,.!~;:的是在那这边里啊呀哦呢吧哈就我们]")


def _bare(found: Findings) -> Verdict | None:
    """A place and nothing else tells where, and not what: it answers a question or completes what was said."""
    if not found.locations or found.things or found.asset or _ONLY_SAID.sub("", found.outline):
        return None
    return Verdict(Intent.AMEND, _PLAIN, (found.locations[0].start, found.locations[0].end))


_PLAIN = 0.9
"""How sure a bare place is no report."""


def _evidence(found: Findings, situation: Situation, *, alarmed: bool) -> Mapping[Intent, float]:
    """What things, faults and places say for a repair: danger and a fault of a thing most, a thing alone little.

    A place alone says something for an answer, most where it was asked for. Who mends seldom reports.
    """
    faulty = [p for p in found.problems if p.faulty]
    where = 0.7 if found.locations and not found.things else 0.0
    weight = 0.0
    if alarmed:
        weight = 5.0
    elif faulty:
        weight = 4.0 if any(p.item for p in faulty) else 2.5
    elif found.things:
        weight = 0.8
    told = (weight + (0.5 if weight and found.locations else 0.0)) * (_SELDOM if situation.role == "repairer" else 1.0)
    asked = 2.5 if where and card_of(situation.context) == "form" else 0.0
    return {Intent.REPAIR: told, Intent.AMEND: where + asked}


_SELDOM = 0.45
"""What a fault in a mender's mouth is worth: they speak of jobs in hand."""


def _ask(intent: Intent, parts: tuple[Part, ...], found: Findings, facts: Mapping[str, object]) -> Ask | None:
    """The one question without which the desk cannot go on."""
    if intent is Intent.PURCHASE:
        return Ask.ITEM if parts[0].item is None and "url" not in facts else None
    if intent is not Intent.REPAIR:
        return None
    if any(p.category is None and p.item is None for p in parts):
        return Ask.ITEM
    if any(p.category is None for p in parts):
        return Ask.CATEGORY
    if any(p.location is None and p.place is None for p in parts) or all(place.open for place in found.locations):
        return None if all(p.place or p.asset for p in parts) else Ask.LOCATION
    return Ask.CATEGORY if any(p.open for p in found.problems) else None


def _confidence(verdict: Verdict, parts: tuple[Part, ...], found: Findings) -> float:
    """Less sure where a repair has no owner, and where nothing is said to be broken and no place is named."""
    told = found.locations or any(p.faulty for p in found.problems)
    unknown = verdict.intent is Intent.REPAIR and (not told or any(p.category is None for p in parts))
    return round(verdict.confidence * (0.6 if unknown else 1.0), 2)


def _presses(parts: Sequence[Part]) -> bool:
    """Whether a part is urgent, which its sender is told with the words that say so."""
    return highest(parts) in {Urgency.EMERGENCY, Urgency.HIGH} and parts[0].category is not None


def highest(parts: Sequence[Part]) -> Urgency | None:
    """The most pressing urgency of a message's parts."""
    return min((p.urgency for p in parts if p.urgency), key=lambda u: u.rank, default=None)
