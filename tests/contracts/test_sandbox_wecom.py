"""The WeCom stand-in is as strict as the vendor: a small bot with other crypto (wechatpy) talks to it over the wire."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import xmltodict
from aiohttp import web
from wechatpy.enterprise.crypto import WeChatCrypto

from sandbox import Config, Member, Sandbox
from sandbox.samples import photo, voice

Json = dict[str, Any]
Reply = Callable[[Json], Awaitable[str]]

CORP, AGENT, SECRET, TOKEN, KEY = (
    "ww5823bf96d3bd56c7",
    1000002,
    "a-secret",
    "QDG6eK",
    "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
)
MEMBERS = (
    Member(userid="WangFang", name="王芳", title="语文老师", department="教务处"),
    Member(userid="liming", name="李明", title="电工", department="后勤处"),
    Member(userid="zhaoqiang", name="赵强", title="水工", department="后勤处"),
    Member(userid="outsider", name="外人", visible=False),
)
BUTTONS: Json = {
    "card_type": "button_interaction",
    "main_title": {"title": "新报修：三楼漏水"},
    "button_list": [{"text": "接单", "style": 1, "key": "accept"}, {"text": "做不了", "style": 2, "key": "decline"}],
}
NOTICE: Json = {
    "card_type": "text_notice",
    "main_title": {"title": "报修已派工"},
    "card_action": {"type": 1, "url": "https://school.example/r/17"},
}


@dataclass
class Bot:
    """A bot of the other make: opens callbacks with wechatpy, keeps them, answers what a test wants."""

    crypto: WeChatCrypto = field(default_factory=lambda: WeChatCrypto(TOKEN, KEY, CORP))
    heard: list[Json] = field(default_factory=list)
    nonces: list[str] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    now: int = 0
    most_at_once: int = 0
    reply: Reply | None = None

    async def verify(self, request: web.Request) -> web.Response:
        """The GET check of the console."""
        q = request.query
        return web.Response(
            text=self.crypto.check_signature(q["msg_signature"], q["timestamp"], q["nonce"], q["echostr"])
        )

    async def hear(self, request: web.Request) -> web.Response:
        """One callback: opened, kept, answered with the planned status or reply."""
        self.now += 1
        self.most_at_once = max(self.most_at_once, self.now)
        q = request.query
        outer = xmltodict.parse(await request.text())["xml"]
        plain = self.crypto.decrypt_message(outer, q["msg_signature"], q["timestamp"], q["nonce"])
        message = xmltodict.parse(plain, force_list=("SelectedItem", "OptionId"))["xml"]
        self.heard.append(message)
        self.nonces.append(q["nonce"])
        status = self.statuses.pop(0) if self.statuses else 200
        answer = await self.reply(message) if self.reply and status == 200 else ""
        self.now -= 1
        sealed = self.crypto.encrypt_message(answer, "noncenonce", "1700000000") if answer else ""
        return web.Response(status=status, text=sealed)


@dataclass
class Town:
    """Sandbox, bot, and a client that stands for both the bot's REST side and a test's control."""

    sandbox: Sandbox
    bot: Bot
    http: aiohttp.ClientSession
    base: str
    token: str = ""

    async def api(self, path: str, body: object = None, **query: str) -> Json:
        """A REST call with the access token."""
        method, data = ("GET", None) if body is None else ("POST", json.dumps(body, ensure_ascii=False).encode())
        params = {"access_token": self.token} | query
        async with self.http.request(method, f"{self.base}/cgi-bin/{path}", params=params, data=data) as response:
            assert response.status == 200
            answer: Json = json.loads(await response.read())
            return answer

    async def send(self, kind: str, content: Json, touser: str = "liming", **more: object) -> Json:
        """message/send of one kind."""
        body = {"touser": touser, "msgtype": kind, "agentid": AGENT, kind: content}
        return await self.api("message/send", body | more)

    async def card(self, card: Json, task_id: str = "t-1", touser: str = "liming") -> Json:
        """message/send of a card."""
        return await self.send("template_card", card | ({"task_id": task_id} if task_id else {}), touser)

    async def order(self, what: str, expect: int = 200, /, **wish: object) -> Json:
        """An order of the control interface."""
        async with self.http.post(f"{self.base}/control/{what}", json=wish) as response:
            answer: Json = await response.json()
            assert response.status == expect, answer
            return answer

    async def ask(self, what: str, **query: str | int) -> Json:
        """A question to the control interface."""
        async with self.http.get(f"{self.base}/control/{what}", params=query) as response:
            assert response.status == 200
            answer: Json = await response.json()
            return answer

    async def present(self, user: str, task_id: str = "t-1") -> Json:
        """A member's card as it looks now."""
        return (await self.ask("cards", user=user, task_id=task_id))["cards"][0]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
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
        it.token = (await it.api("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"]
        yield it
    await sandbox.stop()
    await runner.cleanup()


# ---- tokens


async def test_a_wrong_secret_is_refused_and_repeated_ones_ban_the_address(town: Town) -> None:
    assert (await town.api("gettoken", corpid="ww0", corpsecret=SECRET))["errcode"] == 40013
    codes = [(await town.api("gettoken", corpid=CORP, corpsecret="no"))["errcode"] for _ in range(6)]
    assert codes == [40001] * 5 + [45009]
    assert (await town.api("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 45009
    await town.order("clock", move=3601)
    assert (await town.api("gettoken", corpid=CORP, corpsecret=SECRET))["errcode"] == 0


async def test_a_token_is_missing_unknown_expired_or_killed(town: Town) -> None:
    async with town.http.get(f"{town.base}/cgi-bin/user/get") as response:
        answer = json.loads(await response.text())
    assert answer["errcode"] == 41001
    assert "from ip: 127.0.0.1, more info at https://open.work.weixin.qq.com/devtool/query?e=41001" in answer["errmsg"]
    good, town.token = town.token, "nonsense"
    assert (await town.api("user/get", userid="liming"))["errcode"] == 40014
    town.token = good
    await town.order("clock", move=7200)
    assert (await town.api("user/get", userid="liming"))["errcode"] == 42001
    await town.order("clock", move=-7200)
    await town.order("faults", kill_tokens=True)
    assert (await town.api("user/get", userid="liming"))["errcode"] == 40014


# ---- message/send


async def test_receivers_outside_the_visible_range_come_back_in_lower_case(town: Town) -> None:
    answer = await town.send("text", {"content": "您好"}, "wangfang|OutSider|Nobody")
    assert (answer["errcode"], answer["invaliduser"]) == (0, "outsider|nobody")
    assert answer["msgid"]
    assert "response_code" not in answer
    (message,) = (await town.ask("messages", user="WangFang"))["messages"]
    assert (message["kind"], message["content"]) == ("text", {"content": "您好"})
    assert (await town.send("text", {"content": "您好"}, "Nobody"))["errcode"] == 81013


async def test_departments_and_everybody_can_be_addressed(town: Town) -> None:
    departments = (await town.api("department/list"))["department"]
    number = next(d["id"] for d in departments if d["name"] == "后勤处")
    answer = await town.send("text", {"content": "开会"}, "", toparty=f"{number}|99")
    assert (answer["errcode"], answer["invalidparty"]) == (0, "99")
    await town.send("text", {"content": "全体"}, "@all")
    counts = [len((await town.ask("messages", user=m.userid))["messages"]) for m in MEMBERS[:3]]
    assert counts == [1, 2, 2]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"touser": "liming", "msgtype": "text", "text": {"content": "x"}}, 40056),
        ({"touser": "liming", "agentid": 7, "msgtype": "text", "text": {"content": "x"}}, 301002),
        ({"touser": "liming", "agentid": AGENT, "msgtype": "song"}, 40008),
        ({"touser": "liming", "agentid": AGENT, "msgtype": "text", "text": {"content": ""}}, 44004),
        ({"touser": "liming", "agentid": AGENT, "msgtype": "markdown", "markdown": {"content": "水" * 683}}, 45002),
        ({"touser": "liming", "agentid": AGENT, "msgtype": "image", "image": {"media_id": "none"}}, 40007),
        ({"touser": "liming", "agentid": AGENT, "msgtype": "news", "news": {"articles": []}}, 45008),
        ({"touser": "liming", "agentid": AGENT, "msgtype": "textcard", "textcard": {"title": "", "url": "x"}}, 41016),
        (
            {"touser": "|".join(map(str, range(1001))), "agentid": AGENT, "msgtype": "text", "text": {"content": "x"}},
            40032,
        ),
        ({"agentid": AGENT, "msgtype": "text", "text": {"content": "x"}}, 82001),
        ("not an object", 40056),
    ],
)
async def test_a_wrong_message_is_refused_with_the_vendors_code(town: Town, body: object, code: int) -> None:
    assert (await town.api("message/send", body))["errcode"] == code
    assert (await town.ask("messages"))["messages"] == []


