"""The app's access token, shared by all processes and fetched as rarely as can be (WeCom: 获取access_token)."""

import asyncio
import hashlib
import time

import structlog

from bot.core.broker import Broker, MemoryBroker
from bot.core.carrier import TryLater
from channels.wecom.faults import ALARMS, BUSY
from channels.wecom.settings import WeComSettings
from channels.wecom.transport import Reply, Transport

LOCK_SECONDS = 15.0
"""Longer than one call may last, so that a lock only ends early with its holder."""

MARGIN = 300
SHORTEST = 60
LIFETIME = 7200
"""Seconds: left over at the end, kept at least, and the vendor's usual life."""

RECENT = 10.0
"""Seconds for which a token is not asked for again."""

REST_REFUSED = 600.0
REST_BUSY = 60.0
REST_DEAD = 10.0
REST_AWAY = 0.5
"""Seconds in which no token is asked for: after wrong credentials (the vendor bans an address that goes on asking, for
about an hour), when told to slow down, after a fresh token that is no good, and so that many who wait for a server that
is away do not each wait their turn."""

log = structlog.get_logger(__name__)


class Tokens:
    """Gives the token; whoever found one dead names it and gets another, made once for all who ask."""

    def __init__(self, settings: WeComSettings, broker: Broker, transport: Transport) -> None:
        """The shared key tells apps and secrets apart; of the secret it holds a digest that leads to nothing."""
        secret = settings.secret.get_secret_value()
        digest = hashlib.blake2s(secret.encode(), person=b"wecom").hexdigest()[:8]
        self._key = f"wecom:token:{settings.corp_id}:{settings.agent_id}:{digest}"
        self._query = {"corpid": settings.corp_id, "corpsecret": secret}
        self._broker, self._transport = broker, transport
        self._own: Broker = MemoryBroker()
        self._turn = asyncio.Lock()
        self._recent = ("", 0.0)

    async def get(self, stale: str | None = None) -> str:
        """A token other than `stale`. Raises `TryLater` (whole lane) when there is none to be had now.

        One that was good a moment ago is taken as it is: should another process have replaced it meanwhile, the vendor
        says so and the next call here asks for another.
        """
        token, until = self._recent
        if token not in {"", stale} and time.monotonic() < until:
            return token
        token = await self._newest(stale)
        self._recent = token, time.monotonic() + RECENT
        return token

    async def _newest(self, stale: str | None) -> str:
        token = await self._recall(self._key)
        if token and token != stale:
            return token
        async with self._turn:
            try:
                async with self._broker.lock(self._key, LOCK_SECONDS):
                    return await self._agree(stale)
            except OSError:
                # Also when only the lock's release failed: then the token is there and nothing is fetched again.
                return await self._agree(stale)

    async def refused(self, code: int) -> None:
        """A token that was fetched just now is no good either: do not ask for the next one at once."""
        await self._rest(REST_DEAD, code)

    async def _agree(self, stale: str | None) -> str:
        """The token that somebody else fetched meanwhile, or a fetched one; called by one at a time."""
        token = await self._recall(self._key)
        if token and token != stale:
            return token
        if reason := await self._recall(f"{self._key}:rest"):
            raise TryLater(f"gettoken: resting after {reason}", whole_lane=True)
        return await self._fetch(stale)

    async def _fetch(self, stale: str | None) -> str:
        try:
            reply = await self._transport.call("gettoken", self._query)
        except TryLater:
            await self._rest(REST_AWAY, 0)
            raise
        token = reply.data.get("access_token")
        if reply.code or not isinstance(token, str) or not token:
            raise await self._no_token(reply)
        await self._remember(self._key, token, _lifetime(reply))
        if token == stale:
            await self._rest(REST_DEAD, 0)
            raise TryLater("gettoken: the refused token again", whole_lane=True)
        return token

    async def _no_token(self, reply: Reply) -> TryLater:
        if reply.code in BUSY or not reply.code:
            await self._rest(REST_BUSY if reply.code > 0 else REST_AWAY, reply.code)
        else:
            await self._rest(REST_REFUSED, reply.code)
            meaning = ALARMS.get(reply.code, "credentials refused")
            log.error("wecom_token_refused", code=reply.code, meaning=meaning, rest_seconds=REST_REFUSED)
        return TryLater(f"gettoken: {reply.code}", whole_lane=True)

    async def _rest(self, seconds: float, code: int) -> None:
        await self._remember(f"{self._key}:rest", str(code), seconds)

    async def _recall(self, key: str) -> str | None:
        try:
            return await self._broker.recall(key)
        except OSError:
            return await self._own.recall(key)

    async def _remember(self, key: str, value: str, seconds: float) -> None:
        await self._own.remember(key, value, seconds)
        try:
            await self._broker.remember(key, value, seconds)
        except OSError as error:
            log.warning("wecom_broker_away", error=type(error.__cause__ or error).__name__)


def _lifetime(reply: Reply) -> float:
    lifetime = reply.data.get("expires_in")
    return max(SHORTEST, (lifetime if isinstance(lifetime, int) else LIFETIME) - MARGIN)
