"""Codes of the web login: one use, five minutes (WeCom: 网页授权登录, 获取访问用户身份)."""

from __future__ import annotations

import secrets

from sandbox.bounded import Bounded
from sandbox.clock import Clock
from sandbox.wecom.errors import VendorError

CODE_LIFE = 300  # seconds


class Logins:
    """Codes that stand for a member who opened a page on the phone."""

    def __init__(self, clock: Clock) -> None:
        """Start without codes."""
        self._clock = clock
        self._codes: Bounded[str, tuple[float, str]] = Bounded(20_000)

    def issue(self, userid: str) -> str:
        """A fresh code for a member."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = (self._clock.now() + CODE_LIFE, userid)
        return code

    def redeem(self, code: str) -> str:
        """The member of a code, once. Raises VendorError 40029 when it is unknown, used or too old."""
        expiry, userid = self._codes.pop(code, (0.0, ""))
        if expiry <= self._clock.now():
            raise VendorError(40029)
        return userid

    def reset(self) -> None:
        """Forget all codes."""
        self._codes.clear()
