"""The stand-in checks template cards, their task ids and their updates as the vendor does."""

from __future__ import annotations

import pytest

from tests.contracts.sandbox_wecom.town import (
    BUTTONS,
    CHECKBOX,
    MULTIPLE,
    NEWS,
    NOTICE,
    VOTE,
    Json,
    Town,
    changed,
)

ROW: Json = {"keyname": "地点", "value": "三楼"}


TOO_MANY = [
    changed(BUTTONS, horizontal_content_list=[ROW] * 7),
    changed(BUTTONS, button_list=[{"text": str(n), "key": str(n)} for n in range(7)]),
    changed(BUTTONS, button_list=[]),
    changed(BUTTONS, action_menu={"desc": "", "action_list": [{"text": str(n), "key": str(n)} for n in range(4)]}),
    changed(BUTTONS, button_selection=CHECKBOX | {"option_list": [{"id": str(n), "text": "x"} for n in range(11)]}),
    changed(NOTICE, jump_list=[{"title": "x"}] * 4),
    changed(NEWS, vertical_content_list=[{"title": "x"}] * 5),
    changed(VOTE, checkbox=CHECKBOX | {"option_list": [{"id": str(n), "text": "x"} for n in range(21)]}),
    changed(MULTIPLE, select_list=[MULTIPLE["select_list"][0] | {"question_key": str(n)} for n in range(4)]),
]


@pytest.mark.parametrize("card", TOO_MANY)
async def test_counts_of_card_fields_are_hard(town: Town, card: Json) -> None:
    assert (await town.card(card))["errcode"] == 40058


@pytest.mark.parametrize(
    ("card", "code"),
    [
        (changed(BUTTONS, card_type="big_card"), 42031),
        (changed(BUTTONS, button_list=[{"text": "", "key": "k"}]), 42038),
        (changed(BUTTONS, button_list=[{"text": "x"}]), 42039),
        (changed(BUTTONS, button_list=[{"text": "x", "key": "k" * 1025}]), 42039),
        (changed(BUTTONS, button_list=[{"text": "x", "key": "k"}, {"text": "y", "key": "k"}]), 42039),
        (changed(BUTTONS, button_list=[{"text": "x", "type": 1, "url": "javascript:alert(1)"}]), 40058),
        (changed(BUTTONS, horizontal_content_list=[ROW | {"type": 3, "userid": "nobody"}]), 40003),
        (changed(BUTTONS, horizontal_content_list=[ROW | {"type": 2, "media_id": "none"}]), 40007),
        (changed(BUTTONS, main_title={}), 40058),
        (changed(NOTICE, card_action=None), 42045),
        (changed(NOTICE, card_action={"type": 0}), 42045),
        (changed(NEWS, card_image=None), 40058),
        (changed(NEWS, card_image={"url": "https://school.example/1.jpg", "aspect_ratio": 3}), 40058),
        (changed(VOTE, checkbox=CHECKBOX | {"question_key": ""}), 42043),
        (changed(VOTE, submit_button={"text": "提交"}), 42039),
        (changed(MULTIPLE, select_list=MULTIPLE["select_list"] * 2), 42043),
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
    for number, card in enumerate((BUTTONS, VOTE, MULTIPLE, changed(NOTICE, action_menu=menu))):
        assert (await town.card(card, f"c-{number}"))["response_code"]


async def test_lengths_that_are_advice_only_are_warnings(town: Town) -> None:
    answer = await town.card(changed(BUTTONS, main_title={"title": "长" * 37}, jump_list=[]))
    assert answer["errcode"] == 0
    warnings = (await town.ask("calls"))["calls"][-1]["warnings"]
    assert warnings == [
        "jump_list is not shown on button_interaction",
        "main_title.title is longer than the advised 36 characters",
    ]


async def test_an_update_changes_the_named_copies_and_uses_up_its_code(town: Town) -> None:
    sent = await town.card(BUTTONS, touser="liming|zhaoqiang|wangfang")
    button = {"replace_name": "已被李师傅接单"}
    answer = await town.update(sent["response_code"], userids=["zhaoqiang", "outsider"], button=button)
    assert answer == {"errcode": 0, "errmsg": "ok", "invaliduser": ["outsider"]}
    dead, alive = await town.present("zhaoqiang"), await town.present("liming")
    assert (dead["card"]["replaced"], dead["keys"]) == ("已被李师傅接单", [])
    assert (alive["card"]["replaced"], alive["keys"]) == ("", ["accept", "decline"])
    again = await town.update(sent["response_code"], atall=1, button=button)
    assert again["errcode"] == 60140


async def test_a_whole_card_may_become_another_and_keeps_its_task_id(town: Town) -> None:
    sent = await town.card(BUTTONS)
    code = sent["response_code"]
    assert (await town.update(code, userids=["liming"], template_card={"card_type": "text_notice"}))["errcode"] == 40058
    assert (await town.update(code, userids=["liming"]))["errcode"] == 40058
    answer = await town.update(code, atall=1, template_card=changed(NOTICE, task_id="t-other"))
    assert answer["errcode"] == 0
    card = await town.present("liming")
    assert [version["cause"] for version in card["versions"]] == ["send", "update"]
    assert card["card"]["card"]["card_type"] == "text_notice"
    assert (await town.ask("calls"))["calls"][-1]["warnings"] == ["task_id has no effect on an update"]


async def test_a_response_code_lives_72_hours(town: Town) -> None:
    sent = await town.card(BUTTONS)
    await town.order("clock", move=72 * 3600)
    await town.sign_in()
    answer = await town.update(sent["response_code"], atall=1, button={"replace_name": "晚了"})
    assert answer["errcode"] == 60140


async def test_a_message_can_be_recalled_for_24_hours(town: Town) -> None:
    first, second = await town.send("text", {"content": "一"}), await town.send("text", {"content": "二"})
    assert (await town.api("message/recall", {"msgid": first["msgid"]}))["errcode"] == 0
    messages = (await town.ask("messages", user="liming"))["messages"]
    assert [(m["recalled"], m["content"]) for m in messages] == [(True, {}), (False, {"content": "二"})]
    await town.order("clock", move=86_400)
    await town.sign_in()
    assert (await town.api("message/recall", {"msgid": second["msgid"]}))["errcode"] == 40058
