"""Request ids: every request has one, all log lines of its handling carry it, and whoever asked is told."""

import re
from secrets import token_hex

import structlog
from aiohttp import web as http
from aiohttp.typedefs import Handler

HEADER = "X-Request-Id"
_SANE = re.compile(r"[0-9A-Za-z_.\-]{8,64}")
_ID = http.RequestKey("request_id", str)


def mount(app: http.Application) -> None:
    """Outside everything else, so that even a refusal has its id."""
    app.middlewares.insert(0, named)
    app.on_response_prepare.append(_tell)


@http.middleware
async def named(request: http.Request, handler: Handler) -> http.StreamResponse:
    """Take the id that a proxy in front has given, if it is a plain word; else make one."""
    given = request.headers.get(HEADER, "")
    request[_ID] = name = given if _SANE.fullmatch(given) else token_hex(8)
    bound = structlog.contextvars.bind_contextvars(request=name)
    try:
        return await handler(request)
    finally:
        structlog.contextvars.reset_contextvars(**bound)


async def _tell(request: http.Request, response: http.StreamResponse) -> None:
    if _ID in request:
        response.headers[HEADER] = request[_ID]
