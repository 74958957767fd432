"""The channel against the sandbox: whole ways, over the wire, in both directions."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from structlog.testing import capture_logs

from bot.core.broker import MemoryBroker
from bot.core.cards import Button, Card, Choice, Link, Option
from bot.core.carrier import GiveUp, Spent, TryLater
from bot.core.event import Event, FileKind, Kind
from channels import CHANNELS
from channels.base import Channel
from channels.wecom import WeCom, WeComSettings
from channels.wecom.callback import PATH
from channels.wecom.markup import BODY_LIMIT
from sandbox import Config, Member, Sandbox
from tests.contracts.wecom_vendor import settings

HOME = "https://school.example/"
MEMBERS = (Member(userid="WangFang", name="王芳"), Member(userid="LiGang", name="李刚"))
HIDDEN = Member(userid="Hidden", name="不可见", visible=False)
TEMPLATE = settings("http://vendor.invalid")
Json = dict[str, Any]


@dataclass
class School:
    """A channel behind a web server, the sandbox it talks to, and what it delivered."""

    channel: WeCom
    sandbox: Sandbox
    base: str
    callback: str
    events: list[Event]
    failing: list[Exception] = field(default_factory=list)

    async def order(self, order: str, /, **wish: Any) -> Json:
        """Order the sandbox to do something."""
        async with aiohttp.request("POST", f"{self.base}/control/{order}", json=wish) as answer:
            assert answer.status == 200, await answer.text()
            body: Json = await answer.json()
            return body

    async def ask(self, question: str, **query: str) -> Json:
        """Ask the sandbox what it saw."""
        async with aiohttp.request("GET", f"{self.base}/control/{question}", params=query) as answer:
            body: Json = await answer.json()
            return body

    async def card(self, user: str = "wangfang") -> Json:
        """The last card on somebody's phone."""
        shown: Json = (await self.ask("cards", user=user))["cards"][-1]
        return {**shown["card"], "keys": shown["keys"]}

    async def tokens_asked(self) -> int:
        """How often the access token was fetched."""
        return len((await self.ask("calls", path="gettoken"))["calls"])


def config() -> Config:
    """The sandbox's side of the same app."""
    return Config(
        corp_id=TEMPLATE.corp_id,
        agent_id=TEMPLATE.agent_id,
        secret=TEMPLATE.secret.get_secret_value(),
        token=TEMPLATE.token.get_secret_value(),
        aes_key=TEMPLATE.aes_key.get_secret_value(),
        members=(*MEMBERS, HIDDEN),
        retry_pause=0.05,
    )


@pytest.fixture
async def school() -> AsyncIterator[School]:
    sandbox = Sandbox(config())
    base = await sandbox.start()
    channel = WeCom(TEMPLATE.model_copy(update={"api_base": base, "open_base": base}), MemoryBroker(), HOME)
    found = School(channel, sandbox, base, "", [])

    async def deliver(event: Event) -> None:
        if found.failing:
            raise found.failing.pop()
        found.events.append(event)

    app = web.Application()
    channel.mount(app, deliver)
    async with TestServer(app) as server:
        found.callback = str(server.make_url(PATH))
        sandbox.connect(found.callback, f"{server.host}:{server.port}")
        yield found
        await channel.close()
    await sandbox.stop()


SCORES = Choice(key="score", title="评分", options=tuple(Option(str(n), f"{n} 分") for n in range(5, 0, -1)))
WHEN = Choice(key="when", title="时间", options=(Option("am", "上午"), Option("pm", "下午")), selected="pm")
ACCEPT = Button("接单", "work_order:12:accept")
SUBMIT = Button("提交", "work_order:12:rate")
ROWS = (("地点", "教学楼三楼"), ("故障", "水龙头关不上，一直在滴水，地上已经积了很多水，请尽快派人来看看"))


def card(**parts: Any) -> Card:
    """A card of work order 12."""
    return Card(
        **{"key": "work_order:12", "title": "新报修：三楼漏水", "headline": "王老师 08:12", "rows": ROWS, **parts}
    )


CARDS = {
    "text_notice": card(links=(Link("详情", f"{HOME}work-orders/W1"),)),
    "news_notice": card(image=f"{HOME}1.jpg"),
    "button_interaction": card(buttons=(ACCEPT,), choices=(WHEN,), quote="关不上了", url=f"{HOME}work-orders/W1"),
    "vote_interaction": card(choices=(SCORES,), submit=SUBMIT),
    "multiple_interaction": card(choices=(SCORES, WHEN), submit=SUBMIT),
}


def test_wecom_is_a_channel() -> None:
    channel: Channel = WeCom(TEMPLATE, MemoryBroker(), HOME)
    assert channel.name == "wecom"
    assert set(CHANNELS) >= {"wecom"}


@pytest.mark.parametrize("kind", CARDS)
async def test_the_vendor_takes_a_card_of_every_type(school: School, kind: str) -> None:
    receipt = await school.channel.send("wangfang", CARDS[kind])
    shown = await school.card()
    assert shown["card"]["card_type"] == kind
    assert shown["task_id"] == receipt.ref
    assert bool(receipt.code) == ("interaction" in kind)
    calls = (await school.ask("calls", path="message/send"))["calls"]
    assert not calls[-1].get("warnings"), calls[-1]


