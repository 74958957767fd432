"""Slots: what is said besides the intent, and sums and numbers in every style."""

from datetime import datetime
from typing import Any

import pytest

from domain.school_days import SchoolDays
from understanding import Intent
from understanding.amounts import money, number
from understanding.extras import extras
from understanding.normalise import fold, read_in
from understanding.times import Times

NOW = datetime.fromisoformat("2026-11-25T10:15+08:00")
TIMES = Times(SchoolDays())


def slots(intent: str, text: str) -> dict[str, Any]:
    return extras(Intent(intent), read_in(text), ("李强",), TIMES, NOW)


def holds(intent: str, text: str, expected: dict[str, Any]) -> None:
    found = slots(intent, text)
    assert {key: found.get(key) for key in expected} == expected


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("320", 320),
        ("3,200", 3200),
        ("1.5k", 1500),
        ("2w", 20_000),
        ("1万", 10_000),
        ("三百二", 320),
        ("三百二十", 320),
        ("三百零二", 302),
        ("一百五十", 150),
        ("两千", 2000),
        ("两千五", 2500),
        ("一万二", 12_000),
        ("一万零五十", 10_050),
        ("十五", 15),
        ("半", 0.5),
        ("俩", 2),
        ("仨", 3),
        ("", None),
        ("粉笔", None),
    ],
)
def test_numbers_in_every_style(words: str, amount: float | None) -> None:
    assert number(words) == amount


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("¥320", [320]),
        ("￥3,200", [3200]),
        ("3,200元", [3200]),
        ("两千块", [2000]),
        ("一百五十元", [150]),
        ("5毛", [0.5]),
        ("4块2", [4.2]),
        ("三块八一支", [3]),
        ("12元和15元", [12, 15]),
        ("320", []),
        ("两台", []),
    ],
)
def test_sums_of_money_in_every_style(text: str, sums: list[float]) -> None:
    assert [amount for amount, _, _ in money(fold(text))] == sums


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请30支白板笔，预算200", {"qty": "30支", "budget": "200", "lines": None}),
        ("要五卷双面胶，预算三百二", {"qty": "五卷", "budget": "320"}),
        ("订30瓶矿泉水，1.5k以内", {"qty": "30瓶", "budget": "1500"}),
        ("买篮球6个，控制在¥800", {"qty": "6个", "budget": "800"}),
        ("添置两台风扇，两千块", {"budget": "2000"}),
        ("领半箱A4纸", {"qty": "半箱"}),
        ("记号笔只剩一支了，再申请五支", {"qty": "五支"}),
        ("来一打签字笔", {"qty": "一打"}),
        (
            "买12包A4纸、4瓶墨水和两个订书机",
            {
                "lines": [
                    {"item": "A4纸", "qty": 12, "unit": "包"},
                    {"item": "墨水", "qty": 4, "unit": "瓶"},
                    {"item": "订书机", "qty": 2, "unit": "个"},
                ]
            },
        ),
        (
            "买1个HP-1020硒鼓，单价280元",
            {
                "lines": [{"item": "硒鼓", "qty": 1, "unit": "个", "model": "HP-1020", "price": 280}],
                "budget": None,
            },
        ),
        ("买三把拖把，周五之前要", {"need_by": "周五之前", "until": "2026-11-27"}),
        ("下周三前要20个灯泡", {"need_by": "下周三前", "until": "2026-12-02"}),
        ("跟上次一样的硒鼓来两个", {"same_as_last": True}),
        ("在京东买两个鼠标", {"platform": "京东"}),
        ("政采云上下单十张椅子", {"platform": "政采云"}),
        ("买这个 https://example.com/a?b=1 两个", {"url": "https://example.com/a?b=1"}),
        ("买20个气球，用于元旦联欢", {"purpose": "元旦联欢"}),
        ("need 20 markers by Friday, budget 300", {"qty": "20", "budget": "300", "until": "2026-11-27"}),
        ("buy 3 boxes of chalk under 50", {"qty": "3 boxes", "budget": "50"}),
    ],
)
def test_what_is_to_be_bought(text: str, expected: dict[str, Any]) -> None:
    holds("purchase", text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "明天第三节初二(3)班用录播室，45人",
            {"class": "初二(3)班", "asset": "录播室", "count": 45, "when": "明天第三节", "periods": [3]},
        ),
        ("昨天第二节用了平板32台，用完了", {"count": 32, "end": True, "from": "2026-11-24T08:50+08:00"}),
        ("周一补登：用了阶梯教室", {"from": "2026-11-23"}),
        ("周一想用舞蹈房", {"from": "2026-11-30", "end": None}),
        ("借TV-012，下课就还", {"asset": "TV-012", "end": True}),
        ("借俩话筒", {"count": 2, "asset": "话筒"}),
        ("上完课了，机器正常", {"condition": "机器正常"}),
        ("明天下午两点用面包车两小时", {"minutes": 120, "from": "2026-11-26T14:00+08:00"}),
    ],
)
def test_what_is_used_when_and_by_whom(text: str, expected: dict[str, Any]) -> None:
    holds("usage", text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "中午在操场播两遍：请各班班长到办公室开会",
            {"text": "请各班班长到办公室开会", "zone": "操场", "times": 2, "what": "announcement"},
        ),
        ("广播一下：下雨了不做操", {"text": "下雨了不做操", "what": "announcement"}),
        ("广播“请高三同学到礼堂集合”", {"text": "请高三同学到礼堂集合", "what": "announcement"}),
        ("每天早上7点50放升旗曲", {"repeat": "daily", "from": "07:50", "what": "music"}),
        ("铃声小点声", {"volume": "down", "what": "bell"}),
        ("食堂喇叭调大一点", {"volume": "up", "zone": "食堂"}),
        ("音乐停一下", {"stop": True, "what": "music"}),
        ("把宿舍的喇叭静音", {"mute": True, "zone": "宿舍"}),
    ],
)
def test_what_is_to_be_heard_where_and_when(text: str, expected: dict[str, Any]) -> None:
    holds("broadcast", text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "王老师想看昨天下午3点到4点南门的录像",
            {
                "who": "王老师",
                "which": "南门",
                "mode": "playback",
                "from": "2026-11-24T15:00+08:00",
                "until": "2026-11-24T16:00+08:00",
            },
        ),
        ("实时看一下食堂的画面", {"which": "食堂", "mode": "live"}),
        ("派出所要拷周日的监控", {"who": "派出所", "mode": "export", "from": "2026-11-22"}),
        ("车棚的权限用完了，关掉吧", {"stop": True}),
    ],
)
def test_who_wants_to_see_what(text: str, expected: dict[str, Any]) -> None:
    holds("camera", text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("今晚十点重启教务系统", {"machine": "教务系统", "action": "restart", "from": "2026-11-25T22:00+08:00"}),
        ("备份成绩数据库", {"machine": "成绩数据库", "action": "backup"}),
        ("把图书平台停一下", {"machine": "图书平台", "action": "stop"}),
        ("官网是不是挂了", {"machine": "官网", "action": "status"}),
        ("给新老师开网盘账号", {"action": "access"}),
        ("reboot the nas", {"machine": "nas", "action": "restart"}),
    ],
)
def test_what_is_to_be_done_with_a_server(text: str, expected: dict[str, Any]) -> None:
    holds("server", text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "下周一到周三我出差，审批请李主任代签，不超过5000",
            {"to": "李主任", "scope": ["approvals"], "cap": 5000, "from": "2026-11-30", "until": "2026-12-02"},
        ),
        ("明后两天水电的活先派给李强", {"to": "李强", "scope": ["water_electric"], "until": "2026-11-27"}),
        ("我回来了", {"back": True}),
        ("周末值班：周六王强，周日我", {"roster": {"周六": "王强", "周日": "我"}}),
    ],
)
def test_who_stands_in(text: str, expected: dict[str, Any]) -> None:
    holds("delegate", text, expected)


