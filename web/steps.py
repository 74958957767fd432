"""Taking a step from a page: the form becomes an event, like a pressed button, and the pipeline does the rest."""

from aiohttp import web as http

from bot.core.event import Event, Kind
from services.people import WEB
from services.work_orders import SUBJECT, View
from web import outcome, photos, seals, sessions
from web.fields import ASKS, given
from web.login import sign_in_first
from web.record import number_of, purpose, seen
from web.site import SITE
from web.visitor import Visitor


def mount(app: http.Application) -> None:
    """Hang the steps on an application."""
    app.router.add_post("/work-orders/{number}/{step}", take)


async def take(request: http.Request) -> http.Response:
    """Send a step on, wait for how it goes, and show the record again."""
    seals.check_origin(request)
    number, step = number_of(request), request.match_info["step"]
    if step not in ASKS:
        raise http.HTTPNotFound
    visitor = await sessions.reader_of(request, number)
    if visitor is None:
        return sign_in_first(request, f"/work-orders/{number}")
    view = await seen(request.app[SITE].services, visitor.actor, number)
    return _back(visitor, number, await _sent(request, visitor, view, step))


def _back(visitor: Visitor, number: str, done: str) -> http.Response:
    address = visitor.link(f"/work-orders/{number}", **{outcome.QUERY: done})
    return http.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


async def _sent(request: http.Request, visitor: Visitor, view: View, step: str) -> str:
    """Deliver the form's event and wait for it; returns what the next page is to tell about."""
    site, form = request.app[SITE], await request.post()
    seal = seals.opened(request, visitor, purpose(view.order.number, step), form.get("seal"))
    fields = given(step, form, view)
    if step == "amend" and not fields:
        return "unchanged"
    try:
        files = await photos.kept(site.services.files, form)
    except photos.PhotoError as bad:
        return bad.notice
    cycle = form.get("cycle")
    event = Event(
        id=outcome.event_id(visitor, step, seal.nonce),
        channel=WEB,
        account=str(visitor.person),
        kind=Kind.PRESS,
        at=site.services.clock(),
        name=f"{SUBJECT}:{view.order.id}:{step}:{cycle if isinstance(cycle, str) and cycle.isdecimal() else ''}",
        fields=fields,
        files=files,
    )
    await site.deliver(event)
    await outcome.wait(request, event.id)
    return f"{step}.{seal.nonce}"