@pytest.mark.parametrize("kind", CARDS)
async def test_a_shown_card_becomes_any_other_once(school: School, kind: str) -> None:
    receipt = await school.channel.send("wangfang", card(buttons=(ACCEPT,)))
    await school.channel.update("wangfang", CARDS[kind], receipt.code)
    assert (await school.card())["card"]["card_type"] == kind
    with pytest.raises(Spent):
        await school.channel.update("wangfang", CARDS[kind], receipt.code)


async def test_a_press_comes_as_an_event_whose_code_changes_the_card(school: School) -> None:
    receipt = await school.channel.send("wangfang", card(choices=(SCORES, WHEN), submit=SUBMIT))
    await school.order("press", user="WangFang", task_id=receipt.ref, key=SUBMIT.name, selected={"score": "4"})
    event = school.events[-1]
    assert (event.kind, event.account, event.name) == (Kind.PRESS, "wangfang", SUBMIT.name)
    assert (event.card, event.fields) == (receipt.ref, {"score": "4", "when": "pm"})
    await school.channel.update(event.account, card(headline="谢谢"), event.code)
    assert (await school.card())["card"]["main_title"]["desc"] == "谢谢"


async def test_a_card_whose_answer_was_lost_hangs_there_once_and_can_be_pressed_and_changed(school: School) -> None:
    await school.channel.say("wangfang", "有人在吗")  # the token is there: the answer that is lost is the card's
    await school.order("faults", lose_answers=1)
    with pytest.raises(TryLater) as lost:
        await school.channel.send("wangfang", card(buttons=(ACCEPT,)), "work_order-12-abc")
    assert lost.value.whole_lane
    again = await school.channel.send("wangfang", card(buttons=(ACCEPT,)), "work_order-12-abc")
    assert (again.ref, again.code) == ("work_order-12-abc", "")
    assert len((await school.ask("cards", user="wangfang"))["cards"]) == 1
    await school.order("press", user="WangFang", task_id=again.ref, key=ACCEPT.name)
    await school.channel.update("wangfang", card(headline="已接单"), school.events[-1].code)
    assert (await school.card())["card"]["main_title"]["desc"] == "已接单"


async def test_retired_buttons_are_a_label(school: School) -> None:
    receipt = await school.channel.send("wangfang", card(buttons=(ACCEPT,)))
    await school.channel.retire("wangfang", "已被李师傅接单", receipt.code)
    shown = await school.card()
    assert (shown["replaced"], shown["keys"]) == ("已被李师傅接单", [])


async def test_a_card_for_somebody_out_of_sight_is_given_up(school: School) -> None:
    with pytest.raises(GiveUp):
        await school.channel.send("hidden", card())
    with pytest.raises(GiveUp):
        await school.channel.say("nobody", "在吗")


async def test_a_line_arrives(school: School) -> None:
    await school.channel.say("wangfang", "已登记，W20261122-004")
    assert (await school.ask("messages", user="wangfang"))["messages"][-1]["content"] == {
        "content": "已登记，W20261122-004"
    }


async def test_dead_tokens_are_replaced_once_for_all(school: School) -> None:
    await asyncio.gather(*(school.channel.send("wangfang", card()) for _ in range(10)))
    await school.order("faults", kill_tokens=True)
    before = await school.tokens_asked()
    await asyncio.gather(*(school.channel.identify("no-such-code") for _ in range(80)))
    assert (before, await school.tokens_asked()) == (1, 2)


async def test_a_wrong_secret_does_not_ban_us(school: School) -> None:
    given = settings(school.base, secret="wrong")
    wrong = WeCom(given, MemoryBroker(), HOME)
    outcomes = await asyncio.gather(*(wrong.send("wangfang", card()) for _ in range(40)), return_exceptions=True)
    await wrong.close()
    assert all(isinstance(error, TryLater) and error.whole_lane for error in outcomes)
    assert await school.tokens_asked() == 1
    await school.channel.send("wangfang", card())  # the vendor's ban would be for our address


async def test_the_lane_goes_on_after_an_outage(school: School) -> None:
    await school.channel.say("wangfang", "一")
    await school.order("faults", down=True)
    with pytest.raises(TryLater) as held:
        await school.channel.say("wangfang", "二")
    assert held.value.whole_lane
    await school.order("faults", clear=True)
    await school.channel.say("wangfang", "二")


async def test_a_photo_is_fetched_as_it_was_sent(school: School) -> None:
    await school.order("image", user="WangFang", name="漏水.png")
    ref = school.events[-1].files[0]
    assert ref.kind is FileKind.IMAGE
    fetched = await school.channel.fetch(ref.ref)
    assert fetched.media_type == "image/png"
    assert fetched.body.startswith(b"\x89PNG")
    with pytest.raises(GiveUp):
        await school.channel.fetch("no-such-media")


