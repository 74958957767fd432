"""Bad days of the vendor, ordered by a test: outages, slowness, error codes, lost answers, dead tokens."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from sandbox.clock import Clock

Json = dict[str, Any]
FOR_EVER = 1 << 62


def _times(value: object) -> int:
    """How often a fault strikes: true is always, false is never, a number is that often."""
    if isinstance(value, bool):
        return FOR_EVER if value else 0
    return value if isinstance(value, int) and value > 0 else 0


@dataclass(slots=True)
class Planned:
    """An answer planned for the next `left` calls of `path` ("" is any): an errcode, or an HTTP status."""

    path: str
    left: int
    errcode: int = 0
    status: int = 0


@dataclass(slots=True)
class Faults:
    """What is wrong at present. Everything here is about REST, except `drop_callbacks`."""

    clock: Clock
    down_until: float = 0.0
    slow: float = 0.0
    rubbish: int = 0
    lose_answers: int = 0
    drop_callbacks: int = 0
    untrusted_ip: bool = False
    planned: list[Planned] = field(default_factory=list)

    def order(self, wish: Json) -> None:
        """Take an order of the control interface; fields that are not named stay as they are."""
        if wish.get("clear"):
            self.clear()
        if "down" in wish:
            self.down_until = self._until(wish["down"])
        if "slow" in wish:
            self.slow = max(0.0, float(wish["slow"]))
        for name in ("rubbish", "lose_answers", "drop_callbacks"):
            if name in wish:
                setattr(self, name, _times(wish[name]))
        if "untrusted_ip" in wish:
            self.untrusted_ip = bool(wish["untrusted_ip"])
        if "errcode" in wish or "status" in wish:
            code, status = int(wish.get("errcode", 0)), int(wish.get("status", 0))
            self.planned.append(Planned(str(wish.get("path", "")), _times(wish.get("times", 1)), code, status))

    def clear(self) -> None:
        """All well again."""
        self.down_until = self.slow = 0.0
        self.rubbish = self.lose_answers = self.drop_callbacks = 0
        self.untrusted_ip = False
        self.planned.clear()

    @property
    def down(self) -> bool:
        """Whether connections are cut at present."""
        return self.down_until > self.clock.now()

    async def delay(self) -> None:
        """Be slow, in real time."""
        if self.slow:
            await asyncio.sleep(self.slow)

    def take(self, name: str) -> bool:
        """Use up one of a counted fault; True when it strikes."""
        left: int = getattr(self, name)
        if left:
            setattr(self, name, left - 1)
        return left > 0

    def plan_for(self, path: str) -> Planned | None:
        """Use up one planned answer for a call of `path`."""
        plan = next((plan for plan in self.planned if plan.path in {"", path}), None)
        if plan:
            plan.left -= 1
            self.planned = [other for other in self.planned if other.left > 0]
        return plan

    def as_json(self) -> Json:
        """The present state, for the control interface."""
        return {
            "down": self.down,
            "slow": self.slow,
            "rubbish": self.rubbish,
            "lose_answers": self.lose_answers,
            "drop_callbacks": self.drop_callbacks,
            "untrusted_ip": self.untrusted_ip,
            "planned": [
                {"path": p.path, "times": p.left, "errcode": p.errcode, "status": p.status} for p in self.planned
            ],
        }

    def _until(self, value: object) -> float:
        if isinstance(value, bool):
            return float("inf") if value else 0.0
        return self.clock.now() + float(str(value))
