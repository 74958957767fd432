"""Corrections in one tap: the other trades and urgencies as buttons of the reporter's card."""

from collections.abc import Iterator
from itertools import islice

from bot.core.cards import Button
from bot.core.clerk import Sheet
from domain.catalog import Catalog, Urgency
from domain.errors import Invalid
from domain.grants import Relation
from domain.work_orders import State
from services.work_orders import SUBJECT, Problem, View

NOT_MEANT = "not_meant"
"""The press that says that nothing is to be mended: the sentence was read wrongly."""
PRESSES = 8
"""Buttons of one card: the narrowest channel shows nine to press, one of which opens the page."""
_FRESH = frozenset({State.UNCONFIRMED, State.REPORTED})
_STATES = frozenset({State.UNCONFIRMED, State.REPORTED, State.ACCEPTED, State.STARTED})
_LEVELS = (Urgency.HIGH, Urgency.LOW)
"""What people say of themselves; that something is an emergency is chosen in the form."""


def one_tap(sheet: Sheet, view: View, room: int) -> tuple[Button, ...]:
    """For the reporter, while the work is not done: what the reading was not, urgency first, that it is none last.

    At most `room` of them. Where the trades are many it is those that give way, and what has no room is not even
    worded: a district may have a thousand of them.
    """
    order, t = view.order, sheet.texts
    if Relation.REPORTER not in view.relations or "amend" not in view.offers or order.state not in _STATES:
        return ()
    taps = []
    if order.state in _FRESH:
        taps.append(Button(t("work_order.tap.not_meant"), f"{SUBJECT}:{order.id}:{NOT_MEANT}:{order.cycle}"))
    return (*islice(_corrections(sheet, view), max(0, room - len(taps))), *taps)[: max(0, room)]


def _corrections(sheet: Sheet, view: View) -> Iterator[Button]:
    """The urgencies and trades that the reading did not choose."""
    order, t = view.order, sheet.texts
    step = f"{SUBJECT}:{order.id}:amend:{order.cycle}"
    for level in _LEVELS:
        if level != order.urgency != Urgency.EMERGENCY:
            yield Button(t(f"work_order.tap.{level}"), f"{step}:{level}")
    for trade in sheet.services.catalog:
        if trade.key != order.category:
            yield Button(t("work_order.tap.trade", trade=trade.label(sheet.reader.locale)), f"{step}:{trade.key}")


def tapped(value: str, catalog: Catalog) -> Problem:
    """What such a button corrects. Raises `Invalid` for a value that no button has."""
    if value in {str(level) for level in _LEVELS}:
        return Problem(urgency=Urgency(value))
    if value in catalog:
        return Problem(category=value)
    raise Invalid
