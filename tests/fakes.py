"""Stand-ins for what a scenario does not need for real: the vendor, and the time of day."""

import itertools
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from aiohttp import web

from bot.core.cards import Card, Receipt
from bot.core.carrier import Fetched, GiveUp, Spent, TryLater
from bot.core.findings import Finding, Inbox, well
from channels.base import Channel, Deliver, Note

JPEG = b"\xff\xd8\xff\xe0" + bytes(32)


class FakeClock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # a Monday, nine o'clock in Shanghai

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def advance(self, **span: float) -> None:
        """Let time pass: seconds, minutes, hours, days."""
        self.now += timedelta(**span)


class FakeChannel:
    """A vendor in memory, as strict about codes as the real one: each changes its card once."""

    name = "wecom"

    def __init__(self) -> None:
        self.cards: dict[str, dict[str, Card]] = defaultdict(dict)  # account, card reference: what hangs there
        self.retired: dict[str, dict[str, str]] = defaultdict(dict)
        self.sent: dict[str, list[Card]] = defaultdict(list)
        self.said: dict[str, list[str]] = defaultdict(list)
        self.files: dict[str, Fetched] = {"photo": Fetched(body=JPEG, media_type="image/jpeg")}
        self.names: set[str] = set()
        self.down = False  # nobody answers
        self.losing = False  # all is done as it is told, and no answer comes back
        self.cursed: set[str] = set()  # accounts over which the vendor breaks down
        self.asked: list[str] = []  # the account of every call
        self.unknown: set[str] = set()
        self._codes: dict[str, tuple[str, str]] = {}
        self._numbers = itertools.count(1)

    def _answer(self, account: str) -> None:
        self.asked.append(account)
        if self.down or account in self.cursed:
            raise TryLater("down", whole_lane=True)
        if account in self.unknown:
            raise GiveUp("81013")

    def _lose(self) -> None:
        if self.losing:
            raise TryLater("no answer", whole_lane=True)

    def new_code(self, account: str, ref: str) -> str:
        """A code that changes this card once."""
        code = f"code-{next(self._numbers)}"
        self._codes[code] = (account, ref)
        return code

    async def send(self, account: str, card: Card, name: str = "") -> Receipt:
        """See `Carrier`."""
        self._answer(account)
        ref = name or f"{card.key}-{next(self._numbers)}"
        if ref in self.names:
            return Receipt(ref=ref)
        self.names.add(ref)
        self.cards[account][ref] = card
        self.sent[account].append(card)
        self._lose()
        return Receipt(ref=ref, code=self.new_code(account, ref) if card.buttons or card.submit else "")

    async def update(self, account: str, card: Card, code: str) -> None:
        """See `Carrier`."""
        self._answer(account)
        owner, ref = self._codes.pop(code, ("", ""))
        if owner != account:
            raise Spent(code)
        self.cards[account][ref] = card
        self._lose()

    async def retire(self, account: str, label: str, code: str) -> None:
        """See `Carrier`."""
        self._answer(account)
        owner, ref = self._codes.pop(code, ("", ""))
        if owner != account:
            raise Spent(code)
        self.retired[account][ref] = label
        del self.cards[account][ref]

    async def say(self, account: str, text: str) -> None:
        """See `Carrier`."""
        self._answer(account)
        self.said[account].append(text)
        self._lose()

    async def fetch(self, ref: str) -> Fetched:
        """See `Carrier`."""
        if self.down:
            raise TryLater("down", whole_lane=True)
        if ref not in self.files:
            raise GiveUp("40007")
        return self.files[ref]

    def mount(self, app: web.Application, deliver: Deliver) -> None:
        """See `Channel`."""

    def sign_in_url(self, redirect: str, state: str) -> str:
        """See `Channel`."""
        return f"{redirect}?code=code&state={state}"

    async def identify(self, code: str) -> str | None:
        """See `Channel`."""
        return code

    async def examine(self, inbox: Inbox) -> list[Finding]:  # noqa: ARG002 - nothing comes in over a wire
        """See `Channel`."""
        return [well("wecom.token")]

    def observed_by(self, note: Note) -> None:
        """See `Channel`."""

    async def close(self) -> None:
        """See `Channel`."""


_channel: type[Channel] = FakeChannel
