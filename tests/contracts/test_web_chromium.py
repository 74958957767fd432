"""The pages in a real browser: what their scripts add, and that their strict policy stops none of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page, async_playwright, expect

from tests.school import School
from tests.visiting import Open, person_of, reported, ticket

pytestmark = pytest.mark.browser

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
PHONE = (390, 844)
DESK = (1440, 900)


class Window:
    """One Chromium before the school's pages, and everything that its pages complained about."""

    def __init__(self, school: School, base: str, chromium: Chromium) -> None:
        self.complaints: list[str] = []
        self._school, self._base, self._chromium = school, base, chromium

    async def open(self, path: str, size: tuple[int, int], account: str = "") -> Page:
        """A page in a context of its own, signed in by a one-time link if an account is named."""
        width, height = size
        context = await self._chromium.new_context(viewport={"width": width, "height": height}, base_url=self._base)
        page = await context.new_page()
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        if account:
            tickets = self._school.house.services.tickets
            await page.goto(tickets.sign_in_url(await person_of(account)).removeprefix(tickets.public_url))
            await page.get_by_role("main").get_by_role("button").click()
            await page.wait_for_url("**/board")
        await page.goto(path)
        return page


@pytest.fixture
async def window(school: School, browser: Open, chromium_path: Path) -> AsyncIterator[Window]:
    """A browser, closed at the end; nothing on any page may have complained."""
    base = str((await browser()).client.make_url("/"))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        new = Window(school, base, chromium)
        yield new
        await chromium.close()
    assert new.complaints == []


async def test_the_board_changes_by_itself_and_keeps_its_filters(school: School, window: Window) -> None:
    board = await window.open("/board", DESK, "hou")
    await expect(board.locator("#live")).to_have_text("实时更新")
    await expect(board.get_by_text("现在没有未完成的报修单")).to_be_visible()
    first = await reported(school)
    await expect(board.get_by_role("link", name=first.number)).to_be_visible()
    await board.get_by_label("类别").select_option("multimedia")
    await expect(board.get_by_role("link", name=first.number)).to_have_count(0)
    assert board.url.endswith("category=multimedia")
    second = await reported(school, "报修 3号楼302 一体机黑屏")
    await expect(board.get_by_role("link", name=second.number)).to_be_visible()
    await expect(board.get_by_role("link", name=first.number)).to_have_count(0)
    await board.get_by_label("查找").fill("没有这句话")
    await expect(board.get_by_text("没有符合条件的报修单")).to_be_visible()
    await board.go_back()
    await expect(board.get_by_role("link", name=second.number)).to_be_visible()


async def test_a_repair_by_two_phones_and_a_link(school: School, window: Window) -> None:
    order = await reported(school)
    path = f"/work-orders/{order.number}"
    mender = await window.open(path, PHONE, "wang")
    reporter = await window.open(ticket(school, await person_of("li"), order.number), PHONE)
    await mender.get_by_role("button", name="接单").click()
    await expect(mender.locator("#outcome")).to_have_text("已接单。")
    await expect(mender.locator("#outcome")).to_be_focused()
    assert mender.url.endswith(path)
    await expect(reporter.locator("#facts .badge")).to_have_text("已接单")
    await expect(reporter.locator("#live")).to_have_text("实时更新 · 已接单")
    await mender.get_by_role("button", name="完工").click()
    await mender.get_by_label("做了什么").fill("换了垫圈")
    photo = {"name": "垫圈.png", "mimeType": "image/png", "buffer": await reporter.screenshot()}
    await mender.locator("#field-resolve-photo").set_input_files(photo)  # type: ignore[arg-type]
    await mender.get_by_role("button", name="提交 · 完工").click()
    await expect(mender.locator("#outcome")).to_have_text("已完工。")
    await expect(reporter.get_by_role("img", name="照片 1")).to_be_visible()
    assert await reporter.get_by_role("img", name="照片 1").evaluate("picture => picture.naturalWidth") == PHONE[0]
    await reporter.get_by_role("button", name="确认修好").click()
    await expect(reporter.locator("#outcome")).to_have_text("已确认修好。")
    await expect(mender.locator("#facts .badge")).to_have_text("已确认")


async def test_what_is_being_written_survives_a_change(school: School, window: Window) -> None:
    order = await reported(school)
    path = f"/work-orders/{order.number}"
    writer, other = await window.open(path, DESK, "li"), await window.open(path, DESK, "wang")
    await writer.get_by_role("button", name="更正").click()
    await writer.get_by_label("什么坏了").fill("水管")
    await other.get_by_role("button", name="接单").click()
    await expect(writer.locator("#facts .badge")).to_have_text("已接单")
    await expect(writer.locator("#moved")).to_contain_text("刚有变化")
    await expect(writer.get_by_label("什么坏了")).to_have_value("水管")
    await writer.get_by_role("button", name="提交 · 更正").click()
    await expect(writer.locator("#outcome")).to_have_text("已更正。")
    await expect(other.get_by_role("heading", level=1)).to_contain_text("水管")


@pytest.mark.parametrize("size", [PHONE, DESK])
async def test_nothing_hangs_over_the_edge(school: School, window: Window, size: tuple[int, int]) -> None:
    order = await reported(school, "报修 3号楼201 " + "漏水" * 200 + "W" * 300)
    for path in ("/board", f"/work-orders/{order.number}"):
        page = await window.open(path, size, "hou")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]


async def test_the_keyboard_reaches_everything(school: School, window: Window) -> None:
    order = await reported(school)
    page = await window.open(f"/work-orders/{order.number}", DESK, "wang")
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    names = []
    for _ in range(4):
        await page.keyboard.press("Tab")
        names.append(await page.evaluate("document.activeElement.textContent.trim()"))
    assert names[0].endswith("返回看板")
    assert names[1] == "接单"
