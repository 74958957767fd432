"""The address that the vendor calls: the URL check, and a POST for all that happens (WeCom: 接收消息与事件)."""

import asyncio
import contextlib

import structlog
from aiohttp import web

from bot.core.event import Event, Kind
from channels.base import Deliver
from channels.wecom.box import CallbackBox
from channels.wecom.markup import BODY_LIMIT, BadCallback
from channels.wecom.wire import parse

PATH = "/channels/wecom/callback"
READ_PATIENCE = 4.0
"""Seconds for a body to come in; the vendor itself gives up after five."""
PIECE = 1 << 16
"""Bytes of a body that are taken at once."""

WARNINGS = frozenset({"inactive_alert", "close_inactive_agent", "low_active_alert", "low_active"})
"""An app that nobody uses is warned and then switched off (WeCom: 应用低活跃提醒): the administrator should know."""

log = structlog.get_logger(__name__)


class Callback:
    """Answers with an empty 200 once an event is safe; everything else is done later and spoken over REST."""

    def __init__(self, box: CallbackBox, deliver: Deliver) -> None:
        """`deliver` returns when the event is durable, or raises."""
        self._box, self._deliver = box, deliver

    async def check(self, request: web.Request) -> web.Response:
        """GET: show the console that we hold the key."""
        try:
            return web.Response(text=self._box.echo(request.query))
        except BadCallback as bad:
            log.warning("wecom_url_check_refused", why=str(bad))
            return web.Response(status=403)

    async def take(self, request: web.Request) -> web.Response:
        """POST: open, write down, acknowledge."""
        try:
            event = parse(self._box.open(request.query, await _body(request)))
        except BadCallback as bad:
            log.warning("wecom_callback_refused", why=str(bad), status=bad.status)
            return web.Response(status=bad.status)
        if event.kind is Kind.NOTICE:
            _note(event)
            return web.Response()
        return await self._safe(event)

    async def _safe(self, event: Event) -> web.Response:
        """Acknowledge only what is durable: after any other answer the vendor sends it again."""
        try:
            await self._deliver(event)
        except Exception as error:  # whatever went wrong, its text may hold what a person wrote
            log.error("wecom_callback_lost", event_id=event.id, error=type(error).__name__)
            return web.Response(status=503)
        return web.Response()


def _note(event: Event) -> None:
    level = log.warning if event.name in WARNINGS else log.info
    level("wecom_notice", name=event.name, **event.fields)


async def _body(request: web.Request) -> bytes:
    """The whole body. Raises `BadCallback` for one too long, too slow or broken off."""
    if (request.content_length or 0) > BODY_LIMIT:
        raise BadCallback("too long", status=413)
    body, content = bytearray(), request.content
    try:
        # Nearly every body has come in with its head: nothing is waited for then, and no clock has to be set.
        async with contextlib.nullcontext() if content.is_eof() else asyncio.timeout(READ_PATIENCE):
            while not content.at_eof():
                body += await content.read(PIECE)
                if len(body) > BODY_LIMIT:
                    raise BadCallback("too long", status=413)
    except TimeoutError:
        raise BadCallback("too slow", status=408) from None
    except (OSError, web.HTTPException, web.RequestPayloadError) as error:
        raise BadCallback(type(error).__name__) from None
    return bytes(body)
