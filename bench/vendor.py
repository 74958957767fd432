"""The vendor's stand-in: answers at once, hands every card to the ledger, costs a small part of a core."""

import asyncio
import itertools
import re
from collections.abc import Callable
from typing import Any, Protocol, cast

import orjson

LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
TOKEN = orjson.dumps({"errcode": 0, "errmsg": "ok", "access_token": "bench", "expires_in": 7200})
DONE = orjson.dumps({"errcode": 0, "errmsg": "ok"})
Json = dict[str, Any]


class Desk(Protocol):
    """Where cards go that have been posted."""

    def card(self, account: str, card: Json, code: str) -> None:
        """A new card in somebody's chat, and the code with which it can be changed once."""

    def said(self, account: str, words: str) -> None:
        """A line in somebody's chat."""

    def changed(self, account: str, code: str, change: Json) -> None:
        """A card has been changed."""


class Vendor:
    """The stand-in, in the process that drives the bot: what arrives here needs no way back."""

    def __init__(self, desk: Desk) -> None:
        """Cards go to `desk` before the bot has its answer."""
        self._desk = desk
        self._numbers = itertools.count(1)
        self._server: asyncio.Server | None = None

    async def start(self) -> str:
        """Listen; gives the address."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: Call(self.answer), "127.0.0.1", 0)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Close."""
        if self._server is not None:
            self._server.close()

    def new_code(self) -> str:
        """A code for changing a card once."""
        return f"code-{next(self._numbers)}"

    def answer(self, path: bytes, body: bytes) -> bytes:
        """Carry one call out."""
        if path.startswith(b"/cgi-bin/message/send?"):
            return self._send(orjson.loads(body))
        if path.startswith(b"/cgi-bin/message/update_template_card?"):
            call = orjson.loads(body)
            self._desk.changed(call["userids"][0], call["response_code"], call)
            return DONE
        return TOKEN if path.startswith(b"/cgi-bin/gettoken?") else orjson.dumps({"errcode": 40066})

    def _send(self, call: Json) -> bytes:
        if call["msgtype"] == "text":
            self._desk.said(call["touser"], call["text"]["content"])
            return DONE
        code = self.new_code()
        self._desk.card(call["touser"], call["template_card"], code)
        return orjson.dumps({"errcode": 0, "errmsg": "ok", "msgid": code, "response_code": code})


class Call(asyncio.Protocol):
    """One keep-alive connection of the bot."""

    def __init__(self, answer: Callable[[bytes, bytes], bytes]) -> None:
        """`answer` turns path and body into a body."""
        self._answer = answer
        self._transport = asyncio.Transport()
        self._read = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """See asyncio."""
        self._read += data
        while True:
            head, end, rest = self._read.partition(b"\r\n\r\n")
            found = LENGTH.search(head)
            length = int(found[1]) if found else 0
            if not end or len(rest) < length:
                return
            self._read = rest[length:]
            body = self._answer(head.split(b" ", 2)[1], rest[:length])
            front = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(front % len(body) + body)
