"""What somebody sees of a work order that is none of theirs (house rule: all staff see place, thing, state, times)."""

import copy
import re
from collections.abc import Collection, Mapping

from domain.catalog import Urgency
from models import HistoryEntry, WorkOrder
from services.work_orders.values import Sight

PHONE = re.compile(
    r"(?<!\d)(?:\+?86[- ]?)?1\d{2}[- ]?\d{4}[- ]?\d{4}(?!\d)"  # mobiles: eleven digits
    r"|(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)"  # landlines with their area code
    r"|(?<![\dA-Za-z-])(?:\d{7,}|\d{4}[- ]\d{4})(?![\dA-Za-z-])"  # without one, and other long numbers of people
)
"""Numbers by which people are called. Rooms are shorter, records and devices have a letter or a dash."""
MASK = "***"
OWN_WORDS = ("location", "item")
"""Fields that hold what people wrote, and that a stranger may see without the numbers in it."""
CLOSE_WORDS: Mapping[str, object] = {"raw_text": "", "note": "", "reason": ""}
"""What only those see whom the work order concerns."""
FACTS: Mapping[str, object] = {
    "place": "",
    "location": "",
    "item": "",
    "asset": "",
    "urgency": Urgency.NORMAL.value,
    "hold_reason": "",
    "wake_at": None,
    "cycle": 1,
    "rating": None,
}
"""What a security item hides besides, and what stands there instead."""


def masked(text: str) -> str:
    """The text without the numbers by which people are called."""
    return PHONE.sub(MASK, text)


class Privacy:
    """Decides how much a stranger sees, and takes the rest away."""

    def __init__(self, security: Collection[str]) -> None:
        """`security` are words for things and places that strangers learn nothing of (config/catalog.toml)."""
        self.security = tuple(security)

    def sight(self, order: WorkOrder, where: str, *, near: bool) -> Sight:
        """How much somebody sees; `near` are reporter, menders, the team of the trade and the lead."""
        if near:
            return Sight.WHOLE
        said = " ".join((order.item, order.location, where, order.raw_text))
        return Sight.STATE if any(word in said for word in self.security) else Sight.OUTLINE

    def order(self, order: WorkOrder, sight: Sight) -> WorkOrder:
        """A work order with only what may be seen: a copy, never to be saved."""
        if sight is Sight.WHOLE:
            return order
        shown = copy.copy(order)
        for field, nothing in {**CLOSE_WORDS, **(FACTS if sight is Sight.STATE else {})}.items():
            setattr(shown, field, nothing)
        for field in OWN_WORDS:
            setattr(shown, field, masked(getattr(shown, field)))
        return shown

    def history(self, rows: list[HistoryEntry], sight: Sight) -> list[HistoryEntry]:
        """The steps with only what may be seen; of a security item none."""
        if sight is Sight.WHOLE:
            return rows
        return [_without_words(row) for row in rows] if sight is Sight.OUTLINE else []


def _without_words(row: HistoryEntry) -> HistoryEntry:
    shown = copy.copy(row)
    shown.note = ""
    shown.details = {key: masked(value) if key in OWN_WORDS else value for key, value in row.details.items()}
    return shown
