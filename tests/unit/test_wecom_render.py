"""Cards as the vendor's template cards: which of the five, and never beyond a limit."""

import re
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.cards import Button, Card, Choice, Link, Option, Tone
from channels.wecom import new_task_id
from channels.wecom.cutting import cut, cut_bytes, is_address
from channels.wecom.render import render

HOME = "https://school.example/"
ACCEPT = Button("接单", "work_order:12:accept", Tone.PRIMARY)
SCORES = Choice(key="score", title="评分", options=tuple(Option(str(n), f"{n} 分") for n in range(5, 0, -1)))


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button(f"按钮{n}", f"press:{n}") for n in range(count))


def links(count: int) -> tuple[Link, ...]:
    return tuple(Link(f"链接{n}", f"{HOME}{n}") for n in range(count))


def choice(key: str, count: int, selected: str = "") -> Choice:
    options = tuple(Option(f"{key}{n}", f"答案{n}") for n in range(count))
    return Choice(key=key, title=f"问题 {key}", options=options, selected=selected)


def card(**parts: Any) -> Card:
    return Card(**{"key": "work_order:12", "title": "新报修", **parts})


TYPES = {
    "text_notice": card(rows=(("地点", "三楼"),)),
    "news_notice": card(image=f"{HOME}1.jpg"),
    "button_interaction": card(buttons=(ACCEPT,), image=f"{HOME}1.jpg"),
    "vote_interaction": card(choices=(SCORES,), submit=Button("提交", "rate")),
    "multiple_interaction": card(choices=(SCORES, choice("a", 3)), submit=Button("提交", "rate")),
}


@pytest.mark.parametrize("kind", TYPES)
def test_the_type_follows_from_what_the_card_holds(kind: str) -> None:
    assert render(TYPES[kind], HOME)["card_type"] == kind


def test_a_card_with_buttons_is_drawn_whole() -> None:
    drawn = render(
        card(
            headline="王老师 08:12",
            source="后勤报修",
            rows=(("地点", "教学楼三楼"), ("类别", "水电")),
            quote="三楼东头男厕所水龙头关不上",
            buttons=(ACCEPT, Button("做不了", "work_order:12:decline", Tone.DANGER)),
            links=(Link("详情", f"{HOME}work-orders/W1"),),
            url=f"{HOME}work-orders/W1",
        ),
        HOME,
    )
    assert drawn == {
        "card_type": "button_interaction",
        "source": {"desc": "后勤报修", "desc_color": 0},
        "main_title": {"title": "新报修", "desc": "王老师 08:12"},
        "horizontal_content_list": [{"keyname": "地点", "value": "教学楼三楼"}, {"keyname": "类别", "value": "水电"}],
        "quote_area": {"type": 0, "quote_text": "三楼东头男厕所水龙头关不上"},
        "button_list": [
            {"text": "接单", "key": "work_order:12:accept", "style": 1},
            {"text": "做不了", "key": "work_order:12:decline", "style": 3},
            {"type": 1, "style": 2, "text": "详情", "url": f"{HOME}work-orders/W1"},
        ],
        "card_action": {"type": 1, "url": f"{HOME}work-orders/W1"},
    }


def test_a_notice_without_an_address_opens_our_own() -> None:
    assert render(card(), HOME)["card_action"] == {"type": 1, "url": HOME}
    assert render(card(url="javascript:alert(1)"), HOME)["card_action"]["url"] == HOME


def keys(drawn: dict[str, Any]) -> list[str]:
    """Everything that can be pressed."""
    menu = drawn.get("action_menu", {}).get("action_list", [])
    return [b["key"] for b in [*drawn.get("button_list", []), *menu] if "key" in b]


@pytest.mark.parametrize(("pressed", "opened"), [(6, 0), (9, 0), (5, 3), (3, 3), (1, 5), (8, 1)])
def test_no_button_is_left_out_while_there_is_room(pressed: int, opened: int) -> None:
    drawn = render(card(buttons=buttons(pressed), links=links(opened)), HOME)
    assert keys(drawn) == [f"press:{n}" for n in range(pressed)]
    assert sum("url" in button for button in drawn["button_list"]) == opened
    assert len(drawn["button_list"]) <= 6


