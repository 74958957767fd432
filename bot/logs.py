"""Structured logs: one line an event, ids and codes; no secret, and no message text at info level."""

import json
import logging
import sys
from typing import Any

import orjson
import structlog


def _json(line: dict[str, Any], **_: object) -> bytes:
    """Quick, as every message leaves a few lines; Chinese stays readable, and what JSON does not know is described.

    A line is never the end of what it tells of: what orjson refuses (halves of surrogate pairs, numbers beyond 64 bits)
    is written the slow way.
    """
    try:
        return orjson.dumps(line, default=repr)
    except TypeError:
        return json.dumps(line, default=repr, skipkeys=True).encode()


def _writable(_: object, __: str, line: Any) -> str:
    """A line for people, without what no stream takes."""
    return str(line).encode("utf-8", "backslashreplace").decode()


def quiet() -> None:
    """Only errors of our own making, for a command that tells what it found by itself."""
    configure("console", logging.CRITICAL)


def configure(style: str, level: int = logging.INFO) -> None:
    """`style` is json for machines or console for people."""
    # A prettier traceback would show values: words of messages, secrets.
    console = structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )
    finals: dict[str, list[structlog.typing.Processor]] = {
        "json": [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(_json)],
        "console": [console, _writable],
    }
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.StackInfoRenderer(),
            *finals[style],
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=(
            structlog.BytesLoggerFactory(sys.stderr.buffer)
            if style == "json"
            else structlog.PrintLoggerFactory(sys.stderr)
        ),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(
        stream=sys.stderr, level=max(level, logging.WARNING), format="%(levelname)s %(name)s %(message)s", force=True
    )
