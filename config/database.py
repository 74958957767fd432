"""Tortoise's dictionary: one school is one database."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

DURABLE = "synchronous=FULL&busy_timeout=10000"
"""SQLite: a commit has reached the disk when it returns (WAL is tortoise's default)."""


def tortoise_config(url: str) -> dict[str, Any]:
    """What `Tortoise.init` and the migrations want for the database at `url` (sqlite://path or asyncpg://…)."""
    return {
        "connections": {"default": _completed(url)},
        "apps": {"models": {"models": ["models"], "default_connection": "default", "migrations": "models.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def _completed(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "sqlite":
        return url
    Path(url.removeprefix("sqlite://").partition("?")[0]).parent.mkdir(parents=True, exist_ok=True)
    return url if parts.query else f"{url}?{DURABLE}"
