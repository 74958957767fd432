"""The sealed box that callbacks come in: signature, cipher, and for whom they are (WeCom: 加解密方案说明). No I/O."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto

from channels.wecom.markup import BadCallback, clean, read, word

BLOCK = 32
"""Bytes that the padding fills up to; twice the cipher's own block."""

RANDOM = 16
"""Random bytes before the message."""

LENGTH = 4
"""Bytes that tell the message's length, most significant first."""


class CallbackBox:
    """Opens what the vendor sealed for one app of one school. All faults are `BadCallback`."""

    def __init__(self, token: str, aes_key: str, corp_id: str, agent_id: int) -> None:
        """`aes_key` is the console's EncodingAESKey of 43 characters; ValueError when it is not one."""
        try:
            self._crypto = WeChatCrypto(token, aes_key, corp_id)
        except (AssertionError, binascii.Error) as error:
            raise ValueError("EncodingAESKey") from error
        self._token, self._corp_id, self._agent_id = token, corp_id, str(agent_id)
        self._cipher = PrpCrypto(self._crypto.key).cipher

    def echo(self, query: Mapping[str, str]) -> str:
        """What the URL check wants to be answered with (WeCom: 验证URL有效性)."""
        # Base64 knows no space: one is a plus sign that somebody on the way forgot to escape.
        sealed = query.get("echostr", "").replace(" ", "+")
        self._check(query, sealed)
        return self._decrypt(sealed)

    def open(self, query: Mapping[str, str], body: bytes) -> Element:
        """The message inside a callback's body, known to be for this app of this school (WeCom: 使用接收消息)."""
        envelope = read(body)
        self._check(query, sealed := word(envelope, "Encrypt"))
        message = read(clean(self._decrypt(sealed)))
        for part in (envelope, message):
            # Events of the address book name no app.
            if word(part, "AgentID") not in {"", self._agent_id}:
                raise BadCallback("another app", status=403)
        return message

    def seal(self, plain: str, nonce: str, timestamp: int) -> str:
        """An answer's body: XML with the sealed `plain` and its signature (WeCom: 被动回复消息格式)."""
        sealed: str = self._crypto.encrypt_message(plain, nonce, str(timestamp))
        return sealed

    def _check(self, query: Mapping[str, str], sealed: str) -> None:
        """Compare signatures in constant time."""
        parts = (self._token, query.get("timestamp", ""), query.get("nonce", ""), sealed)
        joined = "".join(sorted(parts)).encode("utf-8", "replace")
        wanted = hashlib.sha1(joined).hexdigest()  # noqa: S324 - the vendor's rule
        claimed = query.get("msg_signature", "").encode("utf-8", "replace")
        if not sealed or not hmac.compare_digest(wanted.encode(), claimed):
            raise BadCallback("signature", status=403)

    def _decrypt(self, sealed: str) -> str:
        """Take off cipher, padding, random bytes, length and receiver, and check each of them."""
        try:
            cipher_text = base64.b64decode(sealed, validate=True)
        except ValueError:
            raise BadCallback("base64") from None
        if not cipher_text or len(cipher_text) % BLOCK:
            raise BadCallback("length")
        message, receiver = _unpack(self._cipher.decrypt(cipher_text))
        if not hmac.compare_digest(receiver, self._corp_id.encode()):
            raise BadCallback("receiver", status=403)
        try:
            return message.decode()
        except UnicodeDecodeError:
            raise BadCallback("encoding") from None


def _unpack(plain: bytes) -> tuple[bytes, bytes]:
    """Message and receiver out of: random ‖ length ‖ message ‖ receiver ‖ padding."""
    padding = plain[-1]
    if not 1 <= padding <= BLOCK or plain[-padding:] != bytes([padding]) * padding:
        raise BadCallback("padding")
    content = plain[RANDOM:-padding]
    size = int.from_bytes(content[:LENGTH], "big")
    if len(content) < LENGTH + size:
        raise BadCallback("size")
    return content[LENGTH : LENGTH + size], content[LENGTH + size :]
