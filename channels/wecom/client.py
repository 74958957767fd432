"""The vendor's REST interface with a token and with the errors that the courier knows."""

from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.core.broker import Broker
from channels.base import Note
from channels.wecom import faults
from channels.wecom.settings import WeComSettings
from channels.wecom.tokens import Tokens
from channels.wecom.transport import Json, Reply, Transport

NO_CODES: frozenset[int] = frozenset()

log = structlog.get_logger(__name__)


class Client:
    """Calls in the app's name. Raises `TryLater`, `GiveUp` or `Spent`, and nothing else."""

    def __init__(self, settings: WeComSettings, broker: Broker) -> None:
        """The token is shared over `broker`; while that is away, this process has its own."""
        self._transport = Transport(settings.api_base)
        self._tokens = Tokens(settings, broker, self._transport)

    async def get(self, path: str, query: Mapping[str, str], *, allowed: frozenset[int] = NO_CODES) -> Json:
        """Call `path` below /cgi-bin/. Answers with a code in `allowed` are given back, too."""
        return await self._call(path, query, None, allowed)

    async def post(self, path: str, body: Json, *, allowed: frozenset[int] = NO_CODES) -> Json:
        """The same with a body."""
        return await self._call(path, {}, body, allowed)

    async def _call(self, path: str, query: Mapping[str, str], body: Json | None, allowed: frozenset[int]) -> Json:
        reply = await self._authorised(path, lambda token: self._transport.call(path, {**query, **token}, body))
        if reply.code and reply.code not in allowed:
            raise faults.refusal(path, reply.code)
        return reply.data

    async def download(self, path: str, query: Mapping[str, str]) -> Reply:
        """Get a file."""
        reply = await self._authorised(path, lambda token: self._transport.download(path, {**query, **token}))
        if reply.code or not reply.body:
            raise faults.refusal(path, reply.code)
        return reply

    def observed_by(self, note: Note) -> None:
        """Tell `note` of every call from now on."""
        self._transport.note = note

    async def close(self) -> None:
        """Let go of connections."""
        await self._transport.close()

    async def _authorised(self, path: str, ask: Callable[[Mapping[str, str]], Awaitable[Reply]]) -> Reply:
        """Ask with the shared token, and once more with a fresh one where that is refused."""
        token = await self._tokens.get()
        reply = await ask({"access_token": token})
        if reply.code in faults.TOKEN_DEAD:
            log.info("wecom_token_dead", path=path, code=reply.code)
            token = await self._tokens.get(stale=token)
            reply = await ask({"access_token": token})
            if reply.code in faults.TOKEN_DEAD:
                await self._tokens.refused(reply.code)
        _note(path, reply)
        return reply


def _note(path: str, reply: Reply) -> None:
    """Write a refusal to the log; those that only the administrator can mend as an error."""
    if reply.code in faults.ALARMS:
        ip = faults.address_seen(reply.data.get("errmsg"))
        log.error("wecom_alarm", path=path, code=reply.code, meaning=faults.ALARMS[reply.code], ip=ip)
    elif reply.code:
        log.warning("wecom_refused", path=path, code=reply.code)
