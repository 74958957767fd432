"""The sandbox's pages: templates and what they need, read from this folder."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

FOLDER = Path(__file__).parent
_TEMPLATES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)


def render(name: str, *, status: int = 200, **values: object) -> web.Response:
    """A page from a template; values are escaped."""
    return web.Response(status=status, text=_TEMPLATES.get_template(name).render(**values), content_type="text/html")
