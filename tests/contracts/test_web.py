"""The pages, over the whole house: who gets in, what they may do, and what must not get through."""

import asyncio
import io
import re
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qs, urlsplit

import orjson
import pytest
from aiohttp import FormData
from itsdangerous import TimestampSigner

import web
from bot.core.carrier import TryLater
from bot.core.event import FileKind, FileRef, Kind
from models import Attachment, HistoryEntry, InboxEvent, Person, WorkOrder
from services.storage import StorageError
from services.tickets import CARD_LINK
from tests.fakes import JPEG
from tests.school import School, announce
from tests.visiting import PNG, Open, notice, offered, person_of, reported, ticket, until

# -- for machines


async def test_alive_and_ready_and_counted(browser: Open) -> None:
    me = await browser()
    assert await me.page("/healthz") == "ok\n"
    assert orjson.loads(await me.page("/readyz")) == {"ready": True, "problems": []}
    await me.page("/work-orders/W20261122-004", 303)
    await me.page("/nowhere/at/all", 404)
    counted = await me.page("/metrics")
    assert 'houqin_http_seconds_count{route="/work-orders/{number}",status="303"} 1.0' in counted
    assert 'route="unmatched",status="404"' in counted
    assert "W20261122" not in counted


async def test_not_ready_names_what_is_wrong_and_nothing_else(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> float:
        raise OSError("secret-host:5432 refused")

    monkeypatch.setattr(school.house.services.mailroom, "ages", broken)
    me = await browser()
    text = await me.page("/readyz", 503)
    assert orjson.loads(text) == {"ready": False, "problems": ["database"]}
    assert await me.page("/healthz") == "ok\n"


# -- signing in


async def test_a_stranger_signs_in_through_the_gate_and_lands_where_they_wanted(browser: Open) -> None:
    me = await browser()
    away = await me.ask("/board?mine=1")
    assert away.status == 303
    page = await me.page(away.headers["Location"])
    start = unescape(re.findall(r'href="(/login/wecom/start[^"]*)"', page)[0])
    gate = urlsplit((await me.ask(start)).headers["Location"])
    assert gate.path == "/login/wecom/back"
    state = parse_qs(gate.query)["state"][0]
    assert state.isalnum(), "WeCom: 构造网页授权链接 allows only a-zA-Z0-9"
    back = await me.ask(f"/login/wecom/back?code=li&state={state}")
    assert back.headers["Location"] == "/board?mine=1"
    cookie = back.cookies["houqin_session"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert "李老师" in await me.page("/board?mine=1")
    await me.page(f"/login/wecom/back?code=li&state={state}", 400)


@pytest.mark.parametrize("wanted", ["//evil.example/", "https://evil.example/", "/\\evil.example", "board", "/a\nb"])
async def test_signing_in_leads_nowhere_else(browser: Open, wanted: str) -> None:
    me = await browser()
    response = await me.client.get("/login/wecom/start", params={"next": wanted}, allow_redirects=False)
    state = parse_qs(urlsplit(response.headers["Location"]).query)["state"][0]
    assert (await me.ask(f"/login/wecom/back?code=li&state={state}")).headers["Location"] == "/board"


async def test_the_way_back_belongs_to_the_browser_that_set_out(browser: Open) -> None:
    me, other = await browser(), await browser()
    state = parse_qs(urlsplit((await me.ask("/login/wecom/start")).headers["Location"]).query)["state"][0]
    assert "请再试一次" in await other.page(f"/login/wecom/back?code=li&state={state}", 400)
    assert "请再试一次" in await me.page("/login/wecom/back?code=li&state=0", 400)
    await other.page("/board", 303)


async def test_unknown_people_and_a_silent_gate_are_told_so(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    me = await browser()

    async def comes_back(code: str) -> str:
        state = parse_qs(urlsplit((await me.ask("/login/wecom/start")).headers["Location"]).query)["state"][0]
        response = await me.ask(f"/login/wecom/back?code={code}&state={state}")
        assert "houqin_session" not in response.cookies
        return await response.text()

    assert "账号“nobody&lt;b&gt;”不在本校的名单里" in await comes_back("nobody%3Cb%3E")
    assert "不在本校的名单里" in await comes_back("gone")

    async def silent(_: str) -> None:
        raise TryLater("timeout")

    monkeypatch.setattr(school.channel, "identify", silent)
    assert "没有回应" in await comes_back("li")
    await me.page("/login/nosuchgate/start", 404)


async def test_a_one_time_link_is_not_burnt_by_a_look_and_works_once(school: School, browser: Open) -> None:
    tickets = school.house.services.tickets
    path = tickets.sign_in_url(await person_of("li")).removeprefix(tickets.public_url)
    preview, me, late = await browser(), await browser(), await browser()
    for _ in range(2):
        assert "登录到掌上后勤" in await preview.page(path)
    assert (await preview.client.head(path)).status == 200
    assert (await me.post(path, {}, {"Sec-Fetch-Site": "cross-site"})).status == 403
    assert (await me.post(path, {})).headers["Location"] == "/board"
    assert "李老师" in await me.page("/board")
    used = await late.post(path, {})
    assert used.status == 403
    assert "已用过或已过期" in await used.text()
    assert (await late.post(path[:-3] + "abc", {})).status == 403
    await late.page("/board", 303)


async def test_who_leaves_the_school_is_out_at_once(browser: Open) -> None:
    me = await browser("li")
    await me.page("/board")
    await Person.filter(id=await person_of("li")).update(active=False)
    await announce()
    await me.page("/board", 303)
    fragment = await me.ask("/board", **{"HX-Request": "true"})
    assert (fragment.status, fragment.headers["HX-Redirect"]) == (401, "/login?next=%2Fboard")


async def test_sessions_grow_old(school: School, browser: Open) -> None:
    me = await browser("li")
    school.clock.advance(hours=11)
    renewed = await me.ask("/board")
    assert "houqin_session" in renewed.cookies, "a used session lives on"
    school.clock.advance(hours=11)
    await me.page("/board")
    school.clock.advance(hours=13)
    await me.page("/board", 303)


async def test_signing_out_ends_the_sessions_of_all_browsers(browser: Open) -> None:
    me, elsewhere, other = await browser("li"), await browser("li"), await browser("wang")
    assert (await me.post("/logout", {})).status == 403, "without the form's seal nobody is signed out"
    stolen = (await other.form("/board", "/logout"))["seal"]
    assert (await me.post("/logout", {"seal": stolen})).status == 403
    assert (await me.post("/logout", await me.form("/board", "/logout"))).headers["Location"] == "/login"
    await me.page("/board", 303)
    await elsewhere.page("/board", 303)
    await other.page("/board")


# -- links of cards


async def test_a_cards_link_opens_its_record_and_nothing_else(school: School, browser: Open) -> None:
    first, second = await reported(school), await reported(school, "报修 3号楼302 灯不亮")
    me, link = await browser(), ticket(school, await person_of("li"), first.number)
    assert "李老师，您通过卡片链接打开了这一单" in await me.page(link)
    query = urlsplit(link).query
    moved = await me.ask(f"/work-orders/{second.number}?{query}")
    assert moved.headers["Location"] == f"/login?next=%2Fwork-orders%2F{second.number}&old=1"
    await me.page(f"/board?{query}", 303)
    assert "已撤单" in await me.take(link, "cancel")
    assert (await WorkOrder.get(id=first.id)).state == "cancelled"


async def test_a_cards_link_wins_over_the_session_on_its_record(school: School, browser: Open) -> None:
    order = await reported(school)
    me = await browser("li")
    link = ticket(school, await person_of("wang"), order.number)
    assert "accept" in offered(await me.page(link))
    assert "accept" not in offered(await me.page(f"/work-orders/{order.number}"))
    await me.take(link, "accept")
    assert (await WorkOrder.get(id=order.id)).assignee_id == await person_of("wang")


async def test_links_that_are_forged_too_old_or_of_somebody_who_left_open_nothing(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, me = await reported(school), await browser()
    good = ticket(school, await person_of("li"), order.number)
    await me.page(good[:-4] + "AAAA", 303)
    await me.page(ticket(school, await person_of("gone"), order.number), 303)
    real = TimestampSigner.get_timestamp
    long_ago = int(CARD_LINK.total_seconds()) + 60
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: real(self) - long_ago)
    old = ticket(school, await person_of("li"), order.number)
    monkeypatch.undo()
    away = await me.ask(old)
    assert away.status == 303
    assert "链接已过期" in await me.page(away.headers["Location"])


# -- forms


async def test_a_form_must_be_ours_and_this_visitors(school: School, browser: Open) -> None:
    order, me, other = await reported(school), await browser("wang"), await browser("zhou")
    page, action = f"/work-orders/{order.number}", f"/work-orders/{order.number}/accept"
    good = await me.form(page, action)
    elsewhere = (await me.form(page, f"/work-orders/{order.number}/refuse"))["seal"]
    for bad in ("", "x", good["seal"][:-2] + "zz", (await other.form(page, action))["seal"], elsewhere):
        refused = await me.post(action, {**good, "seal": bad})
        assert refused.status == 403
        assert "表单已过期" in await refused.text()
    for header in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}):
        assert (await me.post(action, good, header)).status == 403
    assert (await (await browser()).post(action, good)).headers["Location"].startswith("/login")
    assert (await WorkOrder.get(id=order.id)).state == "reported"
    own = {"Origin": f"http://{me.client.host}:{me.client.port}", "Sec-Fetch-Site": "same-origin"}
    assert (await me.post(action, good, own)).status == 303
    assert (await WorkOrder.get(id=order.id)).state == "accepted"


async def test_a_form_sent_twice_counts_once(school: School, browser: Open) -> None:
    order, me = await reported(school), await browser("wang")
    action = f"/work-orders/{order.number}/accept"
    form = await me.form(f"/work-orders/{order.number}", action)
    answers = await asyncio.gather(me.post(action, form), me.post(action, form))
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert notice(await me.page(answers[0].headers["Location"])) == "已接单。"
    assert await InboxEvent.filter(channel="web").count() == 1
    assert await HistoryEntry.filter(subject_id=order.id, step="accept").count() == 1


async def test_a_step_that_cannot_be_taken_is_refused_in_words(school: School, browser: Open) -> None:
    order, quick, slow = await reported(school), await browser("wang"), await browser("zhou")
    page, action = f"/work-orders/{order.number}", f"/work-orders/{order.number}/accept"
    form = await slow.form(page, action)
    await quick.take(page, "accept")
    told = notice(await slow.page((await slow.post(action, form)).headers["Location"]))
    assert "已接单" in told
    assert "王强" in told
    assert (await WorkOrder.get(id=order.id)).assignee_id == await person_of("wang")
    assert notice(await quick.take(page, "resolve", note="   ")).startswith("请补一句说明")
    assert "换一位" in notice(await quick.take(page, "transfer", colleague=str(await person_of("li"))))
    assert (await quick.post(f"{page}/reroute", {})).status == 404, "no errand is pressed"


async def test_an_outcome_is_shown_only_to_whom_it_belongs(school: School, browser: Open) -> None:
    order, me, other = await reported(school), await browser("wang"), await browser("zhou")
    action = f"/work-orders/{order.number}/accept"
    done = (await me.post(action, await me.form(f"/work-orders/{order.number}", action))).headers["Location"]
    assert notice(await me.page(done)) == "已接单。"
    assert "正在处理" in notice(await other.page(done))
    for strange in ("x", "accept.", "<b>.1", "unchanged.<b>"):
        assert "<b>" not in await me.page(f"/work-orders/{order.number}?done={strange}")


async def test_a_repair_from_one_page_to_the_next(school: School, browser: Open) -> None:
    order = await reported(school)
    mender, reporter = await browser("wang"), await browser("li")
    page = f"/work-orders/{order.number}"
    assert {"accept", "refuse"} <= offered(await mender.page(page))
    await mender.take(page, "accept")
    await mender.take(page, "hold", reason="parts", wake="tomorrow")
    assert "等配件 · 到 明天 08:00 再看" in await mender.page(page)
    await mender.take(page, "resume")
    done = await mender.take(page, "resolve", photo=PNG, note="换了垫圈")
    assert notice(done) == "已完工。"
    assert f"/files/{sha256(PNG).hexdigest()}" in done
    assert "换了垫圈" in await reporter.page(page)
    await reporter.take(page, "reopen", note="还在漏")
    await mender.take(page, "resolve", note="换了水龙头")
    await reporter.take(page, "confirm")
    assert "★★★★ 满意" in await reporter.take(page, "rate", score="4")
    assert offered(await reporter.page(page)) == {"reopen"}


async def test_corrections_carry_only_what_was_changed(school: School, browser: Open) -> None:
    order, me = await reported(school), await browser("li")
    page = f"/work-orders/{order.number}"
    services = school.house.services
    reader = await services.people.actor("wecom", "li")
    assert reader is not None
    view = await services.work_orders.view(reader, order.id)
    where, item, trade = view.where, order.item, order.category
    same = await me.take(page, "amend", location=where, item=item, category=trade, urgency=order.urgency)
    assert "没有改动" in notice(same)
    assert await InboxEvent.filter(channel="web").count() == 0
    told = await me.take(page, "amend", location="物理实验室", item=item, category=trade, urgency="high")
    order = await WorkOrder.get(id=order.id)
    assert (order.place, order.urgency, order.item) == ("S1-105", "high", item)
    assert "实验楼 105 物理实验室 · 较急" in told or "较急 · 实验楼 105 物理实验室" in told


# -- files


async def test_a_storage_that_is_away_is_said_and_nothing_is_lost(
    school: School, browser: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise StorageError("the disk is full")

    order, me = await reported(school), await browser("wang")
    page = f"/work-orders/{order.number}"
    await me.take(page, "accept")
    done = FormData({**await me.form(page, f"{page}/resolve"), "note": "好了"})
    done.add_field("photo", PNG, filename="a.png")
    storage = school.house.services.files.storage
    with monkeypatch.context() as broken:
        broken.setattr(storage, "put", away)
        sent = await me.post(f"{page}/resolve", done)
        assert sent.status == 503
        assert "the disk" not in await sent.text()
    assert (await WorkOrder.get(id=order.id)).state == "accepted"
    await me.take(page, "resolve", photo=PNG, note="好了")
    path = f"/files/{sha256(PNG).hexdigest()}"
    monkeypatch.setattr(storage, "get", away)
    await me.page(path, 503)


async def test_only_photos_are_taken_and_a_bad_one_stops_the_step(school: School, browser: Open) -> None:
    order, me = await reported(school), await browser("wang")
    page = f"/work-orders/{order.number}"
    await me.take(page, "accept")
    for bad in (b"<svg onload=alert(1)>", b"%PDF-1.7", b"RIFF0000WAVE", b""):
        told = notice(await me.take(page, "resolve", photo=bad, note="好了"))
        assert "不是照片" in told
    hidden = await me.form(page, f"{page}/resolve")
    many = FormData({**hidden, "note": "好了"})
    for _ in range(7):
        many.add_field("photo", PNG, filename="a.png")
    sent = await me.post(f"{page}/resolve", many)
    assert "照片太多" in notice(await me.page(sent.headers["Location"]))
    assert (await WorkOrder.get(id=order.id)).state == "accepted"
    assert await Attachment.all().count() == 0
    huge = FormData({**hidden, "note": "好了"})
    huge.add_field("photo", io.BytesIO(JPEG + bytes(26 * 1024 * 1024)), filename="a.jpg")
    too_much = await me.post(f"{page}/resolve", huge)
    assert too_much.status == 413
    assert "太大" in await too_much.text()


async def test_a_file_is_read_only_through_a_record_that_has_it(school: School, browser: Open) -> None:
    order = await reported(school)
    photo = FileRef(ref="photo", kind=FileKind.IMAGE)
    await school.house.pipeline.deliver(school.event("li", Kind.MESSAGE, files=(photo,)))
    await until(school, Attachment.filter(sha256__not="").exists)
    path = f"/files/{sha256(JPEG).hexdigest()}"
    me = await browser("li")
    response = await me.ask(path)
    assert await response.read() == JPEG
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"].startswith("private")
    assert response.headers["Content-Disposition"].startswith("inline")
    assert (await me.ask(path, **{"If-None-Match": response.headers["ETag"]})).status == 304
    other = await reported(school, "报修 3号楼302 灯不亮")
    by_card = urlsplit(ticket(school, await person_of("li"), order.number)).query
    by_other_card = urlsplit(ticket(school, await person_of("li"), other.number)).query
    stranger = await browser()
    assert (await stranger.ask(f"{path}?{by_card}")).status == 200
    await stranger.page(f"{path}?{by_other_card}", 404)
    await stranger.page(path, 303)
    nobody = await browser()
    await Person.filter(id=await person_of("mei")).update(roles=[])
    await announce()
    await nobody.sign_in("mei")
    await nobody.page(path, 404)
    await nobody.page(f"/work-orders/{order.number}", 404)
    await nobody.page("/board", 403)
    await me.page(f"/files/{'0' * 64}", 404)


@pytest.mark.parametrize(
    "path",
    [
        "/files/..%2f..%2fetc%2fpasswd",
        "/files/%2e%2e/%2e%2e/etc/passwd",
        "/static/..%2f..%2fsite.py",
        "/static/%2e%2e/site.py",
        "/static/../texts.en.toml",
        "/static//etc/passwd",
        "/static/vendor",
    ],
)
async def test_nothing_is_served_by_path(browser: Open, path: str) -> None:
    me = await browser("li")
    response = await me.ask(path)
    assert response.status in {403, 404}
    assert "AppKey" not in await response.text()


async def test_what_others_made_is_unchanged() -> None:
    vendor = web.FOLDER / "static" / "vendor"
    rows = [line.split() for line in (vendor / "VENDOR.txt").read_text().splitlines() if not line.startswith("#")]
    assert {row[0] for row in rows} == {path.name for path in vendor.iterdir() if path.suffix in {".js", ".css"}}
    for name, *_, digest in rows:
        assert sha256((vendor / name).read_bytes()).hexdigest() == digest, name