async def test_a_long_text_is_cut_between_characters_at_2048_bytes(town: Town) -> None:
    await town.send("text", {"content": "水" * 1000})
    (message,) = (await town.ask("messages", user="liming"))["messages"]
    assert message["content"]["content"] == "水" * 682
    assert (await town.ask("calls", path="message/send"))["calls"][0]["warnings"] == ["content cut at 2048 bytes"]


async def test_the_31st_message_of_a_minute_is_dropped_without_an_error(town: Town) -> None:
    await town.order("clock", freeze=True)
    answers = [
        await town.send("text", {"content": str(n)}, "liming|zhaoqiang" if n == 30 else "liming") for n in range(31)
    ]
    assert {answer["errcode"] for answer in answers} == {0}
    assert len((await town.ask("messages", user="liming"))["messages"]) == 30
    assert len((await town.ask("messages", user="zhaoqiang"))["messages"]) == 1
    assert (await town.ask("calls"))["calls"][-1]["dropped"] == ["liming"]
    await town.order("clock", move=61)
    await town.send("text", {"content": "later"})
    assert len((await town.ask("messages", user="liming"))["messages"]) == 31


async def test_the_same_message_is_given_once_where_the_call_asks_for_the_check(town: Town) -> None:
    for _ in range(2):
        answer = await town.send("text", {"content": "一样"}, enable_duplicate_check=1, duplicate_check_interval=600)
        assert answer["errcode"] == 0
    assert len((await town.ask("messages", user="liming"))["messages"]) == 1
    wrong = await town.send("text", {"content": "一样"}, enable_duplicate_check=1, duplicate_check_interval=14401)
    assert wrong["errcode"] == 40058


