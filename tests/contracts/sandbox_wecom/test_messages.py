"""The stand-in takes and refuses tokens and messages as the vendor does."""

from __future__ import annotations

import json

import pytest

from tests.contracts.sandbox_wecom.town import AGENT, CORP, MEMBERS, SECRET, Town


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
