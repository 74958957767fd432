"""The demo as a new user meets it: phones in a real browser, and the board."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from tests.processes import BotProcess
from tests.servers import free_port

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = {"width": 1500, "height": 950}
PHONE = {"width": 390, "height": 844}
PATIENCE = 15_000
"""Milliseconds for something to appear on a slow machine."""


class Demo:
    """The demo and a browser before it."""

    def __init__(self, bot: BotProcess, phones: str, browser: Browser) -> None:
        self.bot, self.phones, self.browser = bot, phones, browser

    async def page(self, size: dict[str, int], path: str = "") -> Page:
        """A page of its own cookies, at the phones or at one of the bot's paths."""
        context = await self.browser.new_context(viewport={"width": size["width"], "height": size["height"]})
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(f"{self.bot.base}{path}" if path else self.phones)
        return page

    async def sign_in(self, page: Page, who: str) -> None:
        """Sign in with the one-time link that the bot sends to whoever asks for it."""
        await self.control("say", user=who, text="登录")
        link = await self.last_link(who)
        await page.goto(link)
        await page.get_by_role("button").first.click()
        await page.wait_for_url("**/board**")

    async def control(self, order: str, **wish: str) -> None:
        """Order the sandbox to do something."""
        async with aiohttp.request("POST", f"{self.phones}/control/{order}", json=wish) as answer:
            assert answer.status == 200, await answer.text()

    async def last_link(self, who: str) -> str:
        """The link in the newest text that somebody got."""
        async with asyncio.timeout(PATIENCE / 1000):
            while True:
                async with aiohttp.request("GET", f"{self.phones}/control/messages", params={"user": who}) as answer:
                    messages = (await answer.json())["messages"]
                words = " ".join(str(m["content"].get("content", "")) for m in messages).split()
                if links := [word for word in words if "/login/once/" in word]:
                    return links[-1]
                await asyncio.sleep(0.1)


@pytest.fixture
async def demo(tmp_path: Path, chromium_path: Path) -> AsyncIterator[Demo]:
    """The demo, started by its command, and a browser."""
    port, sandbox_port = free_port(), free_port()
    environ = {"PATH": os.environ.get("PATH", os.defpath), "HOUQIN_DATA_DIR": str(tmp_path)}
    command = ("demo", "--port", str(port), "--sandbox-port", str(sandbox_port))
    bot = BotProcess(environ, port, tmp_path / "demo.log", command)
    await bot.start()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=str(chromium_path), args=QUIET)
        yield Demo(bot, f"http://127.0.0.1:{sandbox_port}", browser)
        await browser.close()
    assert await bot.stop() == 0, bot.log.read_text(encoding="utf-8")


def chat(page: Page, who: str) -> Locator:
    """Somebody's phone."""
    return page.locator(f'[data-phone="{who}"]')


async def say(page: Page, who: str, text: str) -> None:
    """Type a line on somebody's phone."""
    field = chat(page, who).locator("[data-say]")
    await field.fill(text)
    await field.press("Enter")


async def press(page: Page, who: str, step: str) -> None:
    """Press a button of the newest card that has it."""
    await chat(page, who).locator(f'[data-card] [data-key*=":{step}:"]').last.click()


async def test_a_repair_goes_through_the_phones_and_the_board_shows_it(demo: Demo) -> None:
    phones = await demo.page(DESKTOP)
    board = await demo.page(DESKTOP, "/login")
    await demo.sign_in(board, "chenwei")
    await say(phones, "wangfang", "三楼东头男厕所水龙头关不上 一直流")
    await expect(chat(phones, "liqiang").locator("[data-card]").last).to_contain_text("水龙头")
    await expect(board.locator("body")).to_contain_text("待接单")

    await press(phones, "liqiang", "accept")
    teacher = chat(phones, "wangfang").locator("[data-card]").last
    await expect(teacher).to_contain_text("李强已接单")
    await expect(board.locator("body")).to_contain_text("已接单")

    await press(phones, "liqiang", "resolve")
    await expect(chat(phones, "liqiang").locator("[data-message]").last).to_contain_text("请回复一句做了什么")
    await say(phones, "liqiang", "换了皮圈")
    await expect(chat(phones, "wangfang").locator("[data-card]").last).to_contain_text("换了皮圈")
    await press(phones, "wangfang", "confirm")
    await expect(chat(phones, "liqiang").locator("[data-card]").last).to_contain_text("已确认")
    await expect(board.locator("body")).to_contain_text("已确认")


async def test_a_phone_wide_screen_reports_holds_and_rates(demo: Demo) -> None:
    page = await demo.page(PHONE)
    await say(page, "wangfang", "高一3班门锁坏了")
    await expect(chat(page, "wangfang").locator("[data-card]").last).to_contain_text("门锁")
    width = await page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE["width"], "nothing hangs over the edge"


async def test_the_details_of_a_card_open_in_the_phone_and_take_a_step(demo: Demo) -> None:
    phones = await demo.page(DESKTOP)
    await say(phones, "wangfang", "教学楼302灯不亮")
    await chat(phones, "liqiang").locator("[data-card]").last.get_by_text("详情").click()
    record = phones.frame_locator("iframe")
    await expect(record.locator("body")).to_contain_text("教学楼302灯不亮")
    await record.get_by_role("button", name="接单").click()
    await expect(record.locator("body")).to_contain_text("已接单")
    await expect(chat(phones, "wangfang").locator("[data-card]").last).to_contain_text("李强已接单")