# ---- cards


def _with(card: Json, **blocks: object) -> Json:
    return card | blocks


OPTION: Json = {"id": "a", "text": "甲"}
CHECKBOX: Json = {
    "question_key": "score",
    "mode": 0,
    "option_list": [{"id": "5", "text": "好"}, {"id": "1", "text": "差"}],
}
VOTE: Json = {
    "card_type": "vote_interaction",
    "main_title": {"title": "请评价"},
    "checkbox": CHECKBOX,
    "submit_button": {"text": "提交", "key": "rate"},
}
MULTIPLE: Json = {
    "card_type": "multiple_interaction",
    "main_title": {"title": "采购审批"},
    "select_list": [{"question_key": "decision", "title": "意见", "option_list": [OPTION, {"id": "b", "text": "乙"}]}],
    "submit_button": {"text": "提交", "key": "approve"},
}
NEWS: Json = {
    "card_type": "news_notice",
    "main_title": {"title": "图片"},
    "card_image": {"url": "https://school.example/1.jpg", "aspect_ratio": 1.3},
    "card_action": {"type": 1, "url": "https://school.example"},
}
ROW: Json = {"keyname": "地点", "value": "三楼"}
TOO_MANY = [
    _with(BUTTONS, horizontal_content_list=[ROW] * 7),
    _with(BUTTONS, button_list=[{"text": str(n), "key": str(n)} for n in range(7)]),
    _with(BUTTONS, button_list=[]),
    _with(BUTTONS, action_menu={"desc": "", "action_list": [{"text": str(n), "key": str(n)} for n in range(4)]}),
    _with(BUTTONS, button_selection=CHECKBOX | {"option_list": [{"id": str(n), "text": "x"} for n in range(11)]}),
    _with(NOTICE, jump_list=[{"title": "x"}] * 4),
    _with(NEWS, vertical_content_list=[{"title": "x"}] * 5),
    _with(VOTE, checkbox=CHECKBOX | {"option_list": [{"id": str(n), "text": "x"} for n in range(21)]}),
    _with(MULTIPLE, select_list=[MULTIPLE["select_list"][0] | {"question_key": str(n)} for n in range(4)]),
]


@pytest.mark.parametrize("card", TOO_MANY)
async def test_counts_of_card_fields_are_hard(town: Town, card: Json) -> None:
    assert (await town.card(card))["errcode"] == 40058


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (_with(BUTTONS, card_type="big_card"), 42031),
        (_with(BUTTONS, button_list=[{"text": "", "key": "k"}]), 42038),
        (_with(BUTTONS, button_list=[{"text": "x"}]), 42039),
        (_with(BUTTONS, button_list=[{"text": "x", "key": "k" * 1025}]), 42039),
        (_with(BUTTONS, button_list=[{"text": "x", "key": "k"}, {"text": "y", "key": "k"}]), 42039),
        (_with(BUTTONS, button_list=[{"text": "x", "type": 1, "url": "javascript:alert(1)"}]), 40058),
        (_with(BUTTONS, horizontal_content_list=[ROW | {"type": 3, "userid": "nobody"}]), 40003),
        (_with(BUTTONS, horizontal_content_list=[ROW | {"type": 2, "media_id": "none"}]), 40007),
        (_with(BUTTONS, main_title={}), 40058),
        (_with(NOTICE, card_action=None), 42045),
        (_with(NOTICE, card_action={"type": 0}), 42045),
        (_with(NEWS, card_image=None), 40058),
        (_with(NEWS, card_image={"url": "https://school.example/1.jpg", "aspect_ratio": 3}), 40058),
        (_with(VOTE, checkbox=CHECKBOX | {"question_key": ""}), 42043),
        (_with(VOTE, submit_button={"text": "提交"}), 42039),
        (_with(MULTIPLE, select_list=MULTIPLE["select_list"] * 2), 42043),
    ],
)
async def test_card_fields_are_refused_with_the_vendors_code(town: Town, card: Json, code: int) -> None:
    assert (await town.card(card))["errcode"] == code
    assert (await town.ask("messages"))["messages"] == []


