"""What sentences mean: the school's own places, owners, urgency, intents, and input that is none."""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.catalog import Urgency
from understanding import Ask, AssetWords, Intent, PlaceWords, Reader, Reading, Situation
from understanding.class_names import class_key
from understanding.lines import answer, answer_line
from understanding.normalise import fold, read_in
from understanding.places import place_key
from understanding.records import named
from understanding.words import table

CONFIG = Path(__file__).parents[2] / "config"
WATER, FURNITURE, MEDIA = "water_electric", "furniture", "multimedia"


def load(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tomllib.loads((CONFIG / "demo" / f"{name}.toml").read_text("utf-8"))[name]
    return rows


def demo_reader() -> Reader:
    places = [PlaceWords(**{**row, "aliases": tuple(row["aliases"])}) for row in load("places")]
    assets = [AssetWords(**{key: row[key] for key in ("code", "name", "category", "place")}) for row in load("assets")]
    return Reader(places, assets, [row["name"] for row in load("people")])


READER = demo_reader()
STRANGER = Reader([], [])


def read(text: str, **situation: Any) -> Reading:
    return READER.read(text, Situation(**situation))


# ------------------------------------------------------------------------------------------------- the demo school


def test_every_reference_of_the_demo_school_leads_somewhere() -> None:
    codes = {row["code"] for row in load("places")}
    categories = {row["key"] for row in tomllib.loads((CONFIG / "catalog.toml").read_text("utf-8"))["categories"]}
    assert all(row["place"] in codes for row in [*load("people"), *load("assets")])
    assert {row["category"] for row in load("assets")} <= categories
    assert {team for row in load("people") for team in row["teams"]} == categories


@pytest.mark.parametrize(
    ("name", "key"),
    [("places", "code"), ("people", "wecom"), ("people", "staff_no"), ("people", "name"), ("assets", "code")],
)
def test_keys_of_the_demo_school_are_unique(name: str, key: str) -> None:
    keys = [row[key] for row in load(name)]
    assert len(keys) == len(set(keys))


def test_every_role_of_the_contract_is_held_and_every_phone_belongs_to_somebody() -> None:
    roles = {role for row in load("people") for role in row["roles"]}
    expected = "teacher repairer buyer keeper finance leader principal logistics_head safety_lead duty_lead broadcaster"
    assert roles == set(expected.split()) | {"it_admin", "supervisor", "canteen_manager", "guard"}
    school = tomllib.loads((CONFIG / "demo" / "school.toml").read_text("utf-8"))
    assert set(school["phones"]) <= {row["wecom"] for row in load("people")}


# -------------------------------------------------------------------------------------------------- reading a repair


@pytest.mark.parametrize(
    ("text", "category", "item", "place"),
    [
        ("203的日光灯不亮", WATER, "日光灯", "J2-203"),
        ("高一(3)班饮水机漏水", WATER, "饮水机", "J3-302"),
        ("四楼西侧女卫生间的马桶堵了", WATER, "马桶", "J4-WF"),
        ("阅览室椅子靠背断了", FURNITURE, "椅子靠背", "Z1-C101"),
        ("七2班窗户推不开", FURNITURE, "窗户", "J1-102"),
        ("综合楼302门锁拧不动", FURNITURE, "门锁", "Z3-C302"),
        ("二号机房交换机不亮", MEDIA, "交换机", "S3-B302"),
        ("三零四投影仪没有信号", MEDIA, "投影仪", "J3-304"),
        ("教务处打印机卡纸", MEDIA, "打印机", "Z4-C401"),
        ("The projector in C405 does not work", MEDIA, "projector", "Z4-C405"),
    ],
)
def test_a_bare_sentence_gives_owner_thing_and_room(text: str, category: str, item: str, place: str) -> None:
    reading = read(text)
    part = reading.parts[0]
    assert (reading.intent, part.category, part.item, part.place) == (Intent.REPAIR, category, item, place)
    assert reading.ask is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("103电脑开不了机，应该是插座烧了", WATER),
        ("插座没电导致203一体机用不了", WATER),
        ("不是电脑坏了，是插座没电，203", WATER),
        ("303的电脑机箱漏电，摸着麻手", WATER),
        ("203讲台的插座松了", WATER),
        ("203电脑桌抽屉拉不开", FURNITURE),
        ("203的碎纸机不转", MEDIA),
        ("203投影机灯泡该换了", MEDIA),
        ("203空调遥控器没反应", WATER),
    ],
)
def test_danger_and_cause_come_before_the_symptom(text: str, category: str) -> None:
    assert read(text).parts[0].category == category


