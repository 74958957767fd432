"""Callbacks reach another implementation of the crypto, come again when unanswered, and passive replies work."""

from __future__ import annotations

import asyncio

from wechatpy.enterprise.crypto import WeChatCrypto

from sandbox.samples import photo
from tests.contracts.sandbox_wecom.town import (
    AGENT,
    BUTTONS,
    CORP,
    KEY,
    MULTIPLE,
    NOTICE,
    OPTION,
    TOKEN,
    VOTE,
    Json,
    Town,
    changed,
)


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

    async def slow(_message: Json) -> str:
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

    async def together(_message: Json) -> str:
        await everybody.wait()
        return ""

    town.bot.reply = together
    outcome = await town.order("say", user="liming", text="喂", copies=3, overlap=True)
    assert [a["status"] for a in outcome["attempts"]] == [200, 200, 200]
    assert (len(town.bot.heard), len({message["MsgId"] for message in town.bot.heard})) == (3, 1)


async def test_a_press_carries_task_key_code_and_what_is_selected(town: Town) -> None:
    await town.card(
        changed(BUTTONS, button_selection={"question_key": "eta", "option_list": [OPTION, {"id": "b", "text": "乙"}]})
    )
    await town.order("press", user="liming", task_id="t-1", key="accept", selected={"eta": "b"})
    (event,) = town.bot.heard
    assert (event["Event"], event["EventKey"], event["TaskId"]) == ("template_card_event", "accept", "t-1")
    assert event["CardType"] == "button_interaction"
    assert event["SelectedItems"]["SelectedItem"] == [{"QuestionKey": "eta", "OptionIds": {"OptionId": ["b"]}}]
    assert "MsgId" not in event
    answer = await town.update(event["ResponseCode"], userids=["liming"], button={"replace_name": "已接单"})
    assert answer["errcode"] == 0


async def test_only_what_the_client_offers_can_be_pressed(town: Town) -> None:
    sent = await town.card(BUTTONS, touser="liming|zhaoqiang")
    await town.order("press", 409, user="liming", task_id="t-1", key="finish")
    await town.order("press", 409, user="WangFang", task_id="t-1", key="accept")
    await town.update(sent["response_code"], userids=["zhaoqiang"], button={"replace_name": "已被接"})
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
        changed(NOTICE, action_menu={"desc": "", "action_list": [{"text": "转派", "key": "transfer"}]}), "n-1"
    )
    await town.order("press", user="liming", task_id="n-1", key="transfer")
    await town.card(MULTIPLE, "m-1")
    await town.order("press", user="liming", task_id="m-1", key="approve")
    menu, several = town.bot.heard
    assert (menu["Event"], "SelectedItems" in menu) == ("template_card_menu_event", False)
    assert several["SelectedItems"]["SelectedItem"] == [{"QuestionKey": "decision", "OptionIds": {"OptionId": ["a"]}}]


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
    async def done(_message: Json) -> str:
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
    spent = await town.update(town.bot.heard[0]["ResponseCode"], atall=1, button={"replace_name": "x"})
    assert spent["errcode"] == 60140


async def test_a_reply_with_a_foreign_seal_is_ignored(town: Town) -> None:
    async def hello(_message: Json) -> str:
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
