"""A real card for a real person: the whole way out to a phone and back, which no synthetic press can show."""

import secrets
import time
from typing import Protocol

from bot.core.cards import Button, Card, Receipt
from bot.core.carrier import GiveUp, Spent, TryLater
from bot.core.event import CHECK
from bot.core.findings import Finding, Inbox, well, wrong
from bot.core.texts import Texts

PATIENCE = 60.0
"""Seconds that somebody has to press."""


class Carries(Protocol):
    """A channel, as far as a trial needs one."""

    name: str

    async def send(self, account: str, card: Card) -> Receipt:
        """See `Carrier`."""

    async def update(self, account: str, card: Card, code: str) -> None:
        """See `Carrier`."""


async def trial(channel: Carries, account: str, inbox: Inbox, texts: Texts, seconds: float = PATIENCE) -> Finding:
    """Send a card with one button, wait until it is pressed, and thank."""
    name, begun = f"{CHECK}{secrets.token_hex(8)}", time.monotonic()
    card = _card(name, texts, texts("doctor.trial.headline"), Button(texts("doctor.trial.button"), name))
    try:
        receipt = await channel.send(account, card)
        state = await inbox.outcome_of(channel.name, name, seconds)
        if state != "done":
            return wrong("trial.silent", account=account, seconds=int(seconds))
        await _thank(channel, account, name, texts, receipt)
    except (GiveUp, TryLater) as error:
        return wrong("trial.refused", account=account, why=str(error))
    return well("trial.pressed", account=account, seconds=round(time.monotonic() - begun))


async def _thank(channel: Carries, account: str, name: str, texts: Texts, receipt: Receipt) -> None:
    """Take the button away; a card that cannot be changed has done its work all the same."""
    if receipt.code:
        try:
            await channel.update(account, _card(name, texts, texts("doctor.trial.thanks")), receipt.code)
        except Spent:
            return


def _card(name: str, texts: Texts, headline: str, *buttons: Button) -> Card:
    return Card(
        key=name,
        title=texts("doctor.title"),
        headline=headline,
        source=texts("card.source"),
        rows=((texts("doctor.title"), texts("doctor.trial.card.what")),),
        buttons=buttons,
    )
