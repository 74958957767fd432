"""How a step went that a page has sent: waited for after the sending, told on the page that follows."""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web as http

from bot.core.pipeline import CHANGED
from bot.core.texts import Texts
from services.people import WEB
from web import page
from web.fields import ASKS
from web.site import SITE
from web.visitor import Visitor

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds that a browser waits for its step; after them the page says that it is still under way."""
GLANCE = 0.5
"""Seconds between two looks where no bell is heard: another process may have handled the step."""
QUERY = "done"
NOTICES = frozenset({"unchanged", "photo_type", "photo_size", "photo_many"})
"""What a page says by itself, before anything was sent on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the page says at its top. `kind` is good, bad or waiting."""

    kind: str
    words: str


def event_id(visitor: Visitor, step: str, nonce: str) -> str:
    """The id of the event of one form: the same form sent twice is the same event."""
    return f"{visitor.person}:{step}:{nonce}"


async def wait(request: http.Request, event: str) -> None:
    """Come back when the event has been handled, or patience ends."""
    site = request.app[SITE]
    loop = asyncio.get_running_loop()
    end = loop.time() + PATIENCE
    async with site.broker.listen(CHANGED) as bell:
        while await site.services.mailroom.result(WEB, event) is None and (left := end - loop.time()) > 0:
            await bell.next(min(GLANCE, left))


async def of(request: http.Request, visitor: Visitor) -> Outcome | None:
    """What to say of the step that the address names; None where it names none of this visitor's."""
    step, _, nonce = request.query.get(QUERY, "").partition(".")
    texts = page.texts_of(request)
    if step in NOTICES:
        return Outcome("bad", texts(f"web.notice.{step}"))
    if step not in ASKS or not nonce:
        return None
    result = await request.app[SITE].services.mailroom.result(WEB, event_id(visitor, step, nonce))
    if result is None:
        return Outcome("waiting", texts("web.notice.waiting"))
    kind = "good" if result.get("ok") else "bad"
    if "key" in result:
        return Outcome(kind, _said(texts, result))
    return Outcome(kind, texts("web.notice.done", step=step))


def _said(texts: Texts, result: dict[str, Any]) -> str:
    """The words of an answer; one that lacks a value must not hide the page."""
    try:
        return texts(result["key"], **result.get("params", {}))
    except Exception as error:
        log.error("outcome.unspeakable", key=result["key"], error=type(error).__name__)
        return texts("refusal.refused")
