"""For machines: is it alive, can it do its work, what has it counted."""

import asyncio

import orjson
import structlog
from aiohttp import web as http

from web.site import SITE

log = structlog.get_logger(__name__)

PATIENCE = 5.0
"""Seconds for all checks together: whoever asks gives up soon after."""


def mount(app: http.Application) -> None:
    """Hang the three addresses on an application."""
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    app.router.add_get("/metrics", metrics)


async def alive(_: http.Request) -> http.Response:
    """The process answers; nothing else is asked."""
    return http.Response(text="ok\n")


async def ready(request: http.Request) -> http.Response:
    """200 when the work can be done, else 503 with the names of what does not work."""
    problems = await _problems(request)
    body = orjson.dumps({"ready": not problems, "problems": problems})
    return http.Response(body=body, status=503 if problems else 200, content_type="application/json")


async def _problems(request: http.Request) -> list[str]:
    try:
        async with asyncio.timeout(PATIENCE):
            return await request.app[SITE].ready()
    except TimeoutError:
        return ["slow"]
    except Exception as error:  # a check that fails is an answer: its text may name hosts, its kind does not
        log.error("ready.failed", error=type(error).__name__)
        return ["checks"]


async def metrics(request: http.Request) -> http.Response:
    """All counters, as Prometheus reads them (text format 0.0.4)."""
    site = request.app[SITE]
    try:
        for queue, seconds in (await site.services.mailroom.ages()).items():
            site.metrics.age.labels(queue).set(seconds)
    except Exception as error:  # the counters are worth having without the database, too
        log.error("metrics.failed", error=type(error).__name__)
    body = site.metrics.text()
    return http.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
