"""Every kind of message and event of the vendor, as an Event (recordings: tests/recordings/wecom)."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.core.event import TEXT_LIMIT, Event, FileKind, FileRef, Kind
from channels.wecom.markup import BadCallback, read
from channels.wecom.wire import ID_LIMIT, parse

RECORDINGS = Path(__file__).parents[1] / "recordings" / "wecom"
HEAD = (
    "<FromUserName>LiGang</FromUserName><CreateTime>1348831860</CreateTime>"
    "<MsgType>{kind}</MsgType><MsgId>{number}</MsgId>"
)


def played(name: str) -> Event:
    """The event of one recording."""
    return parse(read((RECORDINGS / f"{name}.xml").read_bytes()))


def message(inner: str, kind: str = "text", number: str = "7") -> Event:
    """The event of a message with these elements."""
    return parse(read(f"<xml>{HEAD.format(kind=kind, number=number)}{inner}</xml>"))


PHOTO = FileRef(ref="image-media-id", kind=FileKind.IMAGE)
MESSAGES: dict[str, dict[str, Any]] = {
    "text": {"text": "三楼东头男厕所水龙头关不上"},
    "image": {"files": (PHOTO,)},
    "voice": {"files": (FileRef(ref="voice-media-id", kind=FileKind.VOICE),)},
    "video": {"files": (FileRef(ref="video-media-id", kind=FileKind.VIDEO),)},
    "file": {"files": (FileRef(ref="file-media-id", kind=FileKind.FILE, name="报价单.pdf"),)},
    "location": {
        "text": "教学楼东侧",
        "fields": {"latitude": "23.134521", "longitude": "113.358803", "label": "教学楼东侧"},
    },
    "link": {
        "text": "投影仪说明书",
        "fields": {"title": "投影仪说明书", "url": "https://school.example/manual?page=3", "description": "第 3 页"},
    },
    "unknown": {"fields": {"unknown": "sphfeed"}},
}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_of_every_kind(name: str) -> None:
    assert played(f"message_{name}") == Event(
        id="m:wangfang:1234567890123456",
        channel="wecom",
        account="wangfang",
        kind=Kind.MESSAGE,
        at=datetime(2012, 9, 28, 11, 31, tzinfo=UTC),
        **MESSAGES[name],
    )


@pytest.mark.parametrize("name", sorted(path.stem for path in RECORDINGS.glob("message_*.xml")))
def test_every_message_survives_the_inbox(name: str) -> None:
    event = played(name)
    assert Event.unpack("wecom", event.id, event.account, event.pack()) == event


EVENTS: dict[str, tuple[Kind, str, dict[str, str]]] = {
    "subscribe": (Kind.VISIT, "subscribe", {}),
    "enter_agent": (Kind.VISIT, "enter_agent", {}),
    "unsubscribe": (Kind.NOTICE, "unsubscribe", {}),
    "location": (Kind.NOTICE, "LOCATION", {}),
    "view": (Kind.NOTICE, "view", {"key": "https://school.example/board"}),
    "scancode_waitmsg": (Kind.NOTICE, "scancode_waitmsg", {"key": "scan"}),
    "pic_sysphoto": (Kind.NOTICE, "pic_sysphoto", {"key": "photo"}),
    "location_select": (Kind.NOTICE, "location_select", {"key": "place"}),
    "batch_job_result": (Kind.NOTICE, "batch_job_result", {}),
    "change_contact": (Kind.NOTICE, "change_contact", {"change": "delete_user", "user": "zhangsan"}),
    "open_approval_change": (Kind.NOTICE, "open_approval_change", {}),
    "inactive_alert": (Kind.NOTICE, "inactive_alert", {}),
    "unknown": (Kind.NOTICE, "something_new_2031", {}),
}


@pytest.mark.parametrize("name", EVENTS)
def test_an_event_of_every_kind(name: str) -> None:
    event = played(f"event_{name}")
    assert (event.kind, event.name, event.fields) == EVENTS[name]
    assert event.account in {"ligang", "sys"}


def test_a_press_in_the_apps_menu_says_what_its_key_says() -> None:
    event = played("event_click")
    assert (event.kind, event.text) == (Kind.MESSAGE, "我的报修")


def test_a_pressed_button_names_card_and_code() -> None:
    event = played("event_template_card_event")
    assert event == Event(
        id="e:LiGang:1348831860:template_card_event:work_order:12:accept:work_order-12-a9:RESPONSECODE::",
        channel="wecom",
        account="ligang",
        kind=Kind.PRESS,
        at=datetime(2012, 9, 28, 11, 31, tzinfo=UTC),
        name="work_order:12:accept",
        card="work_order-12-a9",
        code="RESPONSECODE",
    )


def test_a_pressed_menu_is_a_press() -> None:
    event = played("event_template_card_menu_event")
    assert (event.kind, event.name, event.code) == (Kind.PRESS, "work_order:12:transfer", "MENUCODE")


def test_what_was_chosen_on_a_form_comes_by_question() -> None:
    assert played("event_template_card_multiple").fields == {"score": "5", "slots": "am,pm"}
    assert played("event_template_card_vote").fields == {"score": "5"}


def test_two_presses_in_one_second_are_two_events() -> None:
    names = [path.stem for path in RECORDINGS.glob("event_*.xml")]
    assert len({played(name).id for name in names}) == len(names)


def test_a_repeat_has_the_same_id() -> None:
    assert played("event_template_card_event").id == played("event_template_card_event").id


def test_an_endless_id_is_short_and_still_its_own() -> None:
    first, second = (message("", number=f"{'9' * 300}{last}").id for last in "12")
    assert first != second
    assert len(first) == len(second) == ID_LIMIT


def test_text_is_free_of_what_turns_or_ends_it() -> None:
    assert message("<Content>  三楼\u202e漏\u2066水\ufeff 👨‍👩‍👧 </Content>").text == "三楼漏水 👨‍👩‍👧"


def test_a_long_text_is_bounded() -> None:
    assert len(message(f"<Content>{'漏' * 10_000}</Content>").text) == TEXT_LIMIT


def test_a_location_without_a_name_says_where_it_is() -> None:
    event = message("<Location_X>23.1</Location_X><Location_Y>113.3</Location_Y>", "location")
    assert event.text == "23.1,113.3"


def test_a_file_without_an_id_is_no_file() -> None:
    assert message("<MediaId></MediaId>", "image").files == ()


BROKEN = {
    "no sender": "<xml><CreateTime>1</CreateTime><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
    "no kind": "<xml><FromUserName>a</FromUserName><CreateTime>1</CreateTime><MsgId>1</MsgId></xml>",
    "no event": "<xml><FromUserName>a</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType></xml>",
    "no time": "<xml><FromUserName>a</FromUserName><MsgType>text</MsgType><MsgId>1</MsgId></xml>",
    "time beyond all calendars": f"<xml><FromUserName>a</FromUserName><CreateTime>{'9' * 40}</CreateTime>"
    "<MsgType>text</MsgType></xml>",
    "time that is a novel": f"<xml><FromUserName>a</FromUserName><CreateTime>{'9' * 9000}</CreateTime>"
    "<MsgType>text</MsgType></xml>",
    "endless sender": f"<xml><FromUserName>{'a' * 65}</FromUserName><CreateTime>1</CreateTime>"
    "<MsgType>text</MsgType></xml>",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_message_without_its_head_is_refused(name: str) -> None:
    with pytest.raises(BadCallback):
        parse(read(BROKEN[name]))


def test_a_press_of_the_doctors_is_a_check_with_its_own_name_as_id() -> None:
    event = message("<Event>template_card_event</Event><EventKey>doctor:1f</EventKey><TaskId>t</TaskId>", "event")
    assert (event.kind, event.id, event.name, event.account) == (Kind.CHECK, "doctor:1f", "doctor:1f", "ligang")
