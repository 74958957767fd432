"""How many messages one member gets from the app; the excess is dropped without an error (WeCom: 访问频率限制)."""

from __future__ import annotations

from collections import Counter, deque

from sandbox.clock import Clock

PER_MINUTE, PER_HOUR = 30, 1000


class Quota:
    """Counts deliveries a member. Whoever passes a limit gets nothing for the length of that window."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing counted."""
        self._clock = clock
        self._sent: dict[str, deque[float]] = {}
        self._blocked: dict[str, float] = {}
        self.dropped: Counter[str] = Counter()
        """How many messages each member did not get."""

    def admit(self, userid: str) -> bool:
        """Count one message; False when it must be dropped."""
        admitted = self._has_room(userid)
        self.dropped[userid] += not admitted
        return admitted

    def _has_room(self, userid: str) -> bool:
        now = self._clock.now()
        if self._blocked.get(userid, 0.0) > now:
            return False
        sent = self._sent.setdefault(userid, deque(maxlen=PER_HOUR))
        block = max(
            (seconds for limit, seconds in ((PER_MINUTE, 60), (PER_HOUR, 3600)) if self._full(sent, limit, seconds)),
            default=0,
        )
        if block:
            self._blocked[userid] = now + block
            return False
        sent.append(now)
        return True

    def reset(self) -> None:
        """Forget what was counted."""
        self._sent.clear()
        self._blocked.clear()
        self.dropped.clear()

    def _full(self, sent: deque[float], limit: int, seconds: int) -> bool:
        return len(sent) >= limit and sent[-limit] > self._clock.now() - seconds
