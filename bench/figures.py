"""Figures of a run: rates, percentiles, and what a job hands over."""

import gc
import math
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

SHARES = {"p50_ms": 0.5, "p99_ms": 0.99, "p999_ms": 0.999}


@dataclass(slots=True)
class Count:
    """What one round brought: how many, in how many seconds, and how long each took (seconds)."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    refused: int = 0
    worked: float = 0.0
    """Seconds of processor time that the bots took for it."""
    steady: tuple[int, float] | None = None
    """How many in how many seconds, without ramp and end, where there were enough for that."""

    @property
    def rate(self) -> float:
        """How many a second."""
        if self.steady:
            return self.steady[0] / self.steady[1]
        return len(self.times) / self.seconds if self.seconds else 0.0


@dataclass(slots=True, kw_only=True)
class Job:
    """A job's outcome. `value` is in `unit`; `floor` is in the same, measured in the same rounds, `ratio` to it.

    `more` are further figures by name, plain numbers or tables of them. `faults` void the run.
    """

    value: float
    unit: str
    floor: float | None = None
    ratio: float | None = None
    more: dict[str, Any] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        own = {"value": self.value, "unit": self.unit, "floor": self.floor, "ratio": self.ratio, **self.more}
        return {name: _rounded(value) for name, value in own.items() if value is not None}


def median(values: Sequence[float]) -> float:
    """The middle one; 0 of none."""
    return statistics.median(values) if values else 0.0


def percentiles(times: Sequence[float]) -> dict[str, float]:
    """p50, p99 and p99.9 in milliseconds of times in seconds."""
    ordered = sorted(times)
    places = {name: max(0, math.ceil(share * len(ordered)) - 1) for name, share in SHARES.items()}
    return {name: ordered[place] * 1000 if ordered else 0.0 for name, place in places.items()}


@contextmanager
def undisturbed() -> Iterator[None]:
    """Without a garbage collection of our own in the middle of a round."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def timed(count: Count) -> Iterator[None]:
    """Note how long a round lasted."""
    begun = time.perf_counter()
    with undisturbed():
        yield
    count.seconds = time.perf_counter() - begun


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.4g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return value
