"""The card of a work order, as its reader may see it and act on it now."""

from collections.abc import Collection, Mapping

from bot.core.cards import Button, Card, Choice, Link, Option, Tone
from bot.core.clerk import ASK, FORM, Drawer, Sheet
from domain.catalog import Urgency
from domain.grants import Relation
from domain.work_orders import HoldReason, RefuseReason, State
from handlers.work_orders.sisters import sister_rows, with_visit
from handlers.work_orders.taps import PRESSES, one_tap
from handlers.work_orders.words import WAKES
from services import Services
from services.work_orders import SUBJECT, Folder, Sight, View

TYPED = frozenset({"take_over"})
"""Steps that are typed, or taken on the page, and have no button: colleagues' cards change once when a job is accepted,
and a vendor's card that was changed seldom can be changed again; a button that stands there for good would be a lie."""
TONES = {
    "accept": Tone.PRIMARY,
    "resolve": Tone.PRIMARY,
    "confirm": Tone.PRIMARY,
    "cancel": Tone.DANGER,
    "reject": Tone.DANGER,
    "close": Tone.DANGER,
}


async def _gather(services: Services, ids: Collection[int]) -> Mapping[int, Folder]:
    return await services.work_orders.gather(ids)


async def _draw(sheet: Sheet) -> Card:
    """A card with the buttons that the reader may press, or the form of a step."""
    view = await sheet.services.work_orders.view_of(sheet.reader, sheet.record)
    if sheet.step.startswith(ASK):
        return await _form(sheet, view, sheet.step.removeprefix(ASK))
    if _lacks_only_trade(view):
        return await _form(sheet, view, "amend")
    return _record(sheet, view)


DRAWER = Drawer(gather=_gather, draw=_draw)
"""The cards of work orders."""


def _lacks_only_trade(view: View) -> bool:
    order = view.order
    placed = bool(order.place or order.location)
    return order.state == State.UNCONFIRMED and placed and not order.category and "amend" in view.offers


def _record(sheet: Sheet, view: View) -> Card:
    t, order = sheet.texts, view.order
    buttons = tuple(
        Button(_label(sheet, view, step), f"{SUBJECT}:{order.id}:{step}:{order.cycle}", TONES.get(step, Tone.PLAIN))
        for step in view.offers
        if step not in TYPED
    )
    buttons = with_visit(sheet, view, buttons)
    buttons += one_tap(sheet, view, PRESSES - len(buttons))
    files = sheet.services.work_orders.files_of(sheet.reader, sheet.record)
    photos = [f for f in files if _is_photo(f.media_type)]
    asked = _place_is_asked(view)
    url = sheet.services.tickets.record_url(sheet.reader.id, f"/work-orders/{order.number}", order.number)
    return Card(
        key=f"{SUBJECT}:{order.id}",
        title=t("work_order.ask_place") if asked else _title(sheet, view),
        headline=t("work_order.noted", number=order.number, item=order.item) if asked else _headline(sheet, view),
        source=t("card.source"),
        rows=_rows(sheet, view, len(photos)) + sister_rows(sheet, view),
        quote=order.raw_text,
        buttons=buttons,
        links=(Link(t("card.details"), url),),
        url=url,
        image=_address(sheet, view, photos[-1].sha256) if photos and not buttons else "",
    )


def _label(sheet: Sheet, view: View, step: str) -> str:
    """The word on a button: whoever offered a transfer takes it back, the other declines it."""
    own = step == "decline" and Relation.CANDIDATE not in view.relations
    return sheet.texts("work_order.card.take_back" if own else f"work_order.step.{step}.button")


def _place_is_asked(view: View) -> bool:
    return view.order.state == State.UNCONFIRMED and not view.where and "amend" in view.offers


def _is_photo(media_type: str) -> bool:
    return media_type.startswith("image/")


def _address(sheet: Sheet, view: View, sha256: str) -> str:
    """Where a card fetches a picture: with a ticket, for its reader only."""
    return sheet.services.tickets.record_url(sheet.reader.id, f"/files/{sha256}", view.order.number)


def _title(sheet: Sheet, view: View) -> str:
    t = sheet.texts
    if view.sight is Sight.STATE:
        return t("work_order.card.hidden")
    where = view.where or t("work_order.location_open")
    return t("work_order.card.title", where=where, item=view.order.item or t("work_order.thing_open"))


def _headline(sheet: Sheet, view: View) -> str:
    """Number, alarm, and what has happened, as it concerns this reader."""
    t, order = sheet.texts, view.order
    told = t(
        f"work_order.step.{sheet.step}.told",
        assignee=view.assignee,
        candidate=view.candidate,
        instead_of=view.instead_of,
        reporter=view.reporter,
        mine=Relation.REPORTER in view.relations,
        by=_actor(sheet),
        state=order.state,
        hold_reason=order.hold_reason,
    )
    alarm = t("work_order.card.alarm") if order.urgency == Urgency.EMERGENCY else ""
    return f"{order.number} {alarm}{told}"


def _actor(sheet: Sheet) -> str:
    """Who has acted, and in whose place."""
    name, whom = sheet.params.get("by", ""), sheet.params.get("whom", "")
    return sheet.texts("card.stand_in", name=name, whom=whom) if whom else name


def _rows(sheet: Sheet, view: View, photos: int) -> tuple[tuple[str, str], ...]:
    """At most six rows: what the narrowest channel shows as a table. What comes behind them stands below."""
    t, order = sheet.texts, view.order
    urgency = "" if order.urgency == Urgency.NORMAL else f" · {t(f'work_order.urgency.{order.urgency}')}"
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
        (t("work_order.card.assignee"), _hands(sheet, view))
        if view.assignee
        else (t("work_order.card.owner"), view.owners),
        (t("work_order.card.state"), t(f"work_order.state.{order.state}") + again + _late(sheet, view)),
        (t("work_order.card.note"), " · ".join(part for part in (order.note, _pictures(sheet, photos)) if part)),
    ]
    return tuple((name, value) for name, value in rows if value)


def _late(sheet: Sheet, view: View) -> str:
    """That the next step is overdue, where a clock runs."""
    due = view.order.due_at
    return sheet.texts("work_order.card.late") if due and due < sheet.services.clock() else ""


def _hands(sheet: Sheet, view: View) -> str:
    """Who has the job in hand, in whose place, and who helps."""
    t, name = sheet.texts, view.assignee
    who = t("card.stand_in", name=name, whom=view.instead_of) if view.instead_of else name
    return who + (t("work_order.card.with", helpers=view.helpers) if view.helpers else "")


def _pictures(sheet: Sheet, photos: int) -> str:
    return sheet.texts("work_order.card.photos", count=photos) if photos else ""


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
    others = [m for m in menders if m.id not in {view.order.assignee_id, *view.order.helpers}]
    others.sort(key=lambda m: view.order.category not in m.teams)
    options = tuple(Option(str(m.id), m.name) for m in others[:10])
    return Choice(key="colleague", title=sheet.texts("work_order.card.who"), options=options)
