"""What the vendor sends to the bot's callback, sealed and signed as whole HTTP requests before anything is timed."""

import base64
import hashlib
import os
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

PATH = "/channels/wecom/callback"
BLOCK = 32
MOMENT = 1_790_000_000
"""When everything was said: the vendor's clock stands still, so that two runs send the same."""
TEXT = """<xml><ToUserName><![CDATA[{corp}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>\
<CreateTime>{moment}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>\
<MsgId>{number}</MsgId><AgentID>{agent}</AgentID></xml>"""
PRESS = """<xml><ToUserName><![CDATA[{corp}]]></ToUserName><FromUserName><![CDATA[{account}]]></FromUserName>\
<CreateTime>{moment}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event>\
<EventKey><![CDATA[{key}]]></EventKey><TaskId><![CDATA[{task}]]></TaskId><CardType>button_interaction</CardType>\
<ResponseCode><![CDATA[{code}]]></ResponseCode><AgentID>{agent}</AgentID></xml>"""
ENVELOPE = """<xml><ToUserName><![CDATA[{corp}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt>\
<AgentID><![CDATA[{agent}]]></AgentID></xml>"""
REQUEST = """POST {path}?msg_signature={signature}&timestamp={moment}&nonce={nonce} HTTP/1.1\r\nHost: bench\r\n\
Content-Type: text/xml\r\nContent-Length: {length}\r\n\r\n{body}"""


@dataclass(frozen=True, slots=True)
class App:
    """The school's app at the vendor, as bot, floor programs and bench know it; it opens nothing anywhere."""

    corp_id: str = "wwbenchschool"
    agent_id: int = 1000002
    secret: str = "only-for-the-bench"  # noqa: S105 - of a vendor that lives for a minute
    token: str = "benchtoken"  # noqa: S105 - the same
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"


class Sealer:
    """Makes requests; about fifty microseconds each."""

    def __init__(self, app: App) -> None:
        """Everything of the app that goes into an envelope."""
        key = base64.b64decode(app.aes_key + "=")
        self._app, self._cipher = app, Cipher(AES(key), CBC(key[:16]))
        self._names = {"corp": app.corp_id, "agent": app.agent_id, "moment": MOMENT}

    def text(self, account: str, number: int, words: str) -> bytes:
        """Somebody writes a line; `number` is the vendor's own for this message."""
        return self._request(TEXT.format(account=account, number=number, words=words, **self._names))

    def press(self, account: str, key: str, task: str, code: str) -> bytes:
        """Somebody presses a button of a card; `code` lets the bot change that card once."""
        return self._request(PRESS.format(account=account, key=key, task=task, code=code, **self._names))

    def _request(self, message: str) -> bytes:
        sealed, nonce = self._sealed(message.encode()), os.urandom(5).hex()
        parts = sorted((self._app.token, str(MOMENT), nonce, sealed))
        signature = hashlib.sha1("".join(parts).encode()).hexdigest()  # noqa: S324 - the vendor's rule
        body = ENVELOPE.format(sealed=sealed, **self._names)
        return REQUEST.format(
            path=PATH, signature=signature, moment=MOMENT, nonce=nonce, length=len(body.encode()), body=body
        ).encode()

    def _sealed(self, message: bytes) -> str:
        plain = os.urandom(16) + len(message).to_bytes(4, "big") + message + self._app.corp_id.encode()
        padding = BLOCK - len(plain) % BLOCK
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()).decode()
