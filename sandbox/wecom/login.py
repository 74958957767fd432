"""The page of the web login: who are you, and back to the app with a code (WeCom: 构造网页授权链接)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp import web

from sandbox.pages import render
from sandbox.wecom.errors import WORDS, VendorError
from sandbox.wecom.world import World

COOKIE = "sandbox_phone"
_STATE = re.compile(r"[A-Za-z0-9]{0,128}")
_SCOPES = {"snsapi_base", "snsapi_privateinfo", "snsapi_userinfo"}
_PORTS = {"http": 80, "https": 443}


class Login:
    """Serves /connect/oauth2/authorize for whoever holds a phone."""

    def __init__(self, world: World) -> None:
        """Sign in members of one world."""
        self._world = world

    def mount(self, app: web.Application) -> None:
        """Put the route on an application."""
        app.router.add_get("/connect/oauth2/authorize", self.authorize)

    async def authorize(self, request: web.Request) -> web.Response:
        """Send the phone's member back with a code; where no phone is known, ask which one."""
        try:
            self._check(request.query)
        except VendorError as refused:
            words = f"{WORDS[refused.code]}: {refused.reason}"
            return render("refused.html", status=400, code=refused.code, words=words)
        member = self._world.directory.find(request.query.get("as") or request.cookies.get(COOKIE))
        if member is None:
            people = self._world.directory.people()
            return render("choose.html", people=people, query=urlencode(request.query))
        code = self._world.logins.issue(member.userid)
        raise web.HTTPFound(_with(request.query["redirect_uri"], code, request.query.get("state", "")))

    def _check(self, query: Mapping[str, str]) -> None:
        if query.get("appid") != self._world.config.corp_id:
            raise VendorError(40013, "appid is not the corp id")
        if query.get("agentid") not in {None, str(self._world.config.agent_id)}:
            raise VendorError(40056, "agentid is another app")
        if query.get("response_type") != "code" or query.get("scope") not in _SCOPES:
            raise VendorError(40058, "response_type must be code, scope snsapi_base or snsapi_privateinfo")
        if not _STATE.fullmatch(query.get("state", "")):
            raise VendorError(40058, "state: at most 128 of a-z A-Z 0-9")
        if not _same_host(query.get("redirect_uri", ""), self._world.trusted_host):
            raise VendorError(50001, f"the trusted domain is {self._world.trusted_host!r}")


def _same_host(address: str, trusted: str | None) -> bool:
    """Whether an address is of the trusted domain, port included (a port that the scheme implies may be left out)."""
    try:
        parts = urlsplit(address)
        wanted = urlsplit(f"//{trusted or ''}")
        implied = _PORTS.get(parts.scheme)
        return (
            bool(trusted)
            and implied is not None
            and parts.hostname == wanted.hostname
            and ((parts.port or implied) == (wanted.port or implied))
        )
    except ValueError:
        return False


def _with(address: str, code: str, state: str) -> str:
    parts = urlsplit(address)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("code", code), ("state", state)]
    return urlunsplit(parts._replace(query=urlencode(query)))
