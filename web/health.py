"""For machines: is it alive, can it do its work, what has it counted."""

import asyncio

import orjson
import structlog
from aiohttp import web as http

from web.site import SITE, Site

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
    found = await problems(request.app[SITE])
    body = orjson.dumps({"ready": not found, "problems": found})
    return http.Response(body=body, status=503 if found else 200, content_type="application/json")


async def problems(site: Site) -> list[str]:
    """What this school cannot do now, as names; also when the checks themselves fail or take too long."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await site.ready()
    except TimeoutError:
        return ["slow"]
    except Exception as error:  # a check that fails is an answer: its text may name hosts, its kind does not
        log.error("ready.failed", error=type(error).__name__)
        return ["checks"]


async def metrics(request: http.Request) -> http.Response:
    """All counters of the school."""
    site = request.app[SITE]
    await look(site)
    return page(site.metrics.text())


async def look(site: Site) -> None:
    """Note how full the queues are; the counters are worth having without the database, too."""
    try:
        async with asyncio.timeout(PATIENCE):
            lanes = [lane for name in site.gates for lane in (name, f"{name}:files")]
            queues = await site.services.checkup.queues(lanes)
        site.metrics.forget_queues()
        for queue in queues:
            site.metrics.queue(queue.queue, queue.lane, queue.state, items=queue.items, oldest=queue.oldest)
    except Exception as error:
        log.error("metrics.failed", error=type(error).__name__)


def page(text: bytes) -> http.Response:
    """Counters as Prometheus reads them (text format 0.0.4)."""
    return http.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})
