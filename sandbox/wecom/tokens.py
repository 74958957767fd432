"""Access tokens: their life, their early death, and the ban of an address that keeps trying a wrong secret."""

from __future__ import annotations

import hmac
import secrets

from sandbox.bounded import Bounded
from sandbox.clock import Clock
from sandbox.config import Config
from sandbox.wecom.errors import VendorError

LIFE = 7200  # seconds (WeCom: 获取access_token, expires_in)
BAN_AFTER, BAN_SECONDS = 5, 3600  # the vendor bans for about an hour after repeated wrong secrets


class Tokens:
    """Tokens of one app secret. Every call makes a new one; older ones live on until their time."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Start without tokens and without bans."""
        self._config, self._clock = config, clock
        self._expiry: Bounded[str, float] = Bounded(10_000)
        self._wrong: Bounded[str, list[float]] = Bounded(1000)

    def issue(self, corp_id: str, secret: str, ip: str) -> str:
        """Give a token for the right secret. Raises VendorError 40013, 40001, or 45009 for a banned address."""
        now = self._clock.now()
        recent = [moment for moment in self._wrong.get(ip, []) if moment > now - BAN_SECONDS]
        if len(recent) >= BAN_AFTER:
            raise VendorError(45009, "too many wrong secrets from this ip")
        if corp_id != self._config.corp_id:
            raise VendorError(40013)
        if not hmac.compare_digest(secret.encode(), self._config.secret.encode()):
            self._wrong[ip] = [*recent, now]
            raise VendorError(40001, "secret")
        token = secrets.token_urlsafe(96)
        self._expiry[token] = now + LIFE
        return token

    def check(self, token: str | None) -> None:
        """Let a live token pass. Raises VendorError 41001, 40014, 42001."""
        if not token:
            raise VendorError(41001)
        if token not in self._expiry:
            raise VendorError(40014)
        if self._expiry[token] <= self._clock.now():
            raise VendorError(42001)

    def kill(self) -> None:
        """All tokens die before their time, as the vendor reserves to itself; their next use answers 40014."""
        self._expiry.clear()

    def reset(self) -> None:
        """Forget tokens and bans."""
        self._expiry.clear()
        self._wrong.clear()
