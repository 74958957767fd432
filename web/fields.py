"""The forms of a record's steps: what each asks for, in the reader's words, as the workflow's rows say."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.core.texts import Texts
from domain.catalog import Catalog, Urgency
from domain.work_orders import REPAIR, HoldReason, RefuseReason
from services.actor import Actor
from services.work_orders import View

WAKES = ("today", "tomorrow", "three", "week", "open")
"""When a held job is looked at again: the names that a press carries in its field `wake`."""
PRIMARY = frozenset({"accept", "start", "resume", "resolve", "confirm"})
DANGER = frozenset({"cancel", "refuse", "reject", "close"})
SURE = frozenset({"cancel"})
"""Steps without fields that are asked about once more: there is no way back from them."""
PHOTO = frozenset({"resolve", "restore", "reopen"})
"""Steps with which photos may come."""
WORDS = {"amend": ("location", "item")}
"""What a page asks for in words, where a card can only offer choices."""
LENGTHS = {"note": 1000, "location": 120, "item": 80}
"""Characters that are kept of each field; of any other at most forty."""
ASKS: dict[str, tuple[str, ...]] = {
    step.name: (*WORDS.get(step.name, ()), *step.asks) for step in REPAIR.steps if not step.errand
}
"""Every step that somebody may press, with the fields of its form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One question of a form. `kind` is line, lines, choice, stars or photo; `options` are (value, words)."""

    name: str
    kind: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""
    required: bool = False
    longest: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForm:
    """One step that the reader may take now. `tone` is primary, danger or plain; `sure`: ask once more."""

    step: str
    tone: str
    fields: tuple[Field, ...]
    sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What fields are made from."""

    view: View
    texts: Texts
    locale: str
    catalog: Catalog
    menders: Sequence[Actor]


def forms(desk: Desk) -> list[StepForm]:
    """The forms of all steps that are offered, those that bring the work on first."""
    offered = sorted(desk.view.offers, key=lambda step: (step not in PRIMARY, step in DANGER))
    return [
        StepForm(step=step, tone=_tone(step), fields=tuple(_fields(desk, step)), sure=step in SURE)
        for step in offered
        if step in ASKS
    ]


def _tone(step: str) -> str:
    if step in PRIMARY:
        return "primary"
    return "danger" if step in DANGER else "plain"


def _fields(desk: Desk, step: str) -> Iterable[Field]:
    for name in ASKS[step]:
        yield MAKERS[name](desk, step)
    if step in PHOTO:
        yield Field(name="photo", kind="photo", label=desk.texts("web.field.photo"))


def _note(desk: Desk, step: str) -> Field:
    label = desk.texts(f"web.field.note_{step}")
    return Field(name="note", kind="lines", label=label, required=True, longest=LENGTHS["note"])


def _reason(desk: Desk, step: str) -> Field:
    group, reasons = ("hold", tuple(HoldReason)) if step == "hold" else ("reason", tuple(RefuseReason))
    options = tuple((r.value, desk.texts(f"work_order.{group}.{r.value}")) for r in reasons)
    return _choice(desk, "reason", "work_order.card.why", options, required=True)


def _wake(desk: Desk, _: str) -> Field:
    options = tuple((key, desk.texts(f"work_order.wake.{key}")) for key in WAKES)
    return _choice(desk, "wake", "work_order.card.wake", options, value="tomorrow")


def _category(desk: Desk, step: str) -> Field:
    trades = tuple((c.key, c.label(desk.locale)) for c in desk.catalog)
    if step == "refuse":
        options = (("", desk.texts("web.field.unknown")), *(t for t in trades if t[0] != desk.view.order.category))
        return _choice(desk, "category", "work_order.card.belongs", options)
    if desk.view.order.category not in desk.catalog:
        trades = (("", desk.texts("web.field.unknown")), *trades)
    return _choice(desk, "category", "work_order.card.choose_category", trades, value=desk.view.order.category)


def _urgency(desk: Desk, _: str) -> Field:
    options = tuple((u.value, desk.texts(f"work_order.urgency.{u.value}")) for u in Urgency)
    return _choice(desk, "urgency", "work_order.card.choose_urgency", options, value=desk.view.order.urgency)


def _colleague(desk: Desk, step: str) -> Field:
    """Those of the same trade first."""
    order, catalog = desk.view.order, desk.catalog
    others = [m for m in desk.menders if m.id not in {order.assignee_id, *order.helpers}]
    others.sort(key=lambda m: order.category not in m.teams)
    options = [("", desk.texts("web.field.choose"))]
    for mender in others:
        trades = desk.texts("web.comma").join(c.label(desk.locale) for c in catalog if c.key in mender.teams)
        options.append((str(mender.id), f"{mender.name} · {trades}" if trades else mender.name))
    return _choice(desk, "colleague", f"web.field.colleague_{step}", tuple(options), required=True)


def _score(desk: Desk, _: str) -> Field:
    options = tuple((str(n), desk.texts(f"work_order.score.{n}")) for n in (5, 4, 3, 2, 1))
    label = desk.texts("work_order.card.score")
    return Field(name="score", kind="stars", label=label, options=options, value="5", required=True)


def _location(desk: Desk, _: str) -> Field:
    label = desk.texts("web.field.location")
    return Field(name="location", kind="line", label=label, value=desk.view.where, longest=LENGTHS["location"])


def _item(desk: Desk, _: str) -> Field:
    label = desk.texts("web.field.item")
    return Field(name="item", kind="line", label=label, value=desk.view.order.item, longest=LENGTHS["item"])


def _choice(
    desk: Desk, name: str, label: str, options: tuple[tuple[str, str], ...], *, value: str = "", required: bool = False
) -> Field:
    return Field(name=name, kind="choice", label=desk.texts(label), options=options, value=value, required=required)


MAKERS: Mapping[str, Callable[[Desk, str], Field]] = {
    "note": _note,
    "reason": _reason,
    "wake": _wake,
    "category": _category,
    "urgency": _urgency,
    "colleague": _colleague,
    "score": _score,
    "location": _location,
    "item": _item,
}
"""One maker for each field that a row of the workflow may ask for."""


def given(step: str, sent: Mapping[str, object], view: View) -> dict[str, str]:
    """The fields of a step out of what a browser has sent: only those that it asks for, cut to length.

    A correction carries only what was changed: what is sent as it stood must not be read and placed anew.
    """
    fields = {
        name: str(sent[name]).replace("\0", "").strip()[: LENGTHS.get(name, 40)]
        for name in ASKS[step]
        if isinstance(sent.get(name), str)
    }
    if step != "amend":
        return fields
    order = view.order
    stands = {"location": view.where, "item": order.item, "category": order.category, "urgency": order.urgency}
    return {name: value for name, value in fields.items() if value and value != stands[name].strip()}
