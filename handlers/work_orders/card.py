"""The card of a work order, as its reader may see it and act on it now."""

from bot.core.cards import Button, Card, Choice, Link, Option, Tone
from bot.core.clerk import ASK, FORM, Sheet
from domain.grants import Relation
from domain.work_orders import HoldReason, RefuseReason, State
from handlers.work_orders.words import WAKES
from services.work_orders import SUBJECT, View

TONES = {"accept": Tone.PRIMARY, "resolve": Tone.PRIMARY, "confirm": Tone.PRIMARY, "cancel": Tone.DANGER}
ASSIGNED = frozenset(s.value for s in State) - {State.UNCONFIRMED.value, State.REPORTED.value}


async def draw(sheet: Sheet) -> Card:
    """A card with the buttons that the reader may press, or the form of a step."""
    view = await sheet.services.work_orders.view(sheet.reader, sheet.subject_id)
    if sheet.step.startswith(ASK):
        return await _form(sheet, view, sheet.step.removeprefix(ASK))
    if _lacks_only_trade(view):
        return await _form(sheet, view, "amend")
    return await _record(sheet, view)


def _lacks_only_trade(view: View) -> bool:
    order = view.order
    placed = bool(order.place or order.location)
    return order.state == State.UNCONFIRMED and placed and not order.category and "amend" in view.offers


async def _record(sheet: Sheet, view: View) -> Card:
    t, order = sheet.texts, view.order
    buttons = tuple(
        Button(
            t(f"work_order.step.{step}.button"),
            f"{SUBJECT}:{order.id}:{step}:{order.cycle}",
            TONES.get(step, Tone.PLAIN),
        )
        for step in view.offers
    )
    url = sheet.services.tickets.record_url(sheet.reader.id, f"/work-orders/{order.number}", order.number)
    return Card(
        key=f"{SUBJECT}:{order.id}",
        title=_title(sheet, view),
        headline=_headline(sheet, view),
        source=t("card.source"),
        rows=_rows(sheet, view),
        quote=order.raw_text,
        buttons=buttons,
        links=(Link(t("card.details"), url),),
        url=url,
        image="" if buttons else await _picture(sheet, view),
    )


def _title(sheet: Sheet, view: View) -> str:
    t = sheet.texts
    where = view.where or t("work_order.location_open")
    return t("work_order.card.title", where=where, item=view.order.item or t("work_order.thing_open"))


def _headline(sheet: Sheet, view: View) -> str:
    t, order = sheet.texts, view.order
    if order.state == State.UNCONFIRMED and not view.where and "amend" in view.offers:
        return t("work_order.ask_location", number=order.number)
    told = t(
        f"work_order.step.{sheet.step}.told",
        assignee=view.assignee,
        candidate=view.candidate,
        reporter=view.reporter,
        mine=Relation.REPORTER in view.relations,
        by=sheet.params.get("by", ""),
        state=order.state,
        hold_reason=order.hold_reason,
    )
    return f"{order.number} {told}"


def _rows(sheet: Sheet, view: View) -> tuple[tuple[str, str], ...]:
    """At most six rows: that is what the narrowest channel shows."""
    t, order = sheet.texts, view.order
    urgency = "" if order.urgency == "normal" else f" · {t(f'work_order.urgency.{order.urgency}')}"
    catalog = sheet.services.catalog
    trade = (
        catalog[order.category].label(sheet.reader.locale) if order.category in catalog else t("work_order.thing_open")
    )
    again = (
        f" · {t('work_order.card.cycle')}{t('work_order.card.times', count=order.cycle - 1)}" if order.cycle > 1 else ""
    )
    rows = [
        (t("work_order.card.place"), view.where or t("work_order.location_open")),
        (t("work_order.card.category"), trade + urgency),
        (t("work_order.card.reporter"), view.reporter),
        (t("work_order.card.assignee"), view.assignee) if view.assignee else (t("work_order.card.owner"), view.owners),
        (t("work_order.card.state"), t(f"work_order.state.{order.state}") + again),
        (t("work_order.card.note"), order.note),
    ]
    return tuple((name, value) for name, value in rows if value)


