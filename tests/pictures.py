"""The pictures of the pages, taken anew: `python -m tests.pictures`.

Starts the demo, lets its people live through a few repairs and photographs what they see into docs/pictures/. Needs a
Chromium (see dev.py) and a Chinese font, e.g. WenQuanYi Micro Hei or Noto Sans CJK.
"""

import asyncio
import os
import re
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from playwright.async_api import Locator, Page, async_playwright, expect

from dev import ROOT, find_chromium
from tests.processes import BotProcess
from tests.scenarios.test_browser import DESKTOP, PATIENCE, PHONE, QUIET, Demo, chat, press, say
from tests.servers import free_port

FOLDER = ROOT / "docs" / "pictures"
ORDER = re.compile(r"W\d{8}-\d{3,}")
SETTLE = 400
"""Milliseconds for fonts, scrolling and the board's stream to come to rest before a picture."""
PLAIN = "body:has([data-wall]) { background: #e9edf4 !important }"
"""A gradient behind the phones doubles the size of their picture."""


class Studio(Demo):
    """The demo before a camera: everything in Chinese and in the school's time."""

    async def page(self, size: dict[str, int], path: str = "") -> Page:
        """See `Demo.page`."""
        context = await self.browser.new_context(
            viewport={"width": size["width"], "height": size["height"]},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.set_default_timeout(PATIENCE)
        await page.goto(path if "://" in path else f"{self.bot.base}{path}" if path else self.phones)
        return page

    async def said(self, user: str, text: str, answer: str) -> str:
        """Let somebody write; the number of the card that then shows `answer`. `TimeoutError` when none does."""
        await self.control("say", user=user, text=text)
        return await self.card(user, answer)

    async def card(self, user: str, words: str) -> str:
        """The number on somebody's newest card with these words, as soon as there is one."""
        async with asyncio.timeout(PATIENCE / 1000), aiohttp.ClientSession() as session:
            while True:
                async with session.get(f"{self.phones}/control/cards", params={"user": user}) as answer:
                    cards = [str(entry["card"]["card"]) for entry in (await answer.json())["cards"]]
                for card in reversed(cards):
                    if words in card and (number := ORDER.search(card)):
                        return number[0]
                await asyncio.sleep(0.1)


@asynccontextmanager
async def studio(folder: Path) -> AsyncIterator[Studio]:
    """The demo in a folder of its own, and a browser."""
    port, sandbox_port = free_port(), free_port()
    environ = {"PATH": os.environ.get("PATH", os.defpath), "HOUQIN_DATA_DIR": str(folder)}
    command = ("demo", "--port", str(port), "--sandbox-port", str(sandbox_port))
    bot = BotProcess(environ, port, folder / "demo.log", command)
    await bot.start()
    try:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=find_chromium(), args=QUIET)
            yield Studio(bot, f"http://127.0.0.1:{sandbox_port}", browser)
            await browser.close()
    finally:
        await bot.stop()


async def busy_morning(demo: Studio) -> None:
    """What the board shows besides the one repair that is followed: a little of everything."""
    window = await demo.said("zhouting", "教学楼201窗户关不严，风很大", "已登记")
    await demo.said("majianguo", f"接单 {window}", "马建国已接单")
    await demo.said("majianguo", f"挂起 {window} 等配件 周五", "暂时挂起")
    lamp = await demo.said("liuyang", "高一2班前排两盏灯不亮", "已登记")
    await demo.said("sundefu", f"接单 {lamp}", "孙德福已接单")
    await demo.said("sundefu", f"开工 {lamp}", "孙德福已开工")
    screen = await demo.said("xieanqi", "高一4班电子白板没声音", "已登记")
    await demo.said("yehaoran", f"接单 {screen}", "叶浩然已接单")
    await demo.said("yehaoran", f"完工 {screen} 音频线松了，已插紧", "已完工")
    await demo.said("emilycarter", "the door lock of C405 is broken", "Noted")


async def unwanted(demo: Studio) -> None:
    """A job that its trade cannot do: the head of logistics has to find somebody."""
    door = await demo.said("xuhui", "图书馆防火门闭门器坏了，门自己会甩上", "已登记")
    for mender in ("majianguo", "hemusheng"):
        await demo.card(mender, door)
        await demo.said(mender, f"拒单 {door} 修不了", "已退回")
    await demo.card("chenwei", door)


async def in_the_middle(demo: Studio, phones: Page) -> None:
    """王芳 reports, 李强 accepts; 赵敏 has a job waiting, 陈伟 one to give away."""
    await say(phones, "wangfang", "三楼东头男厕所水龙头关不上，一直流")
    await expect(chat(phones, "liqiang").locator("[data-card]").last).to_contain_text("水龙头")
    await press(phones, "liqiang", "accept")
    await demo.said("zhangxiaoyan", "高一3班投影仪不亮了，下节课要用", "已登记")
    await expect(chat(phones, "zhaomin").locator("[data-card]").last).to_contain_text("投影仪")
    await expect(chat(phones, "wangfang").locator("[data-card]").last).to_contain_text("李强已接单")


async def mended(demo: Studio, phones: Page) -> Locator:
    """李强 has mended it and sent a photo; returns the card on which 王芳 may confirm."""
    await press(phones, "liqiang", "start")
    await press(phones, "liqiang", "resolve")
    await demo.control("image", user="liqiang")
    await expect(chat(phones, "liqiang").locator("[data-message]").filter(has_text="照片已收到")).to_be_visible()
    await say(phones, "liqiang", "换了新水嘴，试过不漏了")
    card = chat(phones, "wangfang").locator("[data-card]").last
    await expect(card).to_contain_text("换了新水嘴")
    return card


async def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Take one picture of what is in sight, or of the whole page."""
    await page.mouse.move(0, 0)
    await page.evaluate("document.activeElement?.blur()")
    await page.wait_for_timeout(SETTLE)
    await page.screenshot(path=FOLDER / f"{name}.png", style=PLAIN, full_page=whole)


async def take(demo: Studio) -> None:
    """All five pictures, in the order of the story."""
    await busy_morning(demo)
    await unwanted(demo)
    phones = await demo.page(DESKTOP)
    await in_the_middle(demo, phones)
    await shoot(phones, "phones-desktop")
    board = await demo.page(DESKTOP, "/login")
    await demo.sign_in(board, "chenwei")
    await expect(board.locator("body")).to_contain_text("李强")
    await shoot(board, "board-desktop")
    await board.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    await shoot(board, "board-phone")
    card = await mended(demo, phones)
    phone = await demo.page(PHONE, f"{demo.phones}/#wangfang,liqiang")
    await expect(chat(phone, "wangfang").locator("[data-card]").last).to_contain_text("换了新水嘴")
    await shoot(phone, "phones-phone")
    number = ORDER.search(await card.inner_text())
    assert number, "a card shows its number"
    await board.goto(f"{demo.bot.base}/work-orders/{number[0]}")
    await board.get_by_alt_text("照片").scroll_into_view_if_needed()
    await shoot(board, "record-phone", whole=True)


async def main() -> None:
    """Take the pictures in a fresh demo that is gone afterwards."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        async with studio(Path(folder)) as demo:
            await take(demo)


if __name__ == "__main__":
    asyncio.run(main())
