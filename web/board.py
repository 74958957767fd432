"""The status board: all work orders, newest first, with filters, live."""

from aiohttp import web as http

from domain.grants import Permission
from domain.work_orders import State
from web import live, page, sessions
from web.filters import GROUPS, Asked
from web.login import HOME, sign_in_first
from web.site import SITE
from web.times import Moments
from web.visitor import Visitor


def mount(app: http.Application) -> None:
    """Hang the board on an application."""
    app.router.add_get("/", home)
    app.router.add_get("/board", board)
    app.router.add_get("/board/events", events, allow_head=False)


async def home(_: http.Request) -> http.Response:
    """The front door leads to the board."""
    raise http.HTTPFound(HOME)


async def _viewer(request: http.Request) -> Visitor | None:
    """Who may look at the board; `HTTPForbidden` for somebody whose roles do not."""
    visitor = await sessions.signed_in(request)
    if visitor is not None and not visitor.actor.may(Permission.BOARD_VIEW):
        raise http.HTTPForbidden
    return visitor


async def board(request: http.Request) -> http.Response:
    """The whole board, or only its list when the page asks for it."""
    visitor = await _viewer(request)
    if visitor is None:
        return sign_in_first(request, request.path_qs)
    site, texts = request.app[SITE], page.texts_of(request)
    asked = Asked.read(request.query, site.services.catalog)
    found = await site.services.work_orders.page(visitor.actor, asked.filter(visitor.person))
    values = {
        "asked": asked,
        "lines": found.lines,
        "older": asked.address(found.older) if found.older is not None else "",
        "reached": found.reached,
        "catalog": site.services.catalog,
        "groups": list(GROUPS),
        "states": [state.value for state in State],
        "when": Moments(texts, site.services.zone, site.services.clock()),
    }
    return page.render(request, "board_list.html" if page.is_fragment(request) else "board.html", values)


async def events(request: http.Request) -> http.StreamResponse:
    """Tells the page that something has changed, for as long as its viewer is signed in."""
    visitor = await _viewer(request)
    if visitor is None:
        raise http.HTTPForbidden

    async def still() -> bool:
        return await sessions.signed_in(request) is not None

    return await live.stream(request, visitor, still)
