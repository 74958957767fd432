"""Guard: what holds for every request. Counted, safe headers, and a page instead of a trace when something is wrong."""

import contextlib
import time
from collections.abc import Mapping
from functools import lru_cache
from secrets import token_hex

import structlog
from aiohttp import web as http
from aiohttp.typedefs import Handler

from domain.errors import NotAllowed, NotFound
from web import page, sessions
from web.seals import BadSeal
from web.site import SITE
from web.visitor import VISITOR

log = structlog.get_logger(__name__)

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
"""Everything from here, nothing inline. data: images are the arrows and ticks of the style sheet."""
TOLD = frozenset({400, 403, 404, 405, 413, 429, 503})
"""Statuses that have words of their own; others borrow those of 400 or 500."""
OURS = http.AppKey("own_resources", frozenset[http.AbstractResource])


def mount(app: http.Application) -> None:
    """Put the guard before everything that has been mounted so far; what comes later answers for itself."""
    app[OURS] = frozenset(app.router.resources())
    app.middlewares.extend([measured, explained])
    app.on_response_prepare.append(_harden)


@http.middleware
async def measured(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Note how long the answer took, by route and status."""
    begun, status, route = time.perf_counter(), 500, _route(request)
    stream = route.endswith("/events")  # lasts as long as its page is open: rights are looked at again and again
    try:
        with contextlib.nullcontext() if stream else request.app[SITE].services.directory.once():
            response = await handler(request)
        status = response.status
    except http.HTTPException as error:
        status = error.status
        raise
    finally:
        if not stream:
            request.app[SITE].metrics.requests.labels(route, str(status)).observe(time.perf_counter() - begun)
    return response


def _route(request: http.Request) -> str:
    """The route's pattern: numbers and tickets in addresses would make a counter each."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "unmatched"


@http.middleware
async def explained(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Let a page say in the reader's language what is wrong. Other rooms' addresses answer for themselves."""
    resource = request.match_info.route.resource
    if resource is not None and resource not in request.app[OURS]:
        return await handler(request)
    try:
        return await handler(request)
    except http.HTTPException as error:
        if error.status < 400:
            raise
        return await _told(request, error.status, error)
    except NotFound:
        return await _told(request, 404)
    except NotAllowed:
        return await _told(request, 403)
    except Exception:
        incident = f"P{token_hex(4)}"
        log.exception("page.failed", incident=incident, route=_route(request))
        return await _told(request, 500, incident=incident)


async def _told(
    request: http.Request, status: int, error: http.HTTPException | None = None, *, incident: str = ""
) -> http.StreamResponse:
    await _meet(request)
    values = {"words": f"web.error.{_words(status, error)}", "incident": incident}
    response = page.render(request, "error.html", values, status=status)
    if error is not None and "Allow" in error.headers:
        response.headers["Allow"] = error.headers["Allow"]
    return response


def _words(status: int, error: http.HTTPException | None) -> str:
    if isinstance(error, BadSeal):
        return "form"
    return str(status if status in TOLD else 500 if status >= 500 else 400)


async def _meet(request: http.Request) -> None:
    """Find out whose language to speak; a trouble with that must not hide the first one."""
    if request.get(VISITOR) is None:
        try:
            await sessions.signed_in(request)
        except Exception as error:
            log.warning("page.visitor_unknown", error=type(error).__name__)


@lru_cache(maxsize=64)
def _safe_headers(framed_by: tuple[str, ...]) -> Mapping[str, str]:
    """What every answer says, unless its own room has said it otherwise; put together once for a school's settings."""
    headers = {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Content-Security-Policy": POLICY + (" ".join(("'self'", *framed_by)) if framed_by else "'none'"),
    }
    return headers if framed_by else {**headers, "X-Frame-Options": "DENY"}


async def _harden(request: http.Request, response: http.StreamResponse) -> None:
    headers = response.headers
    for name, value in _safe_headers(request.app[SITE].framed_by).items():
        headers.setdefault(name, value)
    if request.path.startswith("/static/") and request.query.get("v"):
        headers.setdefault("Cache-Control", "public, max-age=31536000, immutable")
