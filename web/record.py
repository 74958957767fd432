"""A work order's page: how it stands, what happened, and the steps that its reader may take."""

from typing import Any

from aiohttp import web as http

from domain.errors import NotFound
from services import Services
from services.actor import Actor
from services.work_orders import View
from web import live, outcome, page, sessions
from web.fields import Desk, forms
from web.login import sign_in_first
from web.seals import seal
from web.site import SITE
from web.timeline import happenings
from web.times import Moments
from web.visitor import Visitor


def mount(app: http.Application) -> None:
    """Hang the page on an application."""
    app.router.add_get("/work-orders/{number}", show)
    app.router.add_get("/work-orders/{number}/events", events, allow_head=False)


def number_of(request: http.Request) -> str:
    """The number in the address, as it is written in full."""
    return request.match_info["number"].upper()


async def seen(services: Services, actor: Actor, number: str) -> View:
    """The work order of this number; `NotFound` for those who may not know of it, and where there is none."""
    return await services.work_orders.view(actor, await services.work_orders.id_of(actor, number))


async def show(request: http.Request) -> http.Response:
    """The page, for whom a card's link names or who has signed in."""
    number = number_of(request)
    visitor = await sessions.reader_of(request, number)
    if visitor is None:
        why = {"old": "1"} if "k" in request.query else {}
        return sign_in_first(request, f"/work-orders/{number}", **why)
    view = await seen(request.app[SITE].services, visitor.actor, number)
    return page.render(request, "record.html", await _values(request, visitor, view))


async def _values(request: http.Request, visitor: Visitor, view: View) -> dict[str, Any]:
    services, texts, actor = request.app[SITE].services, page.texts_of(request), visitor.actor
    desk = Desk(
        view=view,
        texts=texts,
        locale=actor.locale,
        catalog=services.catalog,
        menders=await services.people.menders() if {"transfer", "assign", "invite"} & set(view.offers) else [],
    )
    return {
        "view": view,
        "order": view.order,
        "catalog": services.catalog,
        "files": await services.work_orders.files(actor, view.order.id),
        "happenings": await happenings(services, actor, view, texts),
        "forms": forms(desk),
        "seal_for": lambda step: seal(request, visitor, purpose(view.order.number, step)),
        "outcome": await outcome.of(request, visitor),
        "when": Moments(texts, services.zone, services.clock()),
        "late": view.order.due_at is not None and view.order.due_at < services.clock(),
    }


def purpose(number: str, step: str) -> str:
    """What a form's seal is for: this step of this record and no other."""
    return f"{number}:{step}"


async def events(request: http.Request) -> http.StreamResponse:
    """Tells the page of changes, for as long as its reader may see the record."""
    number = number_of(request)
    visitor = await sessions.reader_of(request, number)
    if visitor is None:
        raise http.HTTPForbidden
    services = request.app[SITE].services
    await seen(services, visitor.actor, number)

    async def still() -> bool:
        reader = await sessions.reader_of(request, number)
        try:
            return reader is not None and bool(await seen(services, reader.actor, number))
        except NotFound:
            return False

    return await live.stream(request, visitor, still)
