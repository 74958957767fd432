"""Whether two clauses speak of one problem: of one room, of one machine, of what comes of what."""

from collections.abc import Iterable, Iterator

from understanding.clauses import Clause
from understanding.faults import belongs, phrase
from understanding.normalise import Text, squeeze
from understanding.patterns import late

_PLACE = late(r"□[□\s]*□|□")
_SIDE = late(r"(?:头|边|侧|面|端|角|旁|隔壁|尽头|手|外|里|排|组)$")
_FLOOR = late(r"[楼层]$")
_NET = frozenset({"网络", "WiFi"})


def rooms_differ(text: Text, before: Iterable[Clause], clause: Clause) -> bool:
    """Whether a clause names another room, or another floor, than the clauses before it."""
    here = [room for room in _rooms(text, clause) if not _SIDE.search(room)]
    there = [room for span in before for room in _rooms(text, span)]
    return bool(here) and any(_other(here[0], room) for room in there) and not any(_one(here[0], r) for r in there)


def _rooms(text: Text, clause: Clause) -> Iterator[str]:
    """The names of the places in a clause, which are covered in `plain` only; not those that water runs to."""
    found = _PLACE.finditer(text.plain, clause.start, clause.end)
    inside = (place for place in found if not phrase("carried").search(text.plain, clause.start, place.start()))
    return (squeeze(text.shown[place.start() : place.end()]) for place in inside)


def _other(left: str, right: str) -> bool:
    return bool(_FLOOR.search(left)) == bool(_FLOOR.search(right)) and not _SIDE.search(right)


def _one(left: str, right: str) -> bool:
    return left in right or right in left


def joins(item: str | None, said: str, next_item: str | None, next_said: str) -> bool:
    """Whether two things of which something is wrong are one problem: parts of one machine, or no power and dark."""
    one, other = squeeze(item or ""), squeeze(next_item or "")
    if (phrase("net_source").search(one) and other in _NET) or _follows(one, said, next_said):
        return True
    if phrase("as_well").search(next_said):
        return False
    if belongs(one, other) or belongs(other, one):
        return True
    return comes_of(one, said, next_said) or comes_of(other, next_said, said)


def _follows(source: str, said: str, next_said: str) -> bool:
    """Whether a thing is wrong as well only because its socket is dead, a pipe has burst, or so it is said."""
    wet = phrase("leak").search(said) and phrase("soaked").search(next_said)
    offline = source in _NET and "网" in next_said
    if wet or offline or phrase("follows").search(next_said):
        return True
    return phrase("power").search(source) is not None and comes_of(source, said, next_said)


def comes_of(source: str, said: str, next_said: str) -> bool:
    """Whether a thing is only dead because its line is, unseen because a curtain is off, or wet because water runs."""
    if phrase("leak").search(said) and phrase("soaked").search(next_said):
        return True
    if phrase("blind").search(source) and phrase("unseen").search(next_said):
        return True
    without = phrase("dark").search(said) or (phrase("power").search(source) and phrase("no_power").search(said))
    return bool(without and phrase("dead").search(next_said))