def test_buttons_beyond_nine_go_before_any_before_them() -> None:
    drawn = render(card(buttons=buttons(12), links=links(2)), HOME)
    assert keys(drawn) == [f"press:{n}" for n in range(9)]


def test_too_many_answers_keep_the_first_the_chosen_and_the_last() -> None:
    drawn = render(card(choices=(choice("q", 40, selected="q30"),), submit=Button("提交", "s")), HOME)
    ids = [option["id"] for option in drawn["checkbox"]["option_list"]]
    assert ids == [*(f"q{n}" for n in range(18)), "q30", "q39"]
    assert [option["id"] for option in drawn["checkbox"]["option_list"] if option["is_checked"]] == ["q30"]


def test_a_form_of_one_question_keeps_its_other_buttons() -> None:
    drawn = render(card(choices=(SCORES,), submit=Button("提交", "rate"), buttons=(ACCEPT,)), HOME)
    assert drawn["card_type"] == "button_interaction"
    assert keys(drawn) == ["rate", ACCEPT.name]
    assert drawn["button_selection"]["question_key"] == "score"


def test_a_vote_shows_question_and_rows_in_its_second_line() -> None:
    drawn = render(card(rows=(("单号", "W1"),), choices=(SCORES,), submit=Button("提交", "rate")), HOME)
    assert drawn["main_title"]["desc"] == "评分 · 单号：W1"


def test_what_a_row_cannot_hold_stands_below() -> None:
    long = "水管" * 20
    drawn = render(card(rows=(("故障", long), ("Category", "Water"), ("地点", "三楼"))), HOME)
    assert drawn["horizontal_content_list"] == [{"keyname": "地点", "value": "三楼"}]
    assert drawn["sub_title_text"] == f"故障：{long}\nCategory：Water"


def test_rows_beyond_six_stand_below() -> None:
    drawn = render(card(rows=tuple((f"行{n}", "值") for n in range(8))), HOME)
    assert [row["keyname"] for row in drawn["horizontal_content_list"]] == [f"行{n}" for n in range(6)]
    assert drawn["sub_title_text"] == "行6：值\n行7：值"


def test_very_long_rows_go_to_the_quotation() -> None:
    drawn = render(card(rows=(("故障", "漏" * 200),)), HOME)
    assert drawn["quote_area"]["quote_text"] == "故障：" + "漏" * 200
    assert "sub_title_text" not in drawn


def test_a_picture_has_a_second_table() -> None:
    drawn = render(card(image=f"{HOME}1.jpg", rows=(("故障", "漏" * 50),), links=links(4)), HOME)
    assert drawn["vertical_content_list"] == [{"title": "故障", "desc": "漏" * 50}]
    assert len(drawn["jump_list"]) == 3


def test_a_name_that_cannot_come_back_makes_no_button() -> None:
    drawn = render(card(buttons=(ACCEPT, Button("长", "k" * 1025), Button("空", ""), Button("又", ACCEPT.name))), HOME)
    assert keys(drawn) == [ACCEPT.name]
    assert drawn["button_list"][0]["text"] == "接单"


WILD = st.text(st.characters(), max_size=300) | st.sampled_from(
    ["漏" * 3000, "\x00\u202e", " ", "]]>&<", "\ud83d", "😀" * 99]
)
URLS = WILD | st.sampled_from([HOME, f"{HOME}x", "ftp://x", "https://", "http://[", f"{HOME}{'x' * 3000}"])
BUTTONS = st.builds(Button, WILD, WILD, st.sampled_from(Tone))
CHOICES = st.builds(
    Choice, key=WILD, title=WILD, options=st.lists(st.builds(Option, WILD, WILD), max_size=25).map(tuple), selected=WILD
)
CARDS = st.builds(
    Card,
    key=WILD,
    title=WILD,
    headline=WILD,
    source=WILD,
    rows=st.lists(st.tuples(WILD, WILD), max_size=9).map(tuple),
    quote=WILD,
    buttons=st.lists(BUTTONS, max_size=12).map(tuple),
    choices=st.lists(CHOICES, max_size=5).map(tuple),
    submit=st.none() | BUTTONS,
    links=st.lists(st.builds(Link, WILD, URLS), max_size=8).map(tuple),
    url=URLS,
    image=URLS,
)


