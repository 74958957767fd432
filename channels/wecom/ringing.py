"""The doctor at our own door: rings as the vendor would, at the public address, and looks whether it is heard."""

import secrets
import time
from xml.etree.ElementTree import Element, SubElement, tostring

import aiohttp

from bot.core.event import CHECK
from bot.core.findings import Finding, Inbox, well, wrong
from channels.wecom.box import CallbackBox
from channels.wecom.examination import PATIENCE
from channels.wecom.markup import read, word
from channels.wecom.settings import WeComSettings
from channels.wecom.wire import NAME

HEARD = 10.0
"""Seconds within which a press must have been handled."""
RINGER = "houqin-doctor"
"""Nobody's account: a press of the doctor's is handled without asking whose it is."""


class Doorbell:
    """The callback address, from the vendor's side."""

    def __init__(self, settings: WeComSettings, address: str) -> None:
        """`address` is where the vendor calls."""
        self._given, self._address = settings, address
        token, key = settings.token.get_secret_value(), settings.aes_key.get_secret_value()
        self._box = CallbackBox(token, key, settings.corp_id, settings.agent_id)

    async def ring(self, inbox: Inbox) -> list[Finding]:
        """The URL check, then a press; never raises."""
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            try:
                refused = await self._checked(session)
                return [refused] if refused else [well("wecom.callback"), await self._pressed(session, inbox)]
            except aiohttp.ClientConnectorCertificateError:
                return [wrong("wecom.callback_certificate", address=self._address)]
            except (aiohttp.ClientError, OSError) as error:
                return [wrong("wecom.callback_unreachable", address=self._address, why=type(error).__name__)]

    async def _checked(self, session: aiohttp.ClientSession) -> Finding | None:
        """What is wrong with the answer to the URL check (WeCom: 验证URL有效性); None when it is right."""
        challenge = secrets.token_hex(8)
        query, sealed, _ = self._sealed(challenge)
        async with session.get(self._address, params={**query, "echostr": sealed}, allow_redirects=False) as answer:
            if answer.status == 200 and (await answer.text(errors="replace")) == challenge:
                return None
            key = "wecom.callback_refused" if answer.status == 403 else "wecom.callback_status"
            return wrong(key, address=self._address, status=answer.status)

    async def _pressed(self, session: aiohttp.ClientSession, inbox: Inbox) -> Finding:
        """Send a press of a button that does nothing, and wait until a worker has handled it."""
        name, begun = f"{CHECK}{secrets.token_hex(8)}", time.monotonic()
        query, _, body = self._sealed(self._press(name))
        async with session.post(self._address, params=query, data=body, allow_redirects=False) as answer:
            if answer.status != 200:
                return wrong("wecom.callback_status", address=self._address, status=answer.status)
        state = await inbox.outcome_of(NAME, name, HEARD)
        if state == "done":
            return well("wecom.press", milliseconds=round((time.monotonic() - begun) * 1000))
        return wrong(f"wecom.press_{state or 'elsewhere'}", seconds=int(HEARD))

    def _press(self, name: str) -> str:
        """As a member's client would send it (WeCom: 模板卡片事件推送)."""
        parts = {
            "ToUserName": self._given.corp_id,
            "FromUserName": RINGER,
            "CreateTime": str(int(time.time())),
            "MsgType": "event",
            "Event": "template_card_event",
            "EventKey": name,
            "TaskId": name,
            "CardType": "button_interaction",
            "ResponseCode": "",
            "AgentID": str(self._given.agent_id),
        }
        root = Element("xml")
        for tag, text in parts.items():
            SubElement(root, tag).text = text
        return tostring(root, encoding="unicode")

    def _sealed(self, plain: str) -> tuple[dict[str, str], str, bytes]:
        """Query, sealed text and body of a callback with this content."""
        nonce, now = secrets.token_hex(8), int(time.time())
        body = self._box.seal(plain, nonce, now)
        envelope = read(body)
        query = {"msg_signature": word(envelope, "MsgSignature"), "timestamp": str(now), "nonce": nonce}
        return query, word(envelope, "Encrypt"), body.encode()
