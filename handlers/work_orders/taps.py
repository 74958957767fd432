"""Corrections in one tap: the other trades and urgencies as buttons of the reporter's card."""

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


def one_tap(sheet: Sheet, view: View) -> tuple[Button, ...]:
    """For the reporter, while the work is not done: what the reading was not, urgency first, that it is none last."""
    order = view.order
    if Relation.REPORTER not in view.relations or "amend" not in view.offers or order.state not in _STATES:
        return ()
    t = sheet.texts
    levels = {str(u): t(f"work_order.tap.{u}") for u in _LEVELS if u != order.urgency != Urgency.EMERGENCY}
    trades = {c.key: c.label(sheet.reader.locale) for c in sheet.services.catalog if c.key != order.category}
    said = levels | {key: t("work_order.tap.trade", trade=label) for key, label in trades.items()}
    taps = [Button(text, f"{SUBJECT}:{order.id}:amend:{order.cycle}:{value}") for value, text in said.items()]
    if order.state in _FRESH:
        taps.append(Button(t("work_order.tap.not_meant"), f"{SUBJECT}:{order.id}:{NOT_MEANT}:{order.cycle}"))
    return tuple(taps)


def tapped(value: str, catalog: Catalog) -> Problem:
    """What such a button corrects. Raises `Invalid` for a value that no button has."""
    if value in {str(level) for level in _LEVELS}:
        return Problem(urgency=Urgency(value))
    if value in catalog:
        return Problem(category=value)
    raise Invalid
