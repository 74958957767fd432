"""The pages: status board, work orders, signing in, health. They read through services and write by posting Events."""

from pathlib import Path

from aiohttp import web as http

from web import (
    attachments,
    board,
    doctor,
    guard,
    health,
    live,
    login,
    page,
    record,
    requests,
    sessions,
    statistics,
    steps,
)
from web.site import SITE, Gate, Site

__all__ = ["FOLDER", "Gate", "Site", "mount"]

FOLDER = Path(__file__).parent


def mount(app: http.Application, site: Site) -> None:
    """Hang all pages on an application."""
    app[SITE] = site
    page.prepare(app)
    sessions.prepare(app)
    live.prepare(app)
    health.mount(app)
    login.mount(app)
    board.mount(app)
    record.mount(app)
    steps.mount(app)
    attachments.mount(app)
    doctor.mount(app)
    statistics.mount(app)
    guard.mount(app)
    requests.mount(app)