async def test_a_task_id_works_once_for_ever_and_must_be_there_where_presses_come_back(town: Town) -> None:
    assert (await town.card(BUTTONS, ""))["errcode"] == 42014
    assert (await town.card(BUTTONS, "with space"))["errcode"] == 42014
    assert (await town.card(BUTTONS, "x" * 129))["errcode"] == 42014
    assert (await town.card(BUTTONS, "t-1"))["errcode"] == 0
    assert (await town.card(BUTTONS, "t-1", "zhaoqiang"))["errcode"] == 42014
    assert (await town.card(NOTICE, ""))["errcode"] == 0


async def test_only_cards_with_callbacks_have_a_response_code(town: Town) -> None:
    menu = {"desc": "更多", "action_list": [{"text": "转派", "key": "transfer"}]}
    assert "response_code" not in await town.card(NOTICE, "")
    assert "response_code" not in await town.card(NEWS, "n-1")
    for number, card in enumerate((BUTTONS, VOTE, MULTIPLE, _with(NOTICE, action_menu=menu))):
        assert (await town.card(card, f"c-{number}"))["response_code"]


async def test_lengths_that_are_advice_only_are_warnings(town: Town) -> None:
    answer = await town.card(_with(BUTTONS, main_title={"title": "长" * 37}, jump_list=[]))
    assert answer["errcode"] == 0
    warnings = (await town.ask("calls"))["calls"][-1]["warnings"]
    assert warnings == [
        "jump_list is not shown on button_interaction",
        "main_title.title is longer than the advised 36 characters",
    ]


# ---- updates


async def _update(town: Town, code: str, **more: object) -> Json:
    return await town.api("message/update_template_card", {"agentid": AGENT, "response_code": code} | more)


async def test_an_update_changes_the_named_copies_and_uses_up_its_code(town: Town) -> None:
    sent = await town.card(BUTTONS, touser="liming|zhaoqiang|wangfang")
    button = {"replace_name": "已被李师傅接单"}
    answer = await _update(town, sent["response_code"], userids=["zhaoqiang", "outsider"], button=button)
    assert answer == {"errcode": 0, "errmsg": "ok", "invaliduser": ["outsider"]}
    dead, alive = await town.present("zhaoqiang"), await town.present("liming")
    assert (dead["card"]["replaced"], dead["keys"]) == ("已被李师傅接单", [])
    assert (alive["card"]["replaced"], alive["keys"]) == ("", ["accept", "decline"])
    again = await _update(town, sent["response_code"], atall=1, button=button)
    assert again["errcode"] == 60140


async def test_a_whole_card_may_become_another_and_keeps_its_task_id(town: Town) -> None:
    sent = await town.card(BUTTONS)
    code = sent["response_code"]
    assert (await _update(town, code, userids=["liming"], template_card={"card_type": "text_notice"}))[
        "errcode"
    ] == 40058
    assert (await _update(town, code, userids=["liming"]))["errcode"] == 40058
    changed = await _update(town, code, atall=1, template_card=_with(NOTICE, task_id="t-other"))
    assert changed["errcode"] == 0
    card = await town.present("liming")
    assert [version["cause"] for version in card["versions"]] == ["send", "update"]
    assert card["card"]["card"]["card_type"] == "text_notice"
    assert (await town.ask("calls"))["calls"][-1]["warnings"] == ["task_id has no effect on an update"]


