"""The card of a word that has come to mean a room."""

from collections.abc import Collection, Mapping

from bot.core.cards import Button, Card, Tone
from bot.core.clerk import Drawer, Sheet
from domain.errors import NotFound
from services import Services
from services.lessons import SUBJECT, Aliases, Listed


async def _gather(services: Services, ids: Collection[int]) -> Mapping[int, Listed]:
    return await services.aliases.gather(ids)


async def _draw(sheet: Sheet) -> Card:
    """For those who may undo it; the button is there while the word is learnt."""
    word: Listed = sheet.record
    if not Aliases.may(sheet.reader):
        raise NotFound
    t = sheet.texts
    undo = Button(t("lessons.undo"), f"{SUBJECT}:{word.row}:undo", Tone.DANGER)
    return Card(
        key=f"{SUBJECT}:{word.row}",
        title=t("lessons.learnt" if word.learnt else "lessons.not_learnt", word=word.word, room=word.rooms[0]),
        headline=t("lessons.hint", word=word.word) if word.learnt else "",
        source=t("card.source"),
        rows=((t("lessons.word"), word.word), (t("lessons.room"), "、".join(word.rooms))),
        buttons=(undo,) if word.learnt else (),
    )


DRAWER = Drawer(gather=_gather, draw=_draw)
"""The cards of learnt words."""
