"""A browser before the pages of a whole school: signs in, fills in forms, reads what it is shown."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import ClientResponse, CookieJar, FormData
from aiohttp.pytest_plugin import AiohttpClient
from aiohttp.test_utils import TestClient, TestServer

from bot.core.event import Kind
from bot.core.pipeline import CHANGED
from models import Account, WorkOrder
from tests.school import School

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


class Forms(HTMLParser):
    """The forms of a page: where each goes, with its hidden and preset fields."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, dict[str, str]] = {}
        self._form: dict[str, str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms and their inputs."""
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = self.found.setdefault(given["action"], {})
        elif tag == "input" and self._form is not None and given.get("type") == "hidden":
            self._form[given["name"]] = given["value"]

    def handle_endtag(self, tag: str) -> None:
        """A form ends."""
        if tag == "form":
            self._form = None


class Browser:
    """Somebody's browser: keeps cookies, follows nothing by itself."""

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client

    async def ask(self, path: str, **headers: str) -> ClientResponse:
        """One request as it is."""
        return await self.client.get(path, headers=headers, allow_redirects=False)

    async def page(self, path: str, status: int = 200) -> str:
        """The words of a page."""
        response = await self.ask(path)
        text = await response.text()
        assert response.status == status, text
        return text

    async def sign_in(self, account: str) -> None:
        """Through the gate, as its vendor would send the browser back."""
        state = parse_qs(urlsplit((await self.ask("/login/wecom/start")).headers["Location"]).query)["state"][0]
        back = await self.ask(f"/login/wecom/back?code={account}&state={state}")
        assert (back.status, back.headers["Location"]) == (303, "/board")

    async def post(self, path: str, data: Any, headers: Mapping[str, str] | None = None) -> ClientResponse:
        """Send a form."""
        return await self.client.post(path, data=data, headers=headers, allow_redirects=False)

    async def form(self, page: str, action: str) -> dict[str, str]:
        """The hidden fields of the form on a page that goes to `action`."""
        found = Forms(await self.page(page)).found
        return next(given for where, given in found.items() if urlsplit(where).path == action)

    async def take(self, page: str, step: str, photo: bytes | None = None, **given: str) -> str:
        """Fill in the form of a step and send it; returns the page that follows."""
        parts = urlsplit(page)
        action = f"{parts.path}/{step}"
        hidden = await self.form(page, action)
        data = FormData({**hidden, **given})
        if photo is not None:
            data.add_field("photo", photo, filename="a b/图.jpg", content_type="image/jpeg")
        sent = await self.post(f"{action}?{parts.query}", data)
        assert sent.status == 303, await sent.text()
        return await self.page(sent.headers["Location"])


Open = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def browser(school: School, aiohttp_client: AiohttpClient) -> Open:
    """Opens browsers before the school's pages; the house works by itself meanwhile."""
    server = TestServer(school.house.web_app())
    school.house.start_workers()

    async def opened(account: str = "") -> Browser:
        new = Browser(await aiohttp_client(server, cookie_jar=CookieJar(unsafe=True)))
        if account:
            await new.sign_in(account)
        return new

    return opened


async def until(school: School, true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for the house, which works by itself: look again whenever it has handled something."""
    async with asyncio.timeout(10), school.house.broker.listen(CHANGED) as bell:
        while not await true():
            await bell.next(0.2)


async def reported(school: School, text: str = "报修 3号楼201 水龙头漏水") -> WorkOrder:
    """A work order that 李老师 has reported."""
    before = await WorkOrder.all().count()

    async def there() -> bool:
        return await WorkOrder.all().count() > before

    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, text=text))
    await until(school, there)
    return await school.order()


def notice(page: str) -> str:
    """What a page says at its top about the step just taken."""
    found = re.search(r'id="outcome"[^>]*>(.*?)</p>', page, re.DOTALL)
    return unescape(found[1]) if found else ""


def offered(page: str) -> set[str]:
    """The steps that a record's page offers."""
    return {urlsplit(action).path.rsplit("/", 1)[1] for action in Forms(page).found if "/work-orders/" in action}


async def person_of(account: str) -> int:
    """The id of a person."""
    return (await Account.get(account=account)).person_id


def ticket(school: School, person: int, number: str) -> str:
    """The path of a card's link."""
    url = school.house.services.tickets.record_url(person, f"/work-orders/{number}", number)
    return url.removeprefix(school.house.services.tickets.public_url)
