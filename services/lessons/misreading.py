"""Sentences that were read wrongly, as their senders said: kept until the next one tells what they meant, and after."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from domain.lessons import week_of
from domain.personal import covered
from models import Lesson, Misread
from services.actor import Actor
from services.clock import Clock
from services.directory import Directory
from services.lessons.keeping import Heard, wants_none

REPAIRS = "repair"
"""The intent of sentences that open work orders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a sentence wants: its intent, and of a repair the trade, "" where that is not told."""

    intent: str
    category: str = ""

    @property
    def trade(self) -> str:
        """The category, of repairs alone."""
        return self.category if self.intent == REPAIRS else ""


class Misreadings:
    """Writes down what was read wrongly, unless the school or its sender wants nothing kept."""

    def __init__(self, directory: Directory, clock: Clock, zone: ZoneInfo, *, on: bool) -> None:
        """`zone` is the school's, for weeks; with `on` false nothing is ever written."""
        self._directory = directory
        self._clock = clock
        self._zone = zone
        self._on = on

    async def keep(self, actor: Actor, said: str, read: Meaning, heard: Heard) -> int:
        """Keep a sentence that opened no work order; returns its id for `told`, 0 where nothing may be kept."""
        if not self._on or await wants_none(actor.person):
            return 0
        names = tuple((await self._directory.pages()).names.values())
        row = await Misread.create(
            person_id=actor.person,
            sentence=covered(said, names),
            read={"intent": read.intent, "category": read.trade, **heard.details()},
            role=next(iter(actor.roles), "")[:40],
            week=week_of(self._clock().astimezone(self._zone).date()),
        )
        example: int = row.id
        return example

    async def told(self, row: int, meant: Meaning) -> None:
        """The next sentence has told what the kept one meant; what it was read as already teaches nothing."""
        kept = await Misread.get_or_none(id=row)
        if kept is not None and Meaning(**{key: kept.read[key] for key in ("intent", "category")}) != meant:
            await Misread.filter(id=row).update(meant=meant.intent, category=meant.trade)

    async def told_of_record(self, record: int, meant: Meaning) -> None:
        """The same for a sentence that opened a work order: a repair after all is one of another trade, or the same."""
        kept = await Lesson.get_or_none(record=record, field="intent")
        if kept is None:
            return
        if meant.intent != REPAIRS:
            await Lesson.filter(id=kept.id).update(meant=meant.intent)
        elif meant.trade and meant.trade != kept.read.get("category"):
            await Lesson.filter(record=record, field="category").delete()
            trade = {"field": "category", "was": kept.read.get("category", ""), "meant": meant.trade}
            await Lesson.filter(id=kept.id).update(**trade)
