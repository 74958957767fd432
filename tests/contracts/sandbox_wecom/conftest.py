"""The town of every test in this folder."""

from __future__ import annotations

from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from sandbox import Config, Sandbox
from tests.contracts.sandbox_wecom.town import AGENT, CORP, KEY, MEMBERS, SECRET, TOKEN, Bot, Town


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """A running sandbox with its bot, and an access token."""
    bot = Bot()
    app = web.Application()
    app.router.add_get("/callback", bot.verify)
    app.router.add_post("/callback", bot.hear)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    config = Config(
        corp_id=CORP, agent_id=AGENT, secret=SECRET, token=TOKEN, aes_key=KEY, members=MEMBERS,
        callback_url=f"http://127.0.0.1:{port}/callback", trusted_host="bot.example:8080",
        callback_timeout=0.3, retry_pause=0.01,
    )  # fmt: skip
    sandbox = Sandbox(config)
    base = await sandbox.start()
    async with aiohttp.ClientSession() as http:
        it = Town(sandbox, bot, http, base)
        await it.sign_in()
        yield it
    await sandbox.stop()
    await runner.cleanup()
