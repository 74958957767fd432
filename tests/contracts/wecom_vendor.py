"""A vendor that says what a test tells it to: answers that a well-behaved stand-in would never give."""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.wecom import WeComSettings

Json = dict[str, Any]
SECRET = "s3cret-of-the-app"
DEAD = {"errcode": 40014, "errmsg": "invalid access_token"}


class Vendor:
    """`answers` by path: a list is given out one by one, its last for ever. Counts calls; keeps their bodies."""

    def __init__(self) -> None:
        """Begin with tokens for everybody and a yes to everything."""
        self.calls: Counter[str] = Counter()
        self.bodies: list[Json] = []
        self.live: set[str] = set()
        self.answers: dict[str, list[Json | web.Response]] = {}

    def tell(self, path: str, *answers: Json | web.Response) -> None:
        """Answer `path` with these."""
        self.answers[path] = list(answers)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Any path below /cgi-bin/."""
        path = request.match_info["path"]
        self.calls[path] += 1
        if request.method == "POST":
            self.bodies.append(await request.json())
        planned = self.answers.get(path)
        if planned:
            answer = planned.pop(0) if len(planned) > 1 else planned[0]
            # A response object can be sent once only, and the last answer is for ever.
            return clone(answer) if isinstance(answer, web.Response) else web.json_response(answer)
        if path == "gettoken":
            return web.json_response({"errcode": 0, "access_token": self.issue(), "expires_in": 7200})
        good = request.query.get("access_token") in self.live
        return web.json_response({"errcode": 0, "errmsg": "ok"} if good else DEAD)

    def issue(self) -> str:
        """A fresh token."""
        token = f"token-{self.calls['gettoken']}"
        self.live.add(token)
        return token


def clone(answer: web.Response) -> web.Response:
    """The same answer once more."""
    return web.Response(body=answer.body, status=answer.status, headers=answer.headers)


@asynccontextmanager
async def running(vendor: Vendor) -> AsyncIterator[WeComSettings]:
    """Serve on a free port, and give the settings with which a channel finds it."""
    app = web.Application()
    app.router.add_route("*", "/cgi-bin/{path:.+}", vendor.handle)
    async with TestServer(app) as server:
        yield settings(str(server.make_url("")))


def settings(api_base: str, secret: str = SECRET) -> WeComSettings:
    """Settings of one made-up app at that address."""
    return WeComSettings.from_environ(
        {
            "HOUQIN_WECOM_CORP_ID": "wx5823bf96d3bd56c7",
            "HOUQIN_WECOM_AGENT_ID": "1000002",
            "HOUQIN_WECOM_SECRET": secret,
            "HOUQIN_WECOM_TOKEN": "QDG6eK",
            "HOUQIN_WECOM_AES_KEY": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
            "HOUQIN_WECOM_API_BASE": api_base,
        }
    )