async def _picture(sheet: Sheet, view: View) -> str:
    """The newest photo, for a card that nobody has to press any more."""
    files = await sheet.services.work_orders.files(sheet.reader, view.order.id)
    photos = [f for f in files if f.media_type.startswith("image/")]
    if not photos:
        return ""
    return sheet.services.tickets.record_url(sheet.reader.id, f"/files/{photos[-1].sha256}", view.order.number)


async def _form(sheet: Sheet, view: View, step: str) -> Card:
    """What a step asks for, as choices to tick."""
    t, order = sheet.texts, view.order
    submit = Button(t("work_order.card.submit"), f"{SUBJECT}:{order.id}:{step}:{order.cycle}", Tone.PRIMARY)
    return Card(
        key=f"{SUBJECT}:{order.id}{FORM}",
        title=t("work_order.card.form_title", number=order.number, step=step),
        headline=_title(sheet, view),
        source=t("card.source"),
        choices=await _choices(sheet, view, step),
        submit=submit,
        url=sheet.services.tickets.record_url(sheet.reader.id, f"/work-orders/{order.number}", order.number),
    )


async def _choices(sheet: Sheet, view: View, step: str) -> tuple[Choice, ...]:
    match step:
        case "hold":
            return (_reasons(sheet, "hold", tuple(HoldReason)), _wakes(sheet))
        case "refuse":
            return (_reasons(sheet, "reason", tuple(RefuseReason)), _trades(sheet, "belongs", view.order.category))
        case "rate":
            options = tuple(Option(str(n), sheet.texts(f"work_order.score.{n}")) for n in (5, 4, 3, 2, 1))
            return (Choice(key="score", title=sheet.texts("work_order.card.score"), options=options, selected="5"),)
        case "amend":
            return (_trades(sheet, "choose_category", view.order.category), _urgencies(sheet, view.order.urgency))
        case _:
            return (await _colleagues(sheet, view),)


def _reasons(sheet: Sheet, group: str, reasons: tuple[HoldReason | RefuseReason, ...]) -> Choice:
    options = tuple(Option(r.value, sheet.texts(f"work_order.{group}.{r.value}")) for r in reasons)
    return Choice(key="reason", title=sheet.texts("work_order.card.why"), options=options, selected=options[0].id)


def _wakes(sheet: Sheet) -> Choice:
    options = tuple(Option(key, sheet.texts(f"work_order.wake.{key}")) for key in (*WAKES, "open"))
    return Choice(key="wake", title=sheet.texts("work_order.card.wake"), options=options, selected="tomorrow")


def _trades(sheet: Sheet, title: str, selected: str) -> Choice:
    options = tuple(Option(c.key, c.label(sheet.reader.locale)) for c in sheet.services.catalog)
    return Choice(key="category", title=sheet.texts(f"work_order.card.{title}"), options=options, selected=selected)


def _urgencies(sheet: Sheet, selected: str) -> Choice:
    options = tuple(Option(u, sheet.texts(f"work_order.urgency.{u}")) for u in ("emergency", "high", "normal", "low"))
    return Choice(
        key="urgency", title=sheet.texts("work_order.card.choose_urgency"), options=options, selected=selected
    )


async def _colleagues(sheet: Sheet, view: View) -> Choice:
    """Those of the same trade first: a card offers ten."""
    menders = await sheet.services.people.menders()
    others = [m for m in menders if m.id != view.order.assignee_id]
    others.sort(key=lambda m: view.order.category not in m.teams)
    options = tuple(Option(str(m.id), m.name) for m in others[:10])
    return Choice(key="colleague", title=sheet.texts("work_order.card.who"), options=options)
