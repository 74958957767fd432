"""Signed links: a card opens its page without a password, and a one-time link signs a browser in."""

from dataclasses import dataclass
from datetime import timedelta
from secrets import token_urlsafe

import orjson
from itsdangerous import BadData, HMACAlgorithm, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from tortoise.exceptions import IntegrityError

from models import UsedTicket
from services.clock import Clock

CARD_LINK = timedelta(days=3)
"""How long the link of a card opens its record: as long as its buttons live."""
SIGN_IN_LINK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Pass:
    """What a card's link allows: this person, this record."""

    person: int
    record: str


class Tickets:
    """Signs and reads links. A ticket for one purpose is worth nothing for another."""

    def __init__(self, secret: str, public_url: str, clock: Clock) -> None:
        """`public_url` is the address that phones reach, without a slash at its end."""
        self._cards = URLSafeTimedSerializer(secret, salt="card-link")
        self._signer = _signer(self._cards)
        self._sign_in = URLSafeTimedSerializer(secret, salt="sign-in-link")
        self.public_url = public_url.rstrip("/")
        self._clock = clock

    def record_url(self, person: int | None, path: str, record: str) -> str:
        """The address of a record's page, with a ticket for this person."""
        if person is None:
            return f"{self.public_url}{path}"
        return f"{self.public_url}{path}?k={self._signer.sign(_payload(person, record)).decode()}"

    def read_pass(self, ticket: str) -> Pass | None:
        """What a card's ticket allows, or None when it is forged or too old."""
        try:
            person, record = self._cards.loads(ticket, max_age=int(CARD_LINK.total_seconds()))
        except (BadData, ValueError, TypeError):
            return None
        return Pass(person, record)

    def sign_in_url(self, person: int) -> str:
        """A link that signs this person in, once."""
        return f"{self.public_url}/login/once/{self._sign_in.dumps([person, token_urlsafe(12)])}"

    async def use_sign_in(self, ticket: str) -> int | None:
        """The person whom a one-time link signs in; None when it is forged, too old or used."""
        try:
            person, nonce = self._sign_in.loads(ticket, max_age=int(SIGN_IN_LINK.total_seconds()))
            await UsedTicket.create(nonce=nonce, used_at=self._clock())
        except (BadData, ValueError, TypeError, IntegrityError):
            return None
        return int(person)


def _payload(person: int, record: str) -> bytes:
    """What the serializer would write, but for trying to compress it: that costs more than all the rest of a link.

    It would keep a compressed payload only where that is shorter, which one of two short words never is, and it reads
    either.
    """
    return base64_encode(orjson.dumps([person, record]))


def _signer(serializer: URLSafeTimedSerializer) -> TimestampSigner:
    """Signs as `serializer` would, with the key derived once: every card has a link."""
    key = serializer.make_signer(serializer.salt).derive_key()
    return TimestampSigner(key, key_derivation="none", algorithm=HMACAlgorithm("sha1"))
