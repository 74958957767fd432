"""Template to answer: one environment for all pages, and the reader's words in each of them."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import aiohttp_jinja2
from aiohttp import web as http
from jinja2 import FileSystemLoader, StrictUndefined

from bot.core.texts import DEFAULT, LOCALES, Texts
from web.seals import seal
from web.site import SITE
from web.visitor import VISITOR, Visitor

ROOT = Path(__file__).parent
STATIC = ROOT / "static"
LANGUAGE = "houqin_lang"
"""The cookie of a stranger who chose a language; a person's own language belongs to the person."""
ASSETS = http.AppKey("assets", dict[str, str])


def prepare(app: http.Application) -> None:
    """Make the environment and name every static file by its content, so that browsers may keep it for ever."""
    environment = aiohttp_jinja2.setup(
        app,
        loader=FileSystemLoader(ROOT / "pages"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        default_helpers=False,
    )
    assets = {str(path.relative_to(STATIC).as_posix()): _fingerprint(path) for path in STATIC.rglob("*.*")}
    environment.globals["asset"] = lambda name: f"/static/{name}?v={assets[name]}"
    app[ASSETS] = assets
    app.router.add_static("/static", STATIC)


def _fingerprint(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]


def locale_of(request: http.Request) -> str:
    """The language of an answer: the person's, or for a stranger what they chose, or Chinese."""
    visitor: Visitor | None = request.get(VISITOR)
    if visitor is not None:
        return visitor.actor.locale
    chosen: str = request.query.get("lang") or request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LOCALES else DEFAULT


def texts_of(request: http.Request) -> Texts:
    """The words of an answer."""
    return request.app[SITE].catalogue[locale_of(request)]


def render(
    request: http.Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> http.Response:
    """A page for whoever asks; nobody but their browser may keep it, and that only while it is shown."""
    texts = texts_of(request)
    visitor: Visitor | None = request.get(VISITOR)
    context = {
        "t": texts,
        "locale": locale_of(request),
        "visitor": visitor,
        "logout_seal": seal(request, visitor, "logout") if visitor and not visitor.ticket else "",
        "languages": {} if visitor else {name: _switch(request, name) for name in LOCALES},
        **(values or {}),
    }
    response = aiohttp_jinja2.render_template(template, request, context, status=status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Language"] = texts("web.language")
    _remember_language(request, response)
    return response


def _switch(request: http.Request, locale: str) -> str:
    return str(request.rel_url.update_query(lang=locale))


def _remember_language(request: http.Request, response: http.Response) -> None:
    if request.query.get("lang") in LOCALES:
        response.set_cookie(LANGUAGE, request.query["lang"], max_age=365 * 86400, httponly=True, samesite="Lax")


def is_fragment(request: http.Request) -> bool:
    """Does a page ask for a part of itself (htmx), rather than a browser for the whole?"""
    return "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