def test_what_only_lies_beside_the_fault_is_not_the_fault() -> None:
    reading = read("203空调滴水，滴到课桌上了")
    assert [(part.item, part.category) for part in reading.parts] == [("空调", WATER)]


def test_two_problems_are_two_parts_in_one_room() -> None:
    reading = read("204空调不制冷，还有窗帘也拉不上")
    assert [(part.category, part.place) for part in reading.parts] == [(WATER, "J2-204"), (FURNITURE, "J2-204")]


@pytest.mark.parametrize("text", ["201和202的灯都坏了", "201灯坏了，202也是"])
def test_one_thing_in_two_rooms_is_two_parts(text: str) -> None:
    assert [(part.item, part.place) for part in read(text).parts] == [("灯", "J2-201"), ("灯", "J2-202")]


def test_a_place_nobody_has_listed_stays_in_the_senders_words() -> None:
    part = read("致远楼三层东边男厕所水管滴水").parts[0]
    assert (part.location, part.place) == ("致远楼三层东边男厕所", None)


def test_pieces_of_a_place_that_lie_apart_are_joined() -> None:
    part = read("405空调不冷了，在综合楼那边").parts[0]
    assert (part.location, part.place) == ("综合楼405", "Z4-C405")


def test_our_class_is_the_senders_room_where_it_is_known() -> None:
    assert read("我们班黑板裂了", own_place="J3-302").parts[0].place == "J3-302"
    assert read("我们班黑板裂了", own_place="J3-302").ask is None
    assert read("我们班黑板裂了").ask is Ask.LOCATION


@pytest.mark.parametrize(
    ("text", "ask"),
    [
        ("水龙头坏了", Ask.LOCATION),
        ("厕所灯不亮", Ask.LOCATION),
        ("坏了", Ask.ITEM),
        ("305门禁坏了", Ask.CATEGORY),
        ("305门禁刷不了脸", None),
    ],
)
def test_at_most_one_thing_is_asked(text: str, ask: Ask | None) -> None:
    assert read(text).ask is ask


@pytest.mark.parametrize(
    ("text", "urgency", "danger"),
    [
        ("203插座冒烟了", Urgency.EMERGENCY, "fire"),
        ("食堂后厨有煤气味", Urgency.EMERGENCY, "gas"),
        ("203开关漏电", Urgency.EMERGENCY, "electric"),
        ("操场井盖不见了", Urgency.EMERGENCY, "fall"),
        ("203玻璃碎了", Urgency.EMERGENCY, "glass"),
        ("有学生被困在电梯里了", Urgency.EMERGENCY, "trap"),
        ("三楼水管爆了", Urgency.HIGH, "water"),
        ("203投影不亮，下午要上公开课", Urgency.HIGH, None),
        ("203灯闪，没冒烟，不急", Urgency.LOW, None),
        ("203椅子断了", Urgency.NORMAL, None),
        ("203烟雾报警器坏了", Urgency.NORMAL, None),
    ],
)
def test_urgency_and_the_safety_sentence(text: str, urgency: Urgency, danger: str | None) -> None:
    reading = read(text)
    assert (reading.parts[0].urgency, reading.danger) == (urgency, danger)


def test_a_device_is_found_by_code_and_as_the_only_one_in_its_room() -> None:
    assert read("PC-0003 蓝屏").parts[0].asset == "PC-0003"
    assert read("PC-0003 蓝屏").ask is None
    assert read("203空调不转").parts[0].asset is not None
    assert STRANGER.read("203空调不转").parts[0].asset is None


def test_the_reason_quotes_the_sender_in_the_senders_language() -> None:
    assert read("203插座没电").reason == "按“插座没电”判为水电，地点按“203”"
    assert read("203插座没电", locale="en").reason == "“插座没电” → water & electric, at “203”"
    assert "紧急" in read("203插座冒烟").reason


