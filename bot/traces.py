"""Traces by OpenTelemetry: an extra (`pip install houqin[traces]`), imported only where a collector is set.

A trace is found by the message that it belongs to: its id is made from the event's key, and so is the id of its first
span. Whatever process handles the event or carries one of its items knows both without having been told.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from hashlib import blake2b

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, Status, StatusCode, TraceFlags

from bot.core import tracing

Ids = tuple[int, int]
"""Trace and first span."""
Attributes = dict[str, str | int]

_wanted: ContextVar[Ids | None] = ContextVar("wanted", default=None)


def ids_of(key: str) -> Ids:
    """The ids that belong to an event's key (OpenTelemetry: 16 and 8 bytes, never zero)."""
    digest = blake2b(key.encode(), digest_size=24).digest()
    return int.from_bytes(digest[:16], "big") or 1, int.from_bytes(digest[16:], "big") or 1


class _Ids(RandomIdGenerator):
    """Gives the ids that are wanted, and others by lot."""

    def generate_trace_id(self) -> int:
        wanted = _wanted.get()
        return wanted[0] if wanted else super().generate_trace_id()

    def generate_span_id(self) -> int:
        wanted = _wanted.get()
        return wanted[1] if wanted else super().generate_span_id()


class OpenTelemetry:
    """See `Tracer`."""

    def __init__(self, processor: SpanProcessor) -> None:
        """`processor` takes the spans that have ended."""
        self._provider = TracerProvider(
            resource=Resource.create({"service.name": "houqin"}), id_generator=_Ids(), shutdown_on_exit=False
        )
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("houqin")

    def begin(self, name: str, key: str, attributes: Attributes) -> AbstractContextManager[object]:
        """See `Tracer`."""
        token = _wanted.set(ids_of(key) if key else None)
        try:
            span = self._tracer.start_span(name, context=Context(), attributes=_named(key, attributes))
        finally:
            _wanted.reset(token)
        return _open(span)

    def under(self, name: str, key: str, attributes: Attributes) -> AbstractContextManager[object]:
        """See `Tracer`."""
        context: Context | None = None
        if key:
            trace_id, span_id = ids_of(key)
            first = SpanContext(trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED))
            context = trace.set_span_in_context(NonRecordingSpan(first), Context())
        return _open(self._tracer.start_span(name, context=context, attributes=_named(key, attributes)))

    def close(self) -> None:
        """Send what is left."""
        self._provider.shutdown()


def _named(key: str, attributes: Attributes) -> Attributes:
    """The attributes with whose message and whose school this is."""
    school = structlog.contextvars.get_contextvars().get("school", "")
    given: Attributes = {"event": key, "school": school}
    return {f"houqin.{name}": value for name, value in {**given, **attributes}.items() if value != ""}


@contextmanager
def _open(span: Span) -> Iterator[None]:
    """Current inside the block. Of an error only its kind is kept: its text may hold what people wrote."""
    with trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
        try:
            yield
        except Exception as error:
            span.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


def turn_on(endpoint: str) -> Callable[[], None]:
    """Send traces to a collector (OTLP over HTTP, e.g. http://127.0.0.1:4318) until the returned function is called."""
    tracer = OpenTelemetry(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces")))
    tracing.use(tracer)

    def turn_off() -> None:
        tracing.use(None)
        tracer.close()

    return turn_off
