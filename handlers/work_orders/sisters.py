"""The other problems of the same message, on the card of one of them."""

from bot.core.cards import Button, Tone
from bot.core.clerk import Sheet
from handlers.work_orders.places import WORDS
from services.work_orders import SUBJECT, Sister, View

ACCEPT_ALL = "accept_all"
"""The press that accepts a job and its sisters of the same trade."""
NAMED = 3
"""Sisters that a card names; the page names all."""


def with_visit(sheet: Sheet, view: View, buttons: tuple[Button, ...]) -> tuple[Button, ...]:
    """Beside “accept”: accept the jobs of the same message as well that wait for the same trade."""
    order = view.order
    alike = [s for s in view.sisters if "accept" in s.offers and s.order.category == order.category]
    if "accept" not in view.offers or not alike:
        return buttons
    text = sheet.texts("work_order.card.accept_all", count=len(alike) + 1)
    both = Button(text, f"{SUBJECT}:{order.id}:{ACCEPT_ALL}:{order.cycle}", Tone.PRIMARY)
    behind = view.offers.index("accept") + 1
    return (*buttons[:behind], both, *buttons[behind:])


def sister_rows(sheet: Sheet, view: View) -> tuple[tuple[str, str], ...]:
    """A line each: number, thing, trade and place, as far as the reader may see them."""
    told = [_line(sheet, sister) for sister in view.sisters[:NAMED]]
    more = ["…"] if len(view.sisters) > NAMED else []
    return ((sheet.texts("work_order.card.sisters"), "\n".join(told + more)),) if told else ()


def _line(sheet: Sheet, sister: Sister) -> str:
    order, catalog = sister.order, sheet.services.catalog
    trade = catalog[order.category].label(sheet.reader.locale) if order.category in catalog else ""
    stands_in = order.raw_text and order.location == order.raw_text[:WORDS]
    where = sheet.texts("work_order.location_open") if stands_in and not order.place else sister.where
    parts = (f"{order.number} {order.item}".strip(), trade, where)
    return " · ".join(part for part in parts if part)