async def test_a_response_code_lives_72_hours(town: Town) -> None:
    sent = await town.card(BUTTONS)
    await town.order("clock", move=72 * 3600)
    town.token = (await town.api("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"]
    answer = await _update(town, sent["response_code"], atall=1, button={"replace_name": "晚了"})
    assert answer["errcode"] == 60140


async def test_a_message_can_be_recalled_for_24_hours(town: Town) -> None:
    first, second = await town.send("text", {"content": "一"}), await town.send("text", {"content": "二"})
    assert (await town.api("message/recall", {"msgid": first["msgid"]}))["errcode"] == 0
    messages = (await town.ask("messages", user="liming"))["messages"]
    assert [(m["recalled"], m["content"]) for m in messages] == [(True, {}), (False, {"content": "二"})]
    await town.order("clock", move=86_400)
    town.token = (await town.api("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"]
    assert (await town.api("message/recall", {"msgid": second["msgid"]}))["errcode"] == 40058


# ---- callbacks


async def test_the_url_check_passes_with_another_implementation(town: Town) -> None:
    assert (await town.order("callback-check"))["passed"] is True
    town.sandbox.connect("http://127.0.0.1:9/nobody")
    assert (await town.order("callback-check"))["passed"] is False


async def test_what_members_send_is_opened_by_another_implementation(town: Town) -> None:
    await town.order("say", user="wangfang", text="三楼]]>漏水\U0001f6b0\x00")
    await town.order("image", user="wangfang")
    await town.order("voice", user="wangfang")
    await town.order("location", user="wangfang", latitude=31.2, longitude=121.5, label="操场")
    text, image, sound, place = town.bot.heard
    assert text["Content"] == "三楼]]>漏水\U0001f6b0"
    assert (text["FromUserName"], text["ToUserName"], text["AgentID"]) == ("WangFang", CORP, str(AGENT))
    assert (sound["Format"], place["Location_X"], place["Label"]) == ("amr", "31.2", "操场")
    assert len({message["MsgId"] for message in town.bot.heard}) == 4
    params = {"access_token": town.token, "media_id": image["MediaId"]}
    async with town.http.get(f"{town.base}/cgi-bin/media/get", params=params) as response:
        assert (response.content_type, await response.read()) == ("image/png", photo(1))
    async with town.http.get(image["PicUrl"]) as response:
        assert await response.read() == photo(1)


async def test_a_callback_that_fails_comes_again_three_times_freshly_sealed(town: Town) -> None:
    town.bot.statuses = [500, 403, 302]
    outcome = await town.order("say", user="liming", text="喂")
    assert (outcome["delivered"], [a["status"] for a in outcome["attempts"]]) == (True, [500, 403, 302, 200])
    assert len({message["MsgId"] for message in town.bot.heard}) == 1
    assert len(set(town.bot.nonces)) == 4
    town.bot.statuses = [500] * 9
    lost = await town.order("say", user="liming", text="喂")
    assert (lost["delivered"], len(lost["attempts"])) == (False, 4)


async def test_a_slow_answer_is_given_up_and_the_next_copy_overlaps(town: Town) -> None:
    release = asyncio.Event()

    async def slow(message: Json) -> str:
        if len(town.bot.heard) == 1:
            await release.wait()
        return ""

    town.bot.reply = slow
    outcome = await town.order("say", user="liming", text="喂")
    release.set()
    assert [(a["status"], a["error"]) for a in outcome["attempts"]] == [(0, "timeout"), (200, "")]
    assert town.bot.most_at_once == 2


async def test_copies_can_overlap_on_demand(town: Town) -> None:
    everybody = asyncio.Barrier(3)

    async def together(message: Json) -> str:
        await everybody.wait()
        return ""

    town.bot.reply = together
    outcome = await town.order("say", user="liming", text="喂", copies=3, overlap=True)
    assert [a["status"] for a in outcome["attempts"]] == [200, 200, 200]
    assert (len(town.bot.heard), len({message["MsgId"] for message in town.bot.heard})) == (3, 1)


async def test_a_press_carries_task_key_code_and_what_is_selected(town: Town) -> None:
    await town.card(
        _with(BUTTONS, button_selection={"question_key": "eta", "option_list": [OPTION, {"id": "b", "text": "乙"}]})
    )
    await town.order("press", user="liming", task_id="t-1", key="accept", selected={"eta": "b"})
    (event,) = town.bot.heard
    assert (event["Event"], event["EventKey"], event["TaskId"]) == ("template_card_event", "accept", "t-1")
    assert event["CardType"] == "button_interaction"
    assert event["SelectedItems"]["SelectedItem"] == [{"QuestionKey": "eta", "OptionIds": {"OptionId": ["b"]}}]
    assert "MsgId" not in event
    answer = await _update(town, event["ResponseCode"], userids=["liming"], button={"replace_name": "已接单"})
    assert answer["errcode"] == 0


async def test_only_what_the_client_offers_can_be_pressed(town: Town) -> None:
    sent = await town.card(BUTTONS, touser="liming|zhaoqiang")
    await town.order("press", 409, user="liming", task_id="t-1", key="finish")
    await town.order("press", 409, user="WangFang", task_id="t-1", key="accept")
    await _update(town, sent["response_code"], userids=["zhaoqiang"], button={"replace_name": "已被接"})
    await town.order("press", 409, user="zhaoqiang", task_id="t-1", key="accept")
    assert town.bot.heard == []
    await town.order("press", user="zhaoqiang", task_id="t-1", key="accept", stale=True)
    assert town.bot.heard[0]["FromUserName"] == "zhaoqiang"


async def test_a_vote_wants_one_of_its_options(town: Town) -> None:
    await town.card(VOTE)
    await town.order("press", 409, user="liming", task_id="t-1", key="rate")
    await town.order("press", 409, user="liming", task_id="t-1", key="rate", selected={"score": ["5", "1"]})
    await town.order("press", 409, user="liming", task_id="t-1", key="rate", selected={"score": "9"})
    await town.order("press", user="liming", task_id="t-1", key="rate", selected={"score": "5"})
    assert town.bot.heard[0]["SelectedItems"]["SelectedItem"][0]["OptionIds"]["OptionId"] == ["5"]


async def test_a_menu_press_has_an_event_of_its_own_and_drop_downs_start_at_the_first_option(town: Town) -> None:
    await town.card(
        _with(NOTICE, action_menu={"desc": "", "action_list": [{"text": "转派", "key": "transfer"}]}), "n-1"
    )
    await town.order("press", user="liming", task_id="n-1", key="transfer")
    await town.card(MULTIPLE, "m-1")
    await town.order("press", user="liming", task_id="m-1", key="approve")
    menu, several = town.bot.heard
    assert (menu["Event"], "SelectedItems" in menu) == ("template_card_menu_event", False)
    assert several["SelectedItems"]["SelectedItem"] == [{"QuestionKey": "decision", "OptionIds": {"OptionId": ["a"]}}]


# ---- passive replies


async def test_a_passive_text_stands_in_the_chat(town: Town) -> None:
    async def echo(message: Json) -> str:
        return (
            f"<xml><ToUserName>{message['FromUserName']}</ToUserName><FromUserName>{CORP}</FromUserName>"
            f"<CreateTime>1</CreateTime><MsgType>text</MsgType><Content>收到：{message['Content']}</Content></xml>"
        )

    town.bot.reply = echo
    assert (await town.order("say", user="liming", text="喂"))["reply"] == {"kind": "text"}
    texts = [(m["from"], m["content"]["content"]) for m in (await town.ask("messages", user="liming"))["messages"]]
    assert texts == [("member", "喂"), ("app", "收到：喂")]


async def test_a_passive_card_changes_the_clicking_members_copy_only(town: Town) -> None:
    async def done(message: Json) -> str:
        return (
            "<xml><ToUserName>liming</ToUserName><MsgType>update_template_card</MsgType><TemplateCard>"
            "<CardType>button_interaction</CardType><MainTitle><Title>已接单</Title></MainTitle>"
            "<HorizontalContentList><KeyName>地点</KeyName><Value>三楼</Value></HorizontalContentList>"
            "<HorizontalContentList><KeyName>时间</KeyName><Value>今天</Value></HorizontalContentList>"
            "<ButtonList><Text>完工</Text><Style>1</Style><Key>done</Key></ButtonList></TemplateCard></xml>"
        )

    town.bot.reply = done
    await town.card(BUTTONS, touser="liming|zhaoqiang")
    outcome = await town.order("press", user="liming", task_id="t-1", key="accept")
    assert outcome["reply"]["kind"] == "update_template_card"
    mine, other = await town.present("liming"), await town.present("zhaoqiang")
    assert (mine["keys"], other["keys"]) == (["done"], ["accept", "decline"])
    assert [row["value"] for row in mine["card"]["card"]["horizontal_content_list"]] == ["三楼", "今天"]
    spent = await _update(town, town.bot.heard[0]["ResponseCode"], atall=1, button={"replace_name": "x"})
    assert spent["errcode"] == 60140


async def test_a_reply_with_a_foreign_seal_is_ignored(town: Town) -> None:
    async def hello(message: Json) -> str:
        return "<xml><ToUserName>liming</ToUserName><MsgType>text</MsgType><Content>hi</Content></xml>"

    town.bot.reply, opening = hello, town.bot.crypto
    replies = []
    for crypto in (WeChatCrypto("othertoken", KEY, CORP), WeChatCrypto(TOKEN, KEY, "ww-other")):
        town.bot.crypto = _Halves(opening, crypto)
        replies.append((await town.order("say", user="liming", text="喂"))["reply"])
    assert replies == [{"ignored": "signature differs"}, {"ignored": "receiver differs"}]
    assert len((await town.ask("messages", user="liming"))["messages"]) == 2


class _Halves:
    """Opens with the right crypto and seals with a wrong one."""

    def __init__(self, opens: WeChatCrypto, seals: WeChatCrypto) -> None:
        self.decrypt_message, self.encrypt_message = opens.decrypt_message, seals.encrypt_message


# ---- media, contacts, login


async def _upload(town: Town, kind: str, data: bytes, field_name: str = "media") -> Json:
    form = aiohttp.FormData()
    form.add_field(field_name, io.BytesIO(data), filename="照片.png", content_type="image/png")
    params = {"access_token": town.token, "type": kind}
    async with town.http.post(f"{town.base}/cgi-bin/media/upload", params=params, data=form) as response:
        answer: Json = json.loads(await response.read())
        return answer


async def test_media_are_checked_kept_three_days_and_delivered(town: Town) -> None:
    answer = await _upload(town, "image", photo())
    assert (answer["errcode"], answer["type"], answer["created_at"].isdecimal()) == (0, "image", True)
    assert (await town.send("image", {"media_id": answer["media_id"]}))["errcode"] == 0
    assert (await town.send("voice", {"media_id": answer["media_id"]}))["errcode"] == 40007
    await town.order("clock", move=3 * 86_400)
    town.token = (await town.api("gettoken", corpid=CORP, corpsecret=SECRET))["access_token"]
    assert (await town.api("media/get", media_id=answer["media_id"]))["errcode"] == 40007


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("image", b"12345", 40006),
        ("image", b"GIF89a" + bytes(20), 40004),
        ("image", photo() + bytes(10 * 1024 * 1024), 40009),
        ("voice", voice(61), 45007),
        ("voice", b"RIFF" + bytes(20), 40004),
        ("song", photo(), 40005),
    ],
)
async def test_a_wrong_upload_is_refused(town: Town, kind: str, data: bytes, code: int) -> None:
    assert (await _upload(town, kind, data))["errcode"] == code


