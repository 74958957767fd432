"""Many schools in one process: the same people and the same ids in each, and a door before them all."""

import contextlib
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.app import build, opened
from bot.core.broker import Broker, MemoryBroker
from bot.district import door
from channels.base import Deliver
from channels.wecom import WeCom, WeComSettings
from channels.wecom.callback import PATH
from config.schools import host_of
from config.settings import Settings
from models import Place
from sandbox.wecom.seal import Sealer
from services.database import transaction
from tests.fakes import FakeChannel, FakeClock
from tests.school import School, furnish

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEF"


class Door(FakeChannel):
    """A vendor in memory whose callbacks come in as real ones do: sealed for one app."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.settings = WeComSettings.from_environ(
            {
                "HOUQIN_WECOM_CORP_ID": f"wwschool{number}",
                "HOUQIN_WECOM_AGENT_ID": "1000002",
                "HOUQIN_WECOM_SECRET": "not a real one",
                "HOUQIN_WECOM_TOKEN": f"token{number}",
                "HOUQIN_WECOM_AES_KEY": f"{KEY}{number % 10}",
            }
        )
        self.sealer = Sealer(f"token{number}", f"{KEY}{number % 10}", self.settings.corp_id)

    def mount(self, app: web.Application, deliver: Deliver) -> None:
        """See `Channel`: the real callback of the app."""
        WeCom(self.settings, MemoryBroker(), "https://unused.example").mount(app, deliver)


@dataclass(frozen=True)
class Answer:
    """What came back through the door."""

    status: int
    text: str
    headers: Mapping[str, str]
    cookies: SimpleCookie


class Town:
    """Schools behind one door; whoever asks says which host they mean, and may lie about it."""

    def __init__(self, schools: Sequence[School], base: str, client: aiohttp.ClientSession) -> None:
        self.schools = schools
        self._base, self._client = base, client

    @contextlib.contextmanager
    def inside(self, school: School) -> Iterator[None]:
        """Look at this school's tables, and let it work."""
        with school.house.entered():
            yield

    async def ask(
        self, school: School | str, path: str, cookies: Mapping[str, str] | None = None, **more: Any
    ) -> Answer:
        """One request to a school's host, or to any other; redirects are not followed."""
        host = school if isinstance(school, str) else host_of(school.house.settings.public_url)
        method = "POST" if "data" in more else "GET"
        headers = {"Host": host, **more.pop("headers", {})}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        async with self._client.request(
            method, self._base + path, headers=headers, allow_redirects=False, **more
        ) as response:
            return Answer(response.status, await response.text(errors="replace"), response.headers, response.cookies)

    async def sign_in(self, school: School, account: str) -> dict[str, str]:
        """The cookies of somebody who signed in at this school."""
        sent = await self.ask(school, "/login/wecom/start")
        state = parse_qs(urlsplit(sent.headers["Location"]).query)["state"][0]
        way = {name: morsel.value for name, morsel in sent.cookies.items()}
        back = await self.ask(school, f"/login/wecom/back?code={account}&state={state}", way)
        assert back.status == 303, back.text
        return {name: morsel.value for name, morsel in back.cookies.items() if morsel.value}

    async def calls(self, host: School, sealed_for: School, text: str) -> int:
        """The vendor delivers somebody's line at a host, sealed for an app; gives the status of the answer."""
        channel = sealed_for.channel
        assert isinstance(channel, Door)
        corp = channel.settings.corp_id
        message = (
            f"<xml><ToUserName>{corp}</ToUserName><FromUserName>li</FromUserName><CreateTime>1795395600</CreateTime>"
            f"<MsgType>text</MsgType><Content>{text}</Content><MsgId>{secrets.randbits(60)}</MsgId>"
            f"<AgentID>1000002</AgentID></xml>"
        )
        sealed = channel.sealer.seal(message)
        signature = channel.sealer.signature("1795395600", "n", sealed)
        query = {"msg_signature": signature, "timestamp": "1795395600", "nonce": "n"}
        body = f"<xml><ToUserName>{corp}</ToUserName><Encrypt>{sealed}</Encrypt><AgentID>1000002</AgentID></xml>"
        return (await self.ask(host, PATH, params=query, data=body)).status


def settings_of(number: int, database_url: str, folder: Path) -> Settings:
    """One school's settings: all its own."""
    return Settings.read(
        {
            "HOUQIN_SECRET_KEY": f"the own key of school {number}",
            "HOUQIN_DATABASE_URL": database_url,
            "HOUQIN_DATA_DIR": str(folder / f"school{number}"),
            "HOUQIN_PUBLIC_URL": f"https://school{number}.example.edu",
        }
    )


@contextlib.asynccontextmanager
async def town(settings: Sequence[Settings], brokers: Sequence[Broker]) -> AsyncIterator[Town]:
    """All schools open and furnished, behind one door that listens."""
    async with contextlib.AsyncExitStack() as stack:
        schools = []
        for number, (own, broker) in enumerate(zip(settings, brokers, strict=True)):
            channel, clock = Door(number), FakeClock()
            house = build(own, broker, {"wecom": channel}, name=f"school{number}", clock=clock)
            await stack.enter_async_context(opened(house))
            async with transaction():  # one commit a school
                await furnish()
                await Place.create(
                    code=f"ONLY-{number}", building="北山", room="1", name=f"只有{number}号校才有的观星台"
                )
            schools.append(School(house, channel, clock))
        server = await stack.enter_async_context(TestServer(door([school.house for school in schools])))
        client = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
        yield Town(schools, f"http://127.0.0.1:{server.port}", client)