async def test_a_voice_is_fetched(school: School) -> None:
    await school.order("voice", user="WangFang")
    assert (await school.channel.fetch(school.events[-1].files[0].ref)).media_type == "audio/amr"


async def test_a_browser_signs_in_once(school: School) -> None:
    url = school.channel.sign_in_url(school.callback, "state123")
    assert url.endswith("#wechat_redirect")
    async with aiohttp.request("GET", f"{url.partition('#')[0]}&as=WangFang", allow_redirects=False) as answer:
        back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert back["state"] == ["state123"]
    assert await school.channel.identify(back["code"][0]) == "wangfang"
    assert await school.channel.identify(back["code"][0]) is None


@pytest.mark.parametrize("state", ["", "a b", "x" * 129, "中"])
def test_a_state_that_the_vendor_refuses_is_refused_here(state: str) -> None:
    with pytest.raises(ValueError, match="state"):
        WeCom(TEMPLATE, MemoryBroker(), HOME).sign_in_url(HOME, state)


async def test_the_console_may_save_our_address(school: School) -> None:
    assert (await school.order("callback-check"))["passed"]


async def test_repeats_have_one_id(school: School) -> None:
    await school.order("say", user="WangFang", text="报修 三楼漏水", copies=4, overlap=True)
    assert len(school.events) == 4
    assert len({event.id for event in school.events}) == 1
    assert school.events[0].text == "报修 三楼漏水"


async def test_what_is_not_safe_is_not_acknowledged_and_comes_again(school: School) -> None:
    school.failing.append(RuntimeError("text of a person"))
    with capture_logs() as logs:
        outcome = await school.order("say", user="WangFang", text="三楼漏水")
    assert [attempt["status"] for attempt in outcome["attempts"]] == [503, 200]
    assert [event.text for event in school.events] == ["三楼漏水"]
    lost = [entry for entry in logs if entry["event"] == "wecom_callback_lost"]
    assert [entry["error"] for entry in lost] == ["RuntimeError"]
    assert "text of a person" not in str(logs)


@pytest.mark.parametrize("event", ["change_contact", "inactive_alert", "something_new_2031"])
async def test_a_notice_is_acknowledged_and_ends_there(school: School, event: str) -> None:
    outcome = await school.order("event", user="sys", event=event, fields={"ChangeType": "delete_user", "UserID": "a"})
    assert [attempt["status"] for attempt in outcome["attempts"]] == [200]
    assert not school.events


BAD_QUERY = {"msg_signature": "0" * 40, "timestamp": "1", "nonce": "n"}
BAD = {
    "unsigned": (b"<xml><Encrypt>x</Encrypt></xml>", {}, 403),
    "badly signed": (b"<xml><Encrypt>x</Encrypt></xml>", BAD_QUERY, 403),
    "a bomb": (b'<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>', BAD_QUERY, 400),
    "no XML": (b"hello", BAD_QUERY, 400),
    "nothing": (b"", BAD_QUERY, 400),
    "too long": (b"a" * (BODY_LIMIT + 1), BAD_QUERY, 413),
    "ten megabytes": (b"a" * (10 << 20), BAD_QUERY, 413),
}


@pytest.mark.parametrize("name", BAD)
async def test_what_is_not_the_vendors_gets_an_empty_refusal(school: School, name: str) -> None:
    body, query, status = BAD[name]
    async with aiohttp.request("POST", school.callback, data=BytesIO(body), params=query) as answer:
        assert (answer.status, await answer.read()) == (status, b"")
    async with aiohttp.request("GET", school.callback, params=query) as answer:
        assert (answer.status, await answer.read()) == (403, b"")
    assert not school.events


async def test_a_body_without_a_length_is_bounded_too(school: School) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b"a" * (1 << 16)

    async with aiohttp.request("POST", school.callback, data=endless(), params=BAD_QUERY) as answer:
        assert (answer.status, await answer.read()) == (413, b"")


def test_settings_name_every_problem_at_once_and_no_secret() -> None:
    environ = {"HOUQIN_WECOM_AGENT_ID": "x", "HOUQIN_WECOM_AES_KEY": "k€y", "HOUQIN_WECOM_API_BASE": "ftp://x"}
    with pytest.raises(ValueError, match="6 validation errors") as wrong:
        WeComSettings.from_environ(environ)
    text = str(wrong.value)
    assert all(
        f"HOUQIN_WECOM_{name}" in text for name in ("CORP_ID", "AGENT_ID", "SECRET", "TOKEN", "AES_KEY", "API_BASE")
    )
    assert "k€y" not in text


def test_settings_have_the_vendors_addresses_and_hide_what_is_secret() -> None:
    given = settings("")
    assert (given.api_base, given.sign_in_base) == ("https://qyapi.weixin.qq.com", "https://open.weixin.qq.com")
    assert "s3cret" not in repr(given)
    assert given.contacts_secret is None


def test_a_server_in_the_vendors_place_has_the_sign_in_page_too() -> None:
    assert settings("http://127.0.0.1:8090/").sign_in_base == "http://127.0.0.1:8090"
