"""The ledger: which card has to reach whom, what did, and everything that should not have."""

import asyncio
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
NUMBER = re.compile(r"第(\d+)次")
ACCEPT = re.compile(r"work_order:\d+:accept:\d+")
MOST = 20
"""Faults that are kept word for word; one is enough to void a run."""


@dataclass(slots=True)
class Held:
    """A card in somebody's chat: the vendor's name for it, and the key of its button 接单 if it has one."""

    task: str
    accept: str


@dataclass(slots=True)
class Case:
    """One report, from the message to the cards. Times are of `time.perf_counter`."""

    number: int
    reporter: str
    owner: str
    cards: dict[str, Held] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    pressed: bool = False
    shown_at: float = 0.0
    """When the owner's card was posted, or changed after a press."""
    done: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    """Both cards are there, or both have been changed."""


class Ledger:
    """Checks each card as the vendor gets it."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Empty."""
        self._clock = clock
        self._codes: dict[str, tuple[Case, str]] = {}
        self.cases: dict[int, Case] = {}
        self.faults: list[str] = []
        self.last = clock()
        """When the latest card came."""

    def expect(self, number: int, reporter: str, owner: str) -> Case:
        """A message is about to be sent: two cards have to come of it."""
        case = Case(number, reporter, owner)
        self.cases[number] = case
        return case

    def press(self, case: Case, code: str) -> Case:
        """The owner is about to press 接单: both cards have to change."""
        case.pressed, case.shown_at, case.done = True, 0.0, asyncio.get_running_loop().create_future()
        self._codes[code] = (case, case.owner)
        return case

    def card(self, account: str, card: Json, code: str) -> None:
        """See `Desk`."""
        found = NUMBER.search(str(card.get("quote_area")))
        case = self.cases.get(int(found[1])) if found else None
        if case is None or account not in {case.reporter, case.owner}:
            self.fault(f"a card for {account} that nobody waits for: {card.get('task_id')}")
            return
        if account in case.cards:
            self.fault(f"a second card of report {case.number} for {account}")
        accept = ACCEPT.search(str(card.get("button_list")))
        if (accept is None) is (account == case.owner):
            self.fault(f"report {case.number}: 接单 is for {case.owner} alone, and {account} got this card")
        case.cards[account] = Held(str(card["task_id"]), accept[0] if accept else "")
        self._codes[code] = (case, account)
        self._arrived(case, account, set(case.cards))

    def changed(self, account: str, code: str, change: Json) -> None:
        """See `Desk`."""
        case, holder = self._codes.pop(code, (None, ""))
        if case is None or holder != account:
            self.fault(f"a change for {account} with a code that is not theirs or was used: {code}")
        elif not case.pressed or "template_card" not in change or ACCEPT.search(str(change)):
            self.fault(f"a change of report {case.number} for {account} that says nothing new")
        else:
            case.changed.add(account)
            self._arrived(case, account, case.changed)

    def said(self, account: str, words: str) -> None:
        """See `Desk`: no line is ever due here."""
        self.fault(f"{account} was told: {words[:80]}")

    def fault(self, what: str) -> None:
        """Something that must not be: the run is void."""
        if len(self.faults) < MOST:
            self.faults.append(what)

    def _arrived(self, case: Case, account: str, reached: set[str]) -> None:
        self.last = self._clock()
        if account == case.owner and case.shown_at == 0.0:
            case.shown_at = self.last
        if len(reached) == 2 and not case.done.done():
            case.done.set_result(None)
