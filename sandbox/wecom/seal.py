"""Sealing and opening of callbacks: AES-256-CBC, padding to 32 bytes, SHA-1 signature (WeCom: 加解密方案说明)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_HEAD = 20  # 16 random bytes, then 4 bytes of length


class SealError(ValueError):
    """A text that was not sealed for this app: wrong signature, key, padding, length or receiver."""


class Sealer:
    """The crypto of one app. `receive_id` is the corp id for a self-built app."""

    def __init__(self, token: str, aes_key: str, receive_id: str) -> None:
        """Take token and 43-character key as they stand in the vendor's console."""
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._receive_id = receive_id.encode()

    def signature(self, timestamp: str, nonce: str, sealed: str) -> str:
        """Lower-case hex SHA-1 over token, timestamp, nonce and sealed text, sorted and joined."""
        joined = "".join(sorted((self._token, timestamp, nonce, sealed)))
        return hashlib.sha1(joined.encode(), usedforsecurity=False).hexdigest()

    def check(self, signature: str, timestamp: str, nonce: str, sealed: str) -> None:
        """Compare in constant time. Raises SealError when the signature is another."""
        if not hmac.compare_digest(self.signature(timestamp, nonce, sealed).encode(), signature.encode()):
            raise SealError("signature differs")

    def seal(self, message: str) -> str:
        """Base64 of the sealed message; the 16 random bytes in front make every sealing another."""
        body = message.encode()
        plain = secrets.token_bytes(16) + struct.pack(">I", len(body)) + body + self._receive_id
        pad = _BLOCK - len(plain) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(plain + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def open(self, sealed: str) -> str:
        """The message inside. Raises SealError when anything about it is not as sealed by this app."""
        try:
            raw = base64.b64decode(sealed, validate=True)
        except (binascii.Error, ValueError) as wrong:
            raise SealError("not base64") from wrong
        if len(raw) < _BLOCK or len(raw) % _BLOCK:
            raise SealError("length is not a multiple of 32")
        decryptor = self._cipher().decryptor()
        return self._unpack(decryptor.update(raw) + decryptor.finalize())

    def _unpack(self, padded: bytes) -> str:
        pad = padded[-1]
        if not 1 <= pad <= _BLOCK or padded[-pad:] != bytes([pad]) * pad:
            raise SealError("padding is not PKCS#7 of 32")
        plain = padded[:-pad]
        if len(plain) < _HEAD:
            raise SealError("shorter than its head")
        size = int(struct.unpack(">I", plain[16:_HEAD])[0])
        if plain[_HEAD + size :] != self._receive_id or len(plain) < _HEAD + size:
            raise SealError("receiver differs")
        try:
            return plain[_HEAD : _HEAD + size].decode()
        except UnicodeDecodeError as wrong:
            raise SealError("not UTF-8") from wrong

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