def all_texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [text for value in part.values() for text in all_texts(value)]
    if isinstance(part, list):
        return [text for value in part for text in all_texts(value)]
    return [part] if isinstance(part, str) else []


def check_limits(drawn: dict[str, Any]) -> None:
    """The limits of 模板卡片消息, written down a second time."""
    assert 0 < len(drawn["main_title"]["title"]) <= 36
    assert len(drawn["main_title"].get("desc", "")) <= 44
    assert len(drawn.get("source", {}).get("desc", "")) <= 13
    assert len(drawn.get("sub_title_text", "")) <= 160
    rows = drawn.get("horizontal_content_list", [])
    assert len(rows) <= 6
    assert all(0 < len(row["keyname"]) <= 5 and 0 < len(row["value"]) <= 30 for row in rows)
    upright = drawn.get("vertical_content_list", [])
    assert len(upright) <= 4
    assert all(0 < len(row["title"]) <= 26 and len(row["desc"]) <= 112 for row in upright)
    assert len(drawn.get("jump_list", [])) <= 3
    menu = drawn.get("action_menu", {}).get("action_list", [])
    assert len(menu) <= 3
    pressed = [b for b in [*drawn.get("button_list", []), *menu, drawn.get("submit_button", {})] if "key" in b]
    assert all(b["text"] and 0 < len(b["key"].encode()) <= 1024 for b in pressed)
    assert len({b["key"] for b in pressed}) == len(pressed)
    check_questions(drawn)


def check_questions(drawn: dict[str, Any]) -> None:
    assert len(drawn.get("select_list", [])) <= 3
    boxes = [*drawn.get("select_list", []), *(drawn[k] for k in ("button_selection", "checkbox") if k in drawn)]
    for block in boxes:
        ids = [option["id"] for option in block["option_list"]]
        assert 0 < len(ids) == len(set(ids)) <= (20 if "mode" in block else 10)
        assert all(0 < len(i.encode()) <= 128 for i in ids)
        assert all(option["text"] for option in block["option_list"])
        assert 0 < len(block["question_key"].encode()) <= 1024


def check_body(drawn: dict[str, Any]) -> None:
    """What each type cannot be without."""
    kind = drawn["card_type"]
    if kind in {"text_notice", "news_notice"}:
        assert is_address(drawn["card_action"]["url"])
    if kind == "news_notice":
        assert is_address(drawn["card_image"]["url"])
    if kind == "button_interaction":
        assert 1 <= len(drawn["button_list"]) <= 6
    if kind in {"vote_interaction", "multiple_interaction"}:
        assert drawn["submit_button"]["key"]
        assert ("checkbox" in drawn) != ("select_list" in drawn)


@given(CARDS)
def test_every_card_obeys_every_limit(wild: Card) -> None:
    drawn = render(wild, HOME)
    check_limits(drawn)
    check_body(drawn)
    texts = all_texts(drawn)
    assert not any(re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", t) for t in texts)
    assert orjson.loads(orjson.dumps(drawn)) == drawn
    assert re.fullmatch(r"[0-9A-Za-z_\-@]{1,128}", new_task_id(wild.key))


@given(WILD, st.integers(1, 200))
def test_a_cut_text_is_its_own_beginning(text: str, limit: int) -> None:
    short = cut(text, limit)
    assert len(short) <= limit
    assert cut(short, limit) == short


@given(WILD)
def test_cut_bytes_never_break_a_character(text: str) -> None:
    assert len(cut_bytes(text, 2048).encode()) <= 2048


def test_a_cut_shows_that_it_is_one() -> None:
    assert cut("漏" * 40, 36) == "漏" * 35 + "…"
    assert cut_bytes("漏" * 1000, 2048) == "漏" * 681 + "…"