@pytest.mark.parametrize(
    ("intent", "text", "expected"),
    [
        ("approve", "批，不超过500", {"cap": 500}),
        ("approve", "可以，两千以内", {"cap": 2000}),
        ("approve", "同意，按最低那家", {"offer": "最低"}),
        ("approve", "第二项和第3项批", {"line": [2, 3]}),
        ("approve", "同意，走办公经费", {"fund": "办公经费"}),
        ("reject", "先放放，下个月再说", {"on_hold": True, "hold_until": "下个月", "from": "2026-12-01"}),
        ("reject", "驳回，没写用途", {"reason": "没写用途", "on_hold": None}),
        ("quote", "甲店120，乙店115", {"quotes": [{"seller": "甲店", "price": 120}, {"seller": "乙店", "price": 115}]}),
        (
            "quote",
            "晨光4块2，得力3块8",
            {"quotes": [{"seller": "晨光", "price": 4.2}, {"seller": "得力", "price": 3.8}]},
        ),
        ("quote", "京东1280包邮", {"quotes": [{"seller": "京东", "price": 1280, "freight": 0}], "freight": 0}),
        ("quote", "京东1280，运费15", {"quotes": [{"seller": "京东", "price": 1280, "freight": 15}], "freight": 15}),
        ("receive", "少2箱，坏了3个", {"short": 2, "damaged": 3}),
        ("receive", "少俩", {"short": 2}),
        ("receive", "型号不对，送错了", {"wrong": True}),
        ("receive", "20箱齐的，入库", {"qty": "20箱", "result": "pass", "short": None}),
        ("progress", "等配件，下周二到", {"hold": "parts", "eta": "下周二", "from": "2026-12-01"}),
        ("accept", "半小时后到", {"eta": "半小时后", "from": "2026-11-25T10:45+08:00"}),
        (
            "report",
            "上个月报修多少，按楼导出excel",
            {"what": "repairs", "format": "excel", "by": ["楼"], "from": "2026-10-01", "until": "2026-10-31"},
        ),
        ("report", "今年采购花了多少", {"what": "purchases", "span": "今年", "from": "2026-01-01"}),
        ("confirm", "修得快，五星", {"rating": 5}),
        ("transfer", "转给李强", {"to": "李强"}),
    ],
)
def test_decisions_offers_goods_and_progress(intent: str, text: str, expected: dict[str, Any]) -> None:
    holds(intent, text, expected)


def test_a_repair_has_no_slots() -> None:
    assert slots("repair", "明天第三节之前把203的灯修好，预算200") == {}


@pytest.mark.parametrize("character", ["1", "一", "报", "a", "-", ":", "买", "个", "少", '"'])
@pytest.mark.parametrize(
    "intent", ["purchase", "quote", "receive", "usage", "broadcast", "camera", "server", "delegate"]
)
def test_floods_of_one_character_are_read_at_once(intent: str, character: str) -> None:
    slots(intent, "")  # compiles
    begun = datetime.now().astimezone()
    assert isinstance(slots(intent, character * 2_000), dict)
    assert (datetime.now().astimezone() - begun).total_seconds() < 0.5