async def test_an_upload_needs_the_field_media(town: Town) -> None:
    assert (await _upload(town, "image", photo(), "file"))["errcode"] == 44001


async def test_a_file_above_20_megabytes_needs_a_range(town: Town) -> None:
    medium = town.sandbox.world.shelf.add("file", "大.bin", "application/octet-stream", bytes(21 * 1024 * 1024))
    assert (await town.api("media/get", media_id=medium.media_id))["errcode"] == 830002
    params = {"access_token": town.token, "media_id": medium.media_id}
    headers = {"Range": "bytes=5-9"}
    async with town.http.get(f"{town.base}/cgi-bin/media/get", params=params, headers=headers) as response:
        assert (response.status, response.headers["Content-Range"]) == (206, "bytes 5-9/22020096")
        assert await response.read() == bytes(5)


async def test_contacts_show_the_visible_range_only(town: Town) -> None:
    person = await town.api("user/get", userid="LIMING")
    assert (person["name"], person["position"], "mobile" in person) == ("李明", "电工", False)
    assert (await town.api("user/get", userid="outsider"))["errcode"] == 60111
    listed = await town.api("user/simplelist", department_id=str(person["main_department"]))
    assert [user["userid"] for user in listed["userlist"]] == ["liming", "zhaoqiang"]