# ---------------------------------------------------------------------------------------------------------- intents


@pytest.mark.parametrize(
    ("text", "role", "intent"),
    [
        ("要申请20包粉笔", "teacher", Intent.PURCHASE),
        ("周三第二节想用录播室", "teacher", Intent.USAGE),
        ("广播通知一下高三学生去操场集合", "duty_lead", Intent.BROADCAST),
        ("广播没声音了", "teacher", Intent.REPAIR),
        ("想调一下前天西门的监控", "guard", Intent.CAMERA),
        ("西门监控没画面了", "guard", Intent.REPAIR),
        ("把图书系统的服务器重启下", "it_admin", Intent.SERVER),
        ("我前天报的门修了没有", "teacher", Intent.STATUS),
        ("那个采购批了吗", "teacher", Intent.STATUS),
        ("催一催修门的师傅", "teacher", Intent.URGE),
        ("我去看看", "repairer", Intent.ACCEPT),
        ("这不是我的活，转给网管", "repairer", Intent.TRANSFER),
        ("还缺个零件，周四能到", "repairer", Intent.PROGRESS),
        ("已经修好，换了个阀芯", "repairer", Intent.COMPLETE),
        ("能用了，谢谢师傅", "teacher", Intent.CONFIRM),
        ("刚修完又漏了", "teacher", Intent.REOPEN),
        ("不用修了，自己好了", "teacher", Intent.CANCEL),
        ("写错了，应该是204", "teacher", Intent.AMEND),
        ("同意，尽快办", "principal", Intent.APPROVE),
        ("驳回，没写用途", "principal", Intent.REJECT),
        ("三家报价：甲店120，乙店115，丙店130", "buyer", Intent.QUOTE),
        ("篮球到货10个，验收合格入库", "keeper", Intent.RECEIVE),
        ("下周我出差，审批请刘校长代", "principal", Intent.DELEGATE),
        ("统计一下本月报修数量", "logistics_head", Intent.REPORT),
        ("怎么报修啊", "teacher", Intent.HELP),
        ("谢谢大家", "teacher", Intent.CHITCHAT),
        ("工资什么时候到账", "teacher", Intent.OTHER),
    ],
)
def test_every_intent_is_told_by_what_is_wanted(text: str, role: str, intent: Intent) -> None:
    assert read(text, role=role).intent is intent


def test_the_same_words_mean_another_thing_from_another_person() -> None:
    assert read("好了", role="repairer", context="assignee replies in the ticket thread").intent is Intent.COMPLETE
    assert read("好了", role="teacher", context="reply to completion card").intent is Intent.CONFIRM
    assert read("收到", role="repairer", context="reply to an assigned-job card").intent is Intent.ACCEPT
    assert read("收到", role="teacher", context="reply to a notice").intent is Intent.CHITCHAT


def test_a_correction_speaks_of_the_right_place() -> None:
    reading = read("说错了，是304不是303", role="teacher")
    assert (reading.parts[0].place, reading.extra["old"]) == ("J3-304", "303")


def test_small_facts_ride_along() -> None:
    assert read("修得不错，给4星", role="teacher").extra["rating"] == 4
    assert read("这单转给李强", role="repairer").extra["to"] == "李强"
    assert read("等厂家，下周二来", role="repairer").extra == {"hold": "vendor", "eta": "下周二"}
    assert read("申请30支白板笔，预算200").extra == {"qty": "30支", "budget": "200"}


# ---------------------------------------------------------------------------------------------- records and commands


@pytest.mark.parametrize(
    ("text", "record", "rest"),
    [
        ("完工 W20261122-004 换了垫圈", "W20261122-004", "换了垫圈"),
        ("ｗ２０２６１１２２－４ 好了 换了垫圈", "W20261122-004", "换了垫圈"),
        ("没修好 w20261122-0004，还漏", "W20261122-004", "还漏"),
        ("报修 203灯坏了", None, "203灯坏了"),
        ("催 W20261122-012", "W20261122-012", ""),
    ],
)
def test_number_and_command_word_are_taken_from_the_text(text: str, record: str | None, rest: str) -> None:
    reading = read(text)
    assert (reading.record, reading.rest) == (record, rest)


