"""WeCom (企业微信): one self-built app of a school, as a channel."""

import asyncio
import re
import secrets
from collections.abc import Mapping
from typing import Self
from urllib.parse import urlencode

from aiohttp import web

from bot.core.broker import Broker
from bot.core.cards import Card, Receipt
from bot.core.carrier import Fetched, GiveUp, Spent
from bot.core.findings import Finding, Inbox
from channels.base import Deliver, Note
from channels.wecom.box import CallbackBox
from channels.wecom.callback import PATH, Callback
from channels.wecom.client import Client
from channels.wecom.cutting import cut_bytes, line
from channels.wecom.examination import Examination
from channels.wecom.faults import LOGIN_CODE_DEAD, TASK_ID_TAKEN
from channels.wecom.media import unpack
from channels.wecom.render import render
from channels.wecom.ringing import Doorbell
from channels.wecom.settings import WeComSettings
from channels.wecom.transport import Json
from channels.wecom.wire import ACCOUNT_LIMIT, NAME

TEXT_BYTES = 2048
"""Of a text message, cut off beyond (WeCom: 发送应用消息, 文本消息)."""

LABEL_LENGTH = 36
TASK_ID_KEY = 100
"""Characters of a card's key in its task id, which has 128 bytes in all."""

LOGIN_CODE_LENGTH = 512
_ACCOUNT = re.compile(rf"[0-9a-z][0-9a-z_\-@.]{{0,{ACCOUNT_LIMIT - 1}}}")
_NOT_IN_TASK_ID = re.compile(r"[^0-9A-Za-z_\-@]+")
_STATE = re.compile(r"[0-9A-Za-z]{1,128}")
_ANCHOR = re.compile(r"<(?=\s*/?\s*a\b)", re.IGNORECASE)


class WeCom:
    """See `Channel`. Speaks over REST only; a callback is never answered with words."""

    name = NAME

    def __init__(self, settings: WeComSettings, broker: Broker, public_url: str) -> None:
        """`public_url` is our own address as phones see it: a tap on a card that names no other opens it."""
        self._settings, self._home = settings, public_url
        self._client = Client(settings, broker)
        self._agent = {"agentid": settings.agent_id}
        self._examination = Examination(settings, public_url)
        self._doorbell = Doorbell(settings, f"{public_url.rstrip('/')}{PATH}")

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], broker: Broker, public_url: str) -> Self:
        """The app that the HOUQIN_WECOM_ variables describe; ValueError with all that is wrong with them."""
        return cls(WeComSettings.from_environ(environ), broker, public_url)

    def mount(self, app: web.Application, deliver: Deliver) -> None:
        """See `Channel`."""
        given = self._settings
        token, key = given.token.get_secret_value(), given.aes_key.get_secret_value()
        callback = Callback(CallbackBox(token, key, given.corp_id, given.agent_id), deliver)
        app.router.add_get(PATH, callback.check, allow_head=False)
        app.router.add_post(PATH, callback.take)

    async def send(self, account: str, card: Card, name: str = "") -> Receipt:
        """See `Carrier`. The receipt names the card's task id, and a code where the card can be changed.

        A card that says it has this task id already was shown by an earlier try whose answer was lost.
        """
        task_id = name or new_task_id(card.key)
        body = {"msgtype": "template_card", "template_card": {**render(card, self._home), "task_id": task_id}}
        answer = await self._send(account, body, frozenset({TASK_ID_TAKEN}) if name else frozenset())
        return Receipt(ref=task_id, code=str(answer.get("response_code") or ""))

    async def update(self, account: str, card: Card, code: str) -> None:
        """See `Carrier` (WeCom: 更新模版卡片消息)."""
        await self._change(account, code, {"template_card": render(card, self._home)})

    async def retire(self, account: str, label: str, code: str) -> None:
        """See `Carrier`; a card without buttons cannot be retired and is `GiveUp`."""
        await self._change(account, code, {"button": {"replace_name": line(label, LABEL_LENGTH) or "—"}})

    async def say(self, account: str, text: str) -> None:
        """See `Carrier`. The text is shown as it stands: nobody's words become a link with another name."""
        content = cut_bytes(_ANCHOR.sub("＜", text), TEXT_BYTES)
        if not content:
            raise GiveUp("empty text")
        await self._send(account, {"msgtype": "text", "text": {"content": content}})

    async def fetch(self, ref: str) -> Fetched:
        """See `Carrier` (WeCom: 获取临时素材); the vendor keeps a file for three days."""
        return unpack(await self._client.download("media/get", {"media_id": ref}))

    def sign_in_url(self, redirect: str, state: str) -> str:
        """See `Channel` (WeCom: 构造网页授权链接). ValueError for a state that is not 1 to 128 letters or digits."""
        if not _STATE.fullmatch(state):
            raise ValueError("state: 1 to 128 letters or digits")
        query = {
            "appid": self._settings.corp_id,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
            "agentid": str(self._settings.agent_id),
        }
        return f"{self._settings.sign_in_base}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"

    async def identify(self, code: str) -> str | None:
        """See `Channel` (WeCom: 获取访问用户身份). Raises `TryLater` or `GiveUp` as a carrier does."""
        if not 0 < len(code) <= LOGIN_CODE_LENGTH:
            return None
        answer = await self._client.get("auth/getuserinfo", {"code": code}, allowed=LOGIN_CODE_DEAD)
        account = answer.get("userid")
        return account.lower() if isinstance(account, str) and account else None

    async def examine(self, inbox: Inbox) -> list[Finding]:
        """See `Channel`."""
        vendor, own = await asyncio.gather(self._examination.run(), self._doorbell.ring(inbox))
        return [*vendor, *own]

    def observed_by(self, note: Note) -> None:
        """See `Channel`."""
        self._client.observed_by(note)

    async def close(self) -> None:
        """See `Channel`."""
        await self._client.close()

    async def _send(self, account: str, message: Json, allowed: frozenset[int] = frozenset()) -> Json:
        body = {"touser": _one(account), **self._agent, **message}
        answer = await self._client.post("message/send", body, allowed=allowed)
        _reached(answer)
        return answer

    async def _change(self, account: str, code: str, change: Json) -> None:
        if not code:
            raise Spent("no code")
        body = {"userids": [_one(account)], **self._agent, "response_code": code, **change}
        _reached(await self._client.post("message/update_template_card", body))


def new_task_id(key: str) -> str:
    """A name that no card of the app ever had: the vendor refuses one that was used before, even long ago."""
    return f"{_NOT_IN_TASK_ID.sub('-', key)[:TASK_ID_KEY]}-{secrets.token_hex(8)}"


def _one(account: str) -> str:
    """The account, if it is one: "@all" and "a|b" would reach others."""
    if not _ACCOUNT.fullmatch(account.lower()):
        raise GiveUp("no account of this channel")
    return account


def _reached(answer: Json) -> None:
    """Raise `GiveUp` where the vendor says yes and yet names the receiver as one it does not reach."""
    for problem in ("invaliduser", "unlicenseduser"):
        if answer.get(problem):
            raise GiveUp(f"{problem}: outside the app's visible range or without a licence")


__all__ = ["WeCom", "WeComSettings"]
