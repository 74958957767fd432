"""The doctor's questions to the vendor: is it there, does it know us, what does its console say of the app."""

import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.core.findings import Finding, doubtful, well, wrong
from channels.wecom.faults import address_seen
from channels.wecom.settings import WeComSettings

PATIENCE = aiohttp.ClientTimeout(total=6, connect=4)
SKEW = 60
"""Seconds that our clock may differ from the vendor's."""
REST = 600.0
"""Seconds in which refused credentials are not tried again: the vendor bans an address that goes on asking."""

MEANINGS = {
    -1: "busy",
    40001: "secret",
    40013: "corp",
    40056: "agent_id",
    41001: "secret",
    45009: "busy",
    45033: "busy",
    48002: "forbidden",
    50003: "closed",
    60011: "forbidden",
    60020: "ip",
    301002: "agent_id",
}
"""Which words explain a code (WeCom: 全局错误码); the others share some."""
REFUSED = frozenset({40001, 40013, 45009})


class Examination:
    """Asks the vendor once a run, and not at all for a while after it refused our credentials."""

    def __init__(self, settings: WeComSettings, public_url: str) -> None:
        """`public_url` is our own address, which the console should name as the trusted domain."""
        self._settings = settings
        self._host = urlsplit(public_url).netloc
        self._refused: tuple[float, list[Finding]] = (-REST, [])

    async def run(self) -> list[Finding]:
        """The findings; never raises."""
        since, before = self._refused
        if time.monotonic() - since < REST:
            return before
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            try:
                return await self._asked(session)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                # Its text would name the address, and that holds the secret.
                base = self._settings.api_base
                return [wrong("wecom.unreachable", base=base, why=type(error).__name__)]

    async def _asked(self, session: aiohttp.ClientSession) -> list[Finding]:
        given = self._settings
        secret = given.secret.get_secret_value()
        answer, found = await self._get(session, "gettoken", {"corpid": given.corp_id, "corpsecret": secret})
        if refused := _refusal("gettoken", answer):
            found.append(refused)
            if answer["errcode"] in REFUSED:
                self._refused = (time.monotonic(), found)
            return found
        query = {"access_token": str(answer.get("access_token")), "agentid": str(given.agent_id)}
        agent, _ = await self._get(session, "agent/get", query)
        refused = _refusal("agent/get", agent)
        return [*found, well("wecom.token"), *([refused] if refused else self._agent(agent))]

    async def _get(
        self, session: aiohttp.ClientSession, path: str, query: dict[str, str]
    ) -> tuple[dict[str, Any], list[Finding]]:
        """The answer's JSON, and what its Date says of our clock. ValueError where it is no JSON object."""
        async with session.get(f"{self._settings.api_base}/cgi-bin/{path}", params=query) as response:
            answer = await response.json(content_type=None)
            if not isinstance(answer, dict):
                raise ValueError("no JSON object")
            return answer, _clock(response.headers.get("Date", ""))

    def _agent(self, agent: dict[str, Any]) -> list[Finding]:
        """What the console says of the app (WeCom: 获取指定的应用详情)."""
        if agent.get("close"):
            return [wrong("wecom.closed", code=0)]
        ranges = (("allow_userinfos", "user"), ("allow_partys", "partyid"), ("allow_tags", "tagid"))
        if not any((agent.get(outer) or {}).get(inner) for outer, inner in ranges):
            return [wrong("wecom.invisible")]
        domain = str(agent.get("redirect_domain") or "")
        if domain != self._host:
            return [doubtful("wecom.domain", domain=domain or "—", host=self._host)]
        return [well("wecom.agent", name=str(agent.get("name", "")))]


def _refusal(path: str, answer: dict[str, Any]) -> Finding | None:
    code = answer.get("errcode", 0)
    if code == 0:
        return None
    banned = path == "gettoken" and code == 45009
    meaning = "banned" if banned else MEANINGS.get(code, "code")
    return wrong(f"wecom.{meaning}", code=code, path=path, ip=address_seen(answer.get("errmsg")) or "—")


def _clock(date: str) -> list[Finding]:
    """How far our clock is from the vendor's, whose answers carry the time (HTTP: Date)."""
    try:
        skew = round((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    except (TypeError, ValueError):
        return []
    return [wrong("wecom.clock", seconds=skew)] if abs(skew) > SKEW else [well("wecom.clock_ok", seconds=abs(skew))]
