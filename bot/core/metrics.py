"""What is counted: Prometheus metrics of one school, and how those of several join on one page."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bot.core.labels import bounded

QUICK = (0.0005, 0.002, 0.005, 0.02, 0.05, 0.2, 1, 5)
"""Seconds: for what the database and our own code do."""
LONG = (0.005, 0.02, 0.05, 0.2, 1, 5, 30, 120, 600, 3600)
"""Seconds: for what waits in a queue or for a vendor."""
SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)

TAKEN, CLAIMED, HANDLED, POSTED = "taken_in", "claimed", "handled", "posted"
"""The stages of one message: asked for until durable; until a worker took it; until committed; of an item, from when it
was put on the shelf until the vendor had it."""
STAGES = (TAKEN, CLAIMED, HANDLED, POSTED)


class Metrics:
    """Counters of one school's engine room, in a registry of their own so that schools and tests do not mix.

    Labels are bounded by the program: channels, lanes, routes, codes; never an account, an id or a number.
    """

    def __init__(self, school: str = "") -> None:
        """Begin at zero; `school` labels every line where several schools share a page, and is left out when empty."""
        self.school = school
        self.registry = CollectorRegistry()
        self.taken_in = self._counter("events_taken_in", "Events written to the inbox", "channel")
        self.handled = self._counter("events_handled", "Events by how they ended", "channel", "end")
        self.carried = self._counter("items_carried", "Outbox items by how they ended", "lane", "end")
        self.stages = self._seconds("stage_seconds", "Time that a message spent in a stage", LONG, "stage")
        self._stage = {name: self.stages.labels(name) for name in STAGES}
        self.batch = self._histogram("batch_events", "Events that shared one commit", SIZES)
        self.transaction = self._seconds("transaction_seconds", "Time of a batch's database transaction", QUICK, "end")
        self.group = self._histogram("group_commit_events", "Callbacks that shared one commit", SIZES)
        self.group_seconds = self._seconds("group_commit_seconds", "Time of a commit of callbacks", QUICK)
        self.reading = self._seconds("understanding_seconds", "Time to read one sentence", QUICK)
        self.vendor = self._seconds(
            "vendor_seconds", "Calls to a vendor by outcome", LONG, "channel", "call", "outcome"
        )
        self.requests = self._seconds("http_seconds", "Time from request to answer", QUICK, "route", "status")
        self.age = self._gauge("oldest_seconds", "Age of the oldest in a queue", "queue", "lane", "state")
        self.items = self._gauge("queue_items", "How many there are in a queue", "queue", "lane", "state")
        self.listeners = self._gauge("page_listeners", "Pages that wait for changes")
        self.looked = self._gauge("clock_looked_timestamp_seconds", "When the clock last looked what is due")
        self.lag = self._seconds("loop_lag_seconds", "How late the event loop woke", QUICK)

    def stage(self, name: str, seconds: float) -> None:
        """Note how long a message spent in a stage, one of STAGES; a clock that was set back counts as nothing."""
        self._stage[name].observe(max(0.0, seconds))

    def called(self, channel: str, call: str, outcome: str, seconds: float) -> None:
        """Note a call to a vendor: `outcome` is ok, the vendor's code, or why there was none."""
        self.vendor.labels(channel, bounded(call), bounded(outcome)).observe(seconds)

    def queue(self, queue: str, lane: str, state: str, *, items: int, oldest: float) -> None:
        """Note how full a queue is: `items`, and the age of the oldest in seconds."""
        self.items.labels(queue, lane, state).set(items)
        self.age.labels(queue, lane, state).set(oldest)

    def forget_queues(self) -> None:
        """Begin to note the queues anew: a lane that is gone must not keep its last number for ever."""
        self.items.clear()
        self.age.clear()

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return exposition([self])

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"houqin_{name}", about, labels, registry=self.registry)

    def _gauge(self, name: str, about: str, *labels: str) -> Gauge:
        return Gauge(f"houqin_{name}", about, labels, registry=self.registry)

    def _histogram(self, name: str, about: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"houqin_{name}", about, labels, registry=self.registry, buckets=buckets)

    _seconds = _histogram


class Joined(Collector):
    """The metrics of several schools as one page: each name once, its lines told apart by the school."""

    def __init__(self, schools: Iterable[Metrics]) -> None:
        """Schools whose name is empty keep their lines as they are."""
        self._schools = tuple(schools)

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client: one family a name."""
        families: dict[str, Metric] = {}
        for school in self._schools:
            own: Mapping[str, str] = {"school": school.school} if school.school else {}
            for found in school.registry.collect():
                family = families.setdefault(found.name, Metric(found.name, found.documentation, found.type))
                family.samples += [sample._replace(labels={**own, **sample.labels}) for sample in found.samples]
        yield from families.values()


def exposition(schools: Iterable[Metrics]) -> bytes:
    """The page of one process: its schools, and what the process itself takes (memory, processor, open files)."""
    page = CollectorRegistry()
    page.register(Joined(schools))
    ProcessCollector(registry=page)
    return generate_latest(page)
