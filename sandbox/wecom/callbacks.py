"""Sealed callbacks to the bot, sent again when nobody answers (WeCom: 回调配置, 重试机制)."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Coroutine
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp

from sandbox.wecom import envelope
from sandbox.wecom.world import World

Json = dict[str, Any]
_LONGEST_ANSWER = 1024 * 1024  # bytes
_URL_CHECK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: HTTP status (0: none), seconds it took, what went wrong, and the answer's body."""

    status: int
    seconds: float
    error: str = ""
    body: bytes = b""


@dataclass(slots=True)
class Delivery:
    """How one callback went. `delivered` once any attempt of any copy got a 200."""

    attempts: list[Attempt] = field(default_factory=list)
    lost: bool = False

    @property
    def answer(self) -> Attempt | None:
        """The first answer with status 200."""
        return next((attempt for attempt in self.attempts if attempt.status == 200), None)

    def as_json(self) -> Json:
        """For the control interface, without bodies."""
        tries = [{name: value for name, value in asdict(a).items() if name != "body"} for a in self.attempts]
        return {"delivered": self.answer is not None, "lost": self.lost, "attempts": tries}


class Caller:
    """Posts callbacks. One per sandbox; holds the connections and the tasks that still run."""

    def __init__(self, world: World) -> None:
        """Call the bot of one world."""
        self._world = world
        self._session: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Open the connection pool."""
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), trust_env=False)

    async def stop(self) -> None:
        """End what still runs and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session:
            await self._session.close()

    def background(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run something without waiting for it."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def deliver(self, plain: str, copies: int = 1, *, overlap: bool = False) -> Delivery:
        """Deliver a plain XML: every copy sealed afresh and tried again while it is not answered with 200.

        `overlap` sends the copies at the same time, as happens when an answer comes just after the vendor gave up.
        """
        delivery = Delivery()
        if self._world.faults.take("drop_callbacks"):
            delivery.lost = True
            return delivery
        work = [self._until_answered(plain, delivery) for _ in range(copies)]
        if overlap:
            await asyncio.gather(*work)
        else:
            for copy in work:
                await copy
        return delivery

    async def _until_answered(self, plain: str, delivery: Delivery) -> None:
        config = self._world.config
        for attempt in range(1 + config.callback_retries):
            if attempt:
                await asyncio.sleep(config.retry_pause)
            outcome = await self.post(self.sealed(plain), config.callback_timeout)
            delivery.attempts.append(outcome)
            if outcome.status == 200:
                return

    def sealed(self, plain: str) -> tuple[Json, str]:
        """Query and body of a callback, with a fresh nonce and a fresh prefix inside the seal."""
        config = self._world.config
        sealed = self._world.sealer.seal(plain)
        agent = str(config.agent_id)
        body = envelope.document({"ToUserName": config.corp_id, "AgentID": agent, "Encrypt": sealed})
        return self._signed(sealed), body

    def _signed(self, sealed: str) -> Json:
        timestamp, nonce = str(int(self._world.clock.now())), secrets.token_hex(8)
        signature = self._world.sealer.signature(timestamp, nonce, sealed)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}

    async def post(self, sealed: tuple[Json, str], timeout: float) -> Attempt:  # noqa: ASYNC109  # the vendor's limit
        """One try; the connection is closed when `timeout` seconds have passed."""
        query, body = sealed
        return await self._request("POST", query, timeout, body.encode())

    async def check_url(self) -> Json:
        """The GET that the console sends when the administrator presses save (WeCom: 验证URL有效性)."""
        message = str(secrets.randbelow(10**19))
        echo = self._world.sealer.seal(message)
        outcome = await self._request("GET", self._signed(echo) | {"echostr": echo}, _URL_CHECK_SECONDS)
        passed = outcome.status == 200 and outcome.body == message.encode()
        reason = "" if passed else outcome.error or f"status {outcome.status}, or the body is not exactly the message"
        return {"passed": passed, "status": outcome.status, "seconds": outcome.seconds, "reason": reason}

    async def _request(self, method: str, query: Json, seconds: float, body: bytes | None = None) -> Attempt:
        if self._session is None or not self._world.callback_url:
            return Attempt(0, 0.0, "no callback url")
        begun = time.monotonic()
        try:
            async with self._session.request(
                method,
                self._world.callback_url,
                params=query,
                data=body,
                headers={"Content-Type": "text/xml; charset=utf-8"} if body else {},
                timeout=aiohttp.ClientTimeout(total=seconds),
                allow_redirects=False,
            ) as response:
                content = await response.content.read(_LONGEST_ANSWER)
                return Attempt(response.status, time.monotonic() - begun, "", content)
        except TimeoutError:
            return Attempt(0, time.monotonic() - begun, "timeout")
        except (aiohttp.ClientError, OSError) as failed:
            return Attempt(0, time.monotonic() - begun, type(failed).__name__)
