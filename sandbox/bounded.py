"""A dictionary with a roof: when it is full, the oldest entry goes."""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Bounded(OrderedDict[Key, Value]):
    """An ordered dictionary that keeps the `limit` newest entries, so that a long test cannot fill the memory."""

    def __init__(self, limit: int) -> None:
        """Keep at most `limit` entries."""
        super().__init__()
        self.limit = limit

    def __setitem__(self, key: Key, value: Value) -> None:
        """Store an entry as the newest and drop the oldest past the limit."""
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self.limit:
            self.popitem(last=False)
