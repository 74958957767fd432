"""Bad days on order, and what the control interface and the page of phones show."""

from __future__ import annotations

import asyncio
import json

import aiohttp
import pytest

from sandbox import Sandbox
from tests.contracts.sandbox_wecom.town import BUTTONS, SECRET, Json, Town


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
    assert "WangFang" in page
    assert "outsider" not in page
    for name in ("phones.css", "cards.css", "phones.js", "cards.js", "words.js", "icon.svg"):
        async with town.http.get(f"{town.base}/pages/{name}") as response:
            assert response.status == 200
    async with town.http.get(f"{town.base}/pages/phones.html") as response:
        assert response.status == 404


async def test_a_taken_port_is_an_error_that_leaves_nothing_open(town: Town) -> None:
    second = Sandbox(town.sandbox.config)
    with pytest.raises(OSError, match="address already in use"):
        await second.start("127.0.0.1", int(town.base.rpartition(":")[2]))
