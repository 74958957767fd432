"""What the courier asks of a channel, and how a channel says that something did not work."""

from dataclasses import dataclass
from typing import Protocol

from bot.core.cards import Card, Receipt


class TryLater(Exception):  # noqa: N818 - says what to do, not what failed
    """The vendor cannot now; `whole_lane` when it would be the same for every other item."""

    def __init__(self, why: str, *, whole_lane: bool = False) -> None:
        """Say why, for the log."""
        super().__init__(why)
        self.whole_lane = whole_lane


class GiveUp(Exception):  # noqa: N818 - says what to do, not what failed
    """It will never work for this item."""


class Spent(Exception):  # noqa: N818 - says what to do, not what failed
    """The code for changing a shown card is used up or too old: show a new card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A file from the vendor: its bytes, media type ("image/jpeg") and name."""

    body: bytes
    media_type: str
    name: str = ""


class Carrier(Protocol):
    """Carries things to people. Methods raise `TryLater` or `GiveUp`, `update` also `Spent`, and nothing else."""

    name: str

    async def send(self, account: str, card: Card, name: str = "") -> Receipt:
        """Show a new card.

        `name` (letters, digits, `-`, `_`; up to 100) is the same for every try of one showing: where the vendor knows
        it already the card is not shown again, and the receipt has no code.
        """

    async def update(self, account: str, card: Card, code: str) -> None:
        """Let a shown card show this instead."""

    async def retire(self, account: str, label: str, code: str) -> None:
        """Take the buttons off a shown card and write `label` in their place."""

    async def say(self, account: str, text: str) -> None:
        """Write a plain line."""

    async def fetch(self, ref: str) -> Fetched:
        """Get a file that an event named."""