def test_a_short_number_is_completed_only_where_that_is_certain() -> None:
    now = datetime(2026, 1, 3, 8, tzinfo=UTC)
    assert named("w1231-007", now).number == "W20251231-007"
    assert named("w1340-007", now).number is None
    assert read("催 W…-004").extra["record_tail"] == "004"
    assert read("催004号单").record is None
    assert named("实验楼b201").tail is None


# -------------------------------------------------------------------------------------------- spellings and bad input


@pytest.mark.parametrize("name", ["初一(3)班", "初一３班", "初一三班", "七3", "七年级3班", "七（3）班"])
def test_all_spellings_of_a_class_are_one(name: str) -> None:
    assert class_key(fold(name)) == "class 7-3"


def test_counts_and_hours_are_no_classes() -> None:
    assert [class_key(words) for words in ("三2台", "高三12点", "二十")] == [None, None, None]


def test_spellings_of_a_place_share_a_key() -> None:
    assert place_key("三零五教室") == place_key("３０５") == "305"
    assert place_key("三层东侧男卫生间") == place_key("3楼东头男厕所")


def test_slips_and_traditional_characters_are_put_right() -> None:
    assert read("304登不亮了").parts[0].item == "灯"
    assert read("304插作没电").parts[0].item == "插座"
    assert read("304投影儀壞了，門也關不上").parts[0].category == MEDIA
    assert read_in("A\u200b\u202eB\x00C\n").shown == "ABC"


def test_slips_keep_their_length() -> None:
    assert all(len(slip) == len(meant) for slip, meant in table("slips")["slips"].items())


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \x00\u202e",
        "👍👍",
        "灯坏了，" * 2_500_000,
        "1" * 3_000,
        "一" * 3_000,
        "的" * 3_000,
        "京东89一个，" * 400,
        "\ud800{words}%s" * 100,
        "W20261122-" * 300,
    ],
)
def test_garbage_and_floods_are_read_calmly(text: str) -> None:
    reading = read(text)
    assert reading.parts
    assert len(reading.rest) <= 2_000


def test_bytes_are_decoded() -> None:
    assert READER.read("203灯坏了".encode() + b"\xff\xfe").parts[0].place == "J2-203"


@settings(max_examples=150, deadline=None)
@given(
    st.one_of(
        st.text(max_size=200),
        st.binary(max_size=200),
        st.lists(
            st.sampled_from(
                [
                    "灯",
                    "坏了",
                    "302",
                    "的",
                    "和",
                    "、",
                    "，",
                    "不是",
                    "是",
                    "W20261122-004",
                    "门禁",
                    "三楼",
                    "我们班",
                    "导致",
                    "没电",
                    "初一(",
                    "买",
                    "3个",
                ]
            )
        ).map("".join),
    ),
    st.sampled_from(["", "teacher", "repairer", "principal", "nobody"]),
    st.sampled_from(["", "reply to completion card", "question"]),
)
def test_reading_never_raises_and_always_has_a_part(text: str | bytes, role: str, context: str) -> None:
    reading = READER.read(text, Situation(role=role, context=context))
    assert len(reading.parts) >= 1
    assert 0 <= reading.confidence <= 1
    assert reading.reason


# ------------------------------------------------------------------------------------------------------------- lines


def test_a_line_is_answered_with_the_keys_of_the_contract() -> None:
    reply = answer({"text": "203灯坏了", "role": "teacher", "now": "2026-11-22T08:00:00+08:00"}, READER)
    assert list(reply) == ["intent", "parts", "ask", "confidence", "reason", "extra"]
    part = {"category": WATER, "location": "203", "item": "灯", "urgency": "normal"}
    assert (reply["intent"], reply["parts"], reply["ask"], reply["extra"]) == ("repair", [part], None, {})


@pytest.mark.parametrize(
    "line", ["{", "[1]", b"\xff", '{"text": 5}', '{"text": "灯", "role": 1}', '{"text":"x","now":"?"}']
)
def test_a_bad_line_is_answered_with_what_is_wrong(line: str | bytes) -> None:
    reply: Mapping[str, object] = answer_line(line, READER)
    assert reply["error"]
    assert reply["intent"] == "other"
