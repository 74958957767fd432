"""What the doctor finds: a key for the words, how bad it is, and the values that the words need."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Level(StrEnum):
    """How bad: an error keeps the bot from its work, a warning will or may."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. Its words are `doctor.<key>.what`, and `doctor.<key>.todo` where one can act.

    `params` never hold a secret: they are printed, shown on a page and sent as JSON.
    """

    key: str
    level: Level
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def group(self) -> str:
        """What it is about: the first word of the key."""
        return self.key.partition(".")[0]


def well(key: str, **params: str | int) -> Finding:
    """It is as it should be."""
    return Finding(key=key, level=Level.OK, params=params)


def doubtful(key: str, **params: str | int) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(key=key, level=Level.WARNING, params=params)


def wrong(key: str, **params: str | int) -> Finding:
    """It does not work."""
    return Finding(key=key, level=Level.ERROR, params=params)


class Inbox(Protocol):
    """What a channel may ask about the event with which it tests its own way in."""

    async def outcome_of(self, channel: str, event_id: str, seconds: float) -> str:
        """How the event ended: done or aside; waiting when `seconds` were not enough; "" when it is not there."""