async def _authorize(town: Town, status: int = 302, **changes: str) -> str:
    query = {
        "appid": CORP, "redirect_uri": "http://bot.example:8080/login?next=%2Fboard", "response_type": "code",
        "scope": "snsapi_base", "state": "abc123", "agentid": str(AGENT),
    }  # fmt: skip
    address = f"{town.base}/connect/oauth2/authorize"
    async with town.http.get(address, params=query | changes, allow_redirects=False) as response:
        assert response.status == status
        return response.headers.get("Location") or await response.text()


async def test_a_phone_that_opens_a_link_is_signed_in_by_a_one_use_code(town: Town) -> None:
    assert "李明" in await _authorize(town, 200)
    opened = f"{town.base}/phones/liming/open"
    town.http.cookie_jar.clear()
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as phone:
        async with phone.get(opened, params={"url": "http://bot.example:8080/"}, allow_redirects=False) as response:
            assert (response.status, response.headers["Location"]) == (302, "http://bot.example:8080/")
        own, town.http = town.http, phone
        query = parse_qs(urlsplit(await _authorize(town)).query)
        town.http = own
    assert (query["next"], query["state"]) == (["/board"], ["abc123"])
    assert (await town.api("auth/getuserinfo", code=query["code"][0]))["userid"] == "liming"
    assert (await town.api("auth/getuserinfo", code=query["code"][0]))["errcode"] == 40029


async def test_a_login_code_lives_five_minutes(town: Town) -> None:
    location = await _authorize(town, **{"as": "liming"})
    await town.order("clock", move=300)
    code = parse_qs(urlsplit(location).query)["code"][0]
    assert (await town.api("auth/getuserinfo", code=code))["errcode"] == 40029


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"redirect_uri": "http://evil.example/login"}, "50001"),
        ({"redirect_uri": "http://bot.example/login"}, "50001"),
        ({"redirect_uri": "javascript:alert(1)"}, "50001"),
        ({"appid": "ww0"}, "40013"),
        ({"agentid": "7"}, "40056"),
        ({"state": "with-dash"}, "40058"),
        ({"scope": "all"}, "40058"),
    ],
)
async def test_a_wrong_login_link_is_refused(town: Town, changes: dict[str, str], code: str) -> None:
    assert code in await _authorize(town, 400, **changes)


# ---- faults and control


