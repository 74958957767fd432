"""Signing in: through a vendor's gate, or with a one-time link; and signing out."""

import hmac
from secrets import token_hex
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web as http
from itsdangerous import BadData, URLSafeTimedSerializer

from bot.core.carrier import GiveUp, TryLater
from services.people import WEB
from web import page, seals, sessions
from web.site import SITE, Gate

log = structlog.get_logger(__name__)

HOME = "/board"
COOKIE = "houqin_gate"
"""Ties the way back to the browser that set out."""
ON_THE_WAY = 600
"""Seconds that somebody may take at the gate."""
NEXT_LIMIT = 500


def mount(app: http.Application) -> None:
    """Hang the sign-in pages on an application."""
    app.router.add_get("/login", choose)
    app.router.add_get("/login/once/{ticket}", offer_once)
    app.router.add_post("/login/once/{ticket}", use_once)
    app.router.add_get("/login/{gate}/start", start, allow_head=False)
    app.router.add_get("/login/{gate}/back", back, allow_head=False)
    app.router.add_post("/logout", leave)


def local(wanted: str) -> str:
    """An address of this site to go on to; anything that could lead elsewhere becomes the board."""
    plain = wanted.isprintable() and len(wanted) <= NEXT_LIMIT and "\\" not in wanted
    if not plain or not wanted.startswith("/") or wanted.startswith("//"):
        return HOME
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc and not parts.path.startswith("/login") else HOME


def sign_in_first(request: http.Request, wanted: str, **why: str) -> http.Response:
    """Send a stranger to the sign-in page, and from there back to what they wanted."""
    address = "/login?" + urlencode({"next": wanted, **why})
    if page.is_fragment(request):
        return http.Response(status=401, headers={"HX-Redirect": address})
    return http.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


async def choose(request: http.Request) -> http.Response:
    """Which way in."""
    wanted = local(request.query.get("next", HOME))
    if await sessions.signed_in(request):
        return _go(wanted)
    gates = {name: f"/login/{name}/start?{urlencode({'next': wanted})}" for name in request.app[SITE].gates}
    return page.render(request, "login.html", {"gates": gates, "old": "old" in request.query})


async def start(request: http.Request) -> http.Response:
    """To the gate, with a state that only this browser can bring back."""
    gate, state = _gate(request), token_hex(16)
    public = request.app[SITE].services.tickets.public_url
    response = _go(gate.sign_in_url(f"{public}/login/{gate.name}/back", state))
    wanted = local(request.query.get("next", HOME))
    response.set_cookie(
        COOKIE,
        str(_serializer(request).dumps([gate.name, state, wanted])),
        max_age=ON_THE_WAY,
        path="/login",
        httponly=True,
        samesite="Lax",
        secure=sessions.is_secure(public),
    )
    return response


async def back(request: http.Request) -> http.Response:
    """From the gate: whose code is it?"""
    gate = _gate(request)
    wanted = _on_the_way(request, gate)
    if wanted is None:
        return _refused(request, "web.login.lost", 400)
    try:
        account = await gate.identify(request.query.get("code", ""))
    except (TryLater, GiveUp) as error:
        log.warning("login.gate_failed", gate=gate.name, why=str(error))
        return _refused(request, "web.login.gate_closed", 503)
    if account is None:
        return _refused(request, "web.login.lost", 400)
    return await _welcome(request, gate, account, wanted)


async def _welcome(request: http.Request, gate: Gate, account: str, wanted: str) -> http.Response:
    actor = await request.app[SITE].services.people.actor(gate.name, account)
    response = _go(wanted)
    response.del_cookie(COOKIE, path="/login")
    if actor is None or actor.id is None or not await sessions.begin(request, response, actor.id):
        return _refused(request, "web.login.stranger", 403, account=account)
    log.info("login.done", gate=gate.name, person=actor.id)
    return response


def _gate(request: http.Request) -> Gate:
    gate = request.app[SITE].gates.get(request.match_info["gate"])
    if gate is None:
        raise http.HTTPNotFound
    return gate


def _serializer(request: http.Request) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(request.app[SITE].secret, salt="web-gate")


def _on_the_way(request: http.Request, gate: Gate) -> str | None:
    """Where a browser wanted to go that set out from here to this gate; None for any other."""
    try:
        name, state, wanted = _serializer(request).loads(request.cookies.get(COOKIE, ""), max_age=ON_THE_WAY)
    except (BadData, ValueError, TypeError):
        return None
    brought = request.query.get("state", "").encode()
    return str(wanted) if name == gate.name and hmac.compare_digest(state.encode(), brought) else None


async def offer_once(request: http.Request) -> http.Response:
    """A button: chat clients look at links by themselves, and must not use them up."""
    return page.render(request, "once.html", {"action": request.path})


async def use_once(request: http.Request) -> http.Response:
    """Use a one-time link up and sign in."""
    seals.check_origin(request)
    site, response = request.app[SITE], _go(HOME)
    person = await site.services.tickets.use_sign_in(request.match_info["ticket"])
    if person is None or not await sessions.begin(request, response, person):
        return _refused(request, "web.login.used", 403)
    log.info("login.done", gate=WEB, person=person)
    return response


async def leave(request: http.Request) -> http.Response:
    """Sign out everywhere."""
    seals.check_origin(request)
    visitor = await sessions.signed_in(request)
    if visitor is None:
        return _go("/login")
    form = await request.post()
    seals.opened(request, visitor, "logout", form.get("seal"))
    response = _go("/login")
    await sessions.end(request, response, visitor)
    return response


def _go(address: str) -> http.Response:
    return http.Response(status=303, headers={"Location": address, "Cache-Control": "no-store"})


def _refused(request: http.Request, key: str, status: int, **params: str) -> http.Response:
    words = page.texts_of(request)(key, **params)
    return page.render(request, "refused.html", {"words": words}, status=status)
