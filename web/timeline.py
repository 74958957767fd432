"""The time line of a work order: who did what and when, in the reader's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.core.texts import Texts
from domain.catalog import Catalog
from services import Services
from services.actor import Actor
from services.work_orders import View
from web.times import Moments

HANDS = ("colleague", "instead_of")
"""Details that name somebody."""


class Entry(Protocol):
    """What the history keeps of one step."""

    step: str
    target: str
    note: str
    details: dict[str, str]
    on_behalf_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One line. `who` is "" where time itself has acted, and says in whose place somebody did."""

    who: str
    label: str
    state: str
    at: datetime
    note: str
    details: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Names:
    """Names behind the numbers that the history keeps."""

    people: Mapping[int, str]
    places: Mapping[str, str]


async def happenings(services: Services, reader: Actor, view: View, texts: Texts) -> list[Happening]:
    """All that has happened to a work order, newest first."""
    rows: list[tuple[Entry, str]] = list(await services.work_orders.history(reader, view.order.id))
    names = Names(
        await services.people.names(
            number for e, _ in rows for number in (*(_number(e.details.get(key, "")) for key in HANDS), e.on_behalf_id)
        ),
        await services.places.labels({e.details.get("place", "") for e, _ in rows}),
    )
    when = Moments(texts, services.zone, services.clock())
    told = [
        Happening(
            who=_acting(who, names.people.get(entry.on_behalf_id or 0, ""), texts),
            label=texts(f"work_order.step.{entry.step}.button"),
            state=entry.target,
            at=entry.at,
            note="" if entry.note == view.order.raw_text else entry.note,
            details=tuple(_details(entry, texts, services.catalog, reader.locale, names, when)),
        )
        for entry, who in rows
    ]
    return told[::-1]


def _acting(who: str, whom: str, texts: Texts) -> str:
    """Who acted, and in whose place where it was another's."""
    return texts("card.stand_in", name=who, whom=whom) if who and whom else who


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _details(entry: Entry, texts: Texts, catalog: Catalog, locale: str, names: Names, when: Moments) -> list[str]:
    """What was given with a step, each as one short phrase; a place is told once."""
    found: list[str] = []
    for key, value in entry.details.items():
        match key:
            case "reason":
                group = "hold" if entry.step == "hold" else "reason"
                found.append(texts(f"work_order.{group}.{value}"))
            case "category" if value in catalog:
                found.append(catalog[value].label(locale))
            case "urgency":
                found.append(texts(f"work_order.urgency.{value}"))
            case "colleague":
                found.append(texts("web.record.to", name=names.people.get(_number(value) or 0, "")))
            case "instead_of" if entry.step not in {"accept", "take_over"}:
                found.append(texts("web.record.instead_of", name=names.people.get(_number(value) or 0, "")))
            case "score":
                found.append(texts(f"work_order.score.{value}"))
            case "wake_at":
                found.append(texts("web.record.until", time=when(datetime.fromisoformat(value))))
            case "place":
                found.append(names.places.get(value) or entry.details.get("location", ""))
            case "location" if not entry.details.get("place"):
                found.append(value)
            case "item":
                found.append(value)
            case _:
                pass
    return [phrase for phrase in found if phrase]