async def test_planned_errors_strike_as_often_as_ordered(town: Town) -> None:
    await town.order("faults", errcode=45033, path="message/send", times=2)
    await town.order("faults", status=502)
    async with town.http.get(f"{town.base}/cgi-bin/getcallbackip") as response:
        assert response.status == 502
    codes = [(await town.send("text", {"content": "x"}))["errcode"] for _ in range(3)]
    assert codes == [45033, 45033, 0]
    assert len((await town.ask("messages", user="liming"))["messages"]) == 1


async def test_an_outage_cuts_connections_and_a_lost_answer_leaves_the_work_done(town: Town) -> None:
    await town.order("faults", down=True)
    with pytest.raises(aiohttp.ClientError):
        await town.send("text", {"content": "x"})
    await town.order("faults", down=False, lose_answers=1)
    with pytest.raises(aiohttp.ClientError):
        await town.send("text", {"content": "y"})
    messages = (await town.ask("messages", user="liming"))["messages"]
    assert [message["content"]["content"] for message in messages] == ["y"]
    await town.order("faults", rubbish=True)
    with pytest.raises(json.JSONDecodeError):
        await town.send("text", {"content": "z"})
    await town.order("faults", clear=True, untrusted_ip=True)
    assert (await town.send("text", {"content": "z"}))["errcode"] == 60020


async def test_callbacks_can_be_lost(town: Town) -> None:
    await town.order("faults", drop_callbacks=1)
    outcomes = [await town.order("say", user="liming", text=text) for text in ("一", "二")]
    assert [outcome["lost"] for outcome in outcomes] == [True, False]
    assert [message["Content"] for message in town.bot.heard] == ["二"]


async def test_no_secret_stands_in_the_log_of_calls(town: Town) -> None:
    await town.send("text", {"content": "x"})
    log = json.dumps(await town.ask("calls"))
    assert SECRET not in log
    assert town.token not in log


async def test_a_question_can_wait_for_news(town: Town) -> None:
    revision = (await town.ask("messages", user="liming"))["rev"]
    waiting = asyncio.create_task(town.ask("messages", user="liming", since=revision, wait=5))
    await town.send("text", {"content": "别人"}, "zhaoqiang")
    await town.send("text", {"content": "来了"})
    assert [message["content"]["content"] for message in (await waiting)["messages"]] == ["来了"]


async def test_events_of_any_name_reach_the_bot(town: Town) -> None:
    await town.order("event", event="change_contact", fields={"ChangeType": "delete_user", "UserID": "liming"})
    await town.order("event", user="liming", event="no_such_event_yet")
    await town.order("raw", xml="<xml><MsgType>text</MsgType><FromUserName>x</FromUserName></xml>")
    contact, unknown, raw = town.bot.heard
    assert (contact["FromUserName"], contact["ChangeType"], contact["UserID"]) == ("sys", "delete_user", "liming")
    assert (unknown["Event"], raw["FromUserName"]) == ("no_such_event_yet", "x")


async def test_reset_forgets_everything_but_the_members(town: Town) -> None:
    await town.card(BUTTONS)
    await town.order("reset")
    assert (await town.ask("messages"))["messages"] == []
    assert (await town.ask("calls"))["calls"] == []
    assert len((await town.ask("members"))["members"]) == 4
    assert (await town.send("text", {"content": "x"}))["errcode"] == 40014


async def test_wrong_orders_are_told_why(town: Town) -> None:
    assert "no member" in (await town.order("say", 400, user="nobody", text="x"))["error"]
    assert "copies" in (await town.order("say", 400, user="liming", text="x", copies=0))["error"]
    assert "orders:" in (await town.order("dance", 404))["error"]


async def test_the_feed_gives_what_was_and_what_comes(town: Town) -> None:
    await town.send("text", {"content": "早"})
    async with town.http.get(f"{town.base}/phones/feed", params={"since": 0}) as feed:
        first = await _next_event(feed)
        await town.send("text", {"content": "晚"})
        second = await _next_event(feed)
    assert [[m["content"]["content"] for m in event] for event in (first, second)] == [["早"], ["晚"]]


async def _next_event(feed: aiohttp.ClientResponse) -> list[Json]:
    while True:
        line = (await feed.content.readline()).decode()
        if line.startswith("data: "):
            messages: list[Json] = json.loads(line.removeprefix("data: "))
            return messages


async def test_the_page_of_phones_is_served_with_its_parts(town: Town) -> None:
    async with town.http.get(f"{town.base}/") as response:
        page = await response.text()
    assert "王芳" in page
    for name in ("phones.css", "phones.js", "cards.js", "words.js"):
        async with town.http.get(f"{town.base}/pages/{name}") as response:
            assert response.status == 200
    async with town.http.get(f"{town.base}/pages/phones.html") as response:
        assert response.status == 404
