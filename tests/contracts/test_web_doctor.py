"""The check-up's page: who may see it, what it shows, and how what was given up is tried again."""

import re

import pytest

from bot.core.findings import Finding, wrong
from models import OutboxItem
from tests.school import School
from tests.visiting import Open

HERE = "/admin/doctor"


@pytest.fixture
async def given_up(school: School) -> OutboxItem:
    """Something that the vendor refused for good."""
    now = school.clock()
    return await OutboxItem.create(
        lane="wecom", account="mei", subject="say", step="card.details", state="dead", error="message/send: 81013",
        due_at=now, created_at=now,
    )  # fmt: skip


async def test_only_administrators_see_it(browser: Open) -> None:
    assert (await (await browser()).ask(HERE)).headers["Location"].startswith("/login")
    await (await browser("li")).page(HERE, 403)
    page = await (await browser("hou")).page(HERE)
    assert "最近一小时没有检查过" in page
    assert f'href="{HERE}"' in await (await browser("hou")).page("/board")
    assert f'href="{HERE}"' not in await (await browser("li")).page("/board")


async def test_a_check_up_is_shown_with_what_to_do_worst_first(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def examine(_: object) -> list[Finding]:
        return [wrong("wecom.ip", code=60020, path="gettoken", ip="203.0.113.7")]

    monkeypatch.setattr(school.channel, "examine", examine)
    me = await browser("hou")
    sent = await me.post(HERE, await me.form(HERE, HERE))
    assert (sent.status, sent.headers["Location"]) == (303, HERE)
    page = await me.page(HERE)
    assert page.count("203.0.113.7") == 2, "what was seen, and what to enter"
    levels = re.findall(r'class="badge level-(\w+)"', page)
    assert levels == sorted(levels, key=["error", "warning", "ok"].index)
    assert {"error", "ok"} <= set(levels)
    assert "https://work.weixin.qq.com/" in page


@pytest.mark.parametrize("path", [HERE, "/admin/replay"])
async def test_a_forged_form_does_nothing(school: School, browser: Open, given_up: OutboxItem, path: str) -> None:
    me, stranger = await browser("hou"), await browser("li")
    form = await me.form(HERE, path)
    assert (await me.post(path, {"seal": "forged"})).status == 403
    assert (await me.post(path, form, {"Origin": "https://evil.example"})).status == 403
    assert (await stranger.post(path, form)).status == 403
    assert (await (await browser()).post(path, form)).status == 303
    await given_up.refresh_from_db()
    assert given_up.state == "dead"
    assert await school.house.doctor.latest() is None


async def test_one_seal_does_not_open_the_other_form(browser: Open, given_up: OutboxItem) -> None:
    me = await browser("hou")
    assert (await me.post("/admin/replay", await me.form(HERE, HERE))).status == 403
    await given_up.refresh_from_db()
    assert given_up.state == "dead"


async def test_what_was_given_up_is_listed_and_tried_again(browser: Open, given_up: OutboxItem) -> None:
    me = await browser("hou")
    page = await me.page(HERE)
    assert f"消息 {given_up.id}" in page
    assert "message/send: 81013" in page
    sent = await me.post("/admin/replay", await me.form(HERE, "/admin/replay"))
    assert sent.headers["Location"] == f"{HERE}?replayed=1"
    assert "1 条已重新排队" in await me.page(sent.headers["Location"])
    assert not await OutboxItem.filter(state="dead").exists()


async def test_a_number_in_the_address_is_only_a_number(browser: Open) -> None:
    me = await browser("hou")
    for strange in ("<script>", "-1", "9" * 40, "٣"):
        assert "<script>" not in await me.page(f"{HERE}?replayed={strange}")
