"""Traces, as the engine room sees them: spans that begin and end. Off unless somebody has brought a tracer.

One message is one trace, through the inbox and the outbox and over all processes: the trace's id is made from the
event's key, which the inbox row has and every outbox item keeps as its `cause`. Nothing has to be passed on.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol


class Tracer(Protocol):
    """Makes spans. `bot.traces` has one that speaks OpenTelemetry."""

    def begin(self, name: str, key: str, attributes: dict[str, str | int]) -> AbstractContextManager[object]:
        """The first span of the trace that belongs to `key`; with an empty key, of a trace of its own."""

    def under(self, name: str, key: str, attributes: dict[str, str | int]) -> AbstractContextManager[object]:
        """A span of the trace that belongs to `key`; with an empty key, of the one that is under way here."""


class _Off:
    """Costs one look at a variable."""

    def __enter__(self) -> None:
        """Nothing begins."""

    def __exit__(self, *_: object) -> None:
        """Nothing ends."""


_off = _Off()
_tracer: Tracer | None = None


def begin(name: str, key: str, **attributes: str | int) -> AbstractContextManager[object]:
    """The first span of a message's trace, or of one that is no message's: `with tracing.begin("callback", key):`."""
    return _off if _tracer is None else _tracer.begin(name, key, attributes)


def under(name: str, key: str = "", **attributes: str | int) -> AbstractContextManager[object]:
    """A later span of the trace of `key`, or inside the span that is open here when no key is given."""
    return _off if _tracer is None else _tracer.under(name, key, attributes)


def use(tracer: Tracer | None) -> None:
    """Trace with this from now on; None turns traces off. For the whole process."""
    global _tracer  # noqa: PLW0603 - exporters belong to a process, not to a school
    _tracer = tracer


@contextmanager
def using(tracer: Tracer) -> Iterator[None]:
    """Trace with this inside the block."""
    before = _tracer
    use(tracer)
    try:
        yield
    finally:
        use(before)
