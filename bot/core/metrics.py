"""What is counted: Prometheus metrics of one school."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Counters of the engine room, in a registry of their own so that schools and tests do not mix."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.registry = CollectorRegistry()
        self.taken_in = Counter(
            "houqin_events_taken_in", "Events written to the inbox", ["channel"], registry=self.registry
        )
        self.handled = Counter(
            "houqin_events_handled", "Events by how they ended", ["channel", "end"], registry=self.registry
        )
        self.batch = Histogram(
            "houqin_batch_events",
            "Events that shared one commit",
            registry=self.registry,
            buckets=(1, 2, 4, 8, 16, 32, 64),
        )
        self.carried = Counter(
            "houqin_items_carried", "Outbox items by how they ended", ["lane", "end"], registry=self.registry
        )
        self.age = Gauge("houqin_oldest_seconds", "Age of the oldest that waits", ["queue"], registry=self.registry)
        self.requests = Histogram(
            "houqin_http_seconds",
            "Time from request to answer",
            ["route", "status"],
            registry=self.registry,
            buckets=(0.005, 0.02, 0.05, 0.2, 1, 5),
        )

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self.registry)
