"""Why a sentence was read so: one short sentence in the sender's language."""

from domain.catalog import Catalog
from understanding.reading import Intent
from understanding.words import table

_LONGEST = 16
_DEFAULT = "zh_CN"


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

    def _label(self, category: str, locale: str) -> str:
        if self._catalog is not None and category in self._catalog:
            return self._catalog[category].label(locale)
        labels = table("reasons")["labels"].get(category, {})
        return str(labels.get(locale) or labels.get(_DEFAULT) or category)


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
    words = words.strip(" ,.!?，。！？、;；")
    return words if len(words) <= _LONGEST else words[: _LONGEST - 1] + "…"
