"""Why a sentence was read so: one short sentence in the sender's language."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.catalog import Catalog, Urgency
from understanding.reading import Intent
from understanding.words import table

_LONGEST = 16
_DEFAULT = "zh_CN"


@dataclass(frozen=True, slots=True)
class Told:
    """What was read of one problem: the words, the owner they lead to, how pressing it is and the words that say so."""

    words: str
    category: str | None
    urgency: Urgency | None = None
    pressing: str = ""


class Reasons:
    """Writes the reason of a reading; owners bear the names of the school's catalogue where there is one."""

    def __init__(self, catalog: Catalog | None = None) -> None:
        """Without a catalogue the usual names of the three owners are used."""
        self._catalog = catalog

    def sentence(self, key: str, locale: str, *, words: str = "", category: str = "", place: str = "") -> str:
        """The sentence for an intent's name or a key of the table; an unknown locale is answered in Chinese."""
        sentences = table("reasons").get(locale) or table("reasons")[_DEFAULT]
        label = self._label(category, locale)
        return str(sentences[key]).format(words=_short(words), category=label, place=_short(place))

    def several(self, problems: Sequence[Told], locale: str) -> str:
        """Why each of several problems has its owner, and why the most pressing of them is an emergency or urgent."""
        sentences = [
            self.sentence(
                "one_of_several" if p.category else "one_open", locale, words=p.words, category=p.category or ""
            )
            for p in problems
        ]
        haste = min((p for p in problems if p.pressing and p.urgency), key=_rank, default=None)
        if haste and haste.urgency in {Urgency.EMERGENCY, Urgency.HIGH}:
            sentences.append(self.sentence(haste.urgency.value, locale, words=haste.pressing))
        between = table("reasons").get(locale, table("reasons")[_DEFAULT])["between"]
        return str(between).join(dict.fromkeys(sentences))

    def _label(self, category: str, locale: str) -> str:
        if self._catalog is not None and category in self._catalog:
            return self._catalog[category].label(locale)
        labels = table("reasons")["labels"].get(category, {})
        return str(labels.get(locale) or labels.get(_DEFAULT) or category)


def _rank(told: Told) -> int:
    return told.urgency.rank if told.urgency else len(Urgency)


def key_of(intent: Intent, *, category: str | None, place: bool, danger: bool, open_: bool) -> str:
    """Which sentence fits."""
    if intent is not Intent.REPAIR:
        return intent.value
    if category is None:
        return "no_category"
    if danger:
        return "danger"
    if open_:
        return "open_category"
    return "category_place" if place else "category"


def _short(words: str) -> str:
    words = words.strip(" ,.!?，。！？、;；") or words.strip()
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
