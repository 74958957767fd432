"""A sandbox and a small bot with other crypto (wechatpy), wired together: what the tests beside this file talk to."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import xmltodict
from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto

from sandbox import Member, Sandbox

Json = dict[str, Any]
Reply = Callable[[Json], Awaitable[str]]

CORP, AGENT, SECRET = "ww5823bf96d3bd56c7", 1000002, "a-secret"
TOKEN, KEY = "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
MEMBERS = (
    Member(userid="WangFang", name="王芳", title="语文老师", department="教务处"),
    Member(userid="liming", name="李明", title="电工", department="后勤处"),
    Member(userid="zhaoqiang", name="赵强", title="水工", department="后勤处"),
    Member(userid="outsider", name="外人", visible=False),
)
BUTTONS: Json = {
    "card_type": "button_interaction",
    "main_title": {"title": "新报修：三楼漏水"},
    "button_list": [{"text": "接单", "style": 1, "key": "accept"}, {"text": "做不了", "style": 2, "key": "decline"}],
}
NOTICE: Json = {
    "card_type": "text_notice",
    "main_title": {"title": "报修已派工"},
    "card_action": {"type": 1, "url": "https://school.example/r/17"},
}
OPTION: Json = {"id": "a", "text": "甲"}
CHECKBOX: Json = {
    "question_key": "score",
    "mode": 0,
    "option_list": [{"id": "5", "text": "好"}, {"id": "1", "text": "差"}],
}
VOTE: Json = {
    "card_type": "vote_interaction",
    "main_title": {"title": "请评价"},
    "checkbox": CHECKBOX,
    "submit_button": {"text": "提交", "key": "rate"},
}
MULTIPLE: Json = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "采购审批"},
    "select_list": [{"question_key": "decision", "title": "意见", "option_list": [OPTION, {"id": "b", "text": "乙"}]}],
    "submit_button": {"text": "提交", "key": "approve"},
}
NEWS: Json = {
    "card_type": "news_notice",
    "main_title": {"title": "图片"},
    "card_image": {"url": "https://school.example/1.jpg", "aspect_ratio": 1.3},
    "card_action": {"type": 1, "url": "https://school.example"},
}


def changed(card: Json, **blocks: object) -> Json:
    """The card with other blocks."""
    return card | blocks


@dataclass
class Bot:
    """A bot of the other make: opens callbacks with wechatpy, keeps them, answers what a test wants."""

    crypto: WeChatCrypto = field(default_factory=lambda: WeChatCrypto(TOKEN, KEY, CORP))
    heard: list[Json] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    now: int = 0
    most_at_once: int = 0
    reply: Reply | None = None

    async def verify(self, request: web.Request) -> web.Response:
        """The GET check of the console."""
        q = request.query
        return web.Response(
            text=self.crypto.check_signature(q["msg_signature"], q["timestamp"], q["nonce"], q["echostr"])
        )

    async def hear(self, request: web.Request) -> web.Response:
        """One callback: opened, kept, answered with the planned status or reply."""
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        q = request.query
        outer = xmltodict.parse(await request.text())["xml"]
        plain = self.crypto.decrypt_message(outer, q["msg_signature"], q["timestamp"], q["nonce"])
        message = xmltodict.parse(plain, force_list=("SelectedItem", "OptionId"))["xml"]
        self.heard.append(message)
        self.nonces.append(q["nonce"])
        status = self.statuses.pop(0) if self.statuses else 200
        answer = await self.reply(message) if self.reply and status == 200 else ""
        self.now -= 1
        sealed = self.crypto.encrypt_message(answer, "noncenonce", "1700000000") if answer else ""
        return web.Response(status=status, text=sealed)


@dataclass
class Town:
    """Sandbox, bot, and a client that stands for both the bot's REST side and a test's control."""

    sandbox: Sandbox
    bot: Bot
    http: aiohttp.ClientSession
    base: str
    token: str = ""

    async def api(self, path: str, body: object = None, **query: str) -> Json:
        """A REST call with the access token."""
        method, data = ("GET", None) if body is None else ("POST", json.dumps(body, ensure_ascii=False).encode())
        params = {"access_token": self.token} | query
        async with self.http.request(method, f"{self.base}/cgi-bin/{path}", params=params, data=data) as response:
            assert response.status == 200
            answer: Json = json.loads(await response.read())
            return answer

    async def sign_in(self) -> None:
        """Take a fresh access token."""
        self.token = (await self.api("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"]

    async def send(self, kind: str, content: Json, touser: str = "liming", **more: object) -> Json:
        """message/send of one kind."""
        body = {"touser": touser, "msgtype": kind, "agentid": AGENT, kind: content}
        return await self.api("message/send", body | more)

    async def card(self, card: Json, task_id: str = "t-1", touser: str = "liming") -> Json:
        """message/send of a card."""
        return await self.send("template_card", card | ({"task_id": task_id} if task_id else {}), touser)

    async def order(self, what: str, expect: int = 200, /, **wish: object) -> Json:
        """An order of the control interface."""
        async with self.http.post(f"{self.base}/control/{what}", json=wish) as response:
            answer: Json = await response.json()
            assert response.status == expect, answer
            return answer

    async def ask(self, what: str, **query: str | int) -> Json:
        """A question to the control interface."""
        async with self.http.get(f"{self.base}/control/{what}", params=query) as response:
            assert response.status == 200
            answer: Json = await response.json()
            return answer

    async def update(self, code: str, **more: object) -> Json:
        """message/update_template_card with a response code."""
        return await self.api("message/update_template_card", {"agentid": AGENT, "response_code": code} | more)

    async def present(self, user: str, task_id: str = "t-1") -> Json:
        """A member's card as it looks now."""
        cards: list[Json] = (await self.ask("cards", user=user, task_id=task_id))["cards"]
        return cards[0]
