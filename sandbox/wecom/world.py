"""Everything the stand-in knows, in one object."""

from __future__ import annotations

import itertools
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

from sandbox.bounded import Bounded
from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.wecom.chats import Chats
from sandbox.wecom.directory import Directory
from sandbox.wecom.faults import Faults
from sandbox.wecom.logins import Logins
from sandbox.wecom.quota import Quota
from sandbox.wecom.seal import Sealer
from sandbox.wecom.shelf import Shelf
from sandbox.wecom.tasks import Tasks
from sandbox.wecom.tokens import Tokens

Json = dict[str, Any]
_CALLS = 5000


class Crowding:
    """How many calls are being answered, and how many there have been at once at most."""

    def __init__(self) -> None:
        """Start with none."""
        self.now = self.most = 0

    def __enter__(self) -> None:
        """One more."""
        self.now += 1
        self.most = max(self.most, self.now)

    def __exit__(self, *_: object) -> None:
        """One less."""
        self.now -= 1

    def reset(self) -> None:
        """Count anew, from those that are there."""
        self.most = self.now


class World:
    """The state of the stand-in: in memory, bounded, gone when the program ends.

    `base_url` is where phones reach the sandbox, `callback_url` where the bot hears, `trusted_host` whom the web login
    may send people to.
    """

    def __init__(self, config: Config, clock: Clock) -> None:
        """Start with members and nothing else."""
        self.config, self.clock = config, clock
        self.base_url, self.callback_url, self.trusted_host = (
            config.public_url,
            config.callback_url,
            config.trusted_host,
        )
        self.sealer = Sealer(config.token, config.aes_key, config.corp_id)
        self.directory = Directory(config)
        self.chats, self.tasks, self.shelf = Chats(clock), Tasks(clock), Shelf(clock)
        self.tokens, self.quota, self.logins = Tokens(config, clock), Quota(clock), Logins(clock)
        self.faults = Faults(clock)
        self.calls: deque[Json] = deque(maxlen=_CALLS)
        self.callbacks: deque[Json] = deque(maxlen=_CALLS)
        self.crowding = Crowding()
        self.same: Bounded[str, float] = Bounded(20_000)
        self.epoch = time.time_ns() // 1_000_000
        self._calls = itertools.count(1)
        # Message ids must not come again after a restart, because the bot remembers them.
        self._message_ids = itertools.count(time.time_ns())

    def message_id(self) -> int:
        """A fresh 64-bit id for a member's message."""
        return next(self._message_ids)

    def note(self, entry: Json) -> None:
        """Keep a REST call for whoever asks what was received."""
        self.calls.append({"n": next(self._calls), "at": self.clock.now()} | entry)

    def note_callback(self, entry: Json) -> None:
        """Keep a callback and how it went."""
        self.callbacks.append({"n": next(self._calls)} | entry)

    def reset(self) -> None:
        """As on the first day: chats, cards, tokens, media, faults and logs are gone, the clock shows real time."""
        for part in self._parts():
            part.reset()
        self.chats.clear()
        self.faults.clear()
        self.calls.clear()
        self.callbacks.clear()
        self.same.clear()
        self.epoch += 1

    def _parts(self) -> Iterator[Clock | Tasks | Shelf | Tokens | Quota | Logins | Crowding]:
        yield from (self.clock, self.tasks, self.shelf, self.tokens, self.quota, self.logins, self.crowding)
