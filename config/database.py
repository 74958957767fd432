"""Tortoise's dictionary: one school is one database."""

from pathlib import Path
from typing import Any

from tortoise.backends.base.config_generator import expand_db_url

ENGINES = {"sqlite": "models.engines.sqlite", "asyncpg": "models.engines.postgres"}
"""The module with each database's `client_class`, by the scheme of its URL."""
DURABLE = "synchronous=FULL&busy_timeout=10000"
"""SQLite: a commit has reached the disk when it returns (WAL is tortoise's default)."""


def tortoise_config(url: str) -> dict[str, Any]:
    """What `Tortoise.init` and the migrations want for the database at `url` (sqlite://path or asyncpg://…)."""
    engine = ENGINES[url.partition("://")[0]]
    return {
        "connections": {"default": {**expand_db_url(_completed(url)), "engine": engine}},
        "apps": {"models": {"models": ["models"], "default_connection": "default", "migrations": "models.migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }


def _completed(url: str) -> str:
    if not url.startswith("sqlite://") or url.startswith("sqlite://:memory:"):
        return url
    Path(url.removeprefix("sqlite://").partition("?")[0]).parent.mkdir(parents=True, exist_ok=True)
    return url if "?" in url else f"{url}?{DURABLE}"
