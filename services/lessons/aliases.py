"""Words for rooms: proposed by corrections, learnt when two people agree, undone by the lead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from domain.errors import Invalid, NotAllowed, NotFound
from domain.grants import Permission
from domain.lessons import Standing, Vote, standings, teachable, word_of
from models import Counter, Place, PlaceWord
from services.actor import Actor
from services.database import transaction
from services.directory import Directory
from services.mailroom import Mailroom, Post

SUBJECT = "place_word"
LONGEST_LIST = 20
"""Words that a list shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A word as the lead sees it: the rooms it was given for, and whether it is learnt; `row` names it on a card."""

    row: int
    word: str
    rooms: tuple[str, ...]
    learnt: bool
    contested: bool


async def votes() -> list[Vote]:
    """All that count."""
    rows = await PlaceWord.filter(undone=False).order_by("id").values_list("word", "place", "person_id")
    return [Vote(*row) for row in rows]


async def learnt_words() -> dict[str, list[str]]:
    """The learnt words of each place, by its code."""
    found: dict[str, list[str]] = {}
    for standing in standings(await votes()):
        if standing.learnt:
            found.setdefault(standing.learnt, []).append(standing.word)
    return found


class Aliases:
    """The words that use has brought for rooms."""

    def __init__(self, directory: Directory, mailroom: Mailroom) -> None:
        """A learnt word is one of the directory's changes: all processes read anew."""
        self._directory = directory
        self._mailroom = mailroom

    @staticmethod
    def may(actor: Actor) -> bool:
        """May this person see what was learnt, and undo it? Who leads, and who administers the school."""
        return actor.may(Permission.WORK_ORDER_DISPATCH) or actor.may(Permission.SCHOOL_ADMIN)

    @classmethod
    def check(cls, actor: Actor) -> None:
        """Raises `NotAllowed` for everybody else."""
        if not cls.may(actor):
            raise NotAllowed("lessons.not_yours")

    async def proposed(self, said: str, place: str, actor: Actor) -> None:
        """Somebody means this place by these words. Again, or after the lead has undone it, changes nothing."""
        word = word_of(said)
        if not await self._may_be_learnt(word, place):
            return
        await self._one_at_a_time()
        before = await self._standing(word)
        row, new = await PlaceWord.get_or_create(word=word, place=place, person_id=actor.person)
        after = await self._standing(word)
        if new and _learnt(before) != _learnt(after):
            await self._directory.changed()
            if _learnt(after):
                await self._tell(row)

    async def _may_be_learnt(self, word: str, place: str) -> bool:
        rooms = await Place.all().values_list("code", "name", "building", "room", "floor", "aliases")
        known = {code for code, *_ in rooms}
        taken = {word_of(str(part)) for code, *parts, aliases in rooms for part in (code, *parts, *aliases) if part}
        labels = (await self._directory.pages()).labels
        taken |= {word_of(label) for label in labels.values()}
        names = (await self._directory.pages()).names.values()
        return place in known and teachable(word, taken, names)

    @staticmethod
    async def _one_at_a_time() -> None:
        """Two people who agree in the same moment would not see each other, and nobody would hear of the word."""
        await Counter.get_or_create(name=SUBJECT)
        await Counter.filter(name=SUBJECT).select_for_update().first()

    @staticmethod
    async def _standing(word: str) -> Standing | None:
        rows = await PlaceWord.filter(word=word, undone=False).values_list("word", "place", "person_id")
        return next(iter(standings(Vote(*row) for row in rows)), None)

    async def _tell(self, row: PlaceWord) -> None:
        """A card for everybody who leads."""
        leads = (await self._directory.pages()).permitted[Permission.WORK_ORDER_DISPATCH]
        addresses = (await self._directory.pages()).addresses
        await self._mailroom.post(
            Post(to=addresses[lead], subject=SUBJECT, subject_id=row.id, step="learnt", fresh=True)
            for lead in leads
            if lead in addresses
        )

    async def gather(self, ids: Collection[int]) -> dict[int, Listed]:
        """The words of these rows, as cards show them; undone ones are there and neither learnt nor contested."""
        rows = await PlaceWord.filter(id__in=ids)
        standing = {one.word: one for one in standings(await votes())}
        labels = (await self._directory.pages()).labels
        return {
            row.id: _listed(row.id, standing.get(row.word) or Standing(row.word, ((row.place, 0),)), labels)
            for row in rows
        }

    async def listed(self, actor: Actor) -> list[Listed]:
        """The words that count, the newest first; `NotAllowed` for who does not lead."""
        self.check(actor)
        rows = await PlaceWord.filter(undone=False).order_by("id").values_list("word", "id")
        newest = dict(rows)
        labels = (await self._directory.pages()).labels
        found = [_listed(newest[one.word], one, labels) for one in standings(await votes())]
        return sorted(found, key=lambda one: -one.row)[:LONGEST_LIST]

    async def undo(self, actor: Actor, word: str) -> str:
        """Let a word mean nothing any more; returns it. The same people do not bring it back.

        Raises `NotAllowed` for who does not lead and `Invalid` for a word that is not in use.
        """
        self.check(actor)
        async with transaction():
            if not await PlaceWord.filter(word=word_of(word), undone=False).update(undone=True):
                raise Invalid("lessons.no_word", word=word)
            await self._directory.changed()
        return word_of(word)

    async def undo_row(self, actor: Actor, row: int) -> str:
        """The same for the word that a card shows; a second press changes nothing."""
        self.check(actor)
        found = await PlaceWord.get_or_none(id=row)
        if found is None:
            raise NotFound
        return await self.undo(actor, found.word)


def _learnt(standing: Standing | None) -> str:
    return standing.learnt if standing else ""


def _listed(row: int, standing: Standing, labels: Mapping[str, str]) -> Listed:
    rooms = tuple(labels.get(place, place) for place, _ in standing.places)
    return Listed(row=row, word=standing.word, rooms=rooms, learnt=bool(standing.learnt), contested=standing.contested)
