"""Who has signed in: an encrypted cookie, checked against the person at each request."""

import hmac
from hashlib import sha256
from secrets import token_hex

from aiohttp import web as http
from aiohttp.typedefs import Handler
from aiohttp_session import Session
from aiohttp_session.cookie_storage import EncryptedCookieStorage

from bot.core.pipeline import CHANGED
from services.people import WEB
from web.site import SITE
from web.visitor import VISITOR, Visitor

COOKIE = "houqin_session"
IDLE = 12 * 3600
"""Seconds without a request after which somebody has to sign in again."""
LONGEST = 30 * 86400
"""Seconds after which they have to in any case."""
FRESH = 300
"""Seconds for which the cookie is not written again: not every request needs a new one."""

STORAGE = http.AppKey("session_storage", EncryptedCookieStorage)
_DUE = http.RequestKey("session_due", Session)


def prepare(app: http.Application) -> None:
    """Make the storage and see that a used session lives on."""
    site = app[SITE]
    app[STORAGE] = EncryptedCookieStorage(
        hmac.digest(site.secret.encode(), b"session cookie of the pages", "sha256"),
        cookie_name=COOKIE,
        max_age=IDLE,
        secure=is_secure(site.services.tickets.public_url),
        httponly=True,
        samesite="Lax",
    )
    app.middlewares.append(_renewed)


def is_secure(public_url: str) -> bool:
    """May cookies be kept off plain connections?"""
    return public_url.startswith("https://")


@http.middleware
async def _renewed(request: http.Request, handler: Handler) -> http.StreamResponse:
    response = await handler(request)
    session = request.get(_DUE)
    if session is not None and not response.prepared and COOKIE not in response.cookies:
        await request.app[STORAGE].save_session(request, response, session)
    return response


async def signed_in(request: http.Request) -> Visitor | None:
    """Who has signed in with this browser; None for a stranger, after the session's end, and for who left."""
    session = await request.app[STORAGE].load_session(request)
    visitor = await _visitor(request, session)
    if visitor is None:
        return None
    now = _now(request)
    if now - session["seen"] > FRESH:
        session["seen"] = now
        request[_DUE] = session
    request[VISITOR] = visitor
    return visitor


async def _visitor(request: http.Request, session: Session) -> Visitor | None:
    now = _now(request)
    if session.empty or now - session["since"] > LONGEST or now - session["seen"] > IDLE:
        return None
    people, person = request.app[SITE].services.people, session["person"]
    if await people.session_epoch(person) != session["epoch"]:
        return None
    actor = await people.actor(WEB, str(person))
    return Visitor(person=person, actor=actor, binding=f"session:{session['id']}") if actor else None


def _now(request: http.Request) -> int:
    return int(request.app[SITE].services.clock().timestamp())


async def begin(request: http.Request, response: http.StreamResponse, person: int) -> bool:
    """Sign a person in with this answer; False for somebody who has left."""
    epoch = await request.app[SITE].services.people.session_epoch(person)
    if epoch is None:
        return False
    storage, now = request.app[STORAGE], _now(request)
    session = await storage.new_session()
    session.update(person=person, epoch=epoch, id=token_hex(8), since=now, seen=now)
    await storage.save_session(request, response, session)
    return True


async def end(request: http.Request, response: http.StreamResponse, visitor: Visitor) -> None:
    """Sign a person out, wherever they have signed in; pages that are open somewhere notice at once."""
    site = request.app[SITE]
    await site.services.people.end_sessions(visitor.person)
    await site.broker.ring(CHANGED)
    response.del_cookie(COOKIE)


async def reader_of(request: http.Request, record: str) -> Visitor | None:
    """Who may look at this record: whom a card's link names, or who has signed in.

    The link of another record, of somebody who has left, forged or too old, opens nothing.
    """
    site, ticket = request.app[SITE], request.query.get("k", "")
    passed = site.services.tickets.read_pass(ticket) if ticket else None
    if passed is not None and passed.record == record:
        actor = await site.services.people.actor(WEB, str(passed.person))
        if actor is not None:
            binding = f"ticket:{sha256(ticket.encode()).hexdigest()[:32]}"
            request[VISITOR] = Visitor(person=passed.person, actor=actor, binding=binding, ticket=ticket)
            return request[VISITOR]
    return await signed_in(request)
